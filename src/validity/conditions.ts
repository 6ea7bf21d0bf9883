/**
 * Linear conditions on fields, as a library learner asks for them: for every member of a library the tested rows of the two terms
 * whose difference vanishes for a symmetry (for a PDE D_t^m Q and F′[u] Q). Every task that has a library learner offers one.
 */
import type { Library, Units } from "../field/library.js";

/** Rows [rows, members] of both terms; the residual's rows are a − b. */
export interface RowBlock {
  readonly rows: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

export interface Conditions {
  readonly coordinates: readonly string[];
  readonly units: Units; // normalised = (physical − offset)/scale; ⟨v, w⟩ is taken in normalised coordinates
  readonly points: Float64Array; // [P, dim], physical: the measure of ⟨v, w⟩
  /**
   * Relative error of the rows themselves: scores below it say nothing, so the count clamps them there. Absent: 1e-9, rounding. A fitted
   * surrogate or a callable differenced numerically says what it has.
   */
  readonly floor?: number;
  /** Smallest ratio of neighbouring scores at which the count is decided. Absent: 100; 10 where the rows come from noisy samples. */
  readonly decisive?: number;
  /** What `rows` of a library need to have been looked at first, where it takes waiting. */
  prepare?(library: Library): Promise<void>;
  /** Blocks of rows, of bounded size each (a few MB), each row with its weight already in it. */
  rows(library: Library): Iterable<RowBlock>;
}
