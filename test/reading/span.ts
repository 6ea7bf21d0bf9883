/** Spans with known answers, as the learners hand them over: mixed by a rotation, in a normalised library, with errors. */
import { tapeOracle } from "../../src/engine/oracle/tape.js";
import { stream } from "../../src/engine/random.js";
import type { Expression } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { type Library, memberCount, monomialLibrary } from "../../src/field/library.js";
import { combine, LeastSquares, norm } from "../../src/reading/leastsquares.js";
import { type Measure, valuesAt } from "../../src/reading/measure.js";

export const kernels = tapeOracle;

export type Box = readonly (readonly [lo: number, hi: number])[];

/** Uniform points in a box, with the chart of it. */
export function measureOf(box: Box, count = 1000): Measure {
  const { uniform } = stream(3, "box");
  return {
    points: Float64Array.from({ length: count * box.length }, (_, i) => {
      const [lo, hi] = box[i % box.length]!;
      return lo + (hi - lo) * uniform();
    }),
    units: { offset: box.map(([lo]) => lo), scale: box.map(([lo, hi]) => hi - lo) },
  };
}

export const normalisedLibrary = (
  coordinates: readonly string[],
  degree: number,
  { units }: Measure,
  extra: readonly string[] = [],
): Library => monomialLibrary(coordinates, degree, extra.map(expression), units);

export const expression = (text: string): Expression => parse(text);

/** Values [P·dim], physical, of fields given per component. */
export function fieldValues(
  fields: readonly (readonly string[])[],
  coordinates: readonly string[],
  { points }: Measure,
): Float64Array[] {
  const dim = coordinates.length;
  return fields.map((field) => {
    const columns = valuesAt(kernels, field.map(expression), coordinates, points);
    return Float64Array.from({ length: points.length }, (_, i) => columns[i % dim]![Math.floor(i / dim)]!);
  });
}

/** Unit fields that span the same, orthonormal over the points, turned at random. */
export function mixed(values: readonly Float64Array[], { units }: Measure, seed: number): Float64Array[] {
  const dim = units.scale.length;
  const draw = stream(seed, "mixing");
  const weight = Math.sqrt(dim / values[0]!.length);
  const basis = new LeastSquares(values.map((v) => v.map((x, i) => (weight * x) / units.scale[i % dim]!))).basis;
  const turn = new LeastSquares(basis.map(() => Float64Array.from(basis, () => draw.normal()))).basis;
  return turn.map((t) => combine(t, basis).map((x, i) => (x * units.scale[i % dim]!) / weight));
}

/** Coefficients [k, members] of fields over a library that holds them, with random errors of a relative size over the data. */
export function coefficientsOf(
  library: Library,
  values: readonly Float64Array[],
  measure: Measure,
  noise: number,
  seed: number,
): Float64Array {
  const { coordinates, functions } = library;
  const dim = coordinates.length;
  const F = functions.length;
  const places = measure.points.length / dim;
  const draw = stream(seed, "noise");
  const squares = new LeastSquares(valuesAt(kernels, functions, coordinates, measure.points));
  const out = new Float64Array(values.length * memberCount(library));
  values.forEach((value, j) => {
    const error = Array.from({ length: dim }, () => Float64Array.from({ length: F }, () => draw.normal()));
    const size = Math.hypot(...error.map(norm));
    for (let c = 0; c < dim; c++) {
      const { coordinates: along } = squares.project(
        Float64Array.from({ length: places }, (_, i) => value[i * dim + c]!),
      );
      // in the orthonormal basis, so that the error is white over the data
      const noisy = along.map(
        (v, f) => v + ((noise * error[c]![f]!) / size) * Math.sqrt(places) * measure.units.scale[c]!,
      );
      out.set(squares.solve(noisy), j * dim * F + c * F);
    }
  });
  return out;
}

/** Values [P·dim], physical, of fields given by coefficients [k, members]. */
export function libraryValues(library: Library, coefficients: Float64Array, { points }: Measure): Float64Array[] {
  const { coordinates, functions } = library;
  const [dim, F, M] = [coordinates.length, functions.length, memberCount(library)];
  const columns = valuesAt(kernels, functions, coordinates, points);
  return Array.from({ length: coefficients.length / M }, (_, j) => {
    const out = new Float64Array(points.length);
    for (let c = 0; c < dim; c++) {
      const own = combine(coefficients.subarray(j * M + c * F, j * M + (c + 1) * F), columns);
      own.forEach((v, i) => {
        out[i * dim + c] = v;
      });
    }
    return out;
  });
}
