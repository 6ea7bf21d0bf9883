/** The program of a Web Worker: its own kernels, and every job there is. The first message is its start, all others are requests. */
import type { WorkerReply, WorkerRequest, WorkerStart } from "../../engine/adapter.js";
import { answering } from "../../engine/job.js";
import { oracleKernels } from "../../engine/oracle/oracle.js";
import { simdKernels } from "../../engine/simd/simd.js";
import { jobs } from "../../validity/jobs.js";

let answer: Promise<ReturnType<typeof answering>> | null = null;

// Set before anything is awaited: messages that come before there is a listener are lost.
globalThis.onmessage = ({ data }: MessageEvent<WorkerStart | WorkerRequest>) => {
  if (answer === null) answer = begin(data as WorkerStart);
  else void serve(answer, data as WorkerRequest);
};

async function begin({ module }: WorkerStart): Promise<ReturnType<typeof answering>> {
  return answering(jobs, module ? await simdKernels(module) : oracleKernels);
}

async function serve(begun: NonNullable<typeof answer>, request: WorkerRequest): Promise<void> {
  try {
    const { reply, transfer } = (await begun)(request);
    postMessage(reply, { transfer });
  } catch (error) {
    const { name, message } = error as Error;
    postMessage({ id: request.id, error: { name, message } } satisfies WorkerReply);
  }
}
