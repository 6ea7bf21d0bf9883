import { describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../src/engine/error.js";
import { type BackendRequest, chooseBackend, describeBackends } from "../../src/network/backend.js";
import { download, upload } from "../../src/network/tensor.js";
import { withGpu } from "./navigator.js";

const message = (request: string): Promise<unknown> =>
  chooseBackend(request as BackendRequest).then(
    () => "started",
    (error: unknown) => {
      expect(error).toBeInstanceOf(InputError);
      return (error as Error).message;
    },
  );

describe("choosing an engine", () => {
  test("webgpu by name without navigator.gpu is refused in one line that says what to do", async () => {
    withGpu(undefined);
    expect(await message("webgpu")).toBe(
      "--backend webgpu: this machine offers no WebGPU adapter (navigator.gpu is missing); use --backend wasm or auto",
    );
  });

  test("webgpu by name where no adapter is found is refused, and asked before tfjs is", async () => {
    const requestAdapter = jest.fn(async () => null);
    withGpu({ requestAdapter });
    expect(await message("webgpu")).toMatch(/requestAdapter found none\); use --backend wasm or auto$/);
    expect(requestAdapter).toHaveBeenCalledTimes(1);
    expect(tf.findBackendFactory("webgpu")).toBeFalsy();
  });

  test("a device that breaks while starting is a reason, not a crash, and auto goes on to wasm", async () => {
    withGpu({ requestAdapter: async () => ({ features: new Set(), limits: {}, requestDevice: () => Promise.reject(new Error("device lost")) }) }); // biome-ignore format: one row
    const backend = await chooseBackend("auto");
    expect(backend.engine).toBe("wasm");
    expect(backend.passedOver).toEqual([{ engine: "webgpu", reason: expect.stringContaining("device lost") }]);
    expect(tf.getBackend()).toBe("wasm");
  });

  test("an unknown name is refused with the names there are", async () => {
    expect(await message("cuda")).toBe("--backend cuda: no such engine; use one of auto, webgpu, wasm, cpu");
  });

  test("each engine by name computes, nothing is printed, and one can go back", async () => {
    const printed = (["log", "warn", "error"] as const).map((level) =>
      jest.spyOn(console, level).mockImplementation(() => {}),
    );
    for (const engine of ["cpu", "wasm", "cpu", "wasm"] as const) {
      expect(await chooseBackend(engine)).toEqual({ engine, passedOver: [] });
      expect(tf.getBackend()).toBe(engine);
      const product = tf.tidy(() =>
        tf.matMul(upload<tf.Rank.R2>([1, 2, 3, 4], [2, 2]), upload<tf.Rank.R2>([1, 1], [2, 1])),
      );
      expect(Array.from(await download(product))).toEqual([3, 7]);
      product.dispose();
    }
    for (const print of printed) {
      expect(print).not.toHaveBeenCalled();
      print.mockRestore();
    }
  });

  test("the description names every engine with a reason and leaves the current one in charge", async () => {
    withGpu(undefined);
    await chooseBackend("cpu");
    const reports = await describeBackends();
    expect(reports.map(({ engine, available }) => [engine, available])).toEqual([
      ["webgpu", false],
      ["wasm", true],
      ["cpu", true],
    ]);
    expect(reports[0]!.reason).toMatch(/no WebGPU adapter/);
    expect(tf.getBackend()).toBe("cpu");
  });
});

describe("the border to tensors", () => {
  test.each(["cpu", "wasm"] as const)(
    "%s: what is uploaded and downloaded shares no memory with a tensor",
    async (engine) => {
      await chooseBackend(engine);
      const mine = Float32Array.of(1, 2, 3);
      const tensor = upload<tf.Rank.R1>(mine, [3]);
      mine[0] = 9;
      const got = await download(tensor);
      got[1] = 9;
      expect(Array.from(await download(tensor))).toEqual([1, 2, 3]);
      tensor.dispose();
    },
  );
});
