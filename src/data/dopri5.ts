/** Dormand & Prince's 5(4) pair (1980) with adaptive steps: the independent check on ETDRK4, for any dy/dt = f(t, y). */
import { roughPower } from "../engine/elementary.js";
import { InputError, NumericalError } from "../engine/error.js";

export type RightHandSide = (t: number, y: Float64Array, into: Float64Array) => void;

const C = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const A = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84], // also the weights of order 5
];
const FOURTH = [5179 / 57600, 0, 7571 / 16695, 393 / 640, -92097 / 339200, 187 / 2100, 1 / 40];
const ERROR = FOURTH.map((b, i) => (A[6]![i] ?? 0) - b);

/** One step of length h from y, whose slope is slopes[0]; leaves the slope at the end in slopes[6]. */
export function dopri5Step(
  f: RightHandSide,
  t: number,
  y: Float64Array,
  h: number,
  slopes: readonly Float64Array[],
): { y: Float64Array; error: Float64Array } {
  const stage = new Float64Array(y.length);
  for (let s = 1; s < 7; s++) {
    stage.set(y);
    combine(A[s]!, slopes, h, stage);
    f(t + C[s]! * h, stage, slopes[s]!);
  }
  const error = new Float64Array(y.length);
  combine(ERROR, slopes, h, error);
  return { y: stage, error }; // the last stage is the end of the step
}

function combine(weights: readonly number[], slopes: readonly Float64Array[], h: number, into: Float64Array): void {
  for (const [j, weight] of weights.entries()) {
    if (weight === 0) continue;
    const slope = slopes[j]!;
    for (let i = 0; i < into.length; i++) into[i]! += h * weight * slope[i]!;
  }
}

/**
 * States at `times` (increasing, from y0 at t = 0). A step is taken when the root mean square of error/(absolute + relative |y|)
 * is at most 1. Throws NumericalError after `limit` steps.
 */
export function dopri5(
  f: RightHandSide,
  y0: Float64Array,
  times: Float64Array,
  { relative, absolute, limit = 1e6 }: { relative: number; absolute: number; limit?: number },
): Float64Array[] {
  if (!(relative >= 0 && absolute > 0))
    throw new InputError(`tolerances must be positive, but relative is ${relative} and absolute ${absolute}`);
  const slopes = Array.from({ length: 7 }, () => new Float64Array(y0.length));
  let y: Float64Array = y0.slice();
  let t = 0;
  f(t, y, slopes[0]!);
  let h = firstStep(y, slopes[0]!, relative, absolute);
  let taken = 0;
  return Array.from(times, (time) => {
    while (t < time) {
      if (taken++ === limit) throw new NumericalError(`no end of the interval after ${limit} steps, at t = ${t}`);
      const last = t + h >= time * (1 - 1e-15);
      const length = last ? time - t : h;
      const next = dopri5Step(f, t, y, length, slopes);
      const size = norm(next.error, y, next.y, relative, absolute);
      if (size <= 1) {
        t = last ? time : t + length;
        y = next.y;
        slopes[0]!.set(slopes[6]!); // first same as last
      }
      const factor = Math.min(5, Math.max(0.2, 0.9 * roughPower(size, -0.2))); // Hairer, Nørsett & Wanner (1993), II.4
      if (!last || size > 1) h = length * (Number.isFinite(factor) ? factor : 0.2);
    }
    return y.slice();
  });
}

function norm(error: Float64Array, y: Float64Array, z: Float64Array, relative: number, absolute: number): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++)
    sum += (error[i]! / (absolute + relative * Math.max(Math.abs(y[i]!), Math.abs(z[i]!)))) ** 2;
  return Math.sqrt(sum / y.length);
}

/** A hundredth of the time in which y changes by its own size. */
function firstStep(y: Float64Array, slope: Float64Array, relative: number, absolute: number): number {
  const zero = new Float64Array(y.length);
  const a = norm(y, y, zero, relative, absolute);
  const b = norm(slope, y, zero, relative, absolute);
  return a > 1e-5 && b > 1e-5 ? (0.01 * a) / b : 1e-6;
}
