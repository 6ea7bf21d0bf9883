/** From learned fields to formulas and the algebra they form. */
import type { TapeKernels } from "../engine/kernels.js";
import type { Conditions } from "../validity/conditions.js";
import { type Algebra, algebraOf } from "./algebra.js";
import type { Fit } from "./fit.js";
import { type Formula, formulasOf, unreadable } from "./formula.js";
import { combine, LeastSquares } from "./leastsquares.js";
import type { Measure } from "./measure.js";
import { objectionOf, parsimonious } from "./parsimony.js";
import { sparseBasis } from "./sparse.js";

export interface Reading {
  readonly formulas: readonly Formula[]; // as many as fields: a sparse basis of their span, then what no member fits
  readonly residual: Float64Array; // of each given field's own fit
  readonly combinations: readonly Float64Array[]; // each given field (what fits of it) in the formulas that fit
  readonly algebra: Algebra;
}

/** `conditions`: what the fields were trained to satisfy; formulas may then be simpler than the fields, where they satisfy it no worse. */
export function read(kernels: TapeKernels, fit: Fit, measure: Measure, conditions?: Conditions): Reading {
  const basis = sparseBasis(fit);
  const found = formulasOf(conditions ? parsimonious(basis, objectionOf(conditions, basis)) : basis);
  const formulas = [...found, ...fit.unread.map(unreadable)];
  const { columns } = fit.span;
  const squares = new LeastSquares(formulas.filter((f) => f.fits).map((f) => combine(f.coefficients, columns)));
  const M = columns.length;
  const combinations = Array.from(fit.residual, (_, j) => {
    const vector = combine(fit.coefficients.subarray(j * M, (j + 1) * M), columns);
    return squares.solve(squares.project(vector).coordinates);
  });
  const algebra = algebraOf(kernels, formulas, fit.library.coordinates, measure);
  return { formulas, residual: fit.residual, combinations, algebra };
}
