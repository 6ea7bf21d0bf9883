/** A box in physical coordinates: where the points of a task without data are drawn, and beyond which its maps are not trusted. */
import type { Chart } from "../data/chart.js";
import { InputError } from "../engine/error.js";
import type { Stream } from "../engine/random.js";

export interface Box {
  readonly lo: Float64Array; // [dim]
  readonly hi: Float64Array;
}

/** Ends [lo, hi] for every coordinate, or by name; coordinates without an entry keep [−1, 1]. */
export type Bounds = readonly [lo: number, hi: number] | Readonly<Record<string, readonly [lo: number, hi: number]>>;

const UNIT = [-1, 1] as const;

const forAll = (bounds: Bounds): bounds is readonly [number, number] => Array.isArray(bounds);

/** Throws InputError for names that are no coordinates and for ends that are no interval. */
export function boxOf(coordinates: readonly string[], bounds: Bounds = UNIT): Box {
  if (!forAll(bounds)) {
    const unknown = Object.keys(bounds).find((name) => !coordinates.includes(name));
    if (unknown !== undefined)
      throw new InputError(
        `bounds name ${unknown} but the coordinates are ${coordinates.join(", ")}; name one of these`,
      );
  }
  const ends = coordinates.map((name) => {
    const [lo, hi] = forAll(bounds) ? bounds : Object.hasOwn(bounds, name) ? bounds[name]! : UNIT;
    if (!(Number.isFinite(lo) && Number.isFinite(hi) && lo < hi))
      throw new InputError(`bounds of ${name} run from ${lo} to ${hi}; pass finite ends with lo < hi`);
    return [lo, hi] as const;
  });
  return { lo: Float64Array.from(ends, ([lo]) => lo), hi: Float64Array.from(ends, ([, hi]) => hi) };
}

/** The smallest box around points [n, dim]. */
export function boxAround(points: Float64Array, dim: number): Box {
  const lo = new Float64Array(dim).fill(Number.POSITIVE_INFINITY);
  const hi = new Float64Array(dim).fill(Number.NEGATIVE_INFINITY);
  points.forEach((z, i) => {
    const a = i % dim;
    if (z < lo[a]!) lo[a] = z;
    if (z > hi[a]!) hi[a] = z;
  });
  return { lo, hi };
}

/** The box takes the normalised coordinates [−½, ½]: a uniform variable then has deviation 0.29, as components of data have. */
export const boxChart = ({ lo, hi }: Box, names: readonly string[]): Chart => ({
  names,
  offset: lo.map((l, a) => (l + hi[a]!) / 2),
  scale: lo.map((l, a) => hi[a]! - l),
});

/** `count` points [count, dim], uniform in the box shrunk by the share `margin` of its width at every end. */
export function uniformPoints({ lo, hi }: Box, count: number, stream: Stream, margin = 0): Float64Array {
  const dim = lo.length;
  return Float64Array.from({ length: count * dim }, (_, i) => {
    const a = i % dim;
    return lo[a]! + (hi[a]! - lo[a]!) * (margin + (1 - 2 * margin) * stream.uniform());
  });
}

/** Whether point p of points [n, dim] lies in the box; a coordinate that is not a number does not. */
export function within({ lo, hi }: Box, points: Float64Array, p: number): boolean {
  const dim = lo.length;
  for (let a = 0; a < dim; a++) {
    const z = points[p * dim + a]!;
    if (!(z >= lo[a]! && z <= hi[a]!)) return false;
  }
  return true;
}

/** A neighbour for each of points [n, dim]: a step of `length` in a random direction, as long in every coordinate's own unit. */
export function neighboursOf(points: Float64Array, dim: number, length: number, stream: Stream): Float64Array {
  const out = Float64Array.from(points);
  for (let at = 0; at < points.length; at += dim) {
    const step = Float64Array.from({ length: dim }, () => stream.normal());
    const size = Math.hypot(...step);
    for (let a = 0; a < dim; a++) out[at + a]! += (length * step[a]!) / size;
  }
  return out;
}
