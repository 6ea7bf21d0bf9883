import { expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { chooseBackend } from "../../src/network/backend.js";

test("a wasm file that is not there is a reason that names it, quietly, and cpu takes over", async () => {
  const printed = (["log", "warn", "error"] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation(() => {}),
  );
  const backend = await chooseBackend("auto", { wasmPath: "/nowhere/" });
  expect(backend.engine).toBe("cpu");
  expect(backend.passedOver.map(({ engine }) => engine)).toEqual(["webgpu", "wasm"]);
  expect(backend.passedOver[1]!.reason).toMatch(/nowhere/);
  expect(backend.passedOver[1]!.reason).not.toMatch(/\n/);
  for (const print of printed) {
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  }
  expect(tf.getBackend()).toBe("cpu");
});
