/**
 * Conditions on fields of the plane that leave features where they are: the rate at which they turn, with a price on bending.
 *
 * A field's score is its rate relative to sqrt(rate² + G² ‖v‖²), ‖v‖² what the squared rate would be if every pixel moved by itself, G² the mean
 * of rate²/‖v‖² over affine fields, so that an arbitrary one scores about 1/√2. (With |v|² under ω for ‖v‖² a turn of digits scores well under any
 * features: it moves much ink along itself.) Second derivatives are added to the rate: without them fields of high degree win that live
 * where nothing is seen. Affine fields have none.
 */
import { COORDINATES, type Plane, pixelPlaces, planeChart } from "../data/plane.js";
import type { Kernels } from "../engine/kernels.js";
import { derivative, type Expression, one, scale, variable } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import type { Library } from "../field/library.js";
import { evaluateAt } from "../task/map.js";
import type { Conditions, RowBlock } from "./conditions.js";
import type { Secants } from "./secants.js";
import type { Sensitivity } from "./sensitivity.js";

export interface WarpingOptions {
  readonly bending: number; // weight of the mean square of second derivatives beside the square of the rate, over G²
}

export const warpingDefaults: WarpingOptions = { bending: 0.01 };

const SAMPLE = 4096; // places drawn by ω
const BLOCK = 512; // rows at a time

/** Rates by central differences, of some of the images that `seen` is of. */
export interface Turned {
  readonly secants: Secants;
  readonly from: number; // first image
  readonly to: number; // after the last
}

/** Conditions from what `sensitivityOf` saw of images of a size; rates by `turned` in place of slopes, where it is given. */
export function warpingConditions(
  kernels: Kernels,
  plane: Plane,
  seen: Sensitivity,
  turned: Turned | null = null,
  options: WarpingOptions = warpingDefaults,
): Conditions {
  const places = pixelPlaces(plane);
  const affine = [one, ...COORDINATES.map(variable)];
  return {
    ...(turned && {
      prepare: ({ functions }: Library) => turned.secants.prepare([...affine, ...functions]),
    }),
    coordinates: COORDINATES,
    units: planeChart(),
    points: drawnBy(seen.weight, places, SAMPLE),
    *rows({ functions }: Library): Iterable<RowBlock> {
      const curved = second.map(([a, b, times]) => {
        const own = functions.map((f) => scale(times, derivative(derivative(f, COORDINATES[a]), COORDINATES[b])));
        return valuesAt(kernels, own, places);
      });
      const members = { values: valuesAt(kernels, functions, places), curved };
      if (!turned) {
        yield* turningRows(kernels, seen, members);
        yield* priceRows(kernels, plane, seen, members, options);
        return;
      }
      yield secantRows(turned, seen, functions);
      const rates = secantRows(turned, seen, affine).a;
      yield* priceRows(kernels, plane, seen, members, options, (basis) => squareOf(rates, basis));
    },
  };
}

/** Second derivatives: along which two coordinates, and how much their square counts. */
export const second = [
  [0, 0, 1],
  [0, 1, Math.SQRT2],
  [1, 1, 1],
] as const;

/** Functions of the plane by what they are at the pixels; fields have one of them, or a sum, in each component. */
export interface Tabulated {
  readonly values: readonly Float64Array[]; // [functions] of [pixels]
  readonly curved: readonly (readonly Float64Array[])[]; // their derivatives, in the order and with the factors of `second`
}

/** Rows of the rate, in the first term alone; columns by component, then by function. */
export function* turningRows(kernels: Kernels, seen: Sensitivity, { values }: Tabulated): Iterable<RowBlock> {
  const F = values.length;
  const members = COORDINATES.length * F;
  for (const { count, rates } of ratesOf(kernels, seen, values)) {
    const a = new Float64Array(count * members);
    rates.forEach((along, c) => {
      for (let r = 0; r < count; r++) a.set(along.subarray(r * F, (r + 1) * F), r * members + c * F);
    });
    yield { rows: count, a, b: new Float64Array(a.length) };
  }
}

/** The same by central differences. */
function secantRows(
  { secants, from, to }: Turned,
  { balance }: Sensitivity,
  functions: readonly Expression[],
): RowBlock {
  const F = functions.length;
  const members = COORDINATES.length * F;
  const columns = COORDINATES.flatMap((_, c) => functions.map((of) => secants.along(c, of, from, to)));
  const rows = columns[0]!.length;
  const dim = rows / (to - from);
  const a = new Float64Array(rows * members);
  for (let r = 0; r < rows; r++) {
    const scale = Math.sqrt(balance[from + Math.floor(r / dim)]! / (to - from));
    for (let m = 0; m < members; m++) a[r * members + m] = scale * columns[m]![r]!;
  }
  return { rows, a, b: new Float64Array(a.length) };
}

/** Σ of squared rates of affine fields, by their coefficients over 1, x, y in each component; `rates` as secantRows gives them of these three. */
function squareOf(rates: Float64Array, basis: readonly (readonly number[])[]): number {
  let sum = 0;
  for (let row = 0; row < rates.length; row += 6)
    for (const coefficients of basis)
      for (const c of [0, 3]) sum += coefficients.reduce((rate, w, f) => rate + w * rates[row + c + f]!, 0) ** 2;
  return sum;
}

