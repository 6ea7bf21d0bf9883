/** A Web Worker that runs `worker.js`, as the pool knows it. */
import type { WorkerHandle, WorkerReply, WorkerStart } from "../../engine/adapter.js";

export function handleOf(worker: Worker, start: WorkerStart): WorkerHandle {
  worker.postMessage(start);
  return {
    post: (request, transfer) => worker.postMessage(request, transfer),
    onReply: (listener) => worker.addEventListener("message", ({ data }: MessageEvent<WorkerReply>) => listener(data)),
    onFailure(listener) {
      worker.addEventListener("error", (event) => {
        event.preventDefault(); // in Deno it would end the program
        listener(new Error(event.message || "its script did not load"));
      });
      worker.addEventListener("messageerror", () => listener(new Error("a reply could not be read")));
    },
    terminate: async () => worker.terminate(),
  };
}
