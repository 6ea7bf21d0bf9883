import { expect, test } from "@jest/globals";
import { suite } from "../runtime/runtime.js";
import { missingSlurm, sweepOnSlurm } from "./slurm.js";

suite("a sweep of 64 runs on a Slurm of one node", missingSlurm(), () => {
  test("two of whose tasks are killed at work is complete, each run counted once", async () => {
    const { record, killed, restarts } = await sweepOnSlurm(64);
    console.log(JSON.stringify({ runs: record.runs, done: record.done, killed, restarts, groups: record.groups }));
    expect([record.done, record.failed, record.missing]).toEqual([64, 0, ""]);
    expect(record.rows.map(({ seed }) => seed)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
    expect([killed.length, restarts]).toEqual([2, [1, 1]]);
  });
});
