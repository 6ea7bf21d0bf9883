/** What is kept of a comparison of operators while it is made: the plan, cells that are done, the checkpoint of the one in the making. */
import { InputError } from "../engine/error.js";
import { type Cell, decodeCell } from "../use/cell.js";
import type { Plan } from "./evaluationplan.js";
import type { OperatorOptions } from "./operatortraining.js";

/** Where finished cells, learned fields and the checkpoint of the cell in the making are kept, by name. Each write must be whole or not at all. */
export interface CellStore {
  read(name: string): Promise<Uint8Array | null>; // null: there is none
  write(name: string, bytes: Uint8Array | string): Promise<void>;
  remove(name: string): Promise<void>; // where it is there
}

const PLAN = "plan.json";
const EVERY = 60; // seconds: what a kill costs at most, besides an epoch

export const placeOf = (trajectories: number, seed: number, arm: string): string =>
  `${trajectories}-${seed}-${arm.replaceAll(" ", "-")}`;
export const checkpointOf = (...place: Parameters<typeof placeOf>): string =>
  `checkpoint-${placeOf(...place)}.safetensors`;

/** A training that is kept under a name while it runs, and goes on from what is there. */
export async function resumable(
  store: CellStore,
  name: string,
): Promise<Pick<OperatorOptions, "checkpoint" | "every" | "resume">> {
  const resume = await store.read(name);
  return { every: EVERY, checkpoint: (bytes) => store.write(name, bytes), ...(resume && { resume }) };
}

/** The store, which keeps the plan before all else. Throws InputError where it holds cells of another one. */
export async function samePlan(plan: Plan, store: CellStore): Promise<CellStore> {
  const there = await store.read(PLAN);
  const before = there && new TextDecoder().decode(there).trim();
  if (before !== null && before !== plan.text)
    throw new InputError(
      `cells of other settings are there: ${before.slice(0, 400)} came before, ${plan.text.slice(0, 400)} is asked for; pass the same options, or name another directory`,
    );
  let named = before !== null;
  return {
    read: (name) => store.read(name),
    async write(name, bytes) {
      if (!named) await store.write(PLAN, `${plan.text}\n`);
      named = true;
      await store.write(name, bytes);
    },
    remove: (name) => store.remove(name),
  };
}

export async function kept(
  store: CellStore | undefined,
  name: string,
  place: Pick<Cell, "trajectories" | "seed" | "arm" | "along">,
): Promise<Cell | null> {
  const bytes = await store?.read(name);
  if (!bytes) return null;
  const cell = decodeCell(new TextDecoder().decode(bytes), name);
  if (cell.along !== place.along)
    throw new InputError(
      `${name} was made along other generators: ${cell.along.slice(0, 200) || "learned ones"} came before, ${place.along.slice(0, 200) || "learned ones"} are asked for; name another directory`,
    );
  if (cell.trajectories === place.trajectories && cell.seed === place.seed && cell.arm === place.arm) return cell;
  throw new InputError(`${name} holds the cell of ${cell.trajectories}, ${cell.seed}, ${cell.arm}; take it away`);
}
