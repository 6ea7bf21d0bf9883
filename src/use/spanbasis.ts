/** A basis of the space that generators span which depends on the space alone: whoever draws in it draws the same moves, whatever fields were given. */
import { type Chart, normaliseVectors, physical } from "../data/chart.js";
import { samplePoints } from "../data/sample.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import { stream } from "../engine/random.js";
import type { Generators } from "../flow/generators.js";

const POINTS = 2048;
const SMALL = 1e-3; // of a unit field: what is left of it says nothing
const NEAR = 1e-6; // likewise of a generator beside those before it: the same direction twice

/**
 * Coefficients [basis, generators] of fields that are orthonormal over the data in the chart's extents. The first is what the space has of the
 * direction along the first coordinate, the next what is left of that along the second, and so on; then of the same times t, and of the
 * generators themselves as they come. Throws InputError for generators that are dependent or vanish.
 */
export function spanBasis(generators: Generators, data: Trajectories, chart: Chart): Float64Array[] {
  const own = samplePoints(data, chart, POINTS, stream(0, "reach"));
  const points = physical(chart, own);
  const dim = chart.names.length;
  const fields = generators.fields.map((field) => normaliseVectors(chart, field.value(points)));
  const unit = orthonormal(fields, NEAR);
  if (unit.length < fields.length)
    throw new InputError(
      `${fields.length} generators span only ${unit.length} dimensions over the data; leave those out that are combinations of others`,
    );
  const references = [0, 1].flatMap((power) =>
    Array.from({ length: dim }, (_, axis) => {
      const values = new Float64Array(POINTS * dim);
      for (let p = 0; p < POINTS; p++) values[p * dim + axis] = own[p * dim + 1]! ** power;
      return values;
    }),
  );
  // In coordinates of the orthonormal fields all is small: directions [fields], then back to the generators.
  const within = [...references, ...fields].map((values) =>
    Float64Array.from(unit, ({ field }) => inner(field, values)),
  );
  const directions = orthonormal(within, SMALL, 1).slice(0, fields.length);
  return directions.map(({ field: direction }) =>
    Float64Array.from(fields, (_, k) => unit.reduce((sum, { of }, j) => sum + direction[j]! * of[k]!, 0)),
  );
}

/** Those of a list that are independent, made orthonormal, with what they are `of` the list [fields]; twice, against rounding. Gram & Schmidt. */
function orthonormal(
  fields: readonly Float64Array[],
  least: number,
  size?: number,
): { readonly field: Float64Array; readonly of: Float64Array }[] {
  const found: { field: Float64Array; of: Float64Array }[] = [];
  fields.forEach((given, k) => {
    const field = given.slice();
    const of = new Float64Array(fields.length);
    of[k] = 1;
    const before = size ?? norm(given);
    for (let pass = 0; pass < 2; pass++)
      for (const other of found) {
        const along = inner(field, other.field, size);
        for (let i = 0; i < field.length; i++) field[i]! -= along * other.field[i]!;
        for (let i = 0; i < of.length; i++) of[i]! -= along * other.of[i]!;
      }
    const length = norm(field, size);
    if (!(length > least * before)) return;
    found.push({ field: field.map((value) => value / length), of: of.map((value) => value / length) });
  });
  return found;
}

/** Mean over the points, or with `size` over so many. */
const inner = (a: Float64Array, b: Float64Array, size = POINTS): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0) / size;
const norm = (a: Float64Array, size?: number): number => Math.sqrt(inner(a, a, size));
