/** Fields of the plane beside the affine ones: how much of each lies along which. */
import type { TapeKernels } from "../engine/kernels.js";
import type { Expression } from "../expression/expression.js";
import { parse } from "../expression/parse.js";
import { orthonormal } from "./angles.js";
import { evaluateAt, type Measure } from "./measure.js";

export interface AffineComparison {
  readonly names: readonly string[]; // of the affine fields
  /** Of each field: the inner product with each affine one, both of norm 1 under the measure, and the norm of its part in their span. */
  readonly fields: readonly { readonly cosines: readonly number[]; readonly share: number }[];
}

/** Two shifts, two scalings, two shears, the turn and the dilation. */
const affine: readonly (readonly [name: string, x: string, y: string])[] = [
  ["∂x", "1", "0"],
  ["∂y", "0", "1"],
  ["x ∂x", "x", "0"],
  ["y ∂y", "0", "y"],
  ["y ∂x", "y", "0"],
  ["x ∂y", "0", "x"],
  ["-y ∂x + x ∂y", "-y", "x"],
  ["x ∂x + y ∂y", "x", "y"],
];
const INDEPENDENT = 6; // the others are sums of these

/** Fields by their components. */
export const compareWithAffine = (
  kernels: TapeKernels,
  measure: Measure,
  fields: readonly (readonly Expression[])[],
): AffineComparison =>
  valuesBesideAffine(
    kernels,
    measure,
    fields.map((components) => direction(kernels, measure, components)),
  );

/** Fields by their values [P, 2] at the measure's points, in normalised units and of any length. */
export function valuesBesideAffine(
  kernels: TapeKernels,
  measure: Measure,
  fields: readonly Float64Array[],
): AffineComparison {
  const known = affine.map(([, ...texts]) =>
    direction(
      kernels,
      measure,
      texts.map((text) => parse(text)),
    ),
  );
  const basis = orthonormal(known.slice(0, INDEPENDENT));
  return {
    names: affine.map(([name]) => name),
    fields: fields.map((values) => {
      const own = unit(values);
      const share = Math.hypot(...basis.map((e) => dot(e, own)));
      return { cosines: known.map((e) => dot(e, own)), share };
    }),
  };
}

/** Values in normalised units, as one vector of length 1. */
function direction(kernels: TapeKernels, { points, units }: Measure, components: readonly Expression[]): Float64Array {
  const columns = evaluateAt(kernels, components, ["x", "y"], points);
  return unit(Float64Array.from({ length: points.length }, (_, i) => columns[i % 2]![i >> 1]! / units.scale[i % 2]!));
}

function unit(values: Float64Array): Float64Array {
  const length = Math.sqrt(dot(values, values));
  return values.map((v) => v / length);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
