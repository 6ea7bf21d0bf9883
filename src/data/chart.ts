/**
 * The affine map between physical coordinates (x, (y,) t, u…) and normalised ones: x and y by their periods, t to [0, 1], each component
 * of u shifted by its mean and scaled to deviation 0.29, that of a uniform variable on a unit interval.
 */
import { InputError } from "../engine/error.js";
import type { Equation } from "../equation/equation.js";
import { moments } from "./moments.js";
import type { Trajectories } from "./trajectories.js";

export interface Chart {
  readonly names: readonly string[]; // ["x", "t", "u"]; y after x where there is one
  readonly offset: Float64Array; // [dim], physical value at normalised 0
  readonly scale: Float64Array; // [dim], physical length of one normalised unit
}

const DEVIATION = 0.29;
const COMPONENTS = ["u", "v", "w"];

/**
 * The chart of trajectories: of an equation's coordinates where one is given, else of x, (y,) t and every component of the state. Throws
 * InputError where a coordinate does not vary, since it then has no scale.
 */
export function chartOf(data: Trajectories, equation?: Equation): Chart {
  const { nt, ny, components } = data;
  const given = equation?.components.length ?? components;
  if (given > components)
    throw new InputError(`the data have ${components} components but the equation ${given}; pass all of them`);
  const names = ["x", ...(ny === undefined ? [] : ["y"]), "t"];
  const offset = [data.x[0]!, ...(ny === undefined ? [] : [data.y![0]!]), data.t[0]!];
  const scale = [data.length, ...(ny === undefined ? [] : [data.lengthY!]), data.t[nt - 1]! - data.t[0]!];
  for (let c = 0; c < given; c++) {
    const { mean, deviation } = moments(data, c);
    names.push(equation?.components[c] ?? (components === 1 ? "u" : (COMPONENTS[c] ?? `u${c + 1}`)));
    offset.push(mean);
    scale.push(deviation / DEVIATION);
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
