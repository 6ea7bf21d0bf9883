/** What is timed beside itself on every engine and in every runtime: steps of each kind, small ones before large ones. */
import { fieldNetworkStep } from "./fieldnetwork.mjs";
import { imageStep } from "./images.mjs";
import { dataStep, flowStep } from "./numerics.mjs";
import { operatorStep } from "./operator.mjs";

/**
 * A step: `kind`; `size` in words; `on` "network", whose engine is tfjs's, or "kernels"; `tiny` where it is for quick runs; `kept`: engines on
 * which the baseline keeps it, those where a call is well below a second; `make(machine, seed, options)` → {work, end}, to be called with its engine
 * started.
 */
const step =
  (kind, on, make) =>
  (size, shape, kept, tiny = false) => ({
    ...{ kind, size, on, kept, tiny },
    make: (machine, seed, options) => make(shape, seed, machine, options),
  });
const network = step("field network, training step", "network", fieldNetworkStep);
const operator = step("neural operator, training step", "network", operatorStep);
const images = step("image features, value and gradient", "network", imageStep);
const flow = step("spline flow and its adjoint", "kernels", flowStep);
const data = step("KdV data", "kernels", dataStep);

const both = ["wasm", "cpu"];
const fno = { nx: 256, channels: 20, hidden: 128 };
const tiny = {
  network: { knots: [5, 4, 4], generators: 2, width: 16, head: 8 },
  operator: { batch: 2, nx: 32, channels: 4, width: 8, modes: 4, layers: 1, hidden: 8 },
};

export const steps = [
  network("80 knots, 2 slots, width 16", tiny.network, ["wasm"], true),
  network("768 knots, 4 slots, width 128 (default)", { knots: [12, 8, 8], generators: 4, width: 128 }, ["wasm"]),
  network("768 knots, 4 slots, width 256 (paper)", { knots: [12, 8, 8], generators: 4, width: 256 }, ["wasm"]),
  operator("2 × 32, width 8", tiny.operator, ["wasm"], true),
  operator("16 × 256, width 64", { ...fno, batch: 16, width: 64, modes: 16, layers: 4 }, ["wasm"]),
  operator("16 × 256, width 256 (paper)", { ...fno, batch: 16, width: 256, modes: 32, layers: 5 }, []),
  images("1 of 8 × 8", { batch: 1, side: 8, channels: [4, 8] }, ["wasm"], true),
  images("8 of 28 × 28", { batch: 8, side: 28, channels: [16, 32, 64] }, ["wasm"]),
  images("32 of 32 × 32", { batch: 32, side: 32, channels: [16, 32, 64] }, ["wasm"]),
  flow("8 × 8 points, 4 steps of RK4", { side: 8 }, both, true),
  flow("64 × 64 points, 4 steps of RK4", { side: 64 }, both),
  data("2 trajectories, a tenth of the paper's time", { trajectories: 2, time: 10, outputs: 25 }, ["wasm"], true),
  data("2 trajectories (paper)", { trajectories: 2 }, ["wasm"]),
];
