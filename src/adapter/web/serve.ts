/** What a Web Worker does, Deno's among them: the first message is its `WorkerStart`, each further one a `WorkerRequest`. */
import type { WorkerRequest, WorkerStart } from "../../engine/adapter.js";
import { type Answer, program } from "../program.js";

/** To be called before anything is awaited: messages that come while nobody listens are lost. */
export function serve(): void {
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
}
