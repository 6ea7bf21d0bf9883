/** The task of a PDE as a value: an equation, trajectories to learn from and others held out, and the chart between units. */
import { type Chart, chartOf } from "../data/chart.js";
import { partition, simulateTrajectories } from "../data/simulation.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { Pool } from "../engine/job.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation, EquationSpec } from "../equation/equation.js";

export interface PdeTask {
  readonly name: string;
  readonly spec: EquationSpec; // what travels to workers
  readonly equation: Equation;
  readonly chart: Chart; // of the trajectories learned from
  readonly train: Trajectories;
  readonly held: Trajectories; // never seen by learning
}

export interface PdeRequest {
  readonly task: string; // an equation of the catalogue
  readonly parameters?: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly trajectories?: number; // to learn from, default 16; a quarter as many more are held out
  readonly data?: Trajectories; // instead of simulated ones; the last fifth is held out
}

/** Simulates or takes over trajectories. `rows`: outputs lost to stencils at both ends of t, per x derivative of the equation. */
export async function pdeTask(
  request: PdeRequest,
  pool: Pool,
  rows: number,
  signal?: AbortSignal,
  progress?: (done: number, of: number) => void,
): Promise<PdeTask> {
  const spec: EquationSpec = { name: request.task, parameters: request.parameters ?? {} };
  const equation = equationOf(spec);
  const [train, held] = await split();
  return { name: request.task, spec, equation, chart: chartOf(train), train, held };

  async function split(): Promise<[Trajectories, Trajectories]> {
    if (request.data) {
      checkLayout(request.data, equation, rows * equation.order);
      return partition(request.data, request.data.n - Math.max(1, Math.floor(request.data.n / 5)));
    }
    const n = request.trajectories ?? 16;
    if (!Number.isInteger(n) || n < 2) throw new InputError(`trajectories is ${n}; pass a whole number of at least 2`);
    const trajectories = n + Math.max(1, Math.ceil(n / 4));
    const all = await simulateTrajectories(
      pool,
      { equation: spec, trajectories, seed: request.seed },
      signal,
      progress,
    );
    return partition(all, n);
  }
}

const UNIFORM = 1e-3; // of a step: what t rounded to float32 may be off

/** Throws InputError where trajectories do not have the form that flows over them are scored in. */
function checkLayout({ n, components, nt, t }: Trajectories, equation: Equation, lost: number): void {
  if (n < 2) throw new InputError(`u has ${n} trajectory but one must be held out; give at least 2`);
  if (components !== equation.components.length) {
    throw new InputError(
      `u has ${components} components but ${equation.name} has ${equation.components.length}; pass u [n, nt, nx]`,
    );
  }
  if (nt <= lost) {
    throw new InputError(`u has ${nt} outputs in time but ${equation.name} needs more than ${lost}; give more`);
  }
  const step = (t[nt - 1]! - t[0]!) / (nt - 1);
  const off = t.findIndex((time, j) => Math.abs(time - t[0]! - j * step) > UNIFORM * step);
  if (off < 0) return;
  throw new InputError(
    `t must be uniform but t[${off}] = ${t[off]} is not on the grid of step ${step}; resample u in t`,
  );
}
