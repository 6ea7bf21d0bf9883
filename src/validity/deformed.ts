/**
 * The residual of a PDE on a deformed grid relative to its terms, on the cells that have not folded, the share of those that have, and the
 * adjoint of a loss in these with respect to the points.
 */

import {
  type GridKernels,
  type GridShape,
  gridMargin,
  jetRows,
  type Program,
  type TapeKernels,
} from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import { readJet } from "../equation/jet.js";
import { derivative, variables } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import type { ResidualMeasure } from "./residual.js";

/** A cell counts while its area is within these multiples of the undeformed one. */
export const CELL_BOUNDS = [0.2, 5] as const;

export interface GridScore {
  readonly residual: number; // as measured
  readonly scale: number; // and what it is relative to
  readonly folded: number; // share of the inner cells that are masked
  readonly excess: number; // mean distance of J/J0 from its bounds: the differentiable charge for folding
  /** Cotangent of the points for log(residual/scale) + charge · excess; null if not asked for. */
  readonly pointsBar: Float64Array | null;
}

/**
 * Scores physical points [nt, nx, 2 + components] of a grid whose undeformed cell has area `cell` (dx · dt).
 *
 * `charge`: weight of the folding excess in the gradient; null for no gradient. Cost: one jet, twice with gradient.
 */
export function gridScore(
  kernels: GridKernels & TapeKernels,
  equation: Equation,
  grid: GridShape,
  points: Float64Array,
  cell: number,
  charge: number | null,
  measure: ResidualMeasure,
): GridScore {
  const n = grid.nt * grid.nx;
  const jetArray = new Float64Array(jetRows(grid) * n);
  kernels.gridJet(grid, points, jetArray);
  const jacobian = jetArray.subarray(0, n);
  const { mask, inner, kept, excess } = cells(grid, jacobian, cell);
  const rows = grid.order + 2;
  const row = (c: number, k: number): Float64Array => jetArray.subarray((1 + c * rows + k) * n, (2 + c * rows + k) * n);
  const { names, terms, partials } = programs(equation);
  const at = (name: string): Float64Array => {
    const index = coordinates.indexOf(name);
    if (index >= 0) return column(points, index, 2 + grid.components);
    const { component, x } = readJet(equation.components, name)!;
    return row(component, x === 0 ? 0 : x + 1);
  };
  const inputs = names.map(at);

  const values = equation.components.map(
    (_, c) => new Float64Array(equation.terms.filter((term) => term.component === c).length * n),
  );
  const rowsOf = values.flatMap((all) => split(all, n));
  kernels.evaluate(terms, inputs, rowsOf);
  const measured = measure(
    grid,
    values.map((terms, c) => ({ ut: row(c, 1), terms })),
    mask,
  );
  const { residual, scale } = measured;
  const result = { residual, scale, folded: 1 - kept / inner, excess };
  if (charge === null) return { ...result, pointsBar: null };

  const pointsBar = new Float64Array(points.length);
  const jetBar = new Float64Array(jetArray.length);
  chargeCells(grid, jacobian, cell, charge / inner, jetBar.subarray(0, n));
  if (residual > 0) {
    const bars = measured.pullback().flatMap((bar, c) => {
      jetBar.subarray((2 + c * rows) * n, (3 + c * rows) * n).set(bar.ut);
      return split(bar.terms, n);
    });
    const slopes = partials.list.map(() => new Float64Array(n));
    kernels.evaluate(partials.program, inputs, slopes);
    const width = 2 + grid.components;
    partials.list.forEach(({ term, name }, index) => {
      const bar = bars[term]!;
      const slope = slopes[index]!;
      const coordinate = coordinates.indexOf(name);
      if (coordinate >= 0) {
        for (let i = 0; i < n; i++) if (mask[i] !== 0) pointsBar[i * width + coordinate]! += bar[i]! * slope[i]!;
        return;
      }
      const { component, x } = readJet(equation.components, name)!;
      const start = (1 + component * rows + (x === 0 ? 0 : x + 1)) * n;
      const into = jetBar.subarray(start, start + n);
      for (let i = 0; i < n; i++) if (mask[i] !== 0) into[i]! += bar[i]! * slope[i]!;
    });
  }
  kernels.gridJetPullback(grid, points, jetBar, pointsBar);
  return { ...result, pointsBar };
}

const coordinates = ["x", "t"];

const split = (all: Float64Array, n: number): Float64Array[] =>
  Array.from({ length: n > 0 ? all.length / n : 0 }, (_, i) => all.subarray(i * n, (i + 1) * n));

interface Programs {
  readonly names: readonly string[]; // inputs of both
  readonly terms: Program; // values of all terms, component by component
  readonly partials: {
    readonly list: readonly { readonly term: number; readonly name: string }[];
    readonly program: Program;
  };
}

const compiled = new WeakMap<Equation, Programs>();

/** The terms and each of their partial derivatives as programs, once per equation. */
function programs(equation: Equation): Programs {
  const known = compiled.get(equation);
  if (known) return known;
  const ordered = equation.components.flatMap((_, c) => equation.terms.filter((term) => term.component === c));
  const expressions = ordered.map((term) => term.expression);
  const names = variables(...expressions);
  const list = ordered.flatMap(({ expression }, term) => variables(expression).map((name) => ({ term, name })));
  const slopes = list.map(({ term, name }) => derivative(expressions[term]!, name));
  const made = { names, terms: compile(expressions, names), partials: { list, program: compile(slopes, names) } };
  compiled.set(equation, made);
  return made;
}

/** Mask of the inner cells within bounds, how many there are, and the mean excess of the others. */
function cells(
  grid: GridShape,
  jacobian: Float64Array,
  cell: number,
): { mask: Float64Array; inner: number; kept: number; excess: number } {
  const mask = new Float64Array(jacobian.length);
  let inner = 0;
  let kept = 0;
  let excess = 0;
  eachInner(grid, (i) => {
    const ratio = jacobian[i]! / cell;
    inner++;
    if (ratio >= CELL_BOUNDS[0] && ratio <= CELL_BOUNDS[1]) {
      mask[i] = 1;
      kept++;
    } else if (Number.isFinite(ratio)) {
      excess += ratio < CELL_BOUNDS[0] ? CELL_BOUNDS[0] - ratio : ratio / CELL_BOUNDS[1] - 1;
    }
  });
  return { mask, inner, kept, excess: excess / inner };
}

/** Adds the cotangent of the excess in J, times `weight`. */
function chargeCells(grid: GridShape, jacobian: Float64Array, cell: number, weight: number, bar: Float64Array): void {
  eachInner(grid, (i) => {
    const ratio = jacobian[i]! / cell;
    if (ratio < CELL_BOUNDS[0]) bar[i]! -= weight / cell;
    else if (ratio > CELL_BOUNDS[1]) bar[i]! += weight / (CELL_BOUNDS[1] * cell);
  });
}

function eachInner(grid: GridShape, visit: (index: number) => void): void {
  const margin = gridMargin(grid);
  const side = grid.period > 0 ? 0 : margin;
  for (let j = margin; j < grid.nt - margin; j++) {
    for (let i = side; i < grid.nx - side; i++) visit(j * grid.nx + i);
  }
}

function column(points: Float64Array, at: number, width: number): Float64Array {
  const out = new Float64Array(points.length / width);
  for (let i = 0; i < out.length; i++) out[i] = points[i * width + at]!; // a callback per entry would cost as much as the jet
  return out;
}
