/**
 * Fields that map solutions of z' = f(t, z) to solutions: with v = τ ∂t + φ·∂z and Q = φ − τ f, (∂t + f·∂) Q = (∂f/∂z) Q at every point
 * (Olver 1993, section 2.2). Those with Q = 0 everywhere, τ (∂t + f·∂), move solutions along themselves: they are trivial. Since a first
 * integral times a symmetry is another, how many there are is a matter of the library.
 */
import { normalise } from "../data/chart.js";
import type { TapeKernels } from "../engine/kernels.js";
import { derivative, product, sum, variable } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import { type Library, memberCount } from "../field/library.js";
import { evaluateAt } from "../task/map.js";
import type { PointTask } from "../task/pointtask.js";
import type { Conditions, RowBlock } from "./conditions.js";
import { middle, stretches } from "./invariance.js";
import type { PointwiseEquations } from "./pointwise.js";

/**
 * Conditions at points `at` [n, 1 + d], physical: d rows a point, in normalised coordinates, terms (∂t + f·∂) Q and (∂f/∂z) Q. Points where
 * f or its derivatives exceed their medians are weighted down by as much: any positive weight asks the same, and singular places would
 * drown the rest.
 */
export function solutionConditions(kernels: TapeKernels, task: PointTask, at: Float64Array): Conditions {
  const { coordinates, chart, floor, decisive, map } = task;
  const dim = coordinates.length;
  const d = dim - 1;
  const { value: f, jacobian } = map.jet(at);
  const weight = weights(task, f, jacobian);
  const rates = coordinates.slice(1).map((name) => `${name}'`); // as further inputs of a program; no coordinate has such a name
  const columns = rates.map((_, c) => Float64Array.from({ length: at.length / dim }, (_, p) => f[p * d + c]!));
  return {
    coordinates,
    units: chart,
    points: at,
    floor,
    decisive,
    *rows(library: Library): Iterable<RowBlock> {
      const { functions } = library;
      const along = functions.map((g) =>
        sum(
          derivative(g, coordinates[0]!),
          ...rates.map((rate, c) => product(variable(rate), derivative(g, coordinates[1 + c]!))),
        ),
      );
      const program = compile([...functions, ...along], [...coordinates, ...rates]);
      const members = memberCount(library);
      const F = functions.length;
      for (const { from, points } of stretches(at, dim, d * members)) {
        const count = points.length / dim;
        const own = columns.map((column) => column.subarray(from, from + count));
        const values = evaluateAt(kernels, program, points, dim, own);
        const a = new Float64Array(count * d * members);
        const b = new Float64Array(a.length);
        for (let p = 0; p < count; p++)
          for (let c = 0; c < d; c++) {
            const place = from + p;
            const slopes = jacobian.subarray((place * d + c) * dim, (place * d + c + 1) * dim); // of f_c in t and z
            const row = (p * d + c) * members;
            const w = weight[place]! / chart.scale[1 + c]!;
            const rate = f[place * d + c]!;
            let pushed = 0; // (∂f/∂z) f
            for (let k = 0; k < d; k++) pushed += slopes[1 + k]! * f[place * d + k]!;
            for (let g = 0; g < F; g++) {
              const [value, change] = [w * values[g]![p]!, w * values[F + g]![p]!];
              a[row + g] = -(change * rate + value * (slopes[0]! + pushed)); // τ = g: Q = −g f
              b[row + g] = -value * pushed;
              a[row + (1 + c) * F + g] = change; // φ_c = g
              for (let k = 0; k < d; k++) b[row + (1 + k) * F + g] = value * slopes[1 + k]!;
            }
          }
        yield { rows: count * d, a, b };
      }
    },
  };
}

/** What makes a field trivial, Q = φ − τ f = 0, as conditions: terms φ and τ f, d rows a point. */
export function trivialConditions(kernels: TapeKernels, task: PointTask, at: Float64Array): Conditions {
  const { coordinates, chart, map, floor, decisive } = task;
  const dim = coordinates.length;
  const d = dim - 1;
  const { value: f, jacobian } = map.jet(at);
  const weight = weights(task, f, jacobian);
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
      for (const { from, points } of stretches(at, dim, d * members)) {
        const values = evaluateAt(kernels, program, points, dim);
        const count = points.length / dim;
        const a = new Float64Array(count * d * members);
        const b = new Float64Array(a.length);
        for (let p = 0; p < count; p++)
          for (let c = 0; c < d; c++) {
            const row = (p * d + c) * members;
            const w = weight[from + p]! / chart.scale[1 + c]!;
            for (let g = 0; g < F; g++) {
              a[row + (1 + c) * F + g] = w * values[g]![p]!;
              b[row + g] = w * values[g]![p]! * f[(from + p) * d + c]!;
            }
          }
        yield { rows: count * d, a, b };
      }
    },
  };
}

/**
 * The same as equations of a spline field in (t, z), for the neural learner. Trivial fields would be minima wherever one looks, so τ = 0 is
 * asked for by a row of its own: every symmetry is Q·∂z up to a trivial one, hence none is lost, and ∂t is found as −f·∂z.
 */
export function solutionEquations(task: PointTask, at: Float64Array): PointwiseEquations {
  const { coordinates, chart, map } = task;
  const dim = coordinates.length;
  const d = dim - 1;
  const n = at.length / dim;
  const { value: f, jacobian } = map.jet(at);
  const weight = weights(task, f, jacobian);
  const { scale } = chart;
  const direction = new Float64Array(n * dim);
  const matrix = new Float64Array(n * dim * dim);
  const size = new Float64Array(n); // of w and ∂f/∂z together
  for (let p = 0; p < n; p++) {
    const w = weight[p]!;
    direction[p * dim] = w;
    let square = w * w;
    for (let c = 0; c < d; c++) {
      direction[p * dim + 1 + c] = (w * scale[0]! * f[p * d + c]!) / scale[1 + c]!;
      for (let k = 0; k < d; k++) {
        const slope = (w * scale[0]! * scale[1 + k]! * jacobian[(p * d + c) * dim + 1 + k]!) / scale[1 + c]!;
        matrix[(p * dim + 1 + c) * dim + 1 + k] = slope;
        square += slope * slope;
      }
    }
    size[p] = Math.sqrt(square);
    matrix[p * dim * dim] = size[p]!;
  }
  return {
    points: normalise(chart, at),
    rows: dim,
    matrix,
    size,
    direction,
    differentiated: coordinates.map((_, c) => (c === 0 ? -1 : c)),
  };
}

/** Weight of each point over √n, from the sizes of f and ∂f/∂z in normalised coordinates. */
function weights({ chart, coordinates }: PointTask, f: Float64Array, jacobian: Float64Array): Float64Array {
  const { scale } = chart;
  const dim = coordinates.length;
  const d = dim - 1;
  const n = f.length / d;
  const rate = new Float64Array(n);
  const slope = new Float64Array(n);
  for (let p = 0; p < n; p++)
    for (let c = 0; c < d; c++) {
      rate[p] = Math.hypot(rate[p]!, f[p * d + c]! / scale[1 + c]!);
      for (let k = 0; k < d; k++)
        slope[p] = Math.hypot(slope[p]!, (jacobian[(p * d + c) * dim + 1 + k]! * scale[1 + k]!) / scale[1 + c]!);
    }
  const [usualRate, usualSlope] = [middle(rate) || 1, middle(slope) || 1]; // f may be 0, or free of z
  return rate.map((r, p) => 1 / (Math.hypot(1, r / usualRate) * Math.hypot(1, slope[p]! / usualSlope) * Math.sqrt(n)));
}
