/** The flow score of a function's symmetries: how far f moves when its points are flowed, |f(exp(s v) z) − f(z)| over f's mean deviation. */
import { normalise, physical } from "../data/chart.js";
import type { Kernels } from "../engine/kernels.js";
import { directFlow } from "../flow/direct.js";
import { flowPlan } from "../flow/plan.js";
import { within } from "../task/box.js";
import type { PointTask } from "../task/pointtask.js";
import type { Traced } from "./trace.js";

export interface Drift {
  readonly score: Float64Array; // per stop: mean over the points still in the box, relative to the mean of |f − mean f|; 1 where none is left
  readonly worst: Float64Array; // per stop: the largest of that mean over eight equal shares of the points
  readonly outside: number; // largest share of points that had left the box, or gone to infinity, over the stops
}

const SHARES = 8;

/** Flows the held-out points to every stop (one sign, growing), in RK4 steps of at most `step`. Fields as they are traced. */
export function drift(kernels: Kernels, task: PointTask, field: Traced, stops: Float64Array, step: number): Drift {
  const { held, map, chart, box } = task;
  const dim = task.coordinates.length;
  const n = held.length / dim;
  const before = map.value(held);
  const mean = before.reduce((sum, v) => sum + v, 0) / n;
  const spread = before.reduce((sum, v) => sum + Math.abs(v - mean), 0) / n;
  const moved = flowed();
  const score = new Float64Array(stops.length);
  const worst = new Float64Array(stops.length);
  let outside = 0;
  stops.forEach((_, m) => {
    const at = moved.subarray(m * held.length, (m + 1) * held.length);
    const left = Array.from({ length: n }, (_, p) => p).filter((p) => within(box, at, p));
    const after = map.value(Float64Array.from(left.flatMap((p) => [...at.subarray(p * dim, (p + 1) * dim)])));
    const shift = left.map((p, i) => Math.abs(after[i]! - before[p]!) / spread);
    const average = (list: readonly number[]): number =>
      list.length === 0 ? 1 : list.reduce((sum, v) => sum + v, 0) / list.length;
    score[m] = average(shift);
    const shares = Array.from({ length: SHARES }, (_, g) =>
      shift.slice(Math.floor((g * shift.length) / SHARES), Math.floor(((g + 1) * shift.length) / SHARES)),
    );
    worst[m] = Math.max(...shares.map(average));
    outside = Math.max(outside, 1 - left.length / n);
  });
  return { score, worst, outside };

  function flowed(): Float64Array {
    if (field.kind === "formula") return directFlow(kernels, field.program, held, stops, step);
    const out = new Float64Array(stops.length * held.length);
    kernels.flow(flowPlan(field.shape, stops, step), field.control, normalise(chart, held), out);
    return physical(chart, out);
  }
}
