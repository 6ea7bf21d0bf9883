/** Trajectories of any equation from initial states: the general integrator between outputs, watched for blow-up and lost resolution. */
import { InputError } from "../engine/error.js";
import type { FourierKernels, TapeKernels } from "../engine/kernels.js";
import { type Tables, tablesOf } from "./coupledtables.js";
import { type Failure, failureIn, grown } from "./failure.js";
import { type Grid, places } from "./grid.js";
import { checkTimes } from "./simulate.js";
import type { Splitting } from "./splitting.js";
import { Stepper } from "./stepper.js";

export interface Course {
  readonly splitting: Splitting;
  readonly grid: Grid;
  readonly times: Float64Array; // outputs, increasing, from 0 (the initial states) or later
  readonly step: number; // longest step
  readonly tail: number; // share of the upper third of the modes above which a trajectory counts as not resolved
  readonly first?: number; // number of the first trajectory among all, for messages; default 0
}

/** States [n, nt, states, places]; after a failure the outputs that were not reached hold 0. */
export interface Solution {
  readonly u: Float64Array;
  readonly failure: Failure | null;
}

const WATCH = 32; // steps between looks at growth, and for which L holds coefficients that change in time
const SAME_STEP = 1e-12; // relative: intervals of a uniform grid differ by rounding

/**
 * Solutions through states u0 [n, states, places] given at t = 0. Trajectories do not affect each other. There is no dealiasing: data
 * are to be resolved, and then cutting modes costs more than aliasing does (4e-6 against 3e-9 on KdV's references); where they are not,
 * neither would help and the failure says so. Throws InputError where F is not finite at t = 0.
 */
export function solve(
  kernels: FourierKernels & TapeKernels,
  { splitting, grid, times, step, tail, first = 0 }: Course,
  u0: Float64Array,
): Solution {
  checkTimes(times);
  if (!(step > 0)) throw new InputError(`the longest step must be positive, but is ${step}`);
  const own = splitting.states * places(grid); // numbers of one state
  const n = u0.length / own;
  const stepper = new Stepper(kernels, splitting, grid, n);
  stepper.load(u0);
  checkDefined(stepper, u0, first);
  const initial = sizesOf(stepper);
  const u = new Float64Array(u0.length * times.length);
  const failureAt = (time: number): Failure | null => {
    const row = sizesOf(stepper).findIndex((square, i) => grown(square, initial[i]!));
    return row < 0 ? null : { row, time, kind: "growth" };
  };
  const before = (output: number): Failure | null =>
    failureIn(kernels, grid, splitting.states, times, u0, u, tail, output);
  let tables: Tables | null = null;
  let now = 0;
  for (const [output, time] of times.entries()) {
    const interval = time - now;
    const steps = Math.max(1, Math.ceil(interval / step - 1e-9)); // a multiple of the step within rounding takes that many
    const h = interval / steps;
    for (let i = 0; i < steps && interval > 0; i++) {
      const t = now + i * h;
      const stale = !splitting.steady && i % WATCH === 0;
      if (stale || !tables || Math.abs(tables.step - h) > SAME_STEP * h)
        tables = tablesOf(splitting, stepper.transform, h, t + (Math.min(WATCH, steps - i) * h) / 2);
      stepper.step(tables, t);
      const failure = i % WATCH === WATCH - 1 || i === steps - 1 ? failureAt(t + h) : null;
      if (failure) return { u, failure: before(output) ?? failure }; // what grows has often ceased to be resolved before
    }
    const place = (row: number): number => (row * times.length + output) * own;
    if (time > 0) stepper.unload(u, place);
    else for (let row = 0; row < n; row++) u.set(u0.subarray(row * own, (row + 1) * own), place(row));
    now = time;
  }
  return { u, failure: before(times.length) };
}

function checkDefined(stepper: Stepper, u0: Float64Array, first: number): void {
  const bad = u0.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError(
      `initial row ${first + Math.floor(bad / (stepper.transform.places * stepper.splitting.states))} holds ${u0[bad]}; pass finite numbers`,
    );
  const held = stepper.splitting.moving.map(() => 0);
  for (const values of stepper.rest(stepper.spectra, 0, held)) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const inputs = stepper.splitting.jets.map(({ name }, i) => `${name} = ${stepper.inputs[i]![at]!.toPrecision(3)}`);
    throw new InputError(
      `the equation is not defined on the initial data: its right-hand side is ${values[at]} at t = 0 where ${inputs.join(", ") || "x, t are given"}; pass initial data in its domain, or change the equation`,
    );
  }
}

/** Σ |û|² of each trajectory, over all modes of all its states. */
function sizesOf({ spectra, splitting, transform, rows }: Stepper): Float64Array {
  const width = 2 * transform.modes;
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let s = 0; s < splitting.states; s++)
      for (let at = (s * rows + row) * width, end = at + width; at < end; at++) sum += spectra[at]! * spectra[at]!;
    return sum;
  });
}
