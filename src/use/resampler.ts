/** One trajectory, made ready to be moved along generators and put back on its grid as often as one likes. */
import { graph } from "../data/graph.js";
import { Interpolant } from "../data/interpolant.js";
import { moments } from "../data/moments.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { FourierKernels, PassageKernels, SplineKernels } from "../engine/kernels.js";
import type { Flow, Generators } from "../flow/generators.js";
import { displacementOf } from "./displacement.js";
import { foldedShare } from "./folding.js";
import { LONGEST, Newton, type Passage, ROUNDS, UPRIGHT } from "./newton.js";
import type { Resampled } from "./resample.js";
import { type Kernel, scattered } from "./scatter.js";
import { moveBy, type Table, tableOver } from "./tabulated.js";

export type ResampleKernels = FourierKernels & SplineKernels & PassageKernels;

/**
 * How a moved graph comes back on to the grid. "preimage": each place is solved for where it came from. "scatter", the paper's: moved points are
 * spread over the grid by the Dirichlet kernel in x and linear weights in t; "bilinear": by linear weights in both.
 */
export type Method = "preimage" | "scatter" | "bilinear";

const kernelOf: Readonly<Record<Exclude<Method, "preimage">, Kernel>> = { scatter: "dirichlet", bilinear: "linear" };

const FEW = 256; // points that are moved before all are
const CLEARLY = 5; // times the share outside that is let pass: then few points are enough to say so
const PRECISION = 1e-10; // of u's deviation
const LAST = 1e-6; // likewise: a step of Newton's method after which u is good to about its square
const END = 1e-9; // of the time covered: how far beyond the ends a place may come from

/** Memory: ten times the trajectory's. */
export class Resampler {
  private readonly points: Float64Array; // the trajectory's graph [nt, nx, 2 + components]
  private readonly known: Interpolant;
  private readonly size: Float64Array; // [components], the deviation of each
  private readonly places: Float64Array; // [nt, nx + 1, 2]: the last column is the first, a period on

