/** Simulated trajectories of a built-in equation, on whatever cores the adapter lends. */
import { simulateTrajectories } from "./data/simulation.js";
import type { Trajectories } from "./data/trajectories.js";
import type { Adapter } from "./engine/adapter.js";
import type { KernelRequest } from "./engine/engines.js";
import { openMachine } from "./engine/machine.js";
import type { Hooks } from "./learn.js";
import { specOf } from "./task/pde.js";

export interface SimulateOptions {
  readonly task: string; // an equation of the catalogue
  readonly trajectories: number;
  readonly seed: number;
  readonly workers?: number | "auto"; // default: as many as there are cores
  readonly kernels?: KernelRequest; // default "auto": plain SIMD, else plain TypeScript
  readonly equation?: string; // as text, for the task "pde"
  readonly parameters?: Readonly<Record<string, number>>;
  readonly length?: number; // period in x; these four default to the equation's row
  readonly nx?: number;
  readonly time?: number; // last output
  readonly outputs?: number; // uniform in [0, time]
}

export interface SimulateHooks extends Hooks {
  /** Given the trajectories as they are made, a few at a time and in order; none are then held, and what `simulate` returns has n = 0. */
  readonly take?: (part: Trajectories) => void | Promise<void>;
}

/** Trajectories [n, nt, 1, nx]; the last outputs of the row are kept, all of them where `outputs` is given. */
export async function simulate(
  { task, equation, parameters = {}, workers = "auto", kernels = "auto", ...request }: SimulateOptions,
  adapter: Adapter,
  hooks: Partial<SimulateHooks> = {},
): Promise<Trajectories> {
  const machine = await openMachine(adapter, { workers, kernels });
  try {
    return await simulateTrajectories(
      machine.pool,
      {
        ...request,
        equation: specOf({ task, parameters, seed: request.seed, ...(equation === undefined ? {} : { equation }) }),
      },
      hooks.signal,
      (done, of) => hooks.progress?.({ stage: "data", done, of }),
      hooks.take,
    );
  } finally {
    await machine.close();
  }
}
