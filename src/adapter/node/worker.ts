/**
 * The program of a worker thread. Asked to end, it rests a while first: Node 20 aborts the whole process, once in some thousand threads, where one ends while
 * V8 still compiles for it in the background (NodePlatform::ForIsolate, "(data.first) != nullptr").
 */
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerRequest, WorkerStart } from "../../engine/adapter.js";
import { program } from "../program.js";
import { END } from "./end.js";

const REST = 100; // ms; what is being compiled takes some ten

const answer = await program(workerData as WorkerStart);
parentPort!.on("message", (request: WorkerRequest | typeof END) => {
  if (request === END) {
    setTimeout(() => parentPort!.close(), REST);
    return;
  }
  const { reply, transfer } = answer(request);
  parentPort!.postMessage(reply, transfer);
});
