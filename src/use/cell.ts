/** One cell of an evaluation, an operator trained and rolled out, as a file of its own: the table goes on from those that are there. */
import { InputError } from "../engine/error.js";
import type { RolloutError } from "./rollout.js";

export interface Cell extends RolloutError {
  readonly trajectories: number; // trained on
  readonly seed: number;
  readonly arm: string;
  readonly along: string; // the generators that were given; "" where they are learned, or none
  readonly generators: number | null; // windows moved along how many; null where none were to be
  readonly kept: number | null; // copies of them
  readonly history: readonly number[]; // mean loss of each epoch
  readonly seconds: { readonly augment: number; readonly train: number; readonly rollout: number };
  readonly engine: string;
}

const FORMAT = "liefield cell 1";
const LONGEST = 2 ** 20; // numbers of a list

/** JSON; errors that are infinite, of rollouts that blew up, are null. */
export const encodeCell = (cell: Cell): string =>
  `${JSON.stringify({ format: FORMAT, ...cell, perStep: [...cell.perStep], perTrajectory: [...cell.perTrajectory] })}\n`;

/** What a file says. Throws InputError, which names it, for one that `encodeCell` did not write. */
export function decodeCell(text: string, name: string): Cell {
  let found: Record<string, unknown> = {};
  try {
    found = { ...(JSON.parse(text) as object) } as Record<string, unknown>;
  } catch {
    // told below
  }
  const wrong = (what: string): InputError =>
    new InputError(`${name} is no cell of a table: ${what}; take it away, or name another directory`);
  if (found.format !== FORMAT) throw wrong(`its format is not "${FORMAT}"`);
  const number = (key: string, infinite = false): number => {
    const value = found[key];
    if (value === null && infinite) return Number.POSITIVE_INFINITY;
    if (typeof value !== "number") throw wrong(`${key} is no number`);
    return value;
  };
  const list = (key: string): Float64Array => {
    const value = found[key];
    if (!Array.isArray(value) || value.length > LONGEST || !value.every((x) => x === null || typeof x === "number"))
      throw wrong(`${key} is no list of numbers`);
    return Float64Array.from(value as (number | null)[], (x) => x ?? Number.POSITIVE_INFINITY);
  };
  const seconds = (found.seconds ?? {}) as Record<string, unknown>;
  const second = (key: string): number => (typeof seconds[key] === "number" ? seconds[key] : 0);
  return {
    trajectories: number("trajectories"),
    seed: number("seed"),
    arm: String(found.arm),
    along: String(found.along),
    generators: found.generators === null ? null : number("generators"),
    kept: found.kept === null ? null : number("kept"),
    history: [...list("history")],
    seconds: { augment: second("augment"), train: second("train"), rollout: second("rollout") },
    engine: String(found.engine).slice(0, 100),
    perStep: list("perStep"),
    perTrajectory: list("perTrajectory"),
    mean: number("mean", true),
  };
}
