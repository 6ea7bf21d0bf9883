/** The task of a PDE as a value: an equation, trajectories to learn from and others held out, and the chart between units. */
import { type Chart, chartOf } from "../data/chart.js";
import { addNoise } from "../data/noise.js";
import { partition, simulateTrajectories } from "../data/simulation.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { Pool } from "../engine/job.js";
import { stream } from "../engine/random.js";
import { catalogue, equationOf } from "../equation/catalogue.js";
import { coordinatesOf, type Equation, type EquationSpec } from "../equation/equation.js";

export interface PdeTask {
  readonly name: string;
  readonly title: string;
  readonly spec: EquationSpec; // what travels to workers
  readonly equation: Equation;
  readonly coordinates: readonly string[];
  readonly chart: Chart; // of the trajectories learned from
  readonly train: Trajectories;
  readonly held: Trajectories; // never seen by learning
  readonly given: boolean; // by the user, not simulated
  readonly independent: boolean; // rows are snapshots: their order in time means nothing
}

export interface PdeRequest {
  readonly task: string; // an equation of the catalogue, or "pde" with `equation`
  readonly equation?: string; // as text, for the task "pde"
  readonly parameters?: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly trajectories?: number; // to learn from; a quarter as many more are held out
  readonly data?: Trajectories; // instead of simulated ones; the last fifth is held out
  readonly snapshots?: boolean; // noisy or independent snapshots: nothing is differenced in time
  readonly noise?: number; // deviation of white noise added after simulation, in deviations of each component
  readonly length?: number; // these: of the simulated domain, where not the catalogue's
  readonly nx?: number;
  readonly time?: number;
  readonly outputs?: number;
}

/** The specification a request names. Throws InputError. */
export function specOf({ task, equation, parameters = {} }: PdeRequest): EquationSpec {
  if (task !== "pde") {
    if (equation !== undefined)
      throw new InputError(`an equation as text is for the task pde, not ${task}; leave it out, or learn pde`);
    return { name: task, parameters };
  }
  if (equation === undefined)
    throw new InputError('the task pde needs an equation as text, such as "u_t = -6*u*u_x - u_xxx"; pass one');
  return { name: "pde", text: equation, parameters };
}

/** Whether trajectories can be flowed and scored on the deformed grid. */
export const flowable = ({ space, timeOrder }: Equation): boolean => space === 1 && timeOrder === 1;

/** Simulates or takes over trajectories. `rows`: outputs lost to stencils at both ends of t, per x derivative of the equation. */
export async function pdeTask(
  request: PdeRequest,
  pool: Pool,
  rows: number,
  signal?: AbortSignal,
  progress?: (done: number, of: number) => void,
): Promise<PdeTask> {
  const spec = specOf(request);
  const equation = equationOf(spec);
  const independent = request.snapshots === true || (request.noise ?? 0) > 0;
  const [train, held] = await split();
  return {
    name: request.task,
    title: Object.hasOwn(catalogue, request.task) ? catalogue[request.task]!.title : equation.text,
    spec,
    equation,
    coordinates: coordinatesOf(equation),
    chart: chartOf(train, equation),
    train,
    held,
    given: request.data !== undefined,
    independent,
  };

  async function split(): Promise<[Trajectories, Trajectories]> {
    if (request.data) {
      const { data } = request;
      checkLayout(data, equation, independent || !flowable(equation) ? 0 : rows * Math.max(1, equation.order));
      return partition(noisy(data), data.n - Math.max(1, Math.floor(data.n / 5)));
    }
    const n = request.trajectories ?? 16;
    if (!Number.isInteger(n) || n < 2) throw new InputError(`trajectories is ${n}; pass a whole number of at least 2`);
    const trajectories = n + Math.max(1, Math.ceil(n / 4));
    const { seed, length, nx, time, outputs } = request;
    const domain = Object.fromEntries(
      Object.entries({ length, nx, time, outputs }).filter(([, value]) => value !== undefined),
    );
    const all = await simulateTrajectories(pool, { equation: spec, trajectories, seed, ...domain }, signal, progress);
    return partition(noisy(all), n);
  }

  function noisy(data: Trajectories): Trajectories {
    const { noise = 0, seed } = request;
    if (!(noise >= 0 && noise <= 10)) throw new InputError(`noise is ${noise}; pass a share from 0 to 10`);
    return noise > 0 ? addNoise(data, noise, stream(seed, "noise")) : data;
  }
}

const UNIFORM = 1e-3; // of a step: what t rounded to float32 may be off

/** Throws InputError where trajectories do not have the form that learning takes; `lost` 0 for independent snapshots. */
function checkLayout({ n, components, nt, t, ny }: Trajectories, equation: Equation, lost: number): void {
  if (n < 2) throw new InputError(`u has ${n} trajectory but one must be held out; give at least 2`);
  if ((ny === undefined) !== (equation.space === 1))
    throw new InputError(
      `u has ${ny === undefined ? 1 : 2} space dimensions but the equation ${equation.space}; pass u [n, nt, ${equation.space === 1 ? "nx" : "nx, ny"}]`,
    );
  const state = equation.components.length * equation.timeOrder;
  if (components !== state) {
    const names = [
      ...equation.components,
      ...(equation.timeOrder === 2 ? equation.components.map((c) => `${c}_t`) : []),
    ];
    throw new InputError(
      `u has ${components} components but ${equation.name} has ${state} (${names.join(", ")}); pass u [n, nt, component, nx]`,
    );
  }
  if (lost === 0) return;
  if (nt <= lost) {
    throw new InputError(`u has ${nt} outputs in time but ${equation.name} needs more than ${lost}; give more`);
  }
  const step = (t[nt - 1]! - t[0]!) / (nt - 1);
  const off = t.findIndex((time, j) => Math.abs(time - t[0]! - j * step) > UNIFORM * step);
  if (off < 0) return;
  throw new InputError(
    `t must be uniform but t[${off}] = ${t[off]} is not on the grid of step ${step}; resample u in t, or pass snapshots`,
  );
}
