/** The numerics of one run: an engine on this thread and a pool over the cores. */
import type { Adapter } from "./adapter.js";
import type { Pool } from "./job.js";
import type { Kernels } from "./kernels.js";
import { oracleKernels } from "./oracle/oracle.js";
import { createPool } from "./pool.js";
import { simdKernels, simdModule } from "./simd/simd.js";

export interface MachineOptions {
  readonly workers: number | "auto"; // 0 or 1: everything on this thread
  /** Compiled kernels, where a runtime compiles no bytes or the caller ships its own build; "oracle" for plain TypeScript. */
  readonly module?: WebAssembly.Module | "oracle";
}

export interface Machine {
  readonly kernels: Kernels;
  readonly pool: Pool;
  readonly passedOver: readonly { readonly engine: string; readonly reason: string }[];
  close(): Promise<void>;
}

/** SIMD WebAssembly where it starts, else the oracle with the reason kept. An injected module that fails is an error. */
export async function openMachine(adapter: Adapter, options: MachineOptions): Promise<Machine> {
  let module: WebAssembly.Module | null = null;
  const passedOver: { engine: string; reason: string }[] = [];
  if (options.module === undefined) {
    try {
      module = await simdModule();
    } catch (error) {
      passedOver.push({ engine: "simd", reason: (error as Error).message });
    }
  } else if (options.module !== "oracle") module = options.module;
  const kernels = module ? await simdKernels(module) : oracleKernels;
  const pool = createPool({ adapter, kernels, module, workers: options.workers });
  return { kernels, pool, passedOver, close: () => pool.close() };
}
