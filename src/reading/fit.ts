/**
 * Learned fields over a library of functions that formulas are made of: from the coefficients of a library learner, or from values at
 * points by least squares.
 */
import { Matrix, SVD } from "ml-matrix";
import { InputError } from "../engine/error.js";
import type { TapeKernels } from "../engine/kernels.js";
import { type Library, memberCount } from "../field/library.js";
import type { Spectrum } from "../learning/spectrum.js";
import { type Geometry, geometryOf } from "./geometry.js";
import { combine, LeastSquares, norm } from "./leastsquares.js";
import { type Measure, thinned } from "./measure.js";
import { rewrite } from "./physical.js";
import { Span } from "./span.js";

export interface Fit {
  readonly library: Library; // its functions are what formulas are made of
  readonly coefficients: Float64Array; // [k, members]: the given fields, as they came
  readonly errors: Float64Array; // [k, members], standard errors
  readonly residual: Float64Array; // [k]: relative ℓ2 over the points, in normalised units
  readonly span: Span; // what the library expresses of their span
  readonly least: number; // relative distance by which a formula may always be off its field
  readonly negligible: number; // share of a field's length that a term must exceed
  readonly unread: readonly number[]; // residuals of the rest, one per dimension
}

export const fitDefaults = {
  points: 2048, // used of those given
  worst: 0.05, // residual above which a library does not express a field
  /** Of fields given by values: so many times what lies beyond the library, as much again may be wrong within it; at most `most`. */
  values: { times: 10, most: 1e-2 },
  coefficients: { least: 1e-8, negligible: 1e-6 },
  accuracy: 1e-9, // of a library learner's coefficients: least
};

const SEPARATE = 1e-6; // least share of a field outside the span of those before it

/**
 * Relative errors of the leading `count` fields of a library learner: a score over the first one beyond them bounds the angle by which
 * noise of that size turns a field out of its span (Wedin 1972).
 */
export const spectrumAccuracy = ({ scores }: Spectrum, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) =>
    Math.min(0.1, Math.max(fitDefaults.accuracy, count < scores.length ? scores[i]! / scores[count]! : 0)),
  );

/** Fields given by coefficients [k, members of `library`] with relative errors [k] over the data. */
export function fitCoefficients(
  kernels: TapeKernels,
  library: Library,
  measure: Measure,
  coefficients: Float64Array,
  accuracy: number | Float64Array = fitDefaults.accuracy,
): Fit {
  const old = memberCount(library);
  if (coefficients.length % old !== 0)
    throw new InputError(`${coefficients.length} coefficients are no rows of ${old} members; pass [k, ${old}]`);
  const k = coefficients.length / old;
  const points = thinned(measure.points, library.coordinates.length, fitDefaults.points);
  const { library: own, matrix } = rewrite(kernels, library, points);
  const [from, to] = [library.functions.length, own.functions.length];
  const count = memberCount(own);
  const rows = new Float64Array(k * count);
  for (let j = 0; j < k; j++)
    for (let c = 0; c < library.coordinates.length; c++)
      for (let f = 0; f < from; f++) {
        const value = coefficients[j * old + c * from + f]!;
        if (value === 0) continue;
        for (let g = 0; g < to; g++) rows[j * count + c * to + g]! += value * matrix[f * to + g]!;
      }
  const geometry = geometryOf(kernels, own, { ...measure, points });
  const vectors = Array.from({ length: k }, (_, j) =>
    combine(rows.subarray(j * count, (j + 1) * count), geometry.columns),
  );
  const error = Float64Array.from({ length: k }, (_, j) => (typeof accuracy === "number" ? accuracy : accuracy[j]!));
  const units = vectors.map(unit);
  checkIndependent(units);
  return {
    library: own,
    coefficients: rows,
    errors: standardErrors(
      geometry,
      vectors.map((v, j) => norm(v) * error[j]!),
    ),
    residual: new Float64Array(k),
    span: new Span(own, geometry.columns, everyMember(count), units, {
      outside: new Float64Array(k),
      error,
      directions: 1,
    }),
    ...fitDefaults.coefficients,
    unread: [],
  };
}

