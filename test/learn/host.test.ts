import { expect, test } from "@jest/globals";
import { switchWarning } from "../../src/learn/host.js";
import type { NetworkHost } from "../../src/network/host.js";

test("a device lost on the way is warned of, with what went on from where", () => {
  const switched = { from: "webgpu", to: "wasm", step: 12, reason: "unplugged" };
  const told = [
    "the webgpu device was lost after training step 12 (unplugged); the network went on with wasm from there",
  ];
  expect(switchWarning({ switched } as NetworkHost)).toEqual(told);
  expect(switchWarning({ switched: null } as NetworkHost)).toEqual([]);
});
