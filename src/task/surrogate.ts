/**
 * A polynomial fitted to samples: least squares over products of Legendre polynomials of growing total degree; each output takes the degree
 * with the smallest leave-one-out error. Derivatives are the polynomial's own.
 *
 * Cost: 2 · n · members² operations, members at most 400 and n/3.
 */
import { InputError } from "../engine/error.js";
import { boxAround } from "./box.js";
import { legendreTables, productAt, productsOfDegree } from "./legendre.js";
import type { PointMap } from "./map.js";
import { Regression } from "./regression.js";

export interface Surrogate extends PointMap {
  readonly degrees: readonly number[]; // per output
  readonly errors: readonly number[]; // rms leave-one-out error over the deviation of the samples, per output
  /**
   * Rms error of the derivatives over their rms, in units of the box, from the coefficients' covariance; lack of fit counts as noise. Within
   * a factor of two where noise limits the fit, up to ten times too small where only the highest degree does.
   */
  readonly slopeError: number;
}

const HIGHEST = 16; // degree
const MOST = 400; // members
const SAMPLES_PER_MEMBER = 3;
const PATIENCE = 3; // degrees without gain before the search ends: even functions gain in every second only
const WORTH = 1.0005; // a higher degree must lower the error by 0.05 %: what is missing weighs more in the derivatives than in the values
const PROBES = 128; // samples at which the error of the derivatives is taken

/** Points [n, inputs] with values [n, outputs]. Throws InputError where they do not determine a map and its derivatives. */
export function fitSurrogate(points: Float64Array, values: Float64Array, inputs: number): Surrogate {
  const n = points.length / inputs;
  const outputs = values.length / n;
  const targets = Array.from({ length: outputs }, (_, c) =>
    Float64Array.from({ length: n }, (_, i) => values[i * outputs + c]!),
  );
  const spread = targets.map(deviation);
  const box = boxAround(points, inputs);
  const tables = legendreTables(box, points, HIGHEST);
  const regression = new Regression(targets);
  const members: number[][] = [];
  const sizes: number[] = []; // members up to a degree
  const errors: number[][] = targets.map(() => []); // by degree

  /** Takes one more degree in; false where the samples cannot tell its members apart, or are too few. */
  const extend = (): boolean => {
    const degree = sizes.length;
    const more = productsOfDegree(inputs, degree);
    if (degree > HIGHEST || members.length + more.length > Math.min(MOST, n / SAMPLES_PER_MEMBER)) return false;
    if (!more.every((member) => regression.add(productAt(tables, member)))) return false;
    members.push(...more);
    sizes.push(members.length);
    errors.forEach((list, c) => void list.push(regression.leaveOneOut(c)));
    return true;
  };
  if (!(extend() && extend()))
    throw new InputError(
      `${n} samples lie in fewer than ${inputs} dimensions, or are too few; pass at least ${SAMPLES_PER_MEMBER * (inputs + 1)} that vary in every coordinate`,
    );
  for (let idle = 0; idle < PATIENCE; idle++) {
    const before = errors.map((list) => Math.min(...list));
    if (!extend()) break;
    if (errors.some((list, c) => list.at(-1)! * WORTH < before[c]!)) idle = -1;
  }

  const degrees = errors.map((list, c) => {
    const enough = WORTH * Math.min(...list) + 1e-13 * spread[c]!;
    return list.findIndex((error) => error <= enough);
  });
  const coefficients = degrees.map((degree, c) => regression.coefficients(c, sizes[degree]!));
  const highest = Math.max(1, ...degrees);

  /** Σ coefficients · member per output, [n] each; with `along`, differentiated. */
  const sums = (places: Float64Array, along = -1): Float64Array[] => {
    const at = legendreTables(box, places, highest);
    const out = coefficients.map(() => new Float64Array(places.length / inputs));
    for (let m = 0; m < sizes[highest]!; m++) {
      const value = productAt(at, members[m]!, along);
      coefficients.forEach((own, c) => {
        if (m < own.length) for (let i = 0; i < value.length; i++) out[c]![i]! += own[m]! * value[i]!;
      });
    }
    return out;
  };
  const value = (places: Float64Array): Float64Array => {
    const out = new Float64Array((places.length / inputs) * outputs);
    sums(places).forEach((sum, c) => {
      for (let i = 0; i < sum.length; i++) out[i * outputs + c] = sum[i]!;
    });
    return out;
  };
  const jacobian = (places: Float64Array): Float64Array => {
    const out = new Float64Array((places.length / inputs) * outputs * inputs);
    for (let a = 0; a < inputs; a++)
      sums(places, a).forEach((sum, c) => {
        for (let i = 0; i < sum.length; i++) out[(i * outputs + c) * inputs + a] = sum[i]!;
      });
    return out;
  };

  const slopeError = (): number => {
    const probes = points.subarray(0, Math.min(PROBES, n) * inputs);
    const count = probes.length / inputs;
    const slopes = jacobian(probes);
    const at = legendreTables(box, probes, highest);
    let [wrong, size] = [0, 0];
    for (let a = 0; a < inputs; a++) {
      const unit = box.hi[a]! - box.lo[a]!;
      const rows = members.slice(0, sizes[highest]!).map((member) => productAt(at, member, a));
      degrees.forEach((degree, c) => {
        const noise = errors[c]![degree]! / spread[c]!;
        for (let i = 0; i < count; i++) {
          const row = Float64Array.from({ length: sizes[degree]! }, (_, m) => rows[m]![i]!);
          wrong += (unit * noise) ** 2 * regression.variance(row);
          size += ((unit * slopes[(i * outputs + c) * inputs + a]!) / spread[c]!) ** 2;
        }
      });
    }
    return Math.sqrt(wrong / size);
  };
  return {
    inputs,
    outputs,
    value,
    jet: (places) => ({ value: value(places), jacobian: jacobian(places) }),
    degrees,
    errors: degrees.map((degree, c) => errors[c]![degree]! / spread[c]!),
    slopeError: slopeError(),
  };
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}
