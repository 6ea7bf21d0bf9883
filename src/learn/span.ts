/** Fields by their values over the data: which of them say something new beside others. */
import type { TapeKernels } from "../engine/kernels.js";
import type { Expression } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import { orthonormal } from "../reading/angles.js";
import type { Formula } from "../reading/formula.js";
import type { Measure } from "../reading/measure.js";

const NEW = 1e-3; // share of a field outside the span of those before it

/** Values [P·dim] of components at physical points [P, dim]. */
export function valuesOf(
  kernels: TapeKernels,
  components: readonly Expression[],
  coordinates: readonly string[],
  points: Float64Array,
): Float64Array {
  const dim = coordinates.length;
  const count = points.length / dim;
  const columns = coordinates.map((_, a) => Float64Array.from({ length: count }, (_, i) => points[i * dim + a]!));
  const values = components.map(() => new Float64Array(count));
  kernels.evaluate(compile(components, coordinates), columns, values);
  const out = new Float64Array(points.length);
  values.forEach((value, c) => {
    for (let i = 0; i < count; i++) out[i * dim + c] = value[i]!;
  });
  return out;
}

/** Values in normalised units, as one vector: its length over √P is the field's. */
export function unitValues(
  kernels: TapeKernels,
  components: readonly Expression[],
  coordinates: readonly string[],
  { points, units }: Measure,
): Float64Array {
  const dim = coordinates.length;
  return valuesOf(kernels, components, coordinates, points).map((v, i) => v / units.scale[i % dim]!);
}

/** Length of a field over the data. */
export function lengthOf(
  kernels: TapeKernels,
  components: readonly Expression[],
  coordinates: readonly string[],
  measure: Measure,
): number {
  const values = unitValues(kernels, components, coordinates, measure);
  const places = values.length / coordinates.length;
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / places);
}

/** The formulas, in order, that stand out of the span of `base` and of those taken before them; all where `base` is empty. */
export function complement(
  kernels: TapeKernels,
  coordinates: readonly string[],
  measure: Measure,
  base: readonly (readonly Expression[])[],
  formulas: readonly Formula[],
): Formula[] {
  if (base.length === 0) return [...formulas];
  const span = orthonormal(base.map((components) => unitValues(kernels, components, coordinates, measure)));
  return formulas.filter(({ components, fits }) => {
    if (!fits) return false;
    const rest = unitValues(kernels, components, coordinates, measure);
    const whole = norm(rest);
    for (let round = 0; round < 2; round++)
      for (const e of span) {
        const c = e.reduce((sum, v, i) => sum + v * rest[i]!, 0);
        for (let i = 0; i < rest.length; i++) rest[i]! -= c * e[i]!;
      }
    const left = norm(rest);
    if (!(left > NEW * whole)) return false;
    span.push(rest.map((v) => v / left));
    return true;
  });
}

const norm = (v: Float64Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
