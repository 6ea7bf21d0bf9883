/** Where trajectories cease to be solutions: they grow without bound, or their grid no longer resolves them. */
import type { FourierKernels } from "../engine/kernels.js";
import { type Grid, places, transformOf } from "./grid.js";

export interface Failure {
  readonly row: number; // number of the trajectory in its batch
  readonly time: number;
  readonly kind: "growth" | "resolution";
}

export const LIMITS = {
  growth: 1e6, // of the state's root mean square, relative to the initial one
  tail: 1e-4, // share of the root mean square about the mean in the upper third of the modes: a finer grid is tried
  worstTail: 0.03, // where none is left to try: grid-scale noise, no solution
} as const;

/** Whether a state's sum of squares, which may be no number, is too far above the initial one. */
export const grown = (square: number, initial: number): boolean =>
  !(square <= (initial > 0 ? LIMITS.growth ** 2 * initial : Number.MAX_VALUE));

/** The first failure in time among the first `count` outputs of u [n, times, states, places] through u0 [n, states, places], or null. */
export function failureIn(
  kernels: FourierKernels,
  grid: Grid,
  states: number,
  times: Float64Array,
  u0: Float64Array,
  u: Float64Array,
  tail: number,
  count = times.length,
): Failure | null {
  const own = states * places(grid);
  const n = u0.length / own;
  const share = tailShare(kernels, grid);
  const initial = Array.from({ length: n }, (_, row) => squares(u0.subarray(row * own, (row + 1) * own)));
  for (const [output, time] of times.subarray(0, count).entries())
    for (let row = 0; row < n; row++) {
      const at = (row * times.length + output) * own;
      const state = u.subarray(at, at + own);
      if (grown(squares(state), initial[row]!)) return { row, time, kind: "growth" };
      if (time > 0 && share(state, initial[row]!) > tail) return { row, time, kind: "resolution" };
    }
  return null;
}

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

/** The largest share of an upper third of the modes in a component's deviation from its mean; of what has not decayed to rounding. */
function tailShare(kernels: FourierKernels, grid: Grid): (state: Float64Array, initial: number) => number {
  const transform = transformOf(kernels, grid);
  const { modes } = transform;
  const { nx, ny } = grid;
  const high = transform.numbers.map(({ m, n }) => Math.abs(m) > nx / 3 || (ny !== undefined && n > ny / 3));
  return (state, initial) => {
    const spectra = new Float64Array((2 * modes * state.length) / transform.places);
    transform.forward(state, spectra);
    let most = 0;
    for (let field = 0; field < spectra.length; field += 2 * modes) {
      let [tail, all] = [0, 0];
      for (let m = 1; m < modes; m++) {
        const square = spectra[field + 2 * m]! ** 2 + spectra[field + 2 * m + 1]! ** 2;
        all += square;
        if (high[m]!) tail += square;
      }
      if (all > 1e-24 * initial * transform.places) most = Math.max(most, Math.sqrt(tail / all));
    }
    return most;
  };
}
