/** A Redis in a folder of its own, on a socket; and a sweep in BullMQ on it, two of whose workers die. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Queue } from "bullmq";
import { enqueueSweep } from "../../src/cli/bullmq.js";
import type { SweepRecord } from "../../src/report/sweeprecord.js";
import { asked } from "../runtime/runtime.js";
import { stopped } from "./slurm.js";

/** Why BullMQ cannot be tried here; null where it can. */
export function missingRedis(): string | null {
  const found = asked("redis-server", ["--version"]);
  if ("missing" in found) return `${found.missing} (Debian: redis-server)`;
  try {
    createRequire(createRequire(import.meta.url).resolve("bullmq"))("ioredis");
    return null;
  } catch {
    return "the package ioredis is not installed";
  }
}

export interface OnBullmq {
  readonly record: SweepRecord;
  readonly killed: readonly number[]; // runs whose worker was killed while it was at work on them
  readonly begun: Readonly<Record<number, number>>; // how often each run was begun
  readonly merged: unknown; // what the parent job returned
  readonly completed: number; // jobs, the parent with them
}

/** Plans `runs` tiny runs, puts them into the queue twice, kills two of the worker processes at work, and waits for the parent job. */
export async function sweepOnBullmq(runs: number): Promise<OnBullmq> {
  const folder = mkdtempSync(join(tmpdir(), "liefield-redis-"));
  const directory = join(folder, "sweep");
  const socket = join(folder, "redis.sock");
  const seeds = Array.from({ length: runs }, (_, i) => i + 1);
  const grid = { task: "heat", method: "library", trajectories: 2, outputs: 40, vary: { seed: seeds } };
  writeFileSync(join(folder, "grid.json"), JSON.stringify(grid));
  const program = ["dist/cli/main.js", "sweep", "plan", join(folder, "grid.json"), "--out", directory];
  execFileSync(process.execPath, program, { stdio: "pipe" });
  const quiet = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--appendonly", "no"];
  const redis = spawn("redis-server", quiet, { stdio: "ignore" });
  const workers: ChildProcess[] = [];
  const connection = { path: socket, maxRetriesPerRequest: null };
  const queue = new Queue("liefield", { connection });
  queue.on("error", () => {}); // it is not up at once
  const begun: Record<number, number> = {};
  const killed: number[] = [];
  const start = (): void => {
    const worker = spawn(process.execPath, ["test/fixtures/sweepworker.mjs", socket], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    workers.push(worker);
    worker.stdout!.on("data", (text) => {
      for (const [, index] of String(text).matchAll(/^exec (\d+)$/gm)) {
        begun[Number(index)] = (begun[Number(index)] ?? 0) + 1;
        if (killed.length < 2 && !killed.includes(Number(index)) && worker.kill("SIGKILL")) {
          killed.push(Number(index));
          start(); // as what runs workers does
        }
      }
    });
  };
  try {
    const { job, runs: planned } = await enqueueSweep(directory, { connection });
    await enqueueSweep(directory, { connection });
    if (planned !== runs) throw new Error(`${planned} runs were planned`);
    start();
    start();
    for (let tries = 0; ; tries++) {
      const parent = await queue.getJob(job);
      const state = await parent!.getState();
      if (state === "failed") throw new Error(parent!.failedReason);
      if (state === "completed") {
        const record = JSON.parse(readFileSync(join(directory, "table.json"), "utf8"));
        return { record, killed, begun, merged: parent!.returnvalue, completed: await queue.getCompletedCount() };
      }
      if (tries > 3600) throw new Error(`the sweep does not end: ${JSON.stringify(await queue.getJobCounts())}`);
      await pause(500);
    }
  } finally {
    for (const worker of workers) await stopped(worker);
    await queue.close();
    await stopped(redis);
    rmSync(folder, { recursive: true, force: true });
  }
}
