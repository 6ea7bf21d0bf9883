/** What passes between a page and the worker that learns for it: one start, any number of progress events, one end; a cancel at any time. */
import type { Learned, LearnOptions, Progress } from "../../learn.js";

export type ToLearner =
  | {
      readonly kind: "start";
      readonly options: LearnOptions;
      readonly workerUrl: string | null; // of the learner's own workers, where a bundler does not find them by itself
    }
  | { readonly kind: "cancel" };

export type FromLearner =
  | { readonly kind: "progress"; readonly event: SessionProgress }
  | { readonly kind: "done"; readonly learned: Learned }
  | { readonly kind: "failed"; readonly name: string; readonly message: string };

/** The latest event, at most one in 50 ms besides the last of each stage; nothing of the learning curves is left out. */
export interface SessionProgress extends Progress {
  /** Of every training step since the last event: [K], natural log of each slot's relative score. */
  readonly history: readonly Float64Array[];
}
