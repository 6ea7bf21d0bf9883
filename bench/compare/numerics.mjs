/** Steps of the numerics, which run on the processor whatever runs the network: SIMD WebAssembly or plain TypeScript. */
import { simulateTrajectories } from "../../dist/data/simulation.js";
import { stream } from "../../dist/engine/random.js";
import { controlLength } from "../../dist/engine/shape.js";
import { flowPlan } from "../../dist/flow/plan.js";

const shape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 12 },
    { kind: "open", lo: -0.6, hi: 1.6, knots: 8 },
    { kind: "open", lo: -1.5, hi: 1.5, knots: 8 },
  ],
  width: 3,
};

/** A patch of `side` × `side` points along a spline field's flow to s = 0.2 and 0.4 in f32, and the gradient back to its control points. */
export const flowStep = ({ side }, seed, { kernels }) => {
  const { normal } = stream(seed, "flow");
  const n = side * side;
  const control = Float32Array.from({ length: controlLength(shape) }, () => 0.3 * normal());
  const points = Float32Array.from({ length: 3 * n }, (_, i) => {
    const [x, t] = [(Math.floor(i / 3) % side) / 256, Math.floor(i / 3 / side) / 140]; // the data's grid
    return [x, t, 0.4 * Math.sin(2 * Math.PI * (2 * x - 3 * t))][i % 3];
  });
  const plan = flowPlan(shape, Float64Array.of(0.2, 0.4), 0.1);
  const moved = new Float32Array(2 * points.length);
  const gradient = new Float32Array(control.length);
  return {
    work() {
      kernels.flow(plan, control, points, moved);
      kernels.flowPullback(plan, control, points, moved, gradient);
    },
    end() {},
  };
};

/** KdV trajectories of the paper's setting, or to an earlier `time`. */
export const dataStep = ({ trajectories, ...to }, seed, { pool }) => {
  const request = { equation: { name: "kdv", parameters: {} }, trajectories, seed, ...to };
  return { work: () => simulateTrajectories(pool, request), end() {} };
};
