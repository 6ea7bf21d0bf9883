/** How far generators are followed: shares of the data's extents, whatever the size of the fields. */
import { type Chart, normaliseVectors, physical } from "../data/chart.js";
import { samplePoints } from "../data/sample.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import { stream } from "../engine/random.js";
import type { Generators } from "../flow/generators.js";

const POINTS = 2048; // for a root mean square to 1 %

/**
 * Root mean square of each generator over points of the data, in the chart's extents: exp(s V/length) moves a data point by about s of them.
 * Throws InputError for fields that vanish or are not finite there.
 */
export function lengthsOf(generators: Generators, data: Trajectories, chart: Chart): Float64Array {
  const points = physical(chart, samplePoints(data, chart, POINTS, stream(0, "reach")));
  return Float64Array.from(generators.fields, (field, k) => {
    const vectors = normaliseVectors(chart, field.value(points));
    const length = Math.sqrt(vectors.reduce((sum, v) => sum + v * v, 0) / POINTS);
    if (!(length > 0 && Number.isFinite(length)))
      throw new InputError(`generator ${k + 1} has length ${length} over the data; leave it out`);
    return length;
  });
}

/** Throws InputError where the data reach beyond the box in which splines were learned: its coordinate, and both ranges. */
export function checkBox(generators: Generators, data: Trajectories): void {
  for (const { axes } of generators.fields) {
    const { kind, lo, hi } = axes[1]!;
    const [first, last] = [data.t[0]!, data.t[data.nt - 1]!];
    if (kind === "open" && (first < lo || last > hi))
      throw new InputError(
        `the generators were learned for t from ${short(lo)} to ${short(hi)} but the trajectories cover ${short(first)} to ${short(last)}; pass data on the chart they were learned on`,
      );
  }
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
