/** How far points lie beyond a spline's open ends, where the field knows only its end values. */
import type { Axis, SplineShape } from "../engine/kernels.js";

/** Signed distance beyond the nearer open end; 0 within, and on periodic axes. */
const beyond = ({ kind, lo, hi }: Axis, z: number): number =>
  kind === "periodic" ? 0 : z < lo ? z - lo : z > hi ? z - hi : 0;

/**
 * Mean over points [n, dim] of their squared distance beyond the open ends; 0 for no points. Where `addTo` [n, dim] is given,
 * adds the gradient in the points to it.
 */
export function outsideExcess(axes: readonly Axis[], points: Float64Array, addTo: Float64Array | null): number {
  const n = points.length / axes.length;
  let sum = 0;
  for (let a = 0; a < axes.length; a++)
    for (let i = a; i < points.length; i += axes.length) {
      const excess = beyond(axes[a]!, points[i]!);
      if (excess === 0) continue;
      sum += excess * excess;
      if (addTo) addTo[i]! += (2 * excess) / n;
    }
  return n > 0 ? sum / n : 0;
}

/** Share of points [n, dim] beyond an open end of any axis; 0 for no points. */
export function outsideShare({ axes }: SplineShape, points: Float64Array): number {
  const dim = axes.length;
  const lo = axes.map((axis) => (axis.kind === "open" ? axis.lo : Number.NEGATIVE_INFINITY));
  const hi = axes.map((axis) => (axis.kind === "open" ? axis.hi : Number.POSITIVE_INFINITY));
  let count = 0;
  for (let i = 0; i < points.length; i += dim) {
    let a = 0;
    while (a < dim && points[i + a]! >= lo[a]! && points[i + a]! <= hi[a]!) a++;
    if (a < dim) count++;
  }
  return points.length > 0 ? (count * dim) / points.length : 0;
}
