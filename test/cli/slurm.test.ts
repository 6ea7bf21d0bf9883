import { expect, test } from "@jest/globals";
import { suite } from "../runtime/runtime.js";
import { missingSlurm, sweepOnSlurm } from "./slurm.js";

suite("a sweep on a Slurm of one node", missingSlurm(), () => {
  test("whose tasks are killed at work and sent again is complete, each run counted once", async () => {
    const { record, killed, restarts } = await sweepOnSlurm(6);
    expect([record.runs, record.done, record.failed, record.missing]).toEqual([6, 6, 0, ""]);
    expect(record.rows.map(({ index, seed }) => [index, seed])).toEqual([0, 1, 2, 3, 4, 5].map((i) => [i, i + 1]));
    expect([killed, restarts]).toEqual([
      [1, 3],
      [1, 1],
    ]);
  });
});
