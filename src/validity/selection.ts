/** Snapshots drawn from trajectories, low-passed so that products do not alias. */
import type { Chart } from "../data/chart.js";
import { lowPass } from "../data/spectral.js";
import type { Trajectories } from "../data/trajectories.js";
import type { FourierKernels, TapeKernels } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import type { Equation } from "../equation/equation.js";
import { K0, type Snapshots, snapshots } from "./characteristic.js";

/** Highest mode kept at most: u_t of a quadratic equation then has all its modes on the grid, so that its derivatives are exact there. */
export const highestMode = (nx: number): number => Math.floor(nx / 4);

/** `count` snapshots, one from each of as many equal stretches of (trajectory, time), so that all are covered; modes above `cut` removed. */
export function drawSnapshots(
  kernels: FourierKernels & TapeKernels,
  equation: Equation,
  chart: Chart,
  data: Trajectories,
  count: number,
  stream: Stream,
  cut = highestMode(data.nx),
  k0 = K0.judged(data.nx),
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
  const passed = lowPass(kernels, rows, data.nx, Math.min(cut, highestMode(data.nx)));
  return snapshots(kernels, equation, chart, passed, times, data.length, k0);
}
