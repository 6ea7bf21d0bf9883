/**
 * The affine map between physical coordinates (x, t, u…) and normalised ones: x by its period, t to [0, 1], each component of
 * u shifted by its mean and scaled to deviation 0.29, that of a uniform variable on a unit interval.
 */
import { InputError } from "../engine/error.js";
import type { Trajectories } from "./trajectories.js";

export interface Chart {
  readonly names: readonly string[]; // ["x", "t", "u"]
  readonly offset: Float64Array; // [dim], physical value at normalised 0
  readonly scale: Float64Array; // [dim], physical length of one normalised unit
}

const DEVIATION = 0.29;
const COMPONENTS = ["u", "v", "w"];

/** The chart of trajectories. Throws InputError where a coordinate does not vary, since it then has no scale. */
export function chartOf(data: Trajectories): Chart {
  const { u, nt, nx, components } = data;
  const names = ["x", "t"];
  const offset = [data.x[0]!, data.t[0]!];
  const scale = [data.length, data.t[nt - 1]! - data.t[0]!];
  for (let c = 0; c < components; c++) {
    let mean = 0;
    let square = 0;
    let count = 0;
    for (let row = c * nx; row < u.length; row += components * nx)
      for (let i = row; i < row + nx; i++) {
        const step = u[i]! - mean; // Welford (1962): no cancellation where the mean is large
        mean += step / ++count;
        square += step * (u[i]! - mean);
      }
    names.push(components === 1 ? "u" : (COMPONENTS[c] ?? `u${c + 1}`));
    offset.push(mean);
    scale.push(Math.sqrt(square / count) / DEVIATION);
  }
  scale.forEach((length, a) => {
    if (!(length > 0 && Number.isFinite(length) && Number.isFinite(offset[a]!)))
      throw new InputError(`${names[a]} has extent ${length} over the data; pass finite data in which it varies`);
  });
  return { names, offset: Float64Array.from(offset), scale: Float64Array.from(scale) };
}

/** Physical points [n, dim] → normalised ones. */
export function normalise({ offset, scale }: Chart, points: Float64Array): Float64Array {
  const dim = scale.length;
  const out = new Float64Array(points.length);
  for (let i = 0, a = 0; i < out.length; i++, a = a + 1 === dim ? 0 : a + 1)
    out[i] = (points[i]! - offset[a]!) / scale[a]!;
  return out;
}

/** Normalised points [n, dim] → physical ones. */
export function physical({ offset, scale }: Chart, points: Float64Array): Float64Array {
  const dim = scale.length;
  const out = new Float64Array(points.length);
  for (let i = 0, a = 0; i < out.length; i++, a = a + 1 === dim ? 0 : a + 1)
    out[i] = offset[a]! + scale[a]! * points[i]!;
  return out;
}

/** Vectors [n, dim] at points, physical → normalised: offsets play no part. */
export const normaliseVectors = ({ scale }: Chart, vectors: Float64Array): Float64Array =>
  vectors.map((v, i) => v / scale[i % scale.length]!);

/** Vectors [n, dim] at points, normalised → physical. */
export const physicalVectors = ({ scale }: Chart, vectors: Float64Array): Float64Array =>
  vectors.map((v, i) => v * scale[i % scale.length]!);
