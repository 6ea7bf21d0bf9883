/**
 * The members by which the vectors of a sparse basis are told apart: each vector has its pivot and none of the others', as in a reduced
 * row echelon form. Members preferred come first; those whose coefficients are noise are passed over.
 */
import { LeastSquares } from "./leastsquares.js";
import type { Span } from "./span.js";

const ERRORS = 5; // standard errors that a pivot's coefficient must exceed

/** Pivots of the span, as many as its dimension; `order`: its members by preference. */
export function pivotsOf(span: Span, order: readonly number[]): number[] {
  const squares = new LeastSquares(order.map((m) => span.columns[m]!));
  const error = Math.max(...span.uncertainty.error);
  // Orthonormal fields by their coefficients; row i vanishes at the pivots of all rows before it.
  const rows = span.fields.map((f) => squares.solve(squares.project(f).coordinates));
  const pivots: number[] = []; // places in `order`

  /** The largest coefficient here among unit fields that vanish at the pivots so far, in standard errors. */
  const significance = (place: number): number => {
    const d = new Float64Array(order.length);
    d[place] = 1;
    for (let i = pivots.length - 1; i >= 0; i--) {
      const row = rows[i]!;
      let value = -row[place]!;
      for (let j = i + 1; j < pivots.length; j++) value -= row[pivots[j]!]! * d[pivots[j]!]!;
      d[pivots[i]!] = value / row[pivots[i]!]!; // to vanish at the pivots costs accuracy too
    }
    return Math.hypot(...rows.slice(pivots.length).map((row) => row[place]!)) / (error * squares.spread(d));
  };

  const take = (place: number): void => {
    reflect(rows, pivots.length, place);
    pivots.push(place);
  };

  const passed: number[] = [];
  for (let place = 0; place < order.length && pivots.length < rows.length; place++) {
    if (significance(place) > ERRORS) take(place);
    else passed.push(place);
  }
  while (pivots.length < rows.length) {
    const significances = passed.map(significance);
    const best = significances.indexOf(Math.max(...significances));
    take(passed.splice(best, 1)[0]!);
  }
  return pivots.map((place) => order[place]!);
}

/** Reflects rows `from` on so that all but the first of them vanish at `place` (Householder 1958). */
function reflect(rows: readonly Float64Array[], from: number, place: number): void {
  const own = rows.slice(from);
  const v = Float64Array.from(own, (row) => row[place]!);
  const length = Math.hypot(...v);
  if (length === 0) return;
  v[0]! += v[0]! < 0 ? -length : length;
  const square = v.reduce((sum, x) => sum + x * x, 0);
  for (let m = 0; m < own[0]!.length; m++) {
    let along = 0;
    own.forEach((row, i) => {
      along += v[i]! * row[m]!;
    });
    along *= 2 / square;
    own.forEach((row, i) => {
      row[m]! -= along * v[i]!;
    });
  }
  own.forEach((row, i) => {
    if (i > 0) row[place] = 0;
  });
}
