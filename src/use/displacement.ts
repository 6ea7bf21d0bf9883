/** How far a flow moved the points of a trajectory. */
import type { Trajectories } from "../data/trajectories.js";

const DEVIATION = 0.29; // of a component of u in normalised coordinates

/**
 * Root mean square displacement of points [nt·nx, 2 + components] along each coordinate, in the extents that charts are made of: the period,
 * the time covered, `size` [components] over 0.29. Finite points only.
 */
export function displacementOf(
  { length, t, nt, components }: Trajectories,
  points: Float64Array,
  moved: Float64Array,
  size: Float64Array,
): Float64Array {
  const width = 2 + components;
  const unit = [length, t[nt - 1]! - t[0]!, ...Array.from(size, (own) => own / DEVIATION)];
  const sum = new Float64Array(width);
  for (let i = 0; i < points.length; i += width)
    for (let a = 0; a < width; a++) {
      const by = moved[i + a]! - points[i + a]!;
      sum[a]! += by * by;
    }
  return sum.map((square, a) => Math.sqrt(square / (points.length / width)) / unit[a]!);
}
