/** The solution that is moved: the held-out one of a run, or one simulated for a field from a file. */
import { browserAdapter } from "../../src/adapter/browser/adapter.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import { catalogue } from "../../src/equation/catalogue.js";
import type { RunFigures } from "../../src/report/run.js";
import { simulate } from "../../src/simulate.js";
import type { Setting } from "./protocol.js";

/** As trajectories of one; null where the run has none to draw. */
export function solutionOf({ solution }: RunFigures, length: number): Trajectories | null {
  if (!solution) return null;
  const [nt, nx] = [solution.t.length, solution.x.length];
  const u = new Float64Array(nt * nx);
  for (const [j, row] of solution.u.entries()) u.set(row, j * nx);
  return { u, n: 1, nt, components: 1, nx, x: Float64Array.from(solution.x), t: Float64Array.from(solution.t), length };
}

const SEED = 1;

/** One solution of an equation by name or as text. Throws InputError where there is no such equation or it cannot be solved. */
export async function simulated(task: string, equation: string | null, setting: Setting): Promise<Trajectories> {
  const { parameters, ...domain } = setting;
  const named = Object.hasOwn(catalogue, task);
  if (!named && equation === null) throw new InputError("the file does not say which equation it was learned from");
  const spec = named ? { task, parameters } : { task: "pde", equation: equation! }; // the text has its parameters by value
  return simulate({ ...spec, ...domain, seed: SEED, trajectories: 1, workers: 0 }, browserAdapter());
}
