/** Trajectories in a file that is named on the command line. */
import { trajectoriesOf } from "../data/check.js";
import { DEFAULT_LIMIT, readNpz } from "../data/npz.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { reason } from "./destination.js";

const LEAST = { n: 1, nt: 12, nx: 32 } as const;

/** Those of an .npz, of an equation of order `timeOrder` in time. Every fault names the file. */
export async function trajectoriesIn(file: string, adapter: Adapter, timeOrder: 1 | 2 = 1): Promise<Trajectories> {
  const bytes = await adapter.readFile(file, DEFAULT_LIMIT).catch((error) => {
    throw new InputError(`${file || "the file of trajectories"} cannot be read: ${reason(error)}; check the path`);
  });
  return about(file, () => trajectoriesOf(readNpz(bytes), undefined, LEAST, timeOrder));
}

/** What `make` makes; faults name the file. */
export function about<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}
