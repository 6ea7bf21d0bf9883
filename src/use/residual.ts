/** How far rows of a grid are from solving an equation: the measure of what augmentation makes. */
import { graph } from "../data/graph.js";
import type { Trajectories } from "../data/trajectories.js";
import { type GridKernels, type GridShape, gridMargin, type TapeKernels } from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import { gridScore } from "../validity/deformed.js";
import { absolute } from "../validity/residual.js";

/** Order of the central differences that residuals are measured by; 6 is the certificate's. */
export type Order = 6 | 8;

/** Rows of a trajectory's grid, [first, end). */
export type Rows = readonly [first: number, end: number];

const gridOf = ({ nx, components, length }: Trajectories, rows: number, order: number, by: Order): GridShape => ({
  nt: rows,
  nx,
  components,
  period: length,
  order: Math.max(1, order),
  halfWidth: by === 6 ? 3 : 4,
});

/**
 * Σ|u_t − F| over Σ(|u_t| + Σ|terms of F|) of rows of one trajectory, by central differences in x and t; [residual, scale], so
 * that sums can be taken. `lost` rows at both ends serve the stencils only. [0, 0] where the rows are too few for any, or the equation is of
 * second order in time.
 */
export function rowsResidual(
  kernels: GridKernels & TapeKernels,
  equation: Equation,
  trajectory: Trajectories,
  [first, end]: Rows,
  by: Order = 6,
): readonly [residual: number, scale: number] {
  const { x, t, nx, nt } = trajectory;
  const grid = gridOf(trajectory, end - first, equation.order, by);
  if (grid.nt <= 2 * gridMargin(grid) || equation.timeOrder !== 1 || equation.space !== 1) return [0, 0];
  const points = graph(trajectory, 0, { column: 0, row: first, nx, nt: end - first });
  const cell = (x[1]! - x[0]!) * ((t[nt - 1]! - t[0]!) / (nt - 1));
  const { residual, scale } = gridScore(kernels, equation, grid, points, cell, null, absolute(kernels));
  return [residual, scale];
}
