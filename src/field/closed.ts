/** Fields given by formula: exact generators for truth tables, tests and input. They have no parameters. */
import type { Axis } from "../engine/kernels.js";
import type { Field } from "./field.js";

/** Writes v(z), or its derivative along w, to `into`; all [dim], views into the caller's arrays. */
export type Formula = (z: Float64Array, into: Float64Array) => void;
export type Derivative = (z: Float64Array, w: Float64Array, into: Float64Array) => void;

export function closedField(axes: readonly Axis[], formula: Formula, derivative: Derivative): Field {
  const dim = axes.length;
  const each = (points: Float64Array, visit: (row: (of: Float64Array) => Float64Array) => void): void => {
    for (let at = 0; at < points.length; at += dim) visit((of) => of.subarray(at, at + dim));
  };
  return {
    dim,
    axes,
    value(points) {
      const out = new Float64Array(points.length);
      each(points, (row) => formula(row(points), row(out)));
      return out;
    },
    jvp(points, tangents) {
      const out = new Float64Array(points.length);
      each(points, (row) => derivative(row(points), row(tangents), row(out)));
      return out;
    },
    pullback: () => new Float64Array(0),
  };
}
