/** Where along s a flow is looked at, and in how many RK4 steps each place is reached. */
import type { FlowPlan, SplineShape } from "../engine/kernels.js";

/** The plan that visits `stops` (one sign, growing in size) with steps of at most `step` in s. */
export const flowPlan = (shape: SplineShape, stops: Float64Array, step: number): FlowPlan => ({
  shape,
  stops,
  substeps: substepsOf(stops, step),
});

/** Equal steps, of at most `step`, from 0 or the stop before to each stop. */
export function substepsOf(stops: Float64Array, step: number): Int32Array {
  return Int32Array.from(stops, (s, m) => {
    const from = m === 0 ? 0 : stops[m - 1]!;
    return Math.max(1, Math.ceil(Math.abs(s - from) / step - 1e-9)); // the slack keeps 0.2/0.1 at two steps
  });
}