/** What rates are measured by, and the price of bending, in the same columns. `square`: Σ of squared rates of affine fields, by slopes if not given. */
export function* priceRows(
  kernels: Kernels,
  plane: Plane,
  seen: Sensitivity,
  { values, curved }: Tabulated,
  { bending }: WarpingOptions = warpingDefaults,
  square?: (basis: readonly (readonly number[])[]) => number,
): Iterable<RowBlock> {
  const places = pixelPlaces(plane);
  const usual = usualRate(kernels, places, seen, square);
  const total = seen.weight.reduce((sum, w) => sum + w, 0);
  const members = COORDINATES.length * values.length;
  yield sizes(seen, usual / Math.SQRT2, values, members);
  const bent = usual * Math.sqrt((2 * bending * total) / places.length);
  for (const own of curved) yield bends(own, members, bent);
}

/** Rows whose squares sum to scale² v·⟨c cᵀ⟩v over the pixels, in both terms, so that they take no part in the difference. */
function sizes({ moments }: Sensitivity, scale: number, values: readonly Float64Array[], members: number): RowBlock {
  const F = values.length;
  const P = moments.length / 3;
  const a = new Float64Array(2 * P * members);
  for (let p = 0; p < P; p++) {
    const { xx, xy, yy } = root(moments, p);
    for (let f = 0; f < F; f++) {
      const value = scale * values[f]![p]!;
      a[2 * p * members + f] = xx * value;
      a[2 * p * members + F + f] = xy * value;
      a[(2 * p + 1) * members + F + f] = yy * value;
    }
  }
  return { rows: 2 * P, a, b: a };
}

/** The triangular root of a pixel's moments: (xx v_x + xy v_y)² + (yy v_y)² is v·⟨c cᵀ⟩v. */
function root(moments: Float64Array, p: number): { xx: number; xy: number; yy: number } {
  const xx = Math.sqrt(moments[3 * p]!);
  const xy = xx > 0 ? moments[3 * p + 1]! / xx : 0;
  return { xx, xy, yy: Math.sqrt(Math.max(0, moments[3 * p + 2]! - xy * xy)) };
}

/** Rows of a derivative of each component at each pixel, in the first term alone. */
function bends(values: readonly Float64Array[], members: number, scale: number): RowBlock {
  const F = values.length;
  const P = values[0]!.length;
  const a = new Float64Array(COORDINATES.length * P * members);
  for (let c = 0; c < COORDINATES.length; c++)
    for (let p = 0; p < P; p++)
      for (let f = 0; f < F; f++) a[(c * P + p) * members + c * F + f] = scale * values[f]![p]!;
  return { rows: COORDINATES.length * P, a, b: new Float64Array(a.length) };
}

function valuesAt(kernels: Kernels, functions: readonly Expression[], places: Float64Array): Float64Array[] {
  return evaluateAt(kernels, compile(functions, COORDINATES), places, COORDINATES.length);
}

/** Rows of the rate for functions by their values at the pixels, in each component: [count, functions]. */
function* ratesOf(kernels: Kernels, { rows, covectors }: Sensitivity, values: readonly Float64Array[]) {
  const P = values[0]!.length;
  const F = values.length;
  const functions = new Float64Array(F * P);
  values.forEach((value, f) => void functions.set(value, f * P));
  for (let from = 0; from < rows; from += BLOCK) {
    const count = Math.min(BLOCK, rows - from);
    const rates = COORDINATES.map((_, c) => {
      const along = Float64Array.from({ length: count * P }, (_, i) => covectors[2 * (from * P + i) + c]!);
      const out = new Float64Array(count * F);
      kernels.productTransposed(count, F, P, along, functions, out);
      return out;
    });
    yield { count, rates };
  }
}

/** Rate over size of affine fields, root mean square over ones that are orthonormal under ω. */
function usualRate(
  kernels: Kernels,
  places: Float64Array,
  seen: Sensitivity,
  squareOf?: (basis: readonly (readonly number[])[]) => number,
): number {
  const total = seen.weight.reduce((sum, w) => sum + w, 0);
  const inner = (u: Float64Array, v: Float64Array): number =>
    u.reduce((sum, x, p) => sum + (x * v[p]! * seen.weight[p]!) / total, 0);
  const basis: Float64Array[] = [];
  const coefficients: number[][] = []; // of each over 1, x, y
  for (const [k, value] of valuesAt(kernels, [one, ...COORDINATES.map(variable)], places).entries()) {
    const rest = value.slice();
    const own = [0, 0, 0];
    own[k] = 1;
    for (const [b, e] of basis.entries()) {
      const c = inner(e, rest);
      for (let p = 0; p < rest.length; p++) rest[p]! -= c * e[p]!;
      for (let i = 0; i < own.length; i++) own[i]! -= c * coefficients[b]![i]!;
    }
    const norm = Math.sqrt(inner(rest, rest));
    basis.push(rest.map((x) => x / norm));
    coefficients.push(own.map((x) => x / norm));
  }
  let square = squareOf?.(coefficients) ?? 0;
  if (!squareOf)
    for (const { rates } of ratesOf(kernels, seen, basis))
      for (const along of rates) for (const rate of along) square += rate * rate;
  let size = 0;
  for (const value of sizes(seen, 1, basis, COORDINATES.length * basis.length).a) size += value * value;
  return Math.sqrt(square / size);
}

/** `count` of the places [P, 2], each as often as its weight asks, evenly through their order: a mean over them is a mean under the weight. */
export function drawnBy(weight: Float64Array, places: Float64Array, count: number): Float64Array {
  const total = weight.reduce((sum, w) => sum + w, 0);
  const out = new Float64Array(2 * count);
  let [p, upTo] = [0, weight[0]!];
  for (let i = 0; i < count; i++) {
    const at = ((i + 0.5) / count) * total;
    while (upTo < at && p < weight.length - 1) upTo += weight[++p]!;
    out.set(places.subarray(2 * p, 2 * p + 2), 2 * i);
  }
  return out;
}
