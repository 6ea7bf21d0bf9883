/** Fields given by the control points of a tensor cubic B-spline: what learning, flows, scores and readings pass around. */
import { InputError } from "../engine/error.js";
import type { Axis, SplineKernels, SplineShape } from "../engine/kernels.js";
import { checkShape, controlLength, spacing } from "../engine/shape.js";
import type { Field } from "./field.js";

/** Positions of the control points, [knots…, axes] with the last axis fastest; an open axis has one beyond either end. */
export function knotPoints({ axes }: SplineShape): Float64Array {
  const dim = axes.length;
  const count = axes.reduce((product, axis) => product * axis.knots, 1);
  const out = new Float64Array(count * dim);
  for (let p = 0; p < count; p++) {
    let index = p;
    for (let a = dim - 1; a >= 0; a--) {
      const axis = axes[a]!;
      out[p * dim + a] = axis.lo + ((index % axis.knots) - (axis.kind === "open" ? 1 : 0)) * spacing(axis);
      index = Math.floor(index / axis.knots);
    }
  }
  return out;
}

export class SplineField implements Field {
  readonly dim: number;
  readonly axes: readonly Axis[];

  /** Control points [knots…, dim] in normalised units, kept by reference. Throws InputError where they do not fit the shape. */
  constructor(
    private readonly kernels: SplineKernels,
    private readonly shape: SplineShape,
    readonly control: Float64Array,
  ) {
    checkShape(shape);
    if (shape.width !== shape.axes.length)
      throw new InputError(`a field has as many components as axes, not ${shape.width} and ${shape.axes.length}`);
    if (control.length !== controlLength(shape))
      throw new InputError(
        `control points are ${control.length} numbers; pass ${controlLength(shape)}: [knots…, components]`,
      );
    this.dim = shape.width;
    this.axes = shape.axes;
  }

  value(points: Float64Array): Float64Array {
    const value = new Float64Array(points.length);
    this.kernels.splineValue(this.shape, this.control, points, value);
    return value;
  }

  jvp(points: Float64Array, tangents: Float64Array): Float64Array {
    const { dim } = this;
    const n = points.length / dim;
    const derivative = new Float64Array(n * dim * dim);
    const out = new Float64Array(n * dim);
    this.kernels.splineJet(this.shape, this.control, points, out, derivative);
    out.fill(0);
    for (let p = 0; p < n; p++)
      for (let a = 0; a < dim; a++) {
        const tangent = tangents[p * dim + a]!;
        for (let c = 0; c < dim; c++) out[p * dim + c]! += derivative[(p * dim + a) * dim + c]! * tangent;
      }
    return out;
  }

  pullback(points: Float64Array, cotangent: Float64Array): Float64Array {
    const gradient = new Float64Array(this.control.length);
    this.kernels.splinePullback(this.shape, points, cotangent, gradient);
    return gradient;
  }
}
