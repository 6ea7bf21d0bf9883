/** What the commands set going. Loaded only when called, so that `--help` does not wait for a network library. */
import type { Trajectories } from "../data/trajectories.js";
import type { Adapter } from "../engine/adapter.js";
import type { Hooks, LearnOptions } from "../learn.js";
import type { RunFigures, RunRecord } from "../report/run.js";
import type { SimulateOptions } from "../simulate.js";

export interface EngineReport {
  readonly engine: string;
  readonly available: boolean;
  readonly reason: string | null; // why not
  readonly gpu?: { readonly name: string; readonly software: boolean };
  readonly byName?: string; // available, but `auto` passes over it: why
}

export interface Work {
  adapter(): Promise<Adapter>;
  learn(options: LearnOptions, adapter: Adapter, hooks: Hooks): Promise<{ record: RunRecord; figures: RunFigures }>;
  simulate(options: SimulateOptions, adapter: Adapter, hooks: Hooks): Promise<Trajectories>;
  report(record: RunRecord, figures: RunFigures): Promise<string>;
  /** What could run the network, in order of preference. */
  networkEngines(adapter: Adapter): Promise<readonly EngineReport[]>;
  /** What could run the numerics, in order of preference. */
  kernelEngines(): Promise<readonly EngineReport[]>;
}

export const work: Work = {
  adapter: async () =>
    "Deno" in globalThis
      ? (await import("../adapter/deno/adapter.js")).denoAdapter()
      : (await import("../adapter/node/adapter.js")).nodeAdapter(),
  learn: async (...all) => (await import("../learn.js")).learn(...all),
  simulate: async (...all) => (await import("../simulate.js")).simulate(...all),
  report: async (...all) => (await import("../report/html.js")).renderReport(...all),
  networkEngines: async (adapter) =>
    (await import("../network/backend.js")).describeBackends(
      adapter.openGpu ? { openGpu: () => adapter.openGpu!() } : {},
    ),
  kernelEngines: async () => (await import("../engine/engines.js")).describeKernels(),
};
