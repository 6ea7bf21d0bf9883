/**
 * The displacement of a flow over a box as a cubic spline: following it then costs one evaluation of the spline at a place, however many
 * Runge–Kutta steps the flow takes, and its slope comes along. By local quasi-interpolation, exact for cubic polynomials in each coordinate. Source:
 * Lyche & Schumaker (1975), Local spline approximation methods.
 */
import type { Trajectories } from "../data/trajectories.js";
import type { Axis, SplineKernels, SplineShape } from "../engine/kernels.js";
import { controlLength, spacing } from "../engine/shape.js";
import type { Flow } from "../flow/generators.js";

export interface Table {
  readonly shape: SplineShape; // in the units of the points
  readonly control: Float64Array; // [knots…, dim]
}

/** Sides of a box, one for each coordinate. */
export type Sides = readonly Pick<Axis, "kind" | "lo" | "hi">[];

/** Cells along each coordinate (x, t, u) that are tried in turn: enough for what is polynomial (no spline is), for learned fields, for rougher ones. */
const LEVELS = [
  [8, 4, 4],
  [24, 16, 8],
  [32, 32, 16],
] as const;

/** What a table may be off at the points it is tried on, in units of each coordinate: learned fields are off by a thousand times as much. */
const TOLERANCE = 1e-6;

/**
 * The coarsest table that is good to 1e-6 of `unit` [3] at `trial` points [n, 3], which lie in the box; null where none is. Cost: the flow of
 * 200, 2000 and 18 000 points, and that of the trial points.
 */
export function tabulated(
  kernels: SplineKernels,
  flow: Flow,
  sides: Sides,
  trial: Float64Array,
  unit: readonly number[],
): Table | null {
  const moved = flow.move(trial);
  const came = new Float64Array(trial.length);
  for (const cells of sides[0]!.kind === "periodic" ? LEVELS.slice(1) : LEVELS) {
    const table = tableOf(flow, sides, cells);
    kernels.splineValue(table.shape, table.control, trial, came);
    let worst = 0;
    for (let i = 0; i < came.length; i++) {
      const off = Math.abs(trial[i]! + came[i]! - moved[i]!) / unit[i % 3]!;
      worst = off <= worst ? worst : Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
    }
    if (worst <= TOLERANCE) return table;
  }
  return null;
}

const TRIALS = 256; // points that tables are tried on
const DEVIATION = 0.29; // of u in normalised coordinates

/**
 * A table over a trajectory's grid and over the range of the last coordinate in `graph` [nt, nx, 3], widened by the share `pad`. It is tried at
 * the grid's `points` [nt, nx, 3], u being that of `graph`; null where none is good enough, or u does not vary.
 */
export function tableOver(
  kernels: SplineKernels,
  flow: Flow,
  periodic: boolean,
  { x, t, nt, length }: Trajectories,
  points: Float64Array,
  graph: Float64Array,
  deviation: number,
  pad: number,
): Table | null {
  let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 2; i < graph.length; i += 3) {
    const u = graph[i]!;
    if (!Number.isFinite(u)) return null;
    if (u < lo) lo = u;
    if (u > hi) hi = u;
  }
  if (!(hi > lo)) return null;
  const room = pad * (hi - lo);
  const sides: Sides = [
    { kind: periodic ? "periodic" : "open", lo: x[0]!, hi: x[0]! + length },
    { kind: "open", lo: t[0]!, hi: t[nt - 1]! },
    { kind: "open", lo: lo - room, hi: hi + room },
  ];
  const stride = Math.floor(graph.length / 3 / TRIALS) | 1; // odd: all columns come up
  const trial = new Float64Array(3 * Math.ceil(graph.length / 3 / stride));
  for (let q = 0; q < trial.length; q += 3) {
    const p = q * stride;
    trial[q] = points[p]!;
    trial[q + 1] = points[p + 1]!;
    trial[q + 2] = graph[p + 2]!;
  }
  return tabulated(kernels, flow, sides, trial, [length, t[nt - 1]! - t[0]!, deviation / DEVIATION]);
}

/** Points [n, 3] moved by a table: a new array. */
export function moveBy(kernels: SplineKernels, { shape, control }: Table, points: Float64Array): Float64Array {
  const moved = new Float64Array(points.length);
  kernels.splineValue(shape, control, points, moved);
  for (let i = 0; i < moved.length; i++) moved[i]! += points[i]!;
  return moved;
}

function tableOf(flow: Flow, sides: Sides, cells: readonly number[]): Table {
  const axes = sides.map(
    ({ kind, lo, hi }, a): Axis => ({ kind, lo, hi, knots: kind === "periodic" ? cells[a]! : cells[a]! + 3 }),
  );
  const shape = { axes, width: 3 };
  const [nx, nt, nu] = axes.map(({ kind }, a) => (kind === "periodic" ? cells[a]! : cells[a]! + 1)) as [
    number,
    number,
    number,
  ];
  const points = new Float64Array(nx * nt * nu * 3);
  let at = 0;
  const place = (a: number, i: number): number => axes[a]!.lo + i * spacing(axes[a]!);
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < nt; j++)
      for (let k = 0; k < nu; k++) {
        points[at++] = place(0, i);
        points[at++] = place(1, j);
        points[at++] = place(2, k);
      }
  let values = flow.move(points);
  for (let i = 0; i < values.length; i++) values[i]! -= points[i]!;
  const counts = [nx, nt, nu, 3];
  axes.forEach(({ kind }, a) => {
    values = coefficients(values, counts, a, kind === "periodic");
    counts[a] = axes[a]!.knots;
  });
  if (values.length !== controlLength(shape)) throw new Error("a table of the wrong size");
  return { shape, control: values };
}

/** Values at the nodes of one axis of an array → its control points; an open axis gains one at either end. */
function coefficients(values: Float64Array, counts: readonly number[], axis: number, periodic: boolean): Float64Array {
  const n = counts[axis]!;
  const inner = counts.slice(axis + 1).reduce((product, count) => product * count, 1);
  const outer = values.length / (n * inner);
  const out = new Float64Array(outer * (periodic ? n : n + 2) * inner);
  const line = new Float64Array(n + 4); // two beyond either end
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      for (let k = 0; k < n; k++) line[k + 2] = values[(o * n + k) * inner + i]!;
      if (periodic) {
        line[1] = line[n + 1]!;
        line[n + 2] = line[2]!;
      } else {
        for (let k = 1; k >= 0; k--) line[k] = 4 * line[k + 1]! - 6 * line[k + 2]! + 4 * line[k + 3]! - line[k + 4]!;
        for (let k = n + 2; k < n + 4; k++)
          line[k] = 4 * line[k - 1]! - 6 * line[k - 2]! + 4 * line[k - 3]! - line[k - 4]!;
      }
      const [first, last] = periodic ? [2, n + 2] : [1, n + 3];
      for (let k = first; k < last; k++)
        out[(o * (last - first) + k - first) * inner + i] = (8 * line[k]! - line[k - 1]! - line[k + 1]!) / 6;
    }
  return out;
}
