/** The box splines live on: the data's own, with a margin that flows may leave the data by. */
import type { Chart } from "../data/chart.js";
import type { Trajectories } from "../data/trajectories.js";
import type { SplineShape } from "../engine/kernels.js";

export type Knots = readonly [x: number, t: number, u: number];

/** x periodic with the data; t and u open, `margin` beyond the data at both ends, in normalised coordinates. Scalar equations. */
export function fieldDomain(data: Trajectories, chart: Chart, [x, t, u]: Knots, margin: number): SplineShape {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const value of data.u) {
    if (value < lo) lo = value;
    if (value > hi) hi = value;
  }
  const normal = (value: number): number => (value - chart.offset[2]!) / chart.scale[2]!;
  return {
    axes: [
      { kind: "periodic", lo: 0, hi: 1, knots: x },
      { kind: "open", lo: -margin, hi: 1 + margin, knots: t },
      { kind: "open", lo: normal(lo) - margin, hi: normal(hi) + margin, knots: u },
    ],
    width: 3,
  };
}
