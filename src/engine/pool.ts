/**
 * Shards of a job over all cores. A worker that dies takes nothing with it: its shards run again on the others, or in process once none is
 * left. The shards are the caller's, a function of the problem; results come in index order and are
 * the same whatever the number of workers. Without workers the same shards run in process, and the event loop is let in between.
 */
import type { Adapter, WorkerHandle, WorkerReply } from "./adapter.js";
import { type AnyJob, buffers, type Job, JobError, jobError, type Pool, type Session } from "./job.js";
import type { Kernels } from "./kernels.js";
import { nextTurn } from "./turn.js";

export interface PoolStart {
  readonly adapter: Adapter;
  /** For the in-process engine. */
  readonly kernels: Kernels;
  /** Given to each worker for an instance of its own; null for the plain-TypeScript oracle. */
  readonly module: WebAssembly.Module | null;
  /** 0 or 1: in process; "auto": as many as cores. */
  readonly workers: number | "auto";
}

export function createPool(start: PoolStart): Pool {
  const wanted = start.workers === "auto" ? start.adapter.cores : start.workers;
  const lanes: Lane[] = [];
  for (let i = 0; wanted > 1 && i < wanted; i++) {
    const handle = start.adapter.spawnWorker({ module: start.module });
    if (!handle) break;
    lanes.push(new Lane(handle));
  }
  let key = 0;
  return {
    workers: lanes.length,
    get lost() {
      return lanes.flatMap(({ died }) => (died === null ? [] : [died]));
    },
    open: (job, setup) =>
      lanes.length > 0 ? openOnWorkers(start, lanes, job, setup, key++) : openHere(start, job, setup),
    async close() {
      for (const lane of lanes) lane.close();
    },
  };
}

const YIELD_AFTER = 0.012; // s of work between turns of the event loop: below a frame of 60 Hz

async function openHere<Setup, State, Args, Result>(
  { kernels, adapter }: PoolStart,
  job: Job<Setup, State, Args, Result>,
  setup: Setup,
): Promise<Session<Args, Result>> {
  const inProcess = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      throw jobError(job.name, name, message);
    }
  };
  let state: { readonly of: State } | null = { of: inProcess(() => job.prepare(kernels, setup)) };
  let turn = adapter.now();
  return {
    async run(shards, signal) {
      const results: Result[] = [];
      for (const args of shards) {
        if (adapter.now() - turn > YIELD_AFTER) {
          await nextTurn();
          turn = adapter.now();
        }
        signal?.throwIfAborted();
        results.push(
          inProcess(() => {
            if (!state) throw new Error("it was not prepared, or is released");
            return job.run(kernels, state.of, args);
          }),
        );
      }
      return results;
    },
    release: async () => {
      state = null;
    },
  };
}

/** Workers that may die at work on a shard before it is held to be the cause; one fewer before it may run in this process. */
const DEATHS = 3;

