/** Keeps a neural run while it trains: hands out checkpoints when they are due, and reads the one it goes on from. */
import { crc32 } from "../data/checksum.js";
import type { CheckpointHook, LearnOptions } from "../learn.js";
import type { NeuralProgress } from "../learning/neural.js";
import { version } from "../version.js";
import {
  type Checkpoint,
  checkSettings,
  type Done,
  decodeCheckpoint,
  encodeCheckpoint,
  type Settings,
} from "./checkpoint.js";
import type { NeuralPlan } from "./neural.js";
import type { Run } from "./run.js";

const EVERY = 10; // seconds

export interface Keeper {
  readonly from: Checkpoint | null;
  /** To be called after every step. */
  after(
    event: NeuralProgress,
    of: Pick<Checkpoint, "phase" | "done">,
    at: Parameters<CheckpointHook["save"]>[1],
  ): Promise<void>;
}

/** Throws InputError for a checkpoint of another run. `engine`: what runs the network and the numerics at the moment. */
export function keeperOf({ options, hooks, adapter }: Run, plan: NeuralPlan, engine: () => string): Keeper {
  const settings = settingsOf(options, plan);
  const from = options.resume === undefined ? null : decodeCheckpoint(options.resume);
  if (from) checkSettings(from.settings, settings);
  const began = adapter.now();
  let last = began;
  return {
    from,
    async after(event, { phase, done }, at) {
      const { checkpoint, signal } = hooks;
      if (!checkpoint) return;
      const now = adapter.now();
      const due = event.step === event.of || signal?.aborted || now - last >= (checkpoint.every ?? EVERY);
      if (!due) return;
      const seconds = (from?.seconds ?? 0) + now - began;
      const learner = await event.state();
      await checkpoint.save(encodeCheckpoint({ settings, engine: engine(), phase, done, seconds, learner }), at);
      last = adapter.now();
    },
  };
}

/** No training before. */
export const nothing: Done = { history: [], skipped: [] };

/** All that the steps of a run depend on. */
function settingsOf(options: LearnOptions, { settings, refinement, criterion, width, seed }: NeuralPlan): Settings {
  const { task, equation, parameters, length, nx, time, outputs, snapshots, noise, trajectories } = options;
  const { images, variation, features, classifier } = options;
  const { dynamics, bounds, coordinates, knots, data, samples, function: f, gradient } = options;
  const all = {
    version,
    task,
    seed,
    criterion,
    ...{ equation, parameters, length, nx, time, outputs, snapshots, noise, trajectories, bounds, coordinates, knots },
    ...{ function: f, gradient, dynamics, data, samples, images, variation, classifier },
    features: typeof features === "object" && !(features instanceof Uint8Array) ? features.name : features,
    ...settings,
    refinement: criterion === "tangent+flow" ? refinement : undefined,
    width,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, JSON.stringify(value, standIn)]],
    ),
  );
}

/** What stands for data in a file of settings: arrays by their lengths and checksums, functions by their text. */
function standIn(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${bytes.length} bytes, crc32:${crc32(bytes)}`;
  }
  return typeof value === "function" ? String(value) : value;
}
