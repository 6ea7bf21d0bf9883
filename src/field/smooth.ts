/**
 * Random smooth fields of the spline class, for learners without a network, tests and benches: low Fourier modes along periodic axes
 * times low Legendre polynomials along open ones, with normal coefficients that decay, sampled at the knots. Smoother and further from
 * symmetries than an untrained network's fields, which the certificate of the neural learner takes as its control.
 */
import { cos, sin } from "../engine/elementary.js";
import type { Axis, SplineShape } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import { controlLength } from "../engine/shape.js";
import { knotPoints } from "./spline.js";

const MODES = 2; // highest Fourier mode
const DEGREE = 3; // highest polynomial degree

/** Basis functions of one axis at z, each times the deviation of its coefficient. */
function basis({ kind, lo, hi, knots }: Axis, z: number): number[] {
  if (kind === "periodic") {
    const out = [1];
    for (let m = 1; m <= Math.min(MODES, Math.floor((knots - 1) / 2)); m++) {
      const angle = (2 * Math.PI * m * (z - lo)) / (hi - lo);
      out.push(cos(angle) / (1 + m * m), sin(angle) / (1 + m * m));
    }
    return out;
  }
  const y = (2 * (z - lo)) / (hi - lo) - 1;
  const legendre = [1, y];
  for (let d = 2; d <= DEGREE; d++)
    legendre.push(((2 * d - 1) * y * legendre[d - 1]! - (d - 1) * legendre[d - 2]!) / d);
  return legendre.map((p, d) => p / (1 + d));
}

/** `count` random fields → control points [count, knots…, width]; the caller normalises. */
export function smoothFields(shape: SplineShape, count: number, stream: Stream): Float64Array {
  const { axes, width } = shape;
  const points = knotPoints(shape);
  const places = points.length / axes.length;
  const rows = Array.from({ length: places }, (_, p) =>
    axes.reduce<number[]>(
      (row, axis, a) => {
        const along = basis(axis, points[p * axes.length + a]!);
        return row.flatMap((value) => along.map((b) => value * b));
      },
      [1],
    ),
  );
  const control = new Float64Array(count * controlLength(shape));
  for (let field = 0; field < count; field++)
    for (let c = 0; c < width; c++) {
      const coefficients = rows[0]!.map(() => stream.normal());
      for (let p = 0; p < places; p++)
        control[(field * places + p) * width + c] = rows[p]!.reduce((sum, b, k) => sum + b * coefficients[k]!, 0);
    }
  return control;
}
