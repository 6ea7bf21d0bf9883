/**
 * Slots made unit over the data and kept apart, in order: slot b is held against the *stopped* slots a < b, so that the first slot is
 * free to find the best field, the second the best one orthogonal to it, and so on.
 *
 * `projection`: the components along earlier slots are removed; duplicates cannot form.
 * `penalty`: the paper's π/2 − arccos|⟨v_a, v_b⟩|, with the angle as 2·atan2(‖a − b‖, ‖a + b‖), whose gradient survives rounding.
 * `none`: unit fields only.
 */
import type { SplineKernels, SplineShape } from "../engine/kernels.js";

export type Orthogonality = "projection" | "penalty" | "none";

export interface Orthogonalised {
  readonly control: Float64Array; // [K, knots…, dim], unit over the points, orthogonal to those before under `projection`
  readonly penalty: number; // Σ_{a<b} of the angles missing to a right angle, of the raw fields against the stopped ones
  /** Cotangent of `control` → cotangent of the raw control points, plus `weight` times the gradient of the penalty. */
  pullback(bar: Float64Array, weight: number): Float64Array;
}

/** Inner product ⟨v, w⟩ = mean over `points` [P, dim] of v·w. Cost: K spline evaluations at P points, twice with the pullback. */
export function orthogonalise(
  kernels: SplineKernels,
  shape: SplineShape,
  points: Float64Array,
  raw: Float64Array,
  slots: number,
  mode: Orthogonality,
): Orthogonalised {
  const size = raw.length / slots;
  const width = (points.length / shape.axes.length) * shape.width;
  const places = points.length / shape.axes.length;
  const gram = (value: Float64Array): Float64Array => {
    const out = new Float64Array(size);
    kernels.splinePullback(
      shape,
      points,
      value.map((v) => v / places),
      out,
    );
    return out;
  };
  const control = Float64Array.from(raw);
  const unit: Float64Array[] = []; // values of the finished slots
  const ownNorm: number[] = []; // ‖v_b‖ before projection
  const norm: number[] = []; // and after
  const along: number[][] = []; // ⟨v_b, e_a⟩
  let penalty = 0;
  for (let b = 0; b < slots; b++) {
    const own = control.subarray(b * size, (b + 1) * size);
    const value = new Float64Array(width);
    kernels.splineValue(shape, own, points, value);
    ownNorm.push(Math.sqrt(dot(value, value) / places));
    const components = unit.map((e) => dot(value, e) / places);
    along.push(components);
    for (const c of components) penalty += missingAngle(c / ownNorm[b]!).angle;
    if (mode === "projection") {
      for (let round = 0; round < 2; round++) {
        // twice is enough (Giraud, Langou & Rozložník 2005)
        for (let a = 0; a < b; a++) {
          const c = dot(value, unit[a]!) / places;
          axpy(-c, unit[a]!, value);
          axpy(-c, control.subarray(a * size, (a + 1) * size), own);
        }
      }
    }
    norm.push(Math.sqrt(dot(value, value) / places));
    scale(1 / norm[b]!, value);
    scale(1 / norm[b]!, own);
    unit.push(value);
  }

  function pullback(bar: Float64Array, weight: number): Float64Array {
    const out = Float64Array.from(bar);
    const acted = unit.map(gram); // G e_a
    for (let b = 0; b < slots; b++) {
      const own = out.subarray(b * size, (b + 1) * size);
      const e = control.subarray(b * size, (b + 1) * size);
      axpy(-dot(e, own), acted[b]!, own);
      scale(1 / norm[b]!, own);
      if (mode === "projection") {
        for (let a = 0; a < b; a++) axpy(-dot(control.subarray(a * size, (a + 1) * size), own), acted[a]!, own);
      }
      if (weight === 0) continue;
      const n = ownNorm[b]!;
      const slopes = along[b]!.map((c) => weight * missingAngle(c / n).slope);
      const pull = along[b]!.reduce((sum, c, a) => sum + slopes[a]! * c, 0) / (n * n * n);
      for (const [a, slope] of slopes.entries()) axpy(slope / n, acted[a]!, own); // of c/n, the earlier slot stopped
      // G v_b, put together from what v_b was taken apart into
      axpy(-pull * norm[b]!, acted[b]!, own);
      if (mode === "projection") for (const [a, c] of along[b]!.entries()) axpy(-pull * c, acted[a]!, own);
    }
    return out;
  }

  return { control, penalty, pullback };
}

/** π/2 − arccos|c| and its slope in c, for the cosine c of two unit fields. */
function missingAngle(c: number): { angle: number; slope: number } {
  const apart = Math.sqrt(Math.max(0, 2 - 2 * c)); // ‖a − b‖
  const together = Math.sqrt(Math.max(0, 2 + 2 * c)); // ‖a + b‖
  const angle = 2 * Math.atan2(apart, together);
  const sine = Math.max(1e-8, (apart * together) / 2);
  return { angle: Math.abs(Math.PI / 2 - angle), slope: Math.sign(c) / sine };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function axpy(factor: number, x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += factor * x[i]!;
}

function scale(factor: number, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! *= factor;
}
