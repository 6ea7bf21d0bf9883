/** Trajectories in a file that is named on the command line. */
import { openArrays, wholeArrays } from "../data/arrayfile.js";
import { trajectoriesOf } from "../data/check.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { reason } from "./destination.js";

const LEAST = { n: 1, nt: 12, nx: 32 } as const;

/** Those of a file of arrays, whole, of an equation of order `timeOrder` in time. Every fault names the file. */
export async function trajectoriesIn(file: string, adapter: Adapter, timeOrder: 1 | 2 = 1): Promise<Trajectories> {
  const stored = await openArrays(adapter, file).catch((error) => {
    if (error instanceof InputError && !error.message.startsWith(file)) return about(file, () => Promise.reject(error));
    throw new InputError(`${file || "the file of trajectories"} cannot be read: ${reason(error)}; check the path`);
  });
  try {
    return await about(file, async () => trajectoriesOf(await wholeArrays(stored), undefined, LEAST, timeOrder));
  } finally {
    await stored.close();
  }
}

/** What `make` makes; faults name the file. */
export async function about<T>(file: string, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}
