/** Whether a moved graph can still be read as a function of (x, t). */
import type { Trajectories } from "../data/trajectories.js";
import { CELL_BOUNDS } from "../validity/deformed.js";

/**
 * Share of a grid's cells whose area is outside the bounds of the flow score, [0.2, 5] times the undeformed one, after its points were moved:
 * moved [nt, nx, 2 + components], physical. A share above 0 means that some place has several values, or is about to.
 */
export function foldedShare(moved: Float64Array, { nt, nx, components, x, t }: Trajectories): number {
  const width = 2 + components;
  const at = (j: number, i: number, a: number): number => moved[(j * nx + i) * width + a]!;
  let folded = 0;
  for (let j = 0; j + 1 < nt; j++)
    for (let i = 0; i + 1 < nx; i++) {
      const alongX = [at(j, i + 1, 0) - at(j, i, 0), at(j, i + 1, 1) - at(j, i, 1)] as const;
      const alongT = [at(j + 1, i, 0) - at(j, i, 0), at(j + 1, i, 1) - at(j, i, 1)] as const;
      const ratio = (alongX[0] * alongT[1] - alongT[0] * alongX[1]) / ((x[i + 1]! - x[i]!) * (t[j + 1]! - t[j]!));
      if (!(ratio >= CELL_BOUNDS[0] && ratio <= CELL_BOUNDS[1])) folded++;
    }
  return folded / ((nt - 1) * (nx - 1));
}
