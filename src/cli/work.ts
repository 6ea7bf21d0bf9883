/** What the commands set going. Loaded only when called, so that `--help` does not wait for a network library. */

import type { AugmentHooks, AugmentOptions, AugmentRecord } from "../augment.js";
import type { DatasetName } from "../data/fetched.js";
import type { ImageData } from "../data/imageset.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Adapter, FetchHooks } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import type { EvaluateHooks, EvaluateOptions, Evaluation } from "../evaluate.js";
import type { Classified, ClassifyHooks, ClassifyOptions } from "../learn/classify.js";
import type { MixtureOptions } from "../learn/mixture.js";
import type { OperatorEngine } from "../learn/operator.js";
import type { OperatorHooks, OperatorOptions } from "../learn/operatortraining.js";
import type { Hooks, LearnOptions, Progress } from "../learn.js";
import type { RunFigures, RunRecord } from "../report/run.js";
import type { SimulateHooks, SimulateOptions } from "../simulate.js";
import type { AuditOptions, AuditRecord } from "../use/audit.js";
import type { ResampleKernels } from "../use/resampler.js";

export interface EngineReport {
  readonly engine: string;
  readonly available: boolean;
  readonly reason: string | null; // why not
  readonly gpu?: { readonly name: string; readonly software: boolean };
  readonly byName?: string; // available, but `auto` passes over it: why
}

export interface Outcome {
  readonly record: RunRecord;
  readonly figures: RunFigures;
  readonly field: Uint8Array | string; // the file of the generators, or why there is none
}

export interface Trained {
  readonly bytes: Uint8Array; // the operator's file
  readonly history: readonly number[]; // mean loss of each epoch
  readonly engine: string;
  readonly kept: number; // copies
}

export interface Work {
  adapter(): Promise<Adapter>;
  learn(options: LearnOptions, adapter: Adapter, hooks: Hooks): Promise<Outcome>;
  simulate(options: SimulateOptions, adapter: Adapter, hooks: SimulateHooks): Promise<Trajectories>;
  images(name: DatasetName, adapter: Adapter, hooks: FetchHooks): Promise<ImageData>;
  augment(options: AugmentOptions, adapter: Adapter, hooks: AugmentHooks): Promise<AugmentRecord>;
  /** With `moved`, half of the windows are cut from copies moved along its generators. */
  train(
    options: Omit<OperatorOptions, "supply">,
    moved: Omit<MixtureOptions, "data" | "seed" | "windows"> | null,
    adapter: Adapter,
    hooks: OperatorHooks,
    moving: (event: Progress) => void,
  ): Promise<Trained>;
  evaluate(options: EvaluateOptions, adapter: Adapter, hooks: EvaluateHooks): Promise<Evaluation>;
  /** Of an operator's file. */
  audit(
    operator: Uint8Array,
    adapter: Adapter,
    engine: OperatorEngine,
    kernels: ResampleKernels,
    options: AuditOptions,
  ): Promise<AuditRecord>;
  classify(options: ClassifyOptions, adapter: Adapter, hooks: ClassifyHooks): Promise<Classified>;
  report(record: RunRecord, figures: RunFigures): Promise<string>;
  /** What could run the network, in order of preference. */
  networkEngines(adapter: Adapter): Promise<readonly EngineReport[]>;
  /** What could run the numerics, in order of preference. */
  kernelEngines(): Promise<readonly EngineReport[]>;
}

/** Formulas can be longer than any text that is read back; the run is not lost for that. */
function written(field: () => Uint8Array): Uint8Array | string {
  try {
    return field();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

export const work: Work = {
  adapter: async () =>
    "Deno" in globalThis
      ? (await import("../adapter/deno/adapter.js")).denoAdapter()
      : (await import("../adapter/node/adapter.js")).nodeAdapter(),
  async learn(...all) {
    const [{ learn }, { writeField }] = await Promise.all([import("../learn.js"), import("../learn/fields.js")]);
    const learned = await learn(...all);
    return { ...learned, field: written(() => writeField(learned)) };
  },
  simulate: async (...all) => (await import("../simulate.js")).simulate(...all),
  images: async (...all) => (await import("../data/fetched.js")).fetchedImages(...all),
  augment: async (...all) => (await import("../augment.js")).augment(...all),
  async train(options, moved, adapter, hooks, moving) {
    const [{ settingsOf, trainOperator }, { augmentedSupply }] = await Promise.all([
      import("../learn/operatortraining.js"),
      import("../learn/mixture.js"),
    ]);
    const { data, seed } = options;
    const { inputs, outputs } = settingsOf(options);
    const about = { ...moved, data, seed, windows: inputs + outputs };
    const supply = moved && (await augmentedSupply(about, adapter, { signal: hooks.signal, progress: moving }));
    const operator = await trainOperator({ ...options, ...(supply && { supply }) }, adapter, hooks);
    try {
      const { history, engine } = operator;
      const bytes = await operator.save();
      return { bytes, history, engine: `${engine.network}, ${engine.kernels}`, kept: supply?.record.kept ?? 0 };
    } finally {
      operator.close();
    }
  },
  evaluate: async (...all) => (await import("../evaluate.js")).evaluate(...all),
  async audit(bytes, adapter, engine, kernels, options) {
    const [{ readOperator }, { audit }] = await Promise.all([
      import("../learn/trainedoperator.js"),
      import("../use/audit.js"),
    ]);
    const operator = await readOperator(bytes, adapter, engine);
    try {
      const { nx } = options.data;
      if (operator.nx !== nx)
        throw new InputError(`it was trained on ${operator.nx} places but the trajectories have ${nx}; pass others`);
      return await audit(operator, kernels, options);
    } finally {
      operator.close();
    }
  },
  classify: async (...all) => (await import("../learn/classify.js")).classify(...all),
  report: async (...all) => (await import("../report/html.js")).renderReport(...all),
  networkEngines: async (adapter) =>
    (await import("../network/backend.js")).describeBackends(
      adapter.openGpu ? { openGpu: () => adapter.openGpu!() } : {},
    ),
  kernelEngines: async () => (await import("../engine/engines.js")).describeKernels(),
};
