/**
 * The residual of a PDE on a deformed grid: Σ|Δ| over Σ(|u_t| + Σ|terms of F|) on the cells that have not folded,
 * the share of those that have, and the adjoint of a loss in these with respect to the points.
 */

import { type GridKernels, type GridShape, gridMargin, jetRows } from "../engine/kernels.js";
import type { Equation, Jet } from "../equation/equation.js";

/** A cell counts while its area is within these multiples of the undeformed one. */
export const CELL_BOUNDS = [0.2, 5] as const;

export interface GridScore {
  readonly residual: number; // Σ|Δ|
  readonly scale: number; // Σ(|u_t| + Σ|terms|)
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
  kernels: GridKernels,
  equation: Equation,
  grid: GridShape,
  points: Float64Array,
  cell: number,
  charge: number | null,
): GridScore {
  const n = grid.nt * grid.nx;
  const jetArray = new Float64Array(jetRows(grid) * n);
  kernels.gridJet(grid, points, jetArray);
  const jacobian = jetArray.subarray(0, n);
  const { mask, inner, kept, excess } = cells(grid, jacobian, cell);
  const rows = grid.order + 2;
  const row = (c: number, k: number): Float64Array => jetArray.subarray((1 + c * rows + k) * n, (2 + c * rows + k) * n);
  const jet: Jet = {
    x: column(points, 0, 2 + grid.components),
    t: column(points, 1, 2 + grid.components),
    u: equation.components.map((_, c) => [row(c, 0), ...Array.from({ length: grid.order }, (_, k) => row(c, k + 2))]),
  };

  let residual = 0;
  let scale = 0;
  const evaluated = equation.components.map((_, c) => {
    const own = equation.terms.filter((term) => term.component === c);
    const values = new Float64Array(own.length * n);
    own.forEach((term, index) => {
      term.value(jet, values.subarray(index * n, (index + 1) * n));
    });
    const [part, whole] = kernels.residual(row(c, 1), values, mask);
    residual += part;
    scale += whole;
    return { own, values };
  });
  const result = { residual, scale, folded: 1 - kept / inner, excess };
  if (charge === null) return { ...result, pointsBar: null };

  const pointsBar = new Float64Array(points.length);
  const jetBar = new Float64Array(jetArray.length);
  chargeCells(grid, jacobian, cell, charge / inner, jetBar.subarray(0, n));
  if (residual > 0) {
    const room = new Float64Array(n);
    evaluated.forEach(({ own, values }, c) => {
      const utBar = new Float64Array(n);
      const valuesBar = new Float64Array(values.length);
      kernels.residualPullback(row(c, 1), values, mask, 1 / residual, -1 / scale, utBar, valuesBar);
      jetBar.subarray((2 + c * rows) * n, (3 + c * rows) * n).set(utBar);
      own.forEach((term, index) => {
        const bar = valuesBar.subarray(index * n, (index + 1) * n);
        for (const partial of term.partials) {
          partial.value(jet, room);
          const k = partial.order === 0 ? 0 : partial.order + 1;
          const into = jetBar.subarray((1 + partial.component * rows + k) * n, (2 + partial.component * rows + k) * n);
          for (let i = 0; i < n; i++) if (mask[i] !== 0) into[i]! += bar[i]! * room[i]!;
        }
        for (const [along, at] of [
          [term.alongX, 0],
          [term.alongT, 1],
        ] as const) {
          if (!along) continue;
          along(jet, room);
          const width = 2 + grid.components;
          for (let i = 0; i < n; i++) if (mask[i] !== 0) pointsBar[i * width + at]! += bar[i]! * room[i]!;
        }
      });
    });
  }
  kernels.gridJetPullback(grid, points, jetBar, pointsBar);
  return { ...result, pointsBar };
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
