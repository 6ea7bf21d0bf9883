/** The program of a Web Worker, Deno's among them: the first message is its `WorkerStart`, each further one a `WorkerRequest`. */
import type { WorkerRequest, WorkerStart } from "../../engine/adapter.js";
import { type Answer, program } from "../program.js";

let answering: Promise<Answer> | null = null;
globalThis.onmessage = async ({ data }: MessageEvent<WorkerStart | WorkerRequest>): Promise<void> => {
  if (answering === null) {
    answering = program(data as WorkerStart);
    return;
  }
  const answer = await answering; // waiting calls go on in the order in which they came
  const { reply, transfer } = answer(data as WorkerRequest);
  globalThis.postMessage(reply, { transfer });
};
