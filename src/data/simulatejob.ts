/** Trajectories of some initial states as a job: the kernel for quadratic fluxes, Cole–Hopf or the general integrator. */
import type { Job } from "../engine/job.js";
import type { Kernels } from "../engine/kernels.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation, EquationSpec } from "../equation/equation.js";
import { clockOf, timesOn } from "./clock.js";
import { coleHopf } from "./colehopf.js";
import { type Failure, failureIn, LIMITS } from "./failure.js";
import { type Grid, places } from "./grid.js";
import { decimate, finer, interpolate } from "./refinement.js";
import { simulate } from "./simulate.js";
import { type Solution, solve } from "./solve.js";
import { type Splitting, splittingOf } from "./splitting.js";
import { stableStep } from "./stepsearch.js";

export interface Setup {
  readonly equation: EquationSpec;
  readonly grid: Grid;
  readonly times: Float64Array; // outputs in t
  readonly coleHopf: boolean;
  readonly step: number | null; // longest; null where it is found from the first trajectories
}

/** One of: a first guess of the step, a trial of one, or what is wanted. A step that the setup does not have is base/2^halvings. */
export interface Args {
  readonly task: "base" | "trial" | "solve";
  readonly first: number; // number of the first row among all
  readonly u0: Float64Array; // [rows, states, places]
  readonly base?: number;
  readonly halvings?: number;
  readonly factor?: number; // times as many points along each axis as the grid has; default 1
}

interface State extends Setup {
  readonly steady: Equation; // the equation, or what it is in the time in which it is steady
  readonly clock: Float64Array; // outputs in that time
  readonly splitting: Splitting;
}

export type Reply = Solution & { readonly base: number };

export const simulateJob: Job<Setup, State, Args, Reply> = {
  name: "simulate",
  prepare: (_, setup) => {
    const equation = equationOf(setup.equation);
    const { times } = setup;
    const clock = setup.coleHopf ? null : clockOf(equation, times[times.length - 1]!);
    const steady = clock?.steady ?? equation;
    return { ...setup, steady, clock: clock ? timesOn(clock, times) : times, splitting: splittingOf(steady) };
  },
  run(kernels, state, { task, first, u0, base = 0, halvings = 0, factor = 1 }) {
    const { step, clock, grid, splitting } = state;
    if (task === "base") {
      const fine = interpolated(kernels, grid, factor, u0);
      const found = stableStep(kernels, splitting, finer(grid, factor), fine, clock);
      return { base: Math.min(found, clock[clock.length - 1]!), u: new Float64Array(0), failure: null };
    }
    const own = step ?? base / 2 ** halvings;
    const whole = solved(kernels, state, own, factor, first, u0);
    if (task === "trial" || whole.failure === null || step !== null) return { base, ...whole };
    return { base, ...retried(kernels, state, own, factor, first, u0) };
  },
};

/** Points along an axis that are tried, times those of the grid: data that a grid resolves only just make it unstable. */
export const FACTORS = [1, 2];
/** Then for each trajectory alone, divisors of the step: one may be steeper than those the step was found from. */
const RETRIES = [1, 4, 16];

function retried(
  kernels: Kernels,
  state: State,
  step: number,
  factor: number,
  first: number,
  u0: Float64Array,
): Solution {
  const own = state.splitting.states * places(state.grid);
  const parts: Float64Array[] = [];
  for (let row = 0; row * own < u0.length; row++) {
    const alone = u0.slice(row * own, (row + 1) * own);
    let last: Solution | null = null;
    for (const points of FACTORS.filter((points) => points >= factor))
      for (const divisor of RETRIES)
        if (last === null || last.failure) last = solved(kernels, state, step / divisor, points, first + row, alone);
    if (last!.failure) return { ...last!, failure: { ...last!.failure, row } };
    parts.push(last!.u);
  }
  return { u: joined(parts), failure: null };
}

function solved(
  kernels: Kernels,
  state: State,
  step: number,
  factor: number,
  first: number,
  u0: Float64Array,
): Solution {
  const { steady: equation, splitting, clock, coleHopf: exact } = state;
  if (exact) {
    const { nx, length } = state.grid;
    const { u } = coleHopf(kernels, { nu: equation.parameters.nu!, length, nx, times: clock, first }, u0);
    return { u, failure: null };
  }
  const known = state.step !== null;
  const tail = factor === FACTORS[FACTORS.length - 1] || known ? LIMITS.worstTail : LIMITS.tail;
  const grid = finer(state.grid, factor);
  const start = interpolated(kernels, state.grid, factor, u0);
  const { u, failure } = flux() ?? solve(kernels, { splitting, grid, times: clock, step, tail, first }, start);
  return { u: factor === 1 ? u : onGrid(u), failure: failure && inTime(failure, state) };

  function onGrid(fine: Float64Array): Float64Array {
    const out = decimate(fine, state.grid, factor);
    const own = splitting.states * places(state.grid);
    if (clock[0] === 0)
      for (let row = 0; row * own < u0.length; row++)
        out.set(u0.subarray(row * own, (row + 1) * own), row * clock.length * own); // as given, without rounding
    return out;
  }

  /** By the kernel for equations with a quadratic flux. */
  function flux(): Solution | null {
    if (equation.quadraticFlux === null) return null;
    const { nx, length } = grid;
    const { u } = simulate(kernels, { equation, length, nx, times: clock, step, first, unwatched: !known }, start);
    return { u, failure: known ? null : failureIn(kernels, grid, 1, clock, start, u, tail) };
  }
}

const interpolated = (kernels: Kernels, grid: Grid, factor: number, u0: Float64Array): Float64Array =>
  factor === 1 ? u0 : interpolate(kernels, u0, grid, factor);

/** A failure with its time in t. */
function inTime(failure: Failure, { clock, times }: State): Failure {
  const next = clock.findIndex((s) => s >= failure.time);
  if (next < 0) return failure;
  const [s0, s1] = [next === 0 ? 0 : clock[next - 1]!, clock[next]!];
  const [t0, t1] = [next === 0 ? 0 : times[next - 1]!, times[next]!];
  return { ...failure, time: s1 > s0 ? t0 + ((failure.time - s0) / (s1 - s0)) * (t1 - t0) : t1 };
}

export function joined(parts: readonly Float64Array[]): Float64Array {
  const u = new Float64Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    u.set(part, at);
    at += part.length;
  }
  return u;
}
