import { pathToFileURL } from "node:url";
import { expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { learn } from "../../src/learn.js";

const adapter = nodeAdapter({ workerUrl: pathToFileURL("dist/adapter/node/worker.js") });
const options = { task: "kdv", method: "library", trajectories: 2, time: 10, outputs: 40, seed: 1 } as const;

test("a run one of whose workers dies ends with the numbers of one left alone, and says so", async () => {
  let made = 0;
  const spawnWorker: typeof adapter.spawnWorker = (start) => {
    const handle = adapter.spawnWorker(start)!;
    if (made++ > 0) return handle;
    let asked = 0;
    return {
      ...handle,
      post(request, transfer) {
        handle.post(request, transfer);
        if (++asked === 2) void handle.terminate(); // with its first shard begun
      },
    };
  };
  const alone = (await learn({ ...options, workers: 0 }, adapter)).record;
  const { record } = await learn({ ...options, workers: 2 }, { ...adapter, spawnWorker });
  expect(record.warnings).toEqual([
    ...alone.warnings,
    expect.stringMatching(/^1 worker of 2 stopped \(exit code [01]\); what they had begun was run again elsewhere/),
  ]);
  expect({ ...record, seconds: null, warnings: null }).toEqual({ ...alone, seconds: null, warnings: null });
});