  constructor(
    private readonly kernels: ResampleKernels,
    private readonly data: Trajectories,
    private readonly generators: Generators,
    trajectory = 0,
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

  /**
   * Moves the trajectory by exp(Σ amounts_k V_k) and resamples it. Where `refuse` says so of the share of points outside or of folded cells,
   * the rest is not done and nothing is known. Throws InputError for amounts that are not finite.
   */
  move(
    amounts: ArrayLike<number>,
    method: Method = "preimage",
    refuse: (so: Pick<Resampled, "folded" | "outside">) => boolean = () => false,
  ): Resampled {
    const { data, generators, points, size } = this;
    checkAmounts(generators, amounts);
    const forth = generators.flow(amounts);
    const few = this.some();
    const there = forth.move(few);
    const early = { folded: 0, outside: forth.outside(there) };
    if (refuse({ ...early, outside: early.outside / CLEARLY }))
      return { ...this.nothing(), ...early, displacement: displacementOf(data, few, there, size) };
    const moved = this.forward(forth);
    const figures = {
      folded: foldedShare(moved, data),
      outside: forth.outside(moved),
      displacement: displacementOf(data, points, moved, size),
    };
    if (refuse(figures)) return { ...this.nothing(), ...figures };
    const { u, support, seam } =
      method === "preimage"
        ? this.gathered(this.passage(generators.flow(Array.from(amounts, (s) => -s)), moved))
        : { ...scattered(data, moved, kernelOf[method]), seam: 0 };
    return {
      u,
      support,
      seam,
      kept: support.reduce((sum, known) => sum + known, 0) / support.length,
      ...figures,
    };
  }

  private nothing(): Pick<Resampled, "u" | "support" | "seam" | "kept"> {
    const { nt, nx, components } = this.data;
    const u = new Float64Array(nt * components * nx).fill(Number.NaN);
    return { u, support: new Uint8Array(nt * nx), seam: 0, kept: 0 };
  }

  /** About 256 of the graph's points. */
  private some(): Float64Array {
    const width = 2 + this.data.components;
    const stride = Math.floor(this.points.length / width / FEW) | 1; // odd: all columns come up
    return this.points.filter((_, i) => Math.floor(i / width) % stride === 0);
  }

  private forward(flow: Flow): Float64Array {
    const table = this.tableOf(flow, this.points, 0);
    return table ? moveBy(this.kernels, table, this.points) : flow.move(this.points);
  }

  /** Where the graph, moved to `moved` by the inverse of `back`, passes over the places. */
  private passage(back: Flow, moved: Float64Array): Passage {
    const { kernels, data, known, size, places } = this;
    const table = this.tableOf(back, moved, PAD);
    if (!table) return new Newton(known, back, size).solve(places, PRECISION);
    const n = places.length / 2;
    const u = new Float64Array(n); // first guess: that of the data at the same place
    for (let p = 0, q = 0; p < n; q += data.nx) {
      for (let i = 0; i < data.nx; i++) u[p++] = this.points[3 * (q + i) + 2]!;
      u[p++] = this.points[3 * q + 2]!;
    }
    const [time, solved] = [new Float64Array(n), new Uint8Array(n)];
    const own = size[0]!;
    const request = { ...table, precision: LAST * own, longest: LONGEST * own, upright: UPRIGHT, rounds: ROUNDS };
    kernels.passage(known.surface(), request, places, u, time, solved);
    return { u, time, solved };
  }

  /** What was found at the places that came from within the time covered. */
  private gathered({ u: found, time, solved }: Passage): Pick<Resampled, "u" | "support" | "seam"> {
    const { data, size } = this;
    const { nt, nx, components, t } = data;
    const slack = END * (t[nt - 1]! - t[0]!);
    const [begin, end] = [t[0]! - slack, t[nt - 1]! + slack];
    const u = new Float64Array(nt * components * nx).fill(Number.NaN);
    const support = new Uint8Array(nt * nx);
    let seam = 0;
    const supported = (p: number): boolean => solved[p] === 1 && time[p]! >= begin && time[p]! <= end;
    for (let j = 0; j < nt; j++) {
      const first = j * (nx + 1);
      for (let i = 0; i < nx; i++) {
        if (!supported(first + i)) continue;
        support[j * nx + i] = 1;
        for (let c = 0; c < components; c++) u[(j * components + c) * nx + i] = found[(first + i) * components + c]!;
      }
      if (!supported(first) || !supported(first + nx)) continue;
      for (let c = 0; c < components; c++) {
        const jump = found[(first + nx) * components + c]! - found[first * components + c]!;
        seam = Math.max(seam, Math.abs(jump) / size[c]!);
      }
    }
    return { u, support, seam };
  }

  /** A flow's table over the grid and the range that u has in `graph`; null where there is none, or several components. */
  private tableOf(flow: Flow, graph: Float64Array, pad: number): Table | null {
    const { kernels, data, generators, points, size } = this;
    if (data.components !== 1 || data.nx < 4) return null;
    return tableOver(kernels, flow, periodic(generators), data, points, graph, size[0]!, pad);
  }
}

const PAD = 0.02; // of the range of ũ, beyond which the graph does not go between its points

/** Whether all fields are functions on the circle in x; formulas are taken not to be. */
const periodic = ({ fields }: Generators): boolean =>
  fields.length > 0 && fields.every(({ axes }) => axes[0]!.kind === "periodic");

const SAME = 1e-6; // relative: an L that was stored as float32 passes

/** Throws InputError where trajectories and generators do not belong together. */
export function check(data: Trajectories, { coordinates, fields }: Generators, trajectory = 0): void {
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
    if (kind === "periodic" && !(Math.abs((hi - lo) / data.length - 1) <= SAME))
      throw new InputError(
        `the generators have period ${Number((hi - lo).toPrecision(6))} in x but the trajectories ${Number(data.length.toPrecision(6))}; pass data on the domain they were learned on`,
      );
  }
}

function checkAmounts({ fields }: Generators, amounts: ArrayLike<number>): void {
  if (amounts.length === fields.length && Array.from(amounts).every(Number.isFinite)) return;
  throw new InputError(
    `amounts are [${Array.from(amounts).join(", ")}]; pass ${fields.length} finite numbers, one for each generator`,
  );
}
