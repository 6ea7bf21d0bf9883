/** The program of a Web Worker that learns for a page, one run each: see protocol.ts. */
import { buffers } from "../../engine/job.js";
import { learn, type Progress } from "../../learn.js";
import { browserAdapter } from "./adapter.js";
import type { FromLearner, ToLearner } from "./protocol.js";

const EVERY = 50; // ms between progress events: a page draws no faster

const cancelled = new AbortController();

globalThis.onmessage = ({ data }: MessageEvent<ToLearner>) => {
  if (data.kind === "cancel") cancelled.abort();
  else void run(data);
};

const post = (message: FromLearner, transfer: Transferable[] = []): void => postMessage(message, { transfer });

async function run({ options, workerUrl }: Extract<ToLearner, { kind: "start" }>): Promise<void> {
  try {
    const adapter = browserAdapter(workerUrl === null ? {} : { workerUrl });
    const learned = await learn(options, adapter, { signal: cancelled.signal, progress: thinned() });
    post({ kind: "done", learned }, [...buffers(learned)]);
  } catch (error) {
    const { name, message } = error as Error;
    post({ kind: "failed", name, message });
  }
}

/** Passes on one event in `EVERY` and the last of a stage, with the scores of the steps between. */
function thinned(): (event: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let history: Float64Array[] = [];
  return (event) => {
    if (event.training) history.push(event.training.scores);
    const now = performance.now();
    if (now - last < EVERY && event.done < event.of) return;
    post({ kind: "progress", event: { ...event, history } });
    history = [];
    last = now;
  };
}
