/** Snapshots drawn from trajectories, low-passed so that products do not alias. */
import type { Chart } from "../data/chart.js";
import { lowPass } from "../data/spectral.js";
import type { Trajectories } from "../data/trajectories.js";
import type { FourierKernels, TapeKernels } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import type { Equation } from "../equation/equation.js";
import { type Snapshots, snapshots } from "./characteristic.js";

/** Highest mode kept: a product of two kept modes then aliases on to none of the tested modes (two-thirds rule). */
export const highestMode = (nx: number): number => Math.floor(nx / 3);

/** `count` snapshots, one from each of as many equal stretches of (trajectory, time), so that all are covered. */
export function drawSnapshots(
  kernels: FourierKernels & TapeKernels,
  equation: Equation,
  chart: Chart,
  data: Trajectories,
  count: number,
  stream: Stream,
): Snapshots {
  const all = data.n * data.nt;
  const drawn = Math.min(count, all);
  const rows = new Float64Array(drawn * data.nx);
  const times = new Float64Array(drawn);
  for (let b = 0; b < drawn; b++) {
    const index = stream.integer(Math.floor((b * all) / drawn), Math.floor(((b + 1) * all) / drawn));
    rows.set(data.u.subarray(index * data.nx, (index + 1) * data.nx), b * data.nx);
    times[b] = data.t[index % data.nt]!;
  }
  const passed = lowPass(kernels, rows, data.nx, highestMode(data.nx));
  return snapshots(kernels, equation, chart, passed, times, data.length);
}
