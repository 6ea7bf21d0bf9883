/** The numerics of one run: an engine on this thread and a pool over the cores. */
import type { Adapter } from "./adapter.js";
import { type Chosen, chooseKernels, type KernelRequest } from "./engines.js";
import type { Pool } from "./job.js";
import type { Kernels } from "./kernels.js";
import { createPool } from "./pool.js";

export interface MachineOptions {
  readonly workers: number | "auto"; // 0 or 1: everything on this thread
  readonly kernels?: KernelRequest; // default "auto"
}

export interface Machine {
  readonly kernels: Kernels;
  readonly pool: Pool; // on the same engine
  readonly passedOver: Chosen["passedOver"];
  close(): Promise<void>;
}

/** Throws InputError where the kernels that are asked for do not start. */
export async function openMachine(adapter: Adapter, options: MachineOptions): Promise<Machine> {
  const { kernels: asked = "auto" } = options;
  const own = asked === "auto" || asked === "simd" ? adapter.kernels : undefined;
  const { kernels, module, passedOver } = await chooseKernels(own ?? asked);
  const pool = createPool({ adapter, kernels, module, workers: options.workers });
  return { kernels, pool, passedOver, close: () => pool.close() };
}
