import { expect, jest, test } from "@jest/globals";
import { nodeAdapter } from "../src/adapter/node/adapter.js";
import { one } from "../src/expression/expression.js";
import type { LearnOptions } from "../src/learn.js";
import type { Known } from "../src/reading/truth.js";

let table: readonly Known[] | null = [{ x: one }];
jest.unstable_mockModule("../src/reading/truth.js", () => ({ knownGenerators: () => table }));
const { learn } = await import("../src/learn.js");

test("with the truth table deleted all but `truth` is unchanged", async () => {
  const options: LearnOptions = {
    task: "kdv",
    seed: 5,
    backend: "wasm",
    trajectories: 4,
    steps: 12,
    workers: 0,
    certificate: { controls: 2, stops: [0.2] },
  };
  const { record, splines } = await learn(options, nodeAdapter());
  table = null;
  const blind = await learn(options, nodeAdapter());
  expect(record.truth).toMatchObject({ dimension: 1 });
  expect(blind.record.truth).toBeNull();
  expect(blind.splines!.control.every((c, i) => c === splines!.control[i])).toBe(true);
  const rest = { truth: null, seconds: null };
  expect({ ...blind.record, ...rest }).toEqual({ ...record, ...rest });
});
