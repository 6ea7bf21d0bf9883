/**
 * One run from data to report: simulate or take data, learn fields, certify them on data that learning never saw, read them as formulas,
 * compare with what is known.
 */
import type { Chart } from "./data/chart.js";
import type { ImageData, ImageSet } from "./data/imageset.js";
import type { Trajectories } from "./data/trajectories.js";
import type { Variation } from "./data/variation.js";
import type { Adapter } from "./engine/adapter.js";
import type { KernelRequest } from "./engine/engines.js";
import { InputError } from "./engine/error.js";
import type { SplineShape } from "./engine/kernels.js";
import { openMachine } from "./engine/machine.js";
import type { Expression } from "./expression/expression.js";
import type { Knots } from "./field/domain.js";
import type { LibraryKind } from "./field/library.js";
import type { Criterion } from "./learn/neural.js";
import type { ClassificationOptions } from "./learning/classification.js";
import type { NeuralOptions } from "./learning/neural.js";
import type { BackendRequest } from "./network/backend.js";
import type { ImageFeatures } from "./network/imagefeatures.js";
import { type CertificateOptions, certificateDefaults, type Thresholds, thresholds } from "./reading/certificate.js";
import type { RunFigures, RunRecord } from "./report/run.js";
import type { DynamicsRequest, DynamicsSamples } from "./task/dynamics.js";
import type { FunctionRequest, FunctionSamples } from "./task/function.js";

export interface Progress {
  readonly stage: "data" | "learn" | "certify" | "report" | "augment";
  readonly done: number;
  readonly of: number;
  readonly text?: string;
  readonly training?: Training; // while slots are trained
}

/** Slots after a training step, for figures that follow it. Not to be changed or transferred; every step has arrays of its own. */
export interface Training {
  readonly scores: Float64Array; // [K], natural log of each slot's relative score
  readonly splines: { readonly shape: SplineShape; readonly control: Float64Array }; // control [K, knots…, dim], unit over the data
  readonly chart: Chart; // between normalised coordinates and physical ones
}

export interface Hooks {
  readonly signal: AbortSignal;
  readonly progress: (event: Progress) => void;
  /** Neural: keeps the run as a file that `LearnOptions.resume` takes. */
  readonly checkpoint?: CheckpointHook;
}

export interface CheckpointHook {
  /** Keeps a checkpoint in place of the one before; training waits for it. Called between steps, and once more when the signal aborts. */
  readonly save: (bytes: Uint8Array, at: { readonly step: number; readonly of: number }) => Promise<void>;
  readonly every?: number; // seconds between two, default 10
}

