/** How long is one evaluation of a spline field, its derivatives and adjoints, and of a flow, on either engine? `node bench/spline.mjs` */
import { flowOracle } from "../dist/engine/oracle/flow.js";
import { splineOracle } from "../dist/engine/oracle/spline.js";
import { stream } from "../dist/engine/random.js";
import { controlLength } from "../dist/engine/shape.js";
import { simdKernels } from "../dist/engine/simd/simd.js";
import { atMost, bench, measure } from "./harness.mjs";

const shape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 12 },
    { kind: "open", lo: -0.6, hi: 1.6, knots: 8 },
    { kind: "open", lo: -1.5, hi: 1.5, knots: 8 },
  ],
  width: 3,
};
const plan = { shape, stops: Float64Array.of(0.2), substeps: Int32Array.of(5) };
const EVALUATIONS = 20; // of the field by that plan
const PROTOTYPE = { flow: 49, flowPullback: 150 }; // ns in f32, SIMD, on another day's machine

/** Points as data have them: x fastest, neighbours mostly in one cell. */
const patch = (Type, n) =>
  Type.from({ length: 3 * n }, (_, i) => {
    const p = Math.floor(i / 3);
    const [x, t] = [(p % 64) / 256, Math.floor(p / 64) / 140];
    return [x, t, 0.4 * Math.sin(2 * Math.PI * (2 * x - 3 * t))][i % 3];
  });

function jobs(engine, kernels, Type, n, seed) {
  const { normal } = stream(seed, "spline bench");
  const noise = (length) => Type.from({ length }, normal);
  const control = noise(controlLength(shape)).map((c) => 0.3 * c);
  const points = patch(Type, n);
  const [onValue, onDerivative] = [noise(3 * n), noise(9 * n)];
  const [value, derivative, gradient] = [new Type(3 * n), new Type(9 * n), new Type(control.length)];
  const calls = {
    value: [1, () => kernels.splineValue(shape, control, points, value)],
    jet: [1, () => kernels.splineJet(shape, control, points, value, derivative)],
    pullback: [1, () => kernels.splinePullback(shape, points, onValue, gradient)],
    jetPullback: [1, () => kernels.splineJetPullback(shape, points, onValue, onDerivative, gradient)],
    flow: [EVALUATIONS, () => kernels.flow(plan, control, points, value)],
    flowPullback: [EVALUATIONS, () => kernels.flowPullback(plan, control, points, onValue, gradient)],
  };
  const number = Type === Float32Array ? "f32" : "f64";
  return Object.entries(calls).map(([name, [evaluations, work]]) => ({
    name: `${name} ${number}, ${engine}`,
    evaluations: n * evaluations,
    work,
  }));
}

await bench(import.meta.url, async ({ seed, full }) => {
  const simd = await simdKernels();
  const oracle = { ...splineOracle, ...flowOracle };
  const n = full(4096, 512);
  const cases = [Float32Array, Float64Array].flatMap((Type) => [
    ...jobs("simd", simd, Type, n, seed),
    ...jobs("oracle", oracle, Type, full(512, 64), seed),
  ]);
  const timed = await measure(
    "splines",
    cases,
    full({ seconds: 0.5, samples: 20 }, { seconds: 0, samples: 2, warm: 1 }),
  );
  const rows = timed.map(({ median, lower, upper, ...rest }, i) => {
    const each = (ms) => (1e6 * ms) / cases[i].evaluations;
    return { ...rest, unit: "ns", median: each(median), lower: each(lower), upper: each(upper) };
  });
  const of = (name) => rows.find((r) => r.name === `${name} f32, simd`).median;
  return {
    rows,
    goals: Object.entries(PROTOTYPE).map(([name, bound]) =>
      atMost(`${name} f32 per evaluation`, of(name), bound, "ns"),
    ),
    notes: ["per point and evaluation of the field, three axes and components; oracle on 512 points, SIMD on 4096"],
  };
});
