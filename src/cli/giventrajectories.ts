/** Trajectories in a file that is named on the command line. */
import { wholeArrays } from "../data/arrayfile.js";
import { trajectoriesOf } from "../data/check.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Adapter } from "../engine/adapter.js";
import { about, storedIn } from "./source.js";

const LEAST = { n: 1, nt: 12, nx: 32 } as const;

/** Those of a file of arrays, whole, of an equation of order `timeOrder` in time. Every fault names the file. */
export async function trajectoriesIn(file: string, adapter: Adapter, timeOrder: 1 | 2 = 1): Promise<Trajectories> {
  const stored = await storedIn(adapter, file, file || "the file of trajectories");
  try {
    return await about(file, async () => trajectoriesOf(await wholeArrays(stored), undefined, LEAST, timeOrder));
  } finally {
    await stored.close();
  }
}
