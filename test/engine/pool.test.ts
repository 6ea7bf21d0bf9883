import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { InputError, NumericalError } from "../../src/engine/error.js";
import { type AnyJob, JobError, type Pool } from "../../src/engine/job.js";
import type { Kernels } from "../../src/engine/kernels.js";
import { createPool } from "../../src/engine/pool.js";
// @ts-expect-error plain JavaScript, since the worker imports it too
import { jobs } from "../fixtures/jobs.mjs";
import { least, milliseconds } from "../patience.js";

const job = (name: string): AnyJob => (jobs as AnyJob[]).find((j) => j.name === name)!;
const adapter = nodeAdapter({ workerUrl: pathToFileURL("test/fixtures/worker.mjs") });
const pools: Pool[] = [];
function pool(workers: number): Pool {
  const made = createPool({ adapter, kernels: null as unknown as Kernels, module: null, workers });
  pools.push(made);
  return made;
}
afterEach(async () => {
  for (const made of pools.splice(0)) await made.close();
});

describe("results", () => {
  const table = Float64Array.from({ length: 10_000 }, (_, i) => Math.cos(i * i));
  const shards = Array.from({ length: 37 }, (_, i) => ({ from: i * 270, to: Math.min(10_000, (i + 1) * 270) }));
  const total = async (workers: number): Promise<[number, number[]]> => {
    const session = await pool(workers).open(job("sum"), { scale: 1.7, table });
    const results = (await session.run(shards)) as { from: number; partial: Float64Array }[];
    await session.release();
    return [results.reduce((sum, r) => sum + r.partial[0]!, 0), results.map((r) => r.from)];
  };
  test("are the same bits with 0, 1, 2, 3 and 5 workers, in index order", async () => {
    const [expected, order] = await total(0);
    expect(order).toEqual(shards.map((s) => s.from));
    for (const workers of [1, 2, 3, 5]) expect(await total(workers)).toEqual([expected, order]);
  });
  test("the number of workers is what was asked for, and none for one", () => {
    expect([0, 1, 2, 3].map((n) => pool(n).workers)).toEqual([0, 0, 2, 3]);
  });
  test("no shards give no results", async () => {
    for (const workers of [0, 2]) expect(await (await pool(workers).open(job("echo"), null)).run([])).toEqual([]);
  });
  test("sessions of one pool keep their setups apart", async () => {
    const both = pool(2);
    const [one, two] = [
      await both.open(job("sum"), { scale: 1, table }),
      await both.open(job("sum"), { scale: 2, table }),
    ];
    const partials = (results: unknown[]): number[] => results.map((r) => (r as { partial: Float64Array }).partial[0]!);
    const [a, b] = await Promise.all([one.run(shards), two.run(shards)]);
    expect(partials(b)).toEqual(partials(a).map((sum) => 2 * sum)); // doubling is exact
  });
  test("a runtime without workers runs the same shards in process", async () => {
    const bare = createPool({
      adapter: { ...adapter, spawnWorker: () => null },
      kernels: null as unknown as Kernels,
      module: null,
      workers: "auto",
    });
    expect(bare.workers).toBe(0);
    expect(await (await bare.open(job("echo"), null)).run([1, 2, 3])).toEqual([1, 2, 3]);
  });
});

describe("buffers", () => {
  test("are copied: the caller's arrays stay as they were", async () => {
    const mine = Float64Array.of(1, 2);
    const [back] = await (await pool(2).open(job("echo"), null)).run([mine]);
    expect(mine).toEqual(Float64Array.of(1, 2));
    expect(back).toEqual(mine);
  });
  test("of a job that consumes are transferred where one shard alone has them", async () => {
    const shared = Float64Array.of(10);
    const own = [Float64Array.of(1), Float64Array.of(2)];
    const results = await (await pool(2).open(job("consume"), null)).run(own.map((o) => ({ own: o, shared })));
    expect((results as { sum: number }[]).map((r) => r.sum)).toEqual([11, 12]);
    expect(own.map((o) => o.length)).toEqual([0, 0]);
    expect(shared).toEqual(Float64Array.of(10));
  });
});

