/** Moved points of a trajectory brought back to its grid, for pictures: bilinear scatter with normalised weights. */
import type { Trajectories } from "../data/trajectories.js";

const LEAST = 0.2; // weight below which a cell counts as empty

/** Physical points [nt, nx, 3] of a scalar trajectory → u [nt, nx] on `grid`'s places; NaN where nothing lands. */
export function resampled(points: Float64Array, grid: Trajectories): Float64Array {
  const { nx, nt, length } = grid;
  const sum = new Float64Array(nx * nt);
  const weight = new Float64Array(nx * nt);
  const dx = length / nx;
  const dt = (grid.t[nt - 1]! - grid.t[0]!) / (nt - 1);
  for (let i = 0; i < points.length; i += 3) {
    const p = (points[i]! - grid.x[0]!) / dx;
    const q = (points[i + 1]! - grid.t[0]!) / dt;
    const column = Math.floor(p);
    const row = Math.floor(q);
    for (const j of [row, row + 1]) {
      if (!(j >= 0 && j < nt)) continue;
      for (const k of [column, column + 1]) {
        const share = (1 - Math.abs(q - j)) * (1 - Math.abs(p - k));
        const cell = j * nx + (((k % nx) + nx) % nx);
        sum[cell]! += share * points[i + 2]!;
        weight[cell]! += share;
      }
    }
  }
  return sum.map((total, cell) => (weight[cell]! >= LEAST ? total / weight[cell]! : Number.NaN));
}
