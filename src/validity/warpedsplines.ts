/** The score of warps (warping.ts) for spline fields of the plane, as forms in their control points. */
import { type Plane, pixelPlaces } from "../data/plane.js";
import type { Kernels, SplineShape } from "../engine/kernels.js";
import { controlLength } from "../engine/shape.js";
import type { RowBlock } from "./conditions.js";
import { type Forms, formsOf } from "./forms.js";
import type { Sensitivity } from "./sensitivity.js";
import { priceRows, second, type Tabulated, turningRows } from "./warping.js";

/** Of the rate with what it is relative to; `price`: of the latter alone, the bending being its residual, where rates come from elsewhere. */
export function splineForms(
  kernels: Kernels,
  plane: Plane,
  seen: Sensitivity,
  shape: SplineShape,
  of: "rate" | "price" = "rate",
): Forms {
  const members = tabulatedSplines(kernels, shape, pixelPlaces(plane));
  const rows = function* (): Iterable<RowBlock> {
    if (of === "rate") yield* turningRows(kernels, seen, members);
    yield* priceRows(kernels, plane, seen, members);
  };
  const { size, residual, scale } = formsOf(kernels, rows(), controlLength(shape));
  return { size, residual: interleaved(residual, shape.width), scale: interleaved(scale, shape.width) };
}

const H = 1e-4; // of the plane: slopes are differenced over so much, and bend by a step at knots alone

/** Every B-spline of the shape by itself. */
function tabulatedSplines(kernels: Kernels, { axes }: SplineShape, places: Float64Array): Tabulated {
  const shape = { axes, width: 1 };
  const count = controlLength(shape);
  const P = places.length / 2;
  const unit = new Float64Array(count);
  const values: Float64Array[] = [];
  const curved: Float64Array[][] = second.map(() => []);
  const slopes = (axis: number, step: number): Float64Array => {
    const out = new Float64Array(2 * P);
    const at = places.map((z, i) => (i % 2 === axis ? z + step : z));
    kernels.splineJet(shape, unit, at, new Float64Array(P), out);
    return out;
  };
  for (let k = 0; k < count; k++) {
    unit.fill(0)[k] = 1;
    const value = new Float64Array(P);
    kernels.splineValue(shape, unit, places, value);
    values.push(value);
    const ends = [0, 1].map((axis) => [slopes(axis, H), slopes(axis, -H)] as const);
    second.forEach(([a, b, times], i) => {
      const [up, down] = ends[a]!;
      curved[i]!.push(Float64Array.from(value, (_, p) => (times * (up[2 * p + b]! - down[2 * p + b]!)) / (2 * H)));
    });
  }
  return { values, curved };
}

/** Columns by component, then by function → control points [knots…, components]. */
function interleaved(form: Float64Array, components: number): Float64Array {
  const size = Math.sqrt(form.length);
  const functions = size / components;
  const from = (i: number): number => (i % components) * functions + Math.floor(i / components);
  return Float64Array.from(form, (_, i) => form[from(Math.floor(i / size)) * size + from(i % size)]!);
}
