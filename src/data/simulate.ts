/** Trajectories of an equation from initial rows: ETDRK4 between outputs, in equal steps no longer than asked. */
import { InputError, NumericalError } from "../engine/error.js";
import type { Etdrk4Tables, FourierKernels, SolverKernels } from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import { spectraOf } from "./spectral.js";
import { etdrk4Tables } from "./tables.js";
import type { Trajectories } from "./trajectories.js";

export interface Simulation {
  readonly equation: Equation;
  readonly length: number; // period in x
  readonly nx: number;
  readonly times: Float64Array; // outputs, increasing, from 0 (the initial rows) or later
  readonly step: number; // longest step
  readonly first?: number; // number of the first row among all trajectories, for messages; default 0
  readonly unwatched?: boolean; // numbers that are not finite are returned, not thrown; default false
}

const SAME_STEP = 1e-12; // relative: intervals of a uniform grid differ by rounding, which moves no output by more than that

/**
 * Solutions through rows u0 [n, nx] given at t = 0. Rows do not affect each other: however they are shared out among calls, the
 * numbers are the same to the last bit. No dealiasing. Throws NumericalError where a solution ceases to be finite.
 */
export function simulate(
  kernels: FourierKernels & SolverKernels,
  { equation, length, nx, times, step, first = 0, unwatched = false }: Simulation,
  u0: Float64Array,
): Trajectories {
  checkTimes(times);
  if (!(step > 0)) throw new InputError(`the longest step must be positive, but is ${step}`);
  const spectra = spectraOf(kernels, u0, nx);
  const n = u0.length / nx;
  const u = new Float64Array(n * times.length * nx);
  const rows = u0.slice();
  let tables: { interval: number; steps: number; of: Etdrk4Tables } | null = null;
  let now = 0;
  for (const [output, time] of times.entries()) {
    const interval = time - now;
    if (interval > 0) {
      if (!tables || Math.abs(tables.interval - interval) > SAME_STEP * interval) {
        const steps = Math.ceil(interval / step - 1e-9); // a multiple of the step within rounding takes that many
        tables = { interval, steps, of: etdrk4Tables(equation, nx, length, interval / steps) };
      }
      kernels.etdrk4(tables.of, spectra, tables.steps);
      kernels.irfft(nx, spectra, rows);
    }
    if (!unwatched) checkFinite(rows, nx, first, now, time);
    for (let row = 0; row < n; row++)
      u.set(rows.subarray(row * nx, (row + 1) * nx), (row * times.length + output) * nx);
    now = time;
  }
  const x = Float64Array.from({ length: nx }, (_, i) => (i * length) / nx);
  return { u, n, nt: times.length, components: 1, nx, x, t: times.slice(), length };
}

export function checkTimes(times: Float64Array): void {
  let before = -Number.MIN_VALUE;
  for (const time of times) {
    if (!(time > before) || !Number.isFinite(time))
      throw new InputError(
        `output times must be finite, increasing and not before 0, but ${time} follows ${Math.max(before, 0)}`,
      );
    before = time;
  }
}

function checkFinite(rows: Float64Array, nx: number, first: number, from: number, to: number): void {
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const which = first + Math.floor(bad / nx);
  if (to === 0) throw new InputError(`initial row ${which} holds ${rows[bad]}; pass finite numbers`);
  throw new NumericalError(
    `trajectory ${which} ceased to be finite between t = ${from} and ${to}; take a smaller step or smoother initial data`,
  );
}
