import { expect, test } from "@jest/globals";
import { suite } from "../runtime/runtime.js";
import { missingRedis, sweepOnBullmq } from "./redis.js";

suite("a sweep on BullMQ", missingRedis(), () => {
  test("whose workers are killed at work is complete, each run counted once, though it was put in twice", async () => {
    const { record, killed, begun, merged, completed } = await sweepOnBullmq(6);
    expect([record.done, record.failed, record.missing, merged, completed]).toEqual([6, 0, "", 6, 7]);
    expect(record.rows.map(({ index, seed }) => [index, seed])).toEqual([0, 1, 2, 3, 4, 5].map((i) => [i, i + 1]));
    expect(killed).toHaveLength(2);
    for (const index of killed) expect(begun[index]).toBeGreaterThan(1);
  });
});
