/**
 * A map known by its values only, differentiated by central differences of order 8 (Fornberg 1988, table 1). Steps are a hundredth of the
 * box: truncation and rounding then both lie near 1e-13 for functions that vary over the box.
 */
import { InputError } from "../engine/error.js";
import type { Jet, PointMap } from "./map.js";

/** Points [n, inputs], physical → n · outputs numbers. */
export type Callable = (points: Float64Array) => ArrayLike<number>;

const STEP = 0.01; // of a coordinate's unit
const EIGHTH = [4 / 5, -1 / 5, 4 / 105, -1 / 280]; // of f(z + kh) − f(z − kh), over h
const SIXTH = [3 / 4, -3 / 20, 1 / 60, 0];
const SHARED = Math.hypot(...EIGHTH) / Math.hypot(...EIGHTH.map((c, k) => c - SIXTH[k]!)); // noise of either over that of their difference

/** Share of a box of unit width that differences reach beyond a point. */
export const REACH = 4 * STEP;

export interface DifferencedMap extends PointMap {
  /** Rms error of the derivatives at points, relative to them, as the difference between orders 6 and 8 shows it. Rounding, noise, truncation. */
  error(points: Float64Array): number;
}

/** Costs 8 · inputs evaluations per derivative. `scale` [inputs]: the coordinates' units. */
export function differencedMap(call: Callable, outputs: number, scale: ArrayLike<number>): DifferencedMap {
  const inputs = scale.length;

  function value(points: Float64Array): Float64Array {
    const came = call(Float64Array.from(points)); // a copy: what the caller's function does to it is its own affair
    const expected = (points.length / inputs) * outputs;
    if (came?.length !== expected)
      throw new InputError(
        `the function gave ${came?.length ?? "no"} numbers for ${points.length / inputs} points; return ${outputs} for each, as one array`,
      );
    return Float64Array.from(came);
  }

  function slopes(points: Float64Array): { sixth: Float64Array; eighth: Float64Array } {
    const n = points.length / inputs;
    const sixth = new Float64Array(n * outputs * inputs);
    const eighth = new Float64Array(sixth.length);
    for (let a = 0; a < inputs; a++) {
      const h = STEP * scale[a]!;
      for (let k = 1; k <= 4; k++) {
        const [up, down] = [h, -h].map((step) => value(points.map((z, i) => (i % inputs === a ? z + k * step : z))));
        for (let i = 0; i < n * outputs; i++) {
          const difference = (up![i]! - down![i]!) / h;
          sixth[i * inputs + a]! += SIXTH[k - 1]! * difference;
          eighth[i * inputs + a]! += EIGHTH[k - 1]! * difference;
        }
      }
    }
    return { sixth, eighth };
  }

  return {
    inputs,
    outputs,
    value,
    jet: (points): Jet => ({ value: value(points), jacobian: slopes(points).eighth }),
    error(points) {
      const { sixth, eighth } = slopes(points);
      let [apart, size] = [0, 0];
      eighth.forEach((slope, i) => {
        const unit = scale[i % inputs]!;
        apart += (unit * (slope - sixth[i]!)) ** 2;
        size += (unit * slope) ** 2;
      });
      return SHARED * Math.sqrt(apart / size);
    },
  };
}
