/** Learning for a page in a Web Worker of its own, so that the page stays free. */
import { errorNamed, InputError } from "../../engine/error.js";
import type { Learned, LearnOptions } from "../../learn.js";
import type { FromLearner, SessionProgress, ToLearner } from "./protocol.js";

export type { SessionProgress } from "./protocol.js";

export interface SessionHooks {
  readonly signal?: AbortSignal;
  readonly progress?: (event: SessionProgress) => void;
  /** Starts learner.js, where a bundler does not find it by itself. */
  readonly learner?: () => Worker;
  /** Or where learner.js lies. Default: beside this file, and beside the script that a bundler put it in. */
  readonly learnerUrl?: string | URL;
  /** Likewise for worker.js, which the learner starts as many times as there are cores; a URL relative to the page. */
  readonly workerUrl?: string | URL;
}

const PATIENCE = 150; // ms that a cancelled learner has to end by itself
const REST = 100; // ms after its end: Chromium keeps the threads of a worker that is terminated while its own workers are ending

/**
 * `learn` in a fresh worker, which is gone soon after this settles; loading it takes about 0.2 s. Options are cloned: a function or dynamics
 * given as code cannot be sent, its text can. Throws as `learn` does; when the signal aborts its reason, within `PATIENCE`.
 */
export async function learnInWorker(options: LearnOptions, hooks: SessionHooks = {}): Promise<Learned> {
  const { signal, progress, workerUrl } = hooks;
  signal?.throwIfAborted();
  const worker = started(hooks);
  const send = (message: ToLearner): void => worker.postMessage(message);
  let cancel = (): void => {};
  let ended = false; // by itself
  try {
    return await new Promise<Learned>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromLearner>) => {
        ended = data.kind !== "progress";
        if (data.kind === "done") resolve(data.learned);
        else if (data.kind === "failed") reject(signal?.aborted ? signal.reason : failure(data.name, data.message));
        else if (!signal?.aborted) progress?.(data.event);
      };
      worker.onerror = (event) => {
        event.preventDefault(); // else the page's own handlers and console get it too
        reject(event.message ? new Error(`the learner stopped: ${event.message}`) : new InputError(NO_PROGRAM));
      };
      cancel = () => {
        send({ kind: "cancel" });
        setTimeout(() => reject(signal?.reason), PATIENCE);
      };
      signal?.addEventListener("abort", cancel, { once: true });
      try {
        const nested = workerUrl === undefined ? null : new URL(workerUrl, globalThis.location.href).href;
        send({ kind: "start", options, workerUrl: nested });
      } catch (error) {
        throw new InputError(
          `the options cannot be sent to a worker (${(error as Error).message}); give functions and dynamics as text`,
        );
      }
    });
  } finally {
    signal?.removeEventListener("abort", cancel);
    if (ended) setTimeout(() => worker.terminate(), REST);
    else worker.terminate();
  }
}

const NO_PROGRAM =
  "the learner's program did not load; serve liefield's learner.js from the page's own server and name it by learnerUrl";

function started({ learner, learnerUrl }: SessionHooks): Worker {
  try {
    if (learner) return learner();
    if (learnerUrl !== undefined) return new Worker(learnerUrl, { type: "module" });
    return new Worker(new URL("./learner.js", import.meta.url), { type: "module" }); // as it stands: bundlers look for these words
  } catch (error) {
    throw new InputError(`no worker can be started (${(error as Error).message}); ${NO_PROGRAM}`);
  }
}

const failure = (name: string, message: string): Error => errorNamed(name, message) ?? new Error(`${name}: ${message}`);
