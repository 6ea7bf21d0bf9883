/** What engines agree on for deformed grids: the constants of their arithmetic, and the checks made before they touch memory. */
import { InputError } from "./error.js";
import { type GridShape, jetRows } from "./kernels.js";

/**
 * 1/J is taken as J/(J² + δ²) with δ = SOFTENING times the mean |J| of the grid (held constant in the adjoint): where a cell
 * has folded onto a line everything stays finite, so that a zero cotangent there stays zero; a cell of a fifth of the mean
 * size is changed by 2.5e-17 of itself, below rounding. FLOOR serves grids that have collapsed altogether.
 */
export const SOFTENING = 1e-9;
export const FLOOR = 1e-100;

/** Throws InputError unless the shape can be differentiated and both arrays fit it. */
export function checkGrid(grid: GridShape, points: Float64Array, jet: Float64Array, ...more: Float64Array[]): void {
  const { nt, nx, components, period, order, halfWidth } = grid;
  if (![nt, nx, components].every((n) => Number.isInteger(n) && n > 0))
    throw new InputError(`nt, nx and components must be whole and positive, but are ${nt}, ${nx}, ${components}`);
  if (![1, 2, 3, 4].includes(order)) throw new InputError(`the order must be 1, 2, 3 or 4, but is ${order}`);
  if (halfWidth !== 3 && halfWidth !== 4) throw new InputError(`halfWidth must be 3 or 4, but is ${halfWidth}`);
  if (!(period >= 0 && period < Number.POSITIVE_INFINITY))
    throw new InputError(`the period must be positive, or 0 for open ends, but is ${period}`);
  const width = 2 + components;
  for (const array of [points, ...more])
    if (array.length !== nt * nx * width)
      throw new InputError(
        `points hold ${array.length} numbers, but the grid has ${nt} × ${nx} of width ${width}; pass [${nt}, ${nx}, ${width}]`,
      );
  const rows = jetRows(grid);
  if (jet.length !== rows * nt * nx)
    throw new InputError(
      `the jet holds ${jet.length} numbers, but it has ${rows} rows of ${nt} × ${nx}; pass [${rows}, ${nt}, ${nx}]`,
    );
}

/** Number of terms; throws InputError where the arrays do not fit each other. */
export function termCount(ut: Float64Array, terms: Float64Array, mask: Float64Array): number {
  const n = ut.length;
  const count = n === 0 ? 0 : terms.length / n;
  if (!Number.isInteger(count) || mask.length !== n || (n === 0 && terms.length > 0))
    throw new InputError(
      `u_t has ${n} places, but the terms hold ${terms.length} numbers and the mask ${mask.length}; pass terms [count, ${n}] and mask [${n}]`,
    );
  return count;
}
