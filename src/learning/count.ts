/** How many symmetries a spectrum of scores shows. */
import type { Spectrum } from "./spectrum.js";

export interface CountOptions {
  readonly floor: number; // scores below it say nothing and are taken as it
  readonly decisive: number; // smallest ratio of neighbouring scores that decides
}

export const countDefaults: CountOptions = { floor: 1e-9, decisive: 100 };

const ROUNDING = 1e-14; // a gap is not counted from below this

/**
 * Cuts increasing scores, with the floor put before them, at the largest ratio of neighbours: those before the cut are symmetries. All at
 * the floor: the library holds nothing else, so there are at least so many.
 */
export function countSymmetries(
  scores: Float64Array,
  { floor, decisive }: CountOptions,
): Pick<Spectrum, "count" | "countIs" | "kept" | "gap"> {
  const clamped = [floor, ...scores].map((score) => Math.max(score, floor));
  if (clamped.every((score) => score === floor))
    return { count: scores.length, countIs: "atLeast", kept: scores.length, gap: null };
  let kept = 0;
  let largest = 0;
  for (let k = 0; k < scores.length; k++) {
    const ratio = clamped[k + 1]! / clamped[k]!;
    if (ratio > largest) [kept, largest] = [k, ratio];
  }
  const gap = kept === 0 ? null : scores[kept]! / Math.max(scores[kept - 1]!, ROUNDING);
  if (largest < decisive) return { count: null, countIs: "undecided", kept, gap };
  return { count: kept, countIs: "exact", kept, gap };
}
