import { expect, test } from "@jest/globals";
import { suite } from "../runtime/runtime.js";
import { missingRedis, sweepOnBullmq } from "./redis.js";

suite("a sweep of 64 runs on BullMQ", missingRedis(), () => {
  test("two of whose workers are killed at work is complete, each run counted once", async () => {
    const { record, killed, begun, merged, completed } = await sweepOnBullmq(64);
    console.log(JSON.stringify({ runs: record.runs, done: record.done, killed, begun: killed.map((i) => begun[i]) }));
    expect([record.done, record.failed, record.missing, merged, completed]).toEqual([64, 0, "", 64, 65]);
    expect(record.rows.map(({ seed }) => seed)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
    for (const index of killed) expect(begun[index]).toBeGreaterThan(1);
  });
});
