/**
 * A solution moved by a flow and put back on its grid: a new solution where the flow is a symmetry. The moved graph is asked from behind: at
 * each place (x, t) of the grid, which ũ is it that the inverse flow takes back on to the data? So nothing is scattered, and what comes out is as
 * smooth as what went in. (The paper scatters moved points with a Dirichlet kernel: scatter.ts.)
 */
import { graph } from "../data/graph.js";
import { Interpolant } from "../data/interpolant.js";
import { moments } from "../data/moments.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { FourierKernels, PassageKernels, SplineKernels } from "../engine/kernels.js";
import type { Generators } from "../flow/generators.js";
import { displacementOf } from "./displacement.js";
import { foldedShare } from "./folding.js";
import { Newton, type Passage, ROUNDS, SOLVING } from "./newton.js";
import { moveBy, type Sides, type Table, tabulated } from "./tabulated.js";

export interface Resampled {
  /** [nt, components, nx], NaN where nothing is known: where the place came from lies before the first or after the last output. */
  readonly u: Float64Array;
  readonly support: Uint8Array; // [nt, nx], 1 where u is known
  readonly kept: number; // share of places where it is
  readonly folded: number; // share of the data's cells that the flow turned over or stretched beyond use: 0 for moves that are small enough
  readonly outside: number; // share of the data's points beyond the region in which the fields were learned
  /** Largest jump of u from the end of a period to its start, in deviations: rounding where the generators are periodic in x. */
  readonly seam: number;
  /** How far the data's points moved along each coordinate, root mean square: x in periods, t in the time covered, u in deviations over 0.29. */
  readonly displacement: Float64Array;
}

export type ResampleKernels = FourierKernels & SplineKernels & PassageKernels;

const PRECISION = 1e-10; // of u's deviation
const END = 1e-9; // of the time covered: how far beyond the ends a place may come from
const TRIALS = 256; // points that tables are tried on
const PAD = 0.02; // of the range of ũ, beyond which the graph does not go between its points

/**
 * Moves one trajectory by exp(Σ amounts_k V_k) and resamples it on its own grid. One space dimension; the generators' coordinates are x, t and all
 * of its components. Cost: 15 to 30 ms for 140 × 256 with SIMD kernels where the flow is smooth enough to be tabulated, good to 1e-7 of the
 * data's extents, and there is one component; else two to six rounds of 1 + components inverse flows of all places, 0.2 to 0.5 s. Where
 * `folded` is not 0 the moved graph has several values over some places, and which one is found is left to chance: discard such. Throws
 * InputError.
 */
export function resample(
  kernels: ResampleKernels,
  data: Trajectories,
  generators: Generators,
  amounts: ArrayLike<number>,
  trajectory = 0,
): Resampled {
  return new Resampler(kernels, data, generators, trajectory).move(amounts);
}

/** One trajectory, made ready to be moved many times. Memory: ten times the trajectory's. */
export class Resampler {
  readonly points: Float64Array; // the trajectory's graph [nt, nx, 2 + components]
  private readonly known: Interpolant;
  private readonly size: Float64Array; // [components], the deviation of each
  private readonly places: Float64Array; // [nt, nx + 1, 2]: the last column is the first, a period on

  constructor(
    private readonly kernels: ResampleKernels,
    private readonly data: Trajectories,
    private readonly generators: Generators,
    private readonly trajectory = 0,
  ) {
    check(data, generators, trajectory);
    const { nt, nx, components, x, t, length } = data;
    this.points = graph(data, trajectory);
    this.known = new Interpolant(kernels, data, trajectory);
    this.size = Float64Array.from({ length: components }, (_, c) => moments(data, c).deviation || 1);
    const columns = nx + 1;
    this.places = new Float64Array(nt * columns * 2);
    for (let j = 0, at = 0; j < nt; j++)
      for (let i = 0; i < columns; i++) {
        this.places[at++] = i < nx ? x[i]! : x[0]! + length;
        this.places[at++] = t[j]!;
      }
  }

  /** Moves the trajectory by exp(Σ amounts_k V_k) and resamples it. Throws InputError for amounts that are not finite. */
  move(amounts: ArrayLike<number>): Resampled {
    const { data, generators, size } = this;
    checkAmounts(generators, amounts);
    const { nt, nx, components, t } = data;
    const forth = generators.flow(amounts);
    const moved = this.moved(amounts);
    const found = this.passage(amounts, moved);

    const columns = nx + 1;
    const slack = END * (t[nt - 1]! - t[0]!);
    const [begin, end] = [t[0]! - slack, t[nt - 1]! + slack];
    const u = new Float64Array(nt * components * nx).fill(Number.NaN);
    const support = new Uint8Array(nt * nx);
    let count = 0;
    let seam = 0;
    const supported = (p: number): boolean => found.solved[p] === 1 && found.time[p]! >= begin && found.time[p]! <= end;
    for (let j = 0; j < nt; j++) {
      const first = j * columns;
      for (let i = 0; i < nx; i++) {
        if (!supported(first + i)) continue;
        support[j * nx + i] = 1;
        count++;
        for (let c = 0; c < components; c++) u[(j * components + c) * nx + i] = found.u[(first + i) * components + c]!;
      }
      if (supported(first) && supported(first + nx))
        for (let c = 0; c < components; c++) {
          const jump = found.u[(first + nx) * components + c]! - found.u[first * components + c]!;
          seam = Math.max(seam, Math.abs(jump) / size[c]!);
        }
    }
    return {
      u,
      support,
      kept: count / (nt * nx),
      folded: foldedShare(moved, data),
      outside: forth.outside(moved),
      seam,
      displacement: displacementOf(data, this.points, moved, size),
    };
  }

