/** A vector field on a task's space: all that flows, scores and readings ever see. */
import type { Axis } from "../engine/kernels.js";

export interface Field {
  readonly dim: number; // width of points and of values
  readonly axes: readonly Axis[]; // where it is defined, normalised coordinates
  /** Points [n, dim] → [n, dim]. */
  value(points: Float64Array): Float64Array;
  /** Jacobian-vector product at points [n, dim] along tangents [n, dim] → [n, dim]. */
  jvp(points: Float64Array, tangents: Float64Array): Float64Array;
  /** Adjoint of `value` in the field's own parameters: cotangent [n, dim] → gradient (empty where it has none). */
  pullback(points: Float64Array, cotangent: Float64Array): Float64Array;
}
