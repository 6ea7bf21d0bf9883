/** The program of a worker thread. */
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerRequest, WorkerStart } from "../../engine/adapter.js";
import { program } from "../program.js";

const answer = await program(workerData as WorkerStart);
parentPort!.on("message", (request: WorkerRequest) => {
  const { reply, transfer } = answer(request);
  parentPort!.postMessage(reply, transfer);
});
