/** Which members a fit can do without: the largest set to leave out with every target still within its bound. */
import { LeastSquares } from "./leastsquares.js";

/**
 * Indices of the columns kept, increasing. Columns are ordered by how many of their errors their coefficients are, times `weight`; one
 * fit in that order tells what each leading part leaves of the targets. Repeated until nothing more can go, since errors shrink with
 * every column gone.
 */
export function selection(
  columns: readonly Float64Array[],
  targets: readonly Float64Array[],
  bounds: readonly number[],
  weight: (column: number) => number,
): number[] {
  let kept = columns.map((_, i) => i);
  for (;;) {
    const squares = new LeastSquares(kept.map((i) => columns[i]!));
    const solved = targets.map((t) => squares.solve(squares.project(t).coordinates));
    const matters = kept.map((column, i) => {
      const largest = Math.max(...solved.map((c, j) => Math.abs(c[i]!) / bounds[j]!));
      return largest === 0 ? 0 : (largest / squares.error(i)) * weight(column);
    });
    const order = kept.map((_, i) => i).sort((a, b) => matters[b]! - matters[a]!);
    const sorted = new LeastSquares(order.map((i) => columns[kept[i]!]!));
    const left = targets.map((t) => sorted.project(t).left);
    let count = order.length;
    while (count > 0 && left.every((l, j) => l[count - 1]! <= bounds[j]!)) count--;
    if (count === kept.length) return kept;
    kept = order
      .slice(0, count)
      .map((i) => kept[i]!)
      .sort((a, b) => a - b);
  }
}
