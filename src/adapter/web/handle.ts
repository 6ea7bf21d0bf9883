/** A Web Worker that runs `worker.js`, as the pool knows it. */
import type { WorkerHandle, WorkerReply, WorkerStart } from "../../engine/adapter.js";

/** `otherwise`: what to do where its program does not load. */
export function handleOf(worker: Worker, start: WorkerStart, otherwise?: string): WorkerHandle {
  worker.postMessage(start);
  return {
    post: (request, transfer) => worker.postMessage(request, transfer),
    onReply: (listener) => worker.addEventListener("message", ({ data }: MessageEvent<WorkerReply>) => listener(data)),
    onFailure(listener) {
      worker.addEventListener("error", (event) => {
        event.preventDefault(); // in Deno it would end the program
        const unloaded = `its program did not load${otherwise === undefined ? "" : `: ${otherwise}`}`;
        listener(new Error(event.message || unloaded));
      });
      worker.addEventListener("messageerror", () => listener(new Error("a reply could not be read")));
    },
    end: () => worker.terminate(),
    terminate: async () => worker.terminate(),
  };
}
