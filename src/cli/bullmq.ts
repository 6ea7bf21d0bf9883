/**
 * Sweeps on BullMQ (an optional peer): a flow whose children each make one run and whose parent puts them together. What is planned lies in
 * a directory that all workers see; the queue only says which run is next. A worker that dies is found out by BullMQ, which gives its run to
 * another, and that one goes on from the checkpoint.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Writable } from "node:stream";
import type { ConnectionOptions, Worker } from "bullmq";
import { InputError, NumericalError } from "../engine/error.js";
import { version } from "../version.js";
import { makeShard } from "./shard.js";
import { mergeSweep } from "./sweep.js";
import { readSweep, shardAt } from "./sweepfile.js";
import { work } from "./work.js";

export interface SweepQueue {
  readonly connection: ConnectionOptions; // to Redis, as BullMQ takes it
  readonly queue?: string; // default "liefield"
  readonly prefix?: string; // of BullMQ's keys, default its own
}

export interface SweepWorkerOptions extends SweepQueue {
  readonly log?: Writable; // progress and words, default stderr
  /** Milliseconds a run may go unheard of before another worker takes it, default 60 000; and between looks for such, default half. */
  readonly lockDuration?: number;
  readonly stalledInterval?: number;
}

/** What a run's job returns. */
export interface SweepJobResult {
  readonly index: number;
  readonly state: "done" | "already" | "failed";
  readonly sentence?: string; // why it failed
}

interface JobData {
  readonly directory: string;
  readonly index?: number;
}

const QUEUE = "liefield";
const ATTEMPTS = 5; // of a run that ends by no fault of its input or numbers
const STALLS = 100; // workers that may die on a run: it goes on where it was

/**
 * Puts a planned sweep into the queue, each run once however often it is asked for. Resolves to the id of the parent job, whose return value
 * is the number of runs in the table. Throws InputError where no sweep is planned.
 */
export async function enqueueSweep(
  given: string,
  options: SweepQueue,
): Promise<{ readonly job: string; readonly runs: number }> {
  const { directory, shards } = await readSweep(given, await work.adapter());
  const { connection, queue = QUEUE, prefix } = options;
  const name = createHash("sha256").update(directory).digest("hex").slice(0, 24);
  const { FlowProducer } = await load();
  const producer = new FlowProducer({ connection, ...(prefix !== undefined && { prefix }) });
  try {
    const { job } = await producer.add({
      name: "merge",
      queueName: queue,
      data: { directory } satisfies JobData,
      opts: { jobId: name },
      children: shards.map(({ index }) => ({
        name: "exec",
        queueName: queue,
        data: { directory, index } satisfies JobData,
        opts: {
          jobId: `${name}-${index}`,
          attempts: ATTEMPTS,
          backoff: { type: "exponential", delay: 1000 },
          ignoreDependencyOnFailure: true, // the parent then names what is missing
        },
      })),
    });
    return { job: job.id!, runs: shards.length };
  } finally {
    await producer.close();
  }
}

/** A worker that makes runs and puts them together, one at a time; `close()` lets the run under way end. More cores: more processes. */
export async function sweepWorker(options: SweepWorkerOptions): Promise<Worker<JobData, SweepJobResult | number>> {
  const { UnrecoverableError, Worker } = await load();
  const { connection, queue = QUEUE, prefix, log = process.stderr, lockDuration = 60_000 } = options;
  const { stalledInterval = lockDuration / 2 } = options;
  const settings = { connection, lockDuration, stalledInterval, maxStalledCount: STALLS, concurrency: 1 };
  return new Worker<JobData, SweepJobResult | number>(
    queue,
    async ({ name, data }, _, signal = new AbortController().signal) => {
      const given = checked(data);
      if (given === null)
        throw new UnrecoverableError(
          "the job names no directory of a sweep and index of a run; put it in the queue with enqueueSweep",
        );
      const { directory, index } = given;
      if (name === "merge") return (await mergeSweep(directory, false, { work })).done;
      if (index === undefined) throw new UnrecoverableError(`a job named ${name} came without the index of a run`);
      const io = { stdout: log, stderr: log, color: false, onInterrupt: () => () => {} };
      const sweep = await readSweep(directory, await work.adapter());
      try {
        const { state } = await makeShard(sweep, shardAt(sweep, index), { io, work, version, signal });
        return { index, state };
      } catch (error) {
        if (error instanceof InputError || error instanceof NumericalError)
          return { index, state: "failed", sentence: error.message }; // noted for the table; again it would fail again
        throw error;
      }
    },
    { ...settings, ...(prefix !== undefined && { prefix }) },
  );
}

/** Loaded when it is needed: importing it changes globals. Throws InputError where it is not installed. */
const load = () =>
  import("bullmq").catch((error) => {
    throw new InputError(`BullMQ does not load (${(error as Error).message}); npm install bullmq ioredis`);
  });

/** What came from the queue; null where it is nothing of ours. */
function checked(data: unknown): JobData | null {
  const { directory, index } = (data ?? {}) as Record<string, unknown>;
  const whole = index === undefined || (Number.isSafeInteger(index) && (index as number) >= 0);
  if (typeof directory !== "string" || directory === "" || !whole) return null;
  return { directory: resolve(directory), ...(index === undefined ? {} : { index: index as number }) };
}
