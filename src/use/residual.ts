/** How far rows of a grid are from solving an equation: the measure of what augmentation makes. */
import { graph } from "../data/graph.js";
import type { Trajectories } from "../data/trajectories.js";
import { type GridKernels, type GridShape, gridMargin, type TapeKernels } from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import { gridScore } from "../validity/deformed.js";
import { absolute } from "../validity/residual.js";

/** Rows of a trajectory's grid, [first, end). */
export type Rows = readonly [first: number, end: number];

const HALF_WIDTH = 4; // of differences of eighth order: two orders above the certificate's, so that the floor hides less

const gridOf = ({ nx, components, length }: Trajectories, rows: number, order: number): GridShape => ({
  nt: rows,
  nx,
  components,
  period: length,
  order: Math.max(1, order),
  halfWidth: HALF_WIDTH,
});

/**
 * Σ|u_t − F| over Σ(|u_t| + Σ|terms of F|) of rows of one trajectory, by central differences of eighth order in x and t; [residual, scale], so
 * that sums can be taken. `lost` rows at both ends serve the stencils only. [0, 0] where the rows are too few for any, or the equation is of
 * second order in time.
 */
export function rowsResidual(
  kernels: GridKernels & TapeKernels,
  equation: Equation,
  trajectory: Trajectories,
  [first, end]: Rows,
): readonly [residual: number, scale: number] {
  const { x, t, nx, nt } = trajectory;
  const grid = gridOf(trajectory, end - first, equation.order);
  if (grid.nt <= 2 * gridMargin(grid) || equation.timeOrder !== 1 || equation.space !== 1) return [0, 0];
  const points = graph(trajectory, 0, { column: 0, row: first, nx, nt: end - first });
  const cell = (x[1]! - x[0]!) * ((t[nt - 1]! - t[0]!) / (nt - 1));
  const { residual, scale } = gridScore(kernels, equation, grid, points, cell, null, absolute(kernels));
  return [residual, scale];
}
