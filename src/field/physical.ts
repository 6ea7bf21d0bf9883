/** A field seen in physical coordinates, in the units of the data, where it is stored in normalised ones. */
import { type Chart, normalise, normaliseVectors, physicalVectors } from "../data/chart.js";
import type { Field } from "./field.js";

/** Points and vectors physical, parameters those of `field`. Costs what `field` costs. */
export function physicalField(field: Field, chart: Chart): Field {
  const place = (a: number, z: number): number => chart.offset[a]! + chart.scale[a]! * z;
  return {
    dim: field.dim,
    axes: field.axes.map((axis, a) => ({ ...axis, lo: place(a, axis.lo), hi: place(a, axis.hi) })),
    value: (points) => physicalVectors(chart, field.value(normalise(chart, points))),
    jvp: (points, tangents) =>
      physicalVectors(chart, field.jvp(normalise(chart, points), normaliseVectors(chart, tangents))),
    pullback: (points, cotangent) => field.pullback(normalise(chart, points), physicalVectors(chart, cotangent)), // its own transpose: diagonal
  };
}
