/** Fields with their first derivatives at points, and the brackets of those. */
import type { TapeKernels } from "../engine/kernels.js";
import { derivative, type Expression, isZero } from "../expression/expression.js";
import { norm } from "./leastsquares.js";
import { evaluateAt, type Measure } from "./measure.js";

/** A field's values and derivatives at points, in physical units but for `value`, which is normalised and over √P. */
export interface Jet {
  readonly value: Float64Array; // [P·dim]
  readonly components: readonly (Float64Array | null)[]; // [dim] of [P]; null where identically 0
  readonly slopes: readonly (readonly (Float64Array | null)[])[]; // [component][coordinate]
  readonly weights: readonly number[]; // [dim], physical → normalised over √P
}

/** By one program for all of them; points where a derivative is not finite (that of sqrt(t) at 0) are left out. */
export function jetsOf(
  kernels: TapeKernels,
  given: readonly (readonly Expression[])[], // components
  coordinates: readonly string[],
  { points, units }: Measure,
): Jet[] {
  const wanted = new Map<string, Expression>();
  const need = (e: Expression): Expression => {
    if (!isZero(e)) wanted.set(e.key, e);
    return e;
  };
  const fields = given.map((components) =>
    components.map((e) => ({ value: need(e), slopes: coordinates.map((name) => need(derivative(e, name))) })),
  );
  const functions = [...wanted.values()];
  const whole = evaluateAt(kernels, functions, coordinates, points);
  const dim = coordinates.length;
  const finite = Array.from({ length: points.length / dim }, (_, i) => i).filter((i) =>
    whole.every((column) => Number.isFinite(column[i]!)),
  );
  const columns = whole.map((column) => Float64Array.from(finite, (i) => column[i]!));
  const found = new Map(functions.map((e, i) => [e.key, columns[i]!]));
  const places = finite.length;
  const weights = coordinates.map((_, c) => 1 / (Math.sqrt(places) * units.scale[c]!));
  return fields.map((field) => {
    const components = field.map(({ value }) => found.get(value.key) ?? null);
    const value = new Float64Array(places * dim);
    components.forEach((column, c) => {
      if (column) for (let i = 0; i < places; i++) value[i * dim + c] = weights[c]! * column[i]!;
    });
    return { value, components, slopes: field.map((f) => f.slopes.map((e) => found.get(e.key) ?? null)), weights };
  });
}

/** [V, W] as values [P·dim], normalised and over √P, and the lengths of its two parts added up. */
export function bracketOf(V: Jet, W: Jet, dim: number): { value: Float64Array; size: number } {
  const forth = along(V, W, dim);
  const back = along(W, V, dim);
  return { value: forth.map((v, i) => v - back[i]!), size: norm(forth) + norm(back) };
}

/** V·∇W. */
function along(V: Jet, W: Jet, dim: number): Float64Array {
  const out = new Float64Array(V.value.length);
  for (let c = 0; c < dim; c++)
    for (let j = 0; j < dim; j++) {
      const [step, slope] = [V.components[j], W.slopes[c]![j]];
      if (step && slope) for (let i = 0; i < step.length; i++) out[i * dim + c]! += step[i]! * slope[i]!;
    }
  return out.map((v, i) => v * V.weights[i % dim]!);
}