/**
 * Fields given by values [P·dim] in physical units at the measure's points. What the library does not express is separated by
 * principal directions: of four fields of which one is not in the library, three are read even where all four mix it.
 *
 * A learner's error is smooth: it does not average out over points, so standard errors take it as spread over the library's members, not
 * over P.
 */
export function fitValues(
  kernels: TapeKernels,
  library: Library,
  measure: Measure,
  values: readonly Float64Array[],
): Fit {
  const dim = library.coordinates.length;
  for (const value of values)
    if (value.length !== measure.points.length)
      throw new InputError(
        `a field has ${value.length} values but there are ${measure.points.length / dim} points in ${dim} dimensions; pass [P, ${dim}]`,
      );
  const { library: own } = rewrite(kernels, library, measure.points);
  const count = memberCount(own);
  const points = thinned(measure.points, dim, fitDefaults.points);
  const geometry = geometryOf(kernels, own, { ...measure, points });
  const places = points.length / dim;
  const weight = 1 / Math.sqrt(places);
  const vectors = values.map((value) => {
    const taken = thinned(value, dim, fitDefaults.points); // the same places
    return taken.map((v, i) => (weight * v) / measure.units.scale[i % dim]!);
  });
  const fits = vectors.map((v) => geometry.project(v));
  const rows = new Float64Array(values.length * count);
  fits.forEach(({ inside }, j) => void rows.set(geometry.coefficients(inside), j * count));
  const whole = vectors.map(norm);
  const left = fits.map(({ beyond }) => norm(beyond));

  checkIndependent(vectors.map(unit));
  const basis = new LeastSquares(vectors).basis.map((v) => geometry.project(v));
  const read: { vector: Float64Array; outside: number }[] = [];
  const unread: number[] = [];
  for (const { turn, sine } of principal(basis.map(({ beyond }) => beyond))) {
    if (sine > fitDefaults.worst) unread.push(sine);
    else
      read.push({
        vector: unit(
          combine(
            turn,
            basis.map(({ inside }) => inside),
          ),
        ),
        outside: sine,
      });
  }
  const outside = Float64Array.from(read, (r) => r.outside);
  const { values: limits, coefficients } = fitDefaults;
  const may = Math.min(limits.most, limits.times * Math.max(0, ...outside));
  return {
    library: own,
    coefficients: rows,
    errors: standardErrors(
      geometry,
      left.map((l) => l / Math.sqrt(count)),
    ),
    residual: Float64Array.from(left, (l, j) => l / whole[j]!),
    span: new Span(
      own,
      geometry.columns,
      everyMember(count),
      read.map((r) => r.vector),
      { outside, error: outside.map((o) => Math.max(o, fitDefaults.accuracy)), directions: count - read.length },
    ),
    least: Math.max(coefficients.least, may),
    negligible: Math.max(coefficients.negligible, may),
    unread: unread.sort((a, b) => a - b),
  };
}

const everyMember = (count: number): number[] => Array.from({ length: count }, (_, m) => m);

const unit = (v: Float64Array): Float64Array => {
  const length = norm(v);
  return v.map((x) => x / length);
};

/** Errors [k, members] for fields with errors of given lengths. */
function standardErrors({ columns, error }: Geometry, lengths: readonly number[]): Float64Array {
  const each = columns.map((_, m) => error(m));
  return Float64Array.from(lengths.flatMap((length) => each.map((e) => length * e)));
}

function checkIndependent(units: readonly Float64Array[]): void {
  const squares = new LeastSquares([]);
  units.forEach((v, j) => {
    if (!squares.append(v, SEPARATE))
      throw new InputError(
        `field ${j + 1} of ${units.length} is zero or lies in the span of those before it; pass fields that are linearly independent`,
      );
  });
}

/** Rotation that makes vectors orthogonal to each other: rows of weights, and the length each combination has. */
function principal(vectors: readonly Float64Array[]): { turn: number[]; sine: number }[] {
  if (vectors.length === 0) return [];
  const squares = new LeastSquares(vectors);
  const triangle = vectors.map((_, j) => [...squares.column(j)]); // row j: vector j
  const { leftSingularVectors, diagonal } = new SVD(new Matrix(triangle));
  return diagonal.map((sine, i) => ({ turn: leftSingularVectors.getColumn(i), sine })).sort((a, b) => a.sine - b.sine);
}
