/** What every worker runs, whatever its runtime: its own kernels, and every job there is. */
import type { WorkerReply, WorkerRequest, WorkerStart } from "../engine/adapter.js";
import { answering } from "../engine/job.js";
import { simdKernels } from "../engine/simd/simd.js";
import { augmentJob } from "../use/augmentjob.js";
import { jobs } from "../validity/jobs.js";

export type Answer = (request: WorkerRequest) => { readonly reply: WorkerReply; readonly transfer: ArrayBuffer[] };

/** Kernels that do not start are the answer to every request: a rejected promise would be heard of in few runtimes. */
export async function program({ module }: WorkerStart): Promise<Answer> {
  try {
    return answering(
      [...jobs, augmentJob],
      module ? await simdKernels(module) : (await import("../engine/oracle/whole.js")).oracleKernels,
    );
  } catch (error) {
    const { name, message } = error as Error;
    return ({ id }) => ({
      reply: { id, error: { name, message: `its kernels do not start: ${message}` } },
      transfer: [],
    });
  }
}
