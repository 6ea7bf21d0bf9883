/** The Sobolev term in x: mean over data points of ‖∂v/∂x‖², which smooths what the validity leaves open. */
import type { SplineKernels, SplineShape } from "../engine/kernels.js";

/** Value and gradient, summed over the slots of `control` [K, knots…, dim]; `points` [P, dim], x the first axis. */
export function sobolev(
  kernels: SplineKernels,
  shape: SplineShape,
  points: Float64Array,
  control: Float64Array,
  slots: number,
): { value: number; gradient: Float64Array } {
  const dim = shape.axes.length;
  const width = shape.width;
  const places = points.length / dim;
  const size = control.length / slots;
  const gradient = new Float64Array(control.length);
  const value = new Float64Array(places * width);
  const derivative = new Float64Array(places * dim * width);
  const valueBar = new Float64Array(value.length);
  const derivativeBar = new Float64Array(derivative.length);
  let total = 0;
  for (let b = 0; b < slots; b++) {
    kernels.splineJet(shape, control.subarray(b * size, (b + 1) * size), points, value, derivative);
    for (let p = 0; p < places; p++) {
      for (let c = 0; c < width; c++) {
        const slope = derivative[p * dim * width + c]!; // axis 0
        total += slope ** 2 / places;
        derivativeBar[p * dim * width + c] = (2 * slope) / places;
      }
    }
    kernels.splineJetPullback(shape, points, valueBar, derivativeBar, gradient.subarray(b * size, (b + 1) * size));
  }
  return { value: total, gradient };
}