  /** The trajectory's graph moved, [nt, nx, 2 + components]. */
  moved(amounts: ArrayLike<number>): Float64Array {
    const flow = this.generators.flow(amounts);
    const table = this.tableOf(flow, this.points, 0);
    return table ? moveBy(this.kernels, table, this.points) : flow.move(this.points);
  }

  private passage(amounts: ArrayLike<number>, moved: Float64Array): Passage {
    const { kernels, data, generators, known, size, places } = this;
    const back = generators.flow(Array.from(amounts, (s) => -s));
    const table = this.tableOf(back, moved, PAD);
    if (!table) return new Newton(known, back, size).solve(places, PRECISION);
    const n = places.length / 2;
    const u = new Float64Array(n);
    const own = this.trajectory * data.nt * data.nx;
    const columns = data.nx + 1;
    for (let p = 0; p < n; p++) u[p] = data.u[own + Math.floor(p / columns) * data.nx + ((p % columns) % data.nx)]!;
    const [time, solved] = [new Float64Array(n), new Uint8Array(n)];
    const request = {
      ...table,
      precision: PRECISION * size[0]!,
      longest: SOLVING.longest * size[0]!,
      upright: SOLVING.upright,
      rounds: ROUNDS,
    };
    kernels.passage(known.surface(), request, places, u, time, solved);
    return { u, time, solved };
  }

  /** A flow's table over the grid and the range that the last coordinate has in `graph`; null where there is none. */
  private tableOf(flow: Parameters<typeof tabulated>[1], graph: Float64Array, pad: number): Table | null {
    const { data, generators, size, points } = this;
    const { components, x, t, nt, nx, length } = data;
    if (components !== 1 || nx < 4) return null;
    let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 2; i < graph.length; i += 3) {
      if (!Number.isFinite(graph[i]!)) return null;
      lo = Math.min(lo, graph[i]!);
      hi = Math.max(hi, graph[i]!);
    }
    const room = pad * (hi - lo);
    if (!(hi > lo)) return null;
    const sides: Sides = [
      { kind: periodic(generators) ? "periodic" : "open", lo: x[0]!, hi: x[0]! + length },
      { kind: "open", lo: t[0]!, hi: t[nt - 1]! },
      { kind: "open", lo: lo - room, hi: hi + room },
    ];
    const stride = Math.max(1, Math.floor(graph.length / 3 / TRIALS)) | 1; // odd: all columns come up
    const trial = new Float64Array(3 * Math.ceil(graph.length / 3 / stride));
    for (let q = 0; 3 * q < trial.length; q++) {
      const p = 3 * q * stride;
      trial.set([points[p]!, points[p + 1]!, graph[p + 2]!], 3 * q);
    }
    const unit = Float64Array.of(length, t[nt - 1]! - t[0]!, size[0]! / DEVIATION);
    return tabulated(this.kernels, flow, sides, trial, unit);
  }
}

const DEVIATION = 0.29; // of u in normalised coordinates

/** Whether all fields are functions on the circle in x; formulas are taken not to be. */
const periodic = ({ fields }: Generators): boolean =>
  fields.length > 0 && fields.every(({ axes }) => axes[0]!.kind === "periodic");

const SAME_PERIOD = 1e-6; // relative: an L that was stored as float32 passes

function check(data: Trajectories, generators: Generators, trajectory: number): void {
  const { coordinates, fields } = generators;
  if (data.ny !== undefined)
    throw new InputError("the trajectories have two space dimensions; resampling is for one so far");
  if (coordinates.length !== 2 + data.components)
    throw new InputError(
      `the trajectories have ${data.components} components but the generators act on ${coordinates.join(", ")}; pass data of the equation they were learned for`,
    );
  if (!(Number.isInteger(trajectory) && trajectory >= 0 && trajectory < data.n))
    throw new InputError(`there is no trajectory ${trajectory}; pass 0 to ${data.n - 1}`);
  if (data.nt < 2) throw new InputError(`the trajectory has ${data.nt} outputs in time; at least 2 are needed`);
  for (const { axes } of fields) {
    const { kind, lo, hi } = axes[0]!;
    if (kind === "periodic" && !(Math.abs((hi - lo) / data.length - 1) <= SAME_PERIOD))
      throw new InputError(
        `the generators have period ${hi - lo} in x but the trajectories ${data.length}; pass data on the chart they were learned on`,
      );
  }
}

function checkAmounts({ fields }: Generators, amounts: ArrayLike<number>): void {
  if (amounts.length === fields.length && Array.from(amounts).every(Number.isFinite)) return;
  throw new InputError(
    `amounts are [${Array.from(amounts).join(", ")}]; pass ${fields.length} finite numbers, one for each generator`,
  );
}
