/** Work that can be done anywhere: prepared once per engine, then run shard by shard. */
import type { WorkerReply, WorkerRequest } from "./adapter.js";
import { errorNamed } from "./error.js";
import type { Kernels } from "./kernels.js";

/**
 * A named piece of work. Setup, arguments and results cross threads by structured clone (plain objects and typed arrays).
 * A result must depend on the setup and its own arguments only, never on what ran before; state may hold scratch room.
 */
export interface Job<Setup, State, Args, Result> {
  readonly name: string;
  /** Once per engine. The setup is not to be changed: engines of one thread share it. */
  prepare(kernels: Kernels, setup: Setup): State;
  /** One shard. Its arrays are given away: fresh memory, no views of the state's or the kernels'. */
  run(kernels: Kernels, state: State, args: Args): Result;
  /**
   * True when the caller never touches a shard's arguments after handing them over: then buffers that lie in one shard only
   * are transferred instead of copied. Default false.
   */
  readonly consumes?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds jobs of every type
export type AnyJob = Job<any, any, any, any>;

/** A job prepared on every engine of a pool. */
export interface Session<Args, Result> {
  /**
   * Runs every shard. Overhead 20 to 50 µs per shard with workers. When a shard fails, the error of the lowest failing
   * index is thrown once nothing is under way; when `signal` aborts, its reason is.
   */
  run(shards: readonly Args[], signal?: AbortSignal): Promise<Result[]>;
  /** Forgets the prepared state. */
  release(): Promise<void>;
}

export interface Pool {
  /** Workers at work; 0 when shards run in process. */
  readonly workers: number;
  /** Why each worker that died has died; its shards were run again elsewhere. */
  readonly lost: readonly string[];
  open<Setup, State, Args, Result>(job: Job<Setup, State, Args, Result>, setup: Setup): Promise<Session<Args, Result>>;
  close(): Promise<void>;
}

/** A job failed by neither its input nor its numbers: a defect, or a worker that died. */
export class JobError extends Error {
  override readonly name = "JobError";
  constructor(
    readonly job: string,
    reason: string,
  ) {
    super(`job "${job}" failed: ${reason}`);
  }
}

/** What a job threw, as the error that crosses threads and comes out the same in process. */
export const jobError = (job: string, name: string, message: string): Error =>
  errorNamed(name, message) ?? new JobError(job, message);

/** The worker's half: answers requests with its own kernels, one at a time, in the order they come. */
export function answering(
  jobs: readonly AnyJob[],
  kernels: Kernels,
): (request: WorkerRequest) => { reply: WorkerReply; transfer: ArrayBuffer[] } {
  const table = new Map(jobs.map((job) => [job.name, job]));
  const states = new Map<number, unknown>();
  const answer = (request: WorkerRequest): unknown => {
    const job = table.get(request.job);
    if (!job) throw new Error(`the worker knows ${[...table.keys()].join(", ") || "no jobs"} only`);
    if (request.call === "release") return void states.delete(request.key);
    if (request.call === "prepare") return void states.set(request.key, job.prepare(kernels, request.payload));
    if (!states.has(request.key)) throw new Error("it was not prepared, or is released");
    return job.run(kernels, states.get(request.key), request.payload);
  };
  return (request) => {
    try {
      const result = answer(request);
      return { reply: { id: request.id, result }, transfer: [...buffers(result)] };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      return { reply: { id: request.id, error: { name, message } }, transfer: [] };
    }
  };
}

const tag = (value: unknown): string => Object.prototype.toString.call(value); // `instanceof` fails across realms

/** The buffers of the typed arrays in a value that own their whole memory; pieces of larger buffers are left out. */
export function buffers(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    const { buffer } = value;
    if (tag(buffer) === "[object ArrayBuffer]" && value.byteLength === buffer.byteLength)
      found.add(buffer as ArrayBuffer);
  } else if (Array.isArray(value)) for (const part of value) buffers(part, found);
  else if (tag(value) === "[object Object]") for (const part of Object.values(value as object)) buffers(part, found);
  return found;
}
