/** The spline class of a task without trajectories: open axes on a box, with a margin that flows may leave the points by. */

import { InputError } from "../engine/error.js";
import type { SplineShape } from "../engine/kernels.js";

/** Ends [dim] in normalised coordinates, one to three of them; `knots` along every axis. */
export function boxDomain(lo: ArrayLike<number>, hi: ArrayLike<number>, knots: number, margin: number): SplineShape {
  const dim = lo.length;
  if (dim > 3) throw new InputError(`spline fields have at most 3 coordinates, not ${dim}; use the library learner`);
  return {
    axes: Array.from({ length: dim }, (_, a) => ({ kind: "open", lo: lo[a]! - margin, hi: hi[a]! + margin, knots })),
    width: dim,
  };
}
