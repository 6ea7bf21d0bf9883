/** Why a trajectory that was moved is not used. */
import type { Resampled } from "./resample.js";

/**
 * "folded": the graph has several values over some places; "outside": points left the region in which the fields were learned; "seam": what came
 * out is not periodic; "short": too few rows in a row are known.
 */
export type Reason = "folded" | "outside" | "seam" | "short";

export const reasons: readonly Reason[] = ["folded", "outside", "seam", "short"];

/** The most that is let pass. */
export const limits = {
  folded: 0, // share of cells
  outside: 0.01, // share of points: beyond an open end a spline goes on as a constant, which is no symmetry
  seam: 1e-6, // deviations of u
} as const;

/** Whether what is known before anything is resampled speaks against it. */
export const hopeless = ({ folded, outside }: Pick<Resampled, "folded" | "outside">): boolean =>
  !(folded <= limits.folded && outside <= limits.outside);

/** The first reason against it, or null; `rows` is how many were found, `least` how many are needed. */
export function reasonAgainst({ folded, outside, seam }: Resampled, rows: number, least: number): Reason | null {
  if (!(folded <= limits.folded)) return "folded";
  if (!(outside <= limits.outside)) return "outside";
  if (!(seam <= limits.seam)) return "seam";
  return rows < least ? "short" : null;
}

/** The longest run of rows that are known at every place, [first, end). */
export function wholeRows(support: Uint8Array, nt: number): readonly [first: number, end: number] {
  const nx = support.length / nt;
  let best: readonly [number, number] = [0, 0];
  let first = 0;
  for (let j = 0; j <= nt; j++) {
    if (j < nt && support.subarray(j * nx, (j + 1) * nx).every((known) => known === 1)) continue;
    if (j - first > best[1] - best[0]) best = [first, j];
    first = j + 1;
  }
  return best;
}
