/** Numbers of several seeds, and two ways of doing something compared seed by seed. */
import { studentWithin } from "./student.js";

export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number | null; // of a sample; null of one
}

/** a − b over seeds that both have. */
export interface Difference {
  readonly pairs: number;
  readonly mean: number;
  /** 95 % interval of the mean, by Student's t on the pairs' differences; null of fewer than two. */
  readonly interval: readonly [low: number, high: number] | null;
}

export function summaryOf(values: readonly number[]): Summary {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: count > 1 ? Math.sqrt(square / (count - 1)) : null };
}

/** Pairs [a, b] of one seed each. */
export function differenceOf(pairs: readonly (readonly [a: number, b: number])[]): Difference {
  const { count, mean, deviation } = summaryOf(pairs.map(([a, b]) => a - b));
  if (deviation === null) return { pairs: count, mean, interval: null };
  const half = (studentWithin(0.95, count - 1) * deviation) / Math.sqrt(count);
  return { pairs: count, mean, interval: [mean - half, mean + half] };
}
