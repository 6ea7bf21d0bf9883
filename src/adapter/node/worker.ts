/** The program of a worker thread: its own kernels, and every job there is. */
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerRequest, WorkerStart } from "../../engine/adapter.js";
import { answering } from "../../engine/job.js";
import { oracleKernels } from "../../engine/oracle/oracle.js";
import { simdKernels } from "../../engine/simd/simd.js";
import { jobs } from "../../validity/jobs.js";

const { module } = workerData as WorkerStart;
const answer = answering(jobs, module ? await simdKernels(module) : oracleKernels);
parentPort!.on("message", (request: WorkerRequest) => {
  const { reply, transfer } = answer(request);
  parentPort!.postMessage(reply, transfer);
});
