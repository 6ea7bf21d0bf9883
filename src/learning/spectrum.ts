/** What a library learner returns: scores in increasing order with the fields they belong to, and the count read off them. */
import type { Library } from "../field/library.js";

export interface Spectrum {
  readonly library: Library; // after dependent members were dropped
  readonly dropped: readonly string[]; // labels of dependent members
  readonly scores: Float64Array; // [M], increasing: singular values of the relative residual; field i's own is at most scores[i]
  readonly coefficients: Float64Array; // [M, members of `library`] by row: fields of norm 1 under ⟨·,·⟩, orthonormal
  readonly count: number | null; // null where undecided
  readonly countIs: "exact" | "atLeast" | "undecided";
  readonly kept: number; // length of the leading part the count is about; where undecided, that of the largest ratio
  readonly gap: number | null; // scores[kept]/max(scores[kept − 1], 1e-14), null where one side is empty
}
