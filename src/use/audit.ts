/**
 * How far a predictor of solutions commutes with symmetries. A generator acts on whole solutions u(x, t), a predictor on windows of them; so the
 * predictor's own rollout is moved along the generator, and the predictor asked to continue what came out. It commutes where that gives the moved
 * rollout again.
 */
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { Generators } from "../flow/generators.js";
import { wholeRows } from "./rejection.js";
import { type ResampleKernels, Resampler } from "./resampler.js";
import type { Predictor } from "./rollout.js";

export interface AuditOptions {
  readonly data: Trajectories; // rollouts begin with the first states of each; one space dimension
  readonly generators: Generators;
  readonly amounts: readonly (readonly number[])[]; // of each generator: how far along it to move, in its own unit
  readonly trajectories?: number; // that are looked at; default 4
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, of: number) => void; // trajectories
}

/** Numbers are relative to how far states move meanwhile: 0 is perfect, 1 as wrong as standing still. */
export interface AuditRecord {
  readonly error: number; // of the predictor itself, on the data
  /** Of each generator and amount: the defect, null where no rows are left, and how many states it is of. */
  readonly generators: readonly (readonly {
    readonly amount: number;
    readonly defect: number | null;
    readonly states: number;
  }[])[];
}

/**
 * Root mean square differences over root mean square changes, over all states that can be asked for. A predictor that is exact on solutions has
 * defect 0 for symmetries; one that is not may commute all the same. Windows are [1, inputs, components, nx]. Cost: 2 rollouts a trajectory and
 * amount. Throws InputError for a predictor that gives states of another size or that are not finite.
 */
export async function audit(
  predictor: Predictor,
  kernels: ResampleKernels,
  options: AuditOptions,
): Promise<AuditRecord> {
  const { data, generators, amounts, trajectories = 4, signal, progress } = options;
  const { inputs: history, outputs: ahead } = predictor;
  const { nt, nx, components } = data;
  if (amounts.length !== generators.fields.length)
    throw new InputError(
      `amounts came for ${amounts.length} generators of ${generators.fields.length}; pass a list for each`,
    );
  for (const [name, value] of Object.entries({ inputs: history, outputs: ahead, trajectories }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new InputError(`${name} is ${value}; pass a whole number from 1`);
  if (nt < history + ahead)
    throw new InputError(`the trajectories have ${nt} states but ${history} + ${ahead} are needed; pass longer ones`);
  const state = components * nx;
  const next = async (states: Float64Array, t: number): Promise<Float64Array> => {
    signal?.throwIfAborted();
    const given = await predictor.predict(states);
    if (given.length !== ahead * state)
      throw new InputError(
        `the predictor gave ${given.length} numbers but ${ahead} states of ${state} are expected; return [${ahead}, ${components}, ${nx}]`,
      );
    const bad = given.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new InputError(`the predictor gave ${given[bad]} after t = ${t}; pass one that stays finite`);
    return given;
  };
  /** Σ of squares of the predictor's mistakes over rows [first, end), of changes, and how many states. */
  const mistakes = async (u: Float64Array, first: number, end: number): Promise<Sums> => {
    const sums = { off: 0, change: 0, states: 0 };
    for (let j = first; j + history + ahead <= end; j += ahead) {
      const from = u.slice(j * state, (j + history) * state);
      const came = await next(from, data.t[j + history - 1]!);
      for (let i = 0; i < came.length; i++) {
        const truth = u[(j + history) * state + i]!;
        sums.off += (came[i]! - truth) ** 2;
        sums.change += (truth - from[(history - 1) * state + (i % state)]!) ** 2;
      }
      sums.states += ahead;
    }
    return sums;
  };
  const own: Sums[] = [];
  const moved: Sums[][][] = amounts.map((list) => list.map(() => []));
  for (let trajectory = 0; trajectory < Math.min(trajectories, data.n); trajectory++) {
    const given = data.u.slice(trajectory * nt * state, (trajectory + 1) * nt * state);
    own.push(await mistakes(given, 0, nt));
    const rollout = given.slice(0, nt * state);
    let rows = history;
    for (; rows + ahead <= nt; rows += ahead)
      rollout.set(await next(rollout.slice((rows - history) * state, rows * state), data.t[rows - 1]!), rows * state);
    const t = data.t.slice(0, rows);
    const resampler = new Resampler(
      kernels,
      { ...data, n: 1, nt: rows, t, u: rollout.slice(0, rows * state) },
      generators,
    );
    for (const [k, list] of amounts.entries())
      for (const [i, amount] of list.entries()) {
        const along = amounts.map((_, other) => (other === k ? amount : 0));
        const { u, support } = resampler.move(along);
        moved[k]![i]!.push(await mistakes(u, ...wholeRows(support, rows)));
      }
    progress?.(trajectory + 1, Math.min(trajectories, data.n));
  }
  return {
    error: ratio(own) ?? Number.NaN,
    generators: amounts.map((list, k) =>
      list.map((amount, i) => ({
        amount,
        defect: ratio(moved[k]![i]!),
        states: moved[k]![i]!.reduce((sum, { states }) => sum + states, 0),
      })),
    ),
  };
}

interface Sums {
  off: number;
  change: number;
  states: number;
}

function ratio(all: readonly Sums[]): number | null {
  const total = (name: keyof Sums): number => all.reduce((sum, each) => sum + each[name], 0);
  return total("states") > 0 ? Math.sqrt(total("off") / total("change")) : null;
}