describe.each([0, 2])("failures, with %i workers", (workers) => {
  const failure = async (shards: unknown[], setup: unknown = null): Promise<Error> => {
    const session = await pool(workers).open(job("fail"), setup);
    return session.run(shards).then(
      () => Promise.reject(new Error("nothing failed")),
      (error: Error) => error,
    );
  };
  test("InputError and NumericalError keep their class and message", async () => {
    const input = await failure([1, "input"]);
    expect(input).toBeInstanceOf(InputError);
    expect(input.message).toBe("a number is expected");
    expect(await failure(["numbers"])).toBeInstanceOf(NumericalError);
  });
  test("any other error names the job", async () => {
    const error = await failure(["defect"]);
    expect(error).toBeInstanceOf(JobError);
    expect(error.message).toBe('job "fail" failed: x is not a function');
  });
  test("the lowest failing index wins", async () => {
    expect((await failure([1, 2, "numbers", "input", "defect"])).name).toBe("NumericalError");
  });
  test("a setup that is refused fails at open", async () => {
    await expect(pool(workers).open(job("fail"), "at once")).rejects.toThrow(InputError);
  });
  test("a session goes on after a failed run", async () => {
    const session = await pool(workers).open(job("fail"), null);
    await expect(session.run(["defect", 1])).rejects.toThrow(JobError);
    expect(await session.run([5, 6])).toEqual([5, 6]);
  });
  test("a released session says so", async () => {
    const session = await pool(workers).open(job("echo"), null);
    await session.release();
    await expect(session.run([1])).rejects.toThrow(/not prepared, or is released/);
  });
  test("abort stops before the next shard and throws the signal's reason", async () => {
    const session = await pool(workers).open(job("busy"), null);
    const stopped = async (): Promise<void> => {
      const controller = new AbortController();
      void setTimeout(30).then(() => controller.abort(new Error("stop")));
      await expect(session.run(new Array(200).fill(20), controller.signal)).rejects.toThrow("stop");
    };
    expect(await least(1500, () => milliseconds(stopped))).toBeLessThan(1500); // all 200 shards of 20 ms are 2 s at least
  });
  test("timers run between shards", async () => {
    const session = await pool(workers).open(job("busy"), null);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await session.run(new Array(10).fill(15));
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(5);
  });
});

describe("a worker that dies", () => {
  const table = Float64Array.from({ length: 10_000 }, (_, i) => Math.cos(i * i));
  const shards = Array.from({ length: 37 }, (_, i) => ({ from: i * 270, to: Math.min(10_000, (i + 1) * 270) }));

  /** A pool of `workers`, whose `i`-th worker is ended after it was asked so often. */
  function dying(workers: number, ends: readonly number[]): Pool {
    let made = 0;
    const spawnWorker: typeof adapter.spawnWorker = (start) => {
      const handle = adapter.spawnWorker(start)!;
      const end = ends[made++] ?? Number.POSITIVE_INFINITY;
      let asked = 0;
      return {
        ...handle,
        post(request, transfer) {
          handle.post(request, transfer);
          if (++asked === end) void handle.terminate();
        },
      };
    };
    const kernels = null as unknown as Kernels;
    const pool = createPool({ adapter: { ...adapter, spawnWorker }, kernels, module: null, workers });
    pools.push(pool);
    return pool;
  }

  test.each<[string, number, number[]]>([
    ["one of three, at once", 3, [1]],
    ["one of two, with two shards begun", 2, [3]],
    ["two of three", 3, [3, 2]],
    ["all of two: the rest runs in process", 2, [3, 12]],
  ])("loses nothing: %s", async (_, workers, ends) => {
    const whole = await (await pool(0).open(job("sum"), { scale: 1.7, table })).run(shards);
    const made = dying(workers, ends);
    const session = await made.open(job("sum"), { scale: 1.7, table });
    expect(await session.run(shards)).toEqual(whole);
    while (made.lost.length < ends.length) await setTimeout(10); // the last may die after all was done
    expect(made.lost).toEqual(ends.map(() => expect.stringMatching(/^exit code [01]$/)));
    expect(await session.run(shards)).toEqual(whole);
    await session.release();
  });

  test.each([2, 3])(
    "of a shard that takes all %i workers with it fails the run, not the process; the session goes on",
    async (workers) => {
      const made = pool(workers);
      const session = await made.open(job("fail"), null);
      await expect(session.run(["die", 1, 2])).rejects.toThrow(/job "fail" failed: its worker stopped \(exit code 7\)/);
      expect(made.lost).toEqual(new Array(workers).fill("exit code 7"));
      expect(await session.run([1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    },
  );

  test("with a shard's only copy of its arguments fails the run", async () => {
    const session = await dying(2, [2, 2]).open(job("consume"), null);
    const own = [Float64Array.of(1), Float64Array.of(2)].map((each) => ({ own: each, shared: Float64Array.of(1) }));
    await expect(session.run(own)).rejects.toThrow(JobError);
  });
});

test("arguments that cannot cross threads are refused by name", async () => {
  const session = await pool(2).open(job("echo"), null);
  await expect(session.run([() => 1])).rejects.toThrow(/job "echo" failed: its run payload cannot be sent/);
});

test("a dispatch costs at most 200 µs", async () => {
  const session = await pool(2).open(job("echo"), null);
  const shards = new Array(500).fill(1);
  const each = async (): Promise<number> => (await milliseconds(() => session.run(shards))) / shards.length;
  expect(await least(0.2, each, 20)).toBeLessThan(0.2); // ms; about 0.02 on a quiet machine, the rest is room for a busy one
});
