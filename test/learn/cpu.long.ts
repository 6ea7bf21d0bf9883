import { expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { learn } from "../../src/learn.js";

const workerUrl = new URL("../../dist/adapter/node/worker.js", import.meta.url);

test("plain JavaScript learns KdV whole: three symmetries", async () => {
  const { record } = await learn({ task: "kdv", seed: 1, backend: "cpu" }, nodeAdapter({ workerUrl }));
  expect([record.engine.network, record.count, record.countIs]).toEqual(["cpu", 3, "exact"]);
  expect(Math.max(...record.truth!.principalAnglesDegrees)).toBeLessThan(1.5); // degrees; 0.6 on wasm
}, 1_200_000);
