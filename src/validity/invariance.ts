/**
 * Fields that leave a function unchanged: ∇f·v = 0, point by point. Any function times such a field is another, so how many there are is a
 * matter of the library: x² + y² + z² has 3 of degree 1 and 11 of degree 2, the rotations times 1, x, y, z less one relation.
 */
import { normalise } from "../data/chart.js";
import type { TapeKernels } from "../engine/kernels.js";
import { compile } from "../expression/program.js";
import { type Library, memberCount } from "../field/library.js";
import { evaluateAt } from "../task/map.js";
import type { PointTask } from "../task/pointtask.js";
import type { Conditions, RowBlock } from "./conditions.js";
import type { PointwiseEquations } from "./pointwise.js";

/**
 * Conditions at points `at` [n, dim], physical, each weighted by 1/sqrt(|∇f|² + g²) with g the median |∇f|: steep places do not drown the rest.
 *
 * A point has one row with ∇f·v as its first term and nothing as its second, and for each coordinate a row with |∇f| v/√2 as both, which
 * takes no part in the residual: scores are |∇f·v| relative to sqrt(|∇f·v|² + |∇f|²|v|²), at most 1/√2. All in normalised coordinates.
 */
export function invarianceConditions(kernels: TapeKernels, task: PointTask, at: Float64Array): Conditions {
  const { coordinates, chart, floor, decisive } = task;
  const dim = coordinates.length;
  const { scale } = chart;
  const { gradient, size } = weighted(task, at);
  return {
    coordinates,
    units: chart,
    points: at,
    floor,
    decisive,
    *rows(library: Library): Iterable<RowBlock> {
      const program = compile(library.functions, coordinates);
      const members = memberCount(library);
      const F = library.functions.length;
      for (const { from, points } of stretches(at, dim, (1 + dim) * members)) {
        const values = evaluateAt(kernels, program, points, dim);
        const count = points.length / dim;
        const a = new Float64Array(count * (1 + dim) * members);
        const b = new Float64Array(a.length);
        for (let p = 0; p < count; p++)
          for (let c = 0; c < dim; c++) {
            const slope = gradient[(from + p) * dim + c]! / scale[c]!;
            const whole = size[from + p]! / scale[c]! / Math.SQRT2;
            const first = p * (1 + dim) * members + c * F;
            const own = first + (1 + c) * members;
            for (let f = 0; f < F; f++) {
              const value = values[f]![p]!;
              a[first + f] = slope * value;
              a[own + f] = b[own + f] = whole * value;
            }
          }
        yield { rows: count * (1 + dim), a, b };
      }
    },
  };
}

/** The same as equations of a spline field, for the neural learner; points physical, too. */
export function invarianceEquations(task: PointTask, at: Float64Array): PointwiseEquations {
  const { gradient: matrix, size } = weighted(task, at);
  return { points: normalise(task.chart, at), rows: 1, matrix, size, direction: null, differentiated: [-1] };
}

/** ∇f in normalised coordinates and its size, times each point's weight and 1/√n. */
function weighted(
  { map, chart, coordinates }: PointTask,
  at: Float64Array,
): { gradient: Float64Array; size: Float64Array } {
  const dim = coordinates.length;
  const gradient = map.jet(at).jacobian.map((g, i) => g * chart.scale[i % dim]!);
  const size = Float64Array.from({ length: at.length / dim }, (_, p) =>
    Math.hypot(...gradient.subarray(p * dim, (p + 1) * dim)),
  );
  const usual = middle(size);
  const weight = size.map((s) => 1 / Math.sqrt((s * s + usual * usual) * size.length));
  return {
    gradient: gradient.map((g, i) => g * weight[Math.floor(i / dim)]!),
    size: size.map((s, p) => s * weight[p]!),
  };
}

const NUMBERS = 2 ** 18; // of a block of rows

/** Points [n, dim] in stretches for which `each` numbers a point make a block of rows. */
export function* stretches(
  points: Float64Array,
  dim: number,
  each: number,
): Iterable<{ readonly from: number; readonly points: Float64Array }> {
  const n = points.length / dim;
  const length = Math.max(1, Math.floor(NUMBERS / each));
  for (let from = 0; from < n; from += length)
    yield { from, points: points.subarray(from * dim, Math.min(n, from + length) * dim) };
}

/** The median where it is positive, else the mean. */
export function middle(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const median = sorted[sorted.length >> 1]!;
  return median > 0 ? median : sorted.reduce((sum, v) => sum + v, 0) / sorted.length;
}
