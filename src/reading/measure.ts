/** Where fields are compared and in which units: ⟨v, w⟩ is the mean over points of v·w, each component over its scale. */
import { InputError } from "../engine/error.js";
import type { TapeKernels } from "../engine/kernels.js";
import type { Expression } from "../expression/expression.js";
import { text } from "../expression/print.js";
import { compile } from "../expression/program.js";
import type { Units } from "../field/library.js";

export interface Measure {
  readonly points: Float64Array; // [P, dim], physical
  readonly units: Units; // their `scale` is what vectors are divided by
}

/** Values [P] of each function at points [P, dim], by one program. Throws InputError where one is not finite. */
export function valuesAt(
  kernels: TapeKernels,
  functions: readonly Expression[],
  coordinates: readonly string[],
  points: Float64Array,
): Float64Array[] {
  const dim = coordinates.length;
  const values = evaluateAt(kernels, functions, coordinates, points);
  values.forEach((value, f) => {
    const bad = value.findIndex((v) => !Number.isFinite(v));
    if (bad < 0) return;
    const place = coordinates.map((name, a) => `${name} = ${points[bad * dim + a]!.toPrecision(4)}`).join(", ");
    throw new InputError(
      `${text(functions[f]!)} is ${value[bad]} at ${place}; choose library members that are finite on the data`,
    );
  });
  return values;
}

/** The same, whatever comes. */
export function evaluateAt(
  kernels: TapeKernels,
  functions: readonly Expression[],
  coordinates: readonly string[],
  points: Float64Array,
): Float64Array[] {
  const dim = coordinates.length;
  const count = points.length / dim;
  const columns = coordinates.map((_, a) => Float64Array.from({ length: count }, (_, i) => points[i * dim + a]!));
  const values = functions.map(() => new Float64Array(count));
  if (functions.length > 0) kernels.evaluate(compile(functions, coordinates), columns, values);
  return values;
}

/** At most `count` of the points, evenly spread over their order. */
export function thinned(points: Float64Array, dim: number, count: number): Float64Array {
  const given = points.length / dim;
  if (given <= count) return points;
  const out = new Float64Array(count * dim);
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * given) / count) * dim;
    out.set(points.subarray(from, from + dim), i * dim);
  }
  return out;
}
