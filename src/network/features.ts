/** What the network sees of a point: cos and sin of each periodic coordinate, each open one scaled to [−1, 1]. */
import { cos, sin } from "../engine/elementary.js";

export interface FeatureMap {
  /** One entry per coordinate; true: period 1 in its own unit. */
  readonly periodic: readonly boolean[];
  /** Ends that open coordinates are scaled from; ignored for periodic ones. */
  readonly lo: readonly number[];
  readonly hi: readonly number[];
}

/** Numbers per point: two for a periodic coordinate, one for an open one. */
export const featureWidth = (periodic: readonly boolean[]): number =>
  periodic.reduce((width, wraps) => width + (wraps ? 2 : 1), 0);

/** The map whose open ends are the extremes of the points [n, dim]; a coordinate that never changes is seen as 0. */
export function featureMap(points: Float64Array, periodic: readonly boolean[]): FeatureMap {
  const dim = periodic.length;
  const lo = new Array<number>(dim).fill(Infinity);
  const hi = new Array<number>(dim).fill(-Infinity);
  for (let i = 0; i < points.length; i++) {
    lo[i % dim] = Math.min(lo[i % dim]!, points[i]!);
    hi[i % dim] = Math.max(hi[i % dim]!, points[i]!);
  }
  return { periodic, lo, hi };
}

/** Points [n, dim] → [n, featureWidth], computed in f64 and rounded once. */
export function features(map: FeatureMap, points: Float64Array): Float32Array {
  const dim = map.periodic.length;
  const out = new Float32Array((points.length / dim) * featureWidth(map.periodic));
  let at = 0;
  for (let i = 0; i < points.length; i++) {
    const axis = i % dim;
    if (map.periodic[axis]) {
      out[at++] = cos(2 * Math.PI * points[i]!);
      out[at++] = sin(2 * Math.PI * points[i]!);
    } else {
      const half = (map.hi[axis]! - map.lo[axis]!) / 2;
      out[at++] = half > 0 ? (points[i]! - map.lo[axis]!) / half - 1 : 0;
    }
  }
  return out;
}
