/**
 * Formulas shorter than a fit would have them, where what a symmetry must satisfy bears them out. A trained field is off by some tenths of a degree, all in one
 * direction, and read to the last digit that error becomes terms of its own: t ∂x + 0.0117 t ∂t + 1.006 ∂u - 0.0154 u ∂u. The conditions that it was
 * trained on know better: they hold to rounding for t ∂x + ∂u.
 */
import type { Library } from "../field/library.js";
import { libraryScorer } from "../learning/score.js";
import type { Conditions } from "../validity/conditions.js";
import { fitDefaults } from "./fit.js";
import { type Formula, formulaOf } from "./formula.js";
import { LeastSquares, norm } from "./leastsquares.js";
import type { Span } from "./span.js";
import type { SparseBasis, SparseRow } from "./sparse.js";

/** How far a field of the library is from what it must satisfy, by its coefficients [members]; 0 for a symmetry. */
export type Objection = (coefficients: Float64Array) => number;

/** The relative tangent score under `conditions`, of fields on the members that the rows of a basis have. */
export function objectionOf(conditions: Conditions, { span, rows }: SparseBasis): Objection {
  const { library } = span;
  const F = library.functions.length;
  const used = [...new Set(rows.flatMap(({ support }) => support.map((m) => m % F)))];
  const own: Library = {
    ...library,
    functions: used.map((f) => library.functions[f]!),
    labels: used.map((f) => library.labels[f]!),
  };
  const score = libraryScorer(conditions, own);
  return (coefficients) =>
    score(Float64Array.from(library.coordinates.flatMap((_, c) => used.map((f) => coefficients[c * F + f]!))));
}

const MOST = 10; // terms of which all choices are tried

/**
 * Each row with the fewest of its terms whose formula, numbers and all, lies within `worst` of the span and is objected to no more than the row's own.
 * Rows for which there is no such choice stay as they are.
 */
export function parsimonious(basis: SparseBasis, objection: Objection, worst: number = fitDefaults.worst): SparseBasis {
  const { whole, span } = basis;
  const shorter = (row: SparseRow): SparseRow => {
    if (row.support.length > MOST) return row;
    const full = formulaOf(whole, span, row);
    if (!(full.residual <= worst)) return row;
    const most = objection(full.coefficients);
    for (const support of choices(row.support)) {
      const candidate: SparseRow = { support, pivot: largest(support, full), simplified: true };
      const { residual, coefficients } = formulaOf(whole, span, candidate);
      if (residual <= worst && objection(coefficients) <= most) return candidate;
    }
    return row;
  };
  /** Of some members the one with the largest term in a formula: it is there whatever goes. */
  const largest = (support: readonly number[], { coefficients }: Formula): number => {
    const sizes = support.map((m) => Math.abs(coefficients[m]!) * norm(span.columns[m]!));
    return support[sizes.indexOf(Math.max(...sizes))]!;
  };
  const rows = basis.rows.map(shorter);
  const told = new LeastSquares([]);
  const apart = rows.every((row) => told.append(vectorOf(span, row), APART));
  return apart ? { ...basis, rows } : basis;
}

const APART = 0.1; // of a row outside the span of those before it: rows shortened to the same say nothing

function vectorOf(span: Span, { support, pivot }: SparseRow): Float64Array {
  return span.vector(support, span.nearest(support, pivot).coefficients);
}

/** All choices of members, fewest first; all of them at last, for their numbers. */
function choices(support: readonly number[]): number[][] {
  const subsets = Array.from({ length: 2 ** support.length - 1 }, (_, bits) =>
    support.filter((_, i) => (bits + 1) & (1 << i)),
  );
  return subsets.sort((a, b) => a.length - b.length);
}