async function openOnWorkers<Setup, State, Args, Result>(
  start: PoolStart,
  all: readonly Lane[],
  job: Job<Setup, State, Args, Result>,
  setup: Setup,
  key: number,
): Promise<Session<Args, Result>> {
  const settled = await Promise.allSettled(all.map((lane) => lane.call(job, "prepare", key, setup, [])));
  const began = all.some((lane) => lane.answered); // workers of which none ever answered are no loss but a fault: their program is not there
  for (const outcome of settled)
    if (outcome.status === "rejected" && !(began && outcome.reason instanceof WorkerDied)) throw outcome.reason;
  const alive = (): Lane[] => all.filter((lane) => lane.died === null);
  let here: Promise<Session<Args, Result>> | null = null; // once no worker is left
  return {
    async run(shards, signal) {
      signal?.throwIfAborted();
      const lanes = alive();
      const inProcess = async (): Promise<Session<Args, Result>> => {
        here ??= openHere(start, job, setup);
        return here;
      };
      if (lanes.length === 0) return (await inProcess()).run(shards, signal);
      const results = new Array<Result>(shards.length);
      const transfers = job.consumes ? ownBuffers(shards) : null;
      const again: number[] = []; // shards whose worker died
      const deaths = new Map<number, number>();
      let next = 0;
      let failed = shards.length; // lowest index that failed
      let failure: unknown;
      const serve = async (lane: Lane): Promise<void> => {
        while (lane.died === null && failed === shards.length && !signal?.aborted) {
          const index = again.shift() ?? (next < shards.length ? next++ : -1);
          if (index < 0) return;
          try {
            results[index] = (await lane.call(job, "run", key, shards[index], transfers?.[index] ?? [])) as Result;
          } catch (error) {
            const died = (deaths.get(index) ?? 0) + (error instanceof WorkerDied && error.atWork ? 1 : 0);
            const given = transfers !== null && transfers[index]!.length > 0; // its arguments died with the worker
            if (error instanceof WorkerDied && died < DEATHS && !given) {
              if (error.atWork) deaths.set(index, died);
              if (alive().length > 0 || died < DEATHS - 1) again.push(index);
              else if (index < failed) [failed, failure] = [index, error];
            } else if (index < failed) [failed, failure] = [index, error];
          }
        }
      };
      // Two shards wait at each worker, so that it goes on while the reply travels.
      await Promise.all([...lanes, ...lanes].map(serve)); // the first shards go to different workers
      while (again.length > 0 && failed === shards.length && alive().length > 0 && !signal?.aborted)
        await Promise.all(alive().map(serve)); // those that were left when the others had ended
      if (failed < shards.length) throw failure;
      signal?.throwIfAborted();
      const left = [...again, ...Array.from({ length: shards.length - next }, (_, i) => next + i)];
      if (left.length > 0) {
        const made = await (await inProcess()).run(
          left.map((index) => shards[index]!),
          signal,
        );
        for (const [i, index] of left.entries()) results[index] = made[i]!;
      }
      return results;
    },
    release: async () => {
      await Promise.allSettled(all.map((lane) => lane.call(job, "release", key, undefined, []))); // a dead worker holds nothing
      await (await here)?.release();
    },
  };
}

/** Per shard, the buffers that no other shard refers to. */
function ownBuffers(shards: readonly unknown[]): ArrayBuffer[][] {
  const found = shards.map((shard) => buffers(shard));
  const uses = new Map<ArrayBuffer, number>();
  for (const set of found) for (const buffer of set) uses.set(buffer, (uses.get(buffer) ?? 0) + 1);
  return found.map((set) => [...set].filter((buffer) => uses.get(buffer) === 1));
}

/** What is owed by a worker that stopped: the shard may run elsewhere. */
class WorkerDied extends JobError {
  constructor(
    job: string,
    reason: string,
    readonly atWork: boolean, // on this call, others were waiting
  ) {
    super(job, reason);
  }
}

/** One worker and the calls it has not answered. */
class Lane {
  private readonly waiting = new Map<
    number,
    { job: string; resolve: (value: unknown) => void; reject: (e: Error) => void }
  >();
  private id = 0;
  private dead: string | null = null;
  died: string | null = null; // why, where it was not closed
  answered = false; // ever

  constructor(private readonly handle: WorkerHandle) {
    handle.onReply((reply) => this.settle(reply));
    handle.onFailure((reason) => {
      if (this.dead === null) this.died = reason.message;
      this.end(`its worker stopped (${reason.message}); try fewer workers`);
    });
  }

  call(job: AnyJob, call: "prepare" | "run" | "release", key: number, payload: unknown, transfer: ArrayBuffer[]) {
    return new Promise<unknown>((resolve, reject) => {
      if (this.dead !== null) return reject(this.fault(job.name, false));
      const id = this.id++;
      this.waiting.set(id, { job: job.name, resolve, reject });
      try {
        this.handle.post({ id, job: job.name, call, key, payload }, transfer);
      } catch (error) {
        this.waiting.delete(id);
        reject(new JobError(job.name, `its ${call} payload cannot be sent: ${(error as Error).message}`));
      }
    });
  }

  close(): void {
    this.end("the pool is closed");
    this.handle.end();
  }

  private settle({ id, result, error }: WorkerReply): void {
    const call = this.waiting.get(id);
    if (!call) return;
    this.waiting.delete(id);
    this.answered = true;
    if (error) call.reject(jobError(call.job, error.name, error.message));
    else call.resolve(result);
  }

  private end(reason: string): void {
    this.dead ??= reason;
    let first = true; // calls are answered in the order they came
    for (const { job, reject } of this.waiting.values()) {
      reject(this.fault(job, first));
      first = false;
    }
    this.waiting.clear();
  }

  private fault(job: string, atWork: boolean): JobError {
    return this.died === null ? new JobError(job, this.dead!) : new WorkerDied(job, this.dead!, atWork);
  }
}
