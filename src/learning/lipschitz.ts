/** The Lipschitz term: mean over pairs of neighbouring data points of max(‖δv‖/‖δz‖ − ℓ, 0), so that fields stay tame between data. */
import type { SplineKernels, SplineShape } from "../engine/kernels.js";

/** Value and gradient, summed over the slots of `control` [K, knots…, dim]. `points` and `neighbours` [P, dim] pair up. */
export function lipschitz(
  kernels: SplineKernels,
  shape: SplineShape,
  points: Float64Array,
  neighbours: Float64Array,
  control: Float64Array,
  slots: number,
  bound: number,
): { value: number; gradient: Float64Array } {
  const dim = shape.axes.length;
  const width = shape.width;
  const pairs = points.length / dim;
  const size = control.length / slots;
  const gradient = new Float64Array(control.length);
  const here = new Float64Array(pairs * width);
  const there = new Float64Array(pairs * width);
  const bar = new Float64Array(pairs * width);
  let total = 0;
  for (let b = 0; b < slots; b++) {
    const own = control.subarray(b * size, (b + 1) * size);
    kernels.splineValue(shape, own, points, here);
    kernels.splineValue(shape, own, neighbours, there);
    let charged = false;
    for (let p = 0; p < pairs; p++) {
      let apart = 0;
      for (let a = 0; a < dim; a++) apart += (neighbours[p * dim + a]! - points[p * dim + a]!) ** 2;
      let change = 0;
      for (let c = 0; c < width; c++) change += (there[p * width + c]! - here[p * width + c]!) ** 2;
      const distance = Math.sqrt(apart);
      const size = Math.sqrt(change);
      const excess = size / distance - bound;
      const active = excess > 0;
      charged ||= active;
      if (active) total += excess / pairs;
      for (let c = 0; c < width; c++) {
        const i = p * width + c;
        bar[i] = active ? (there[i]! - here[i]!) / (size * distance * pairs) : 0;
      }
    }
    if (!charged) continue;
    const into = gradient.subarray(b * size, (b + 1) * size);
    kernels.splinePullback(shape, neighbours, bar, into);
    kernels.splinePullback(
      shape,
      points,
      bar.map((v) => -v),
      into,
    );
  }
  return { value: total, gradient };
}