export interface LearnOptions {
  /** An equation of the catalogue, or `pde`, `function`, `dynamics` with their text or data. */
  readonly task: string;
  readonly seed: number; // required: it is the run's name
  readonly equation?: string; // pde: as text, such as "u_t = -6*u*u_x - u_xxx"; several separated by ";"
  readonly parameters?: Readonly<Record<string, number>>;
  readonly length?: number; // pde: period in x; these four default to the equation's own
  readonly nx?: number;
  readonly time?: number; // last output
  readonly outputs?: number;
  readonly data?: Trajectories; // pde: instead of simulated ones; the last fifth is held out
  readonly snapshots?: boolean; // pde: the data are noisy or independent snapshots; no flow is scored
  readonly noise?: number; // pde: deviation of white noise added after simulation, in deviations of each component; implies snapshots
  readonly trajectories?: number; // pde: for learning, default 16 (library 6); a quarter as many more are held out
  readonly function?: FunctionRequest["function"];
  readonly gradient?: FunctionRequest["gradient"]; // function, where it is code
  readonly dynamics?: DynamicsRequest["dynamics"];
  readonly samples?: FunctionSamples | DynamicsSamples; // function, dynamics: instead of a text or code
  readonly coordinates?: readonly string[]; // function, dynamics: their names, where no text gives them
  readonly bounds?: FunctionRequest["bounds"]; // function, dynamics: of the box points are drawn from, default [−1, 1]
  readonly images?: ImageSet | ImageData; // mnist, cifar10, images: instead of fetched ones; of one set a fifth is held out
  readonly variation?: Variation; // of images, each by a random move of its own: default rotated for mnist, else plain
  /**
   * Images: what sees them. A classifier trained here on the images' labels ("classifier", the default), the file of one, a network of your own,
   * or the pixels themselves ("identity").
   */
  readonly features?: "classifier" | "identity" | Uint8Array | ImageFeatures;
  readonly classifier?: Partial<ClassificationOptions>; // how it is trained
  readonly method?: "neural" | "library"; // default neural
  /** Library: monomials in all coordinates, the default, or for fields periodic in space, in t and u times the lowest waves in x (and y). */
  readonly library?: LibraryKind;
  readonly degree?: number; // of the library's monomials, default 2; function, dynamics and images 1
  readonly members?: readonly string[]; // functions of the coordinates that multiply the library's monomials
  readonly criterion?: Criterion; // neural
  readonly generators?: number; // neural: slots K, default 4, images 10; library of images: fields shown, default 10
  readonly backend?: BackendRequest;
  readonly wasmPath?: string; // where tfjs's .wasm files lie, for bundles
  /** tfjs's own `tfjs-backend-wasm-simd.wasm`, compiled, where bytes may not be compiled or fetched. */
  readonly network?: WebAssembly.Module;
  readonly workers?: number | "auto";
  /** What runs the numerics: default "auto", plain SIMD or else the oracle; "relaxed" differs between machines in the last bits. */
  readonly kernels?: KernelRequest;
  readonly steps?: number;
  readonly refinement?: Partial<Pick<NeuralOptions, "steps" | "learningRate">>; // of tangent+flow, by flow: default 100 steps, 3e-3
  readonly resume?: Uint8Array; // neural: a checkpoint of the same run to go on from
  readonly learner?: Partial<Omit<NeuralOptions, "generators" | "steps">>;
  readonly width?: number; // of the network's trunk, default 128
  readonly knots?: Knots; // default 12, 8, 8
  readonly thresholds?: Partial<Thresholds>;
  readonly certificate?: Partial<CertificateOptions>;
  readonly command?: string; // shown in the report: how to run it again
}

export interface Learned {
  readonly record: RunRecord;
  readonly figures: RunFigures;
  readonly chart: Chart; // between normalised coordinates and physical ones
  /** Neural: the slots as splines, unit over the data, in the learner's order: slot s is the s-th. */
  readonly splines: { readonly shape: SplineShape; readonly control: Float64Array } | null; // control [K, knots…, dim]
  /** The sparse basis of the accepted span, one expression per coordinate, in the order of `record.formulas`. */
  readonly formulas: readonly (readonly Expression[])[];
}

/** Learns, certifies and compares. Stops between steps when the signal aborts; throws InputError or NumericalError. */
export async function learn(options: LearnOptions, adapter: Adapter, hooks: Partial<Hooks> = {}): Promise<Learned> {
  const { seed, workers = "auto", kernels = "auto" } = options;
  const { method = "neural" } = options;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError(`seed is ${seed}; pass a whole number from 0`);
  const machine = await openMachine(adapter, { workers, kernels });
  const held: (() => void)[] = [];
  try {
    const run = {
      options,
      adapter,
      machine,
      hooks,
      limits: { ...thresholds, ...options.thresholds },
      certifying: { ...certificateDefaults, ...options.certificate },
      clock: stopwatch(adapter),
      atEnd: (free: () => void): void => void held.push(free),
    };
    // Loaded here: who only evaluates fields waits for no learner, and who learns by the library for no network.
    if (method === "library") return await (await import("./learn/library.js")).learnByLibrary(run);
    return await (await import("./learn/network.js")).learnByNetwork(run);
  } finally {
    for (const free of held) free();
    await machine.close();
  }
}

/** Seconds since the last call. */
function stopwatch(adapter: Adapter): () => number {
  let last = adapter.now();
  return () => {
    const now = adapter.now();
    const passed = now - last;
    last = now;
    return passed;
  };
}
