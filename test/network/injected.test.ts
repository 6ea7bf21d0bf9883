import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { learn } from "../../src/learn.js";
import { chooseBackend } from "../../src/network/backend.js";
import { FieldNetwork, type FieldNetworkOptions } from "../../src/network/fieldnetwork.js";
import { control64, flatten } from "./double.js";

const resolve = createRequire(import.meta.url).resolve;
const compiled = (path: string): WebAssembly.Module => new WebAssembly.Module(readFileSync(path));
const simd = compiled(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"));
const threaded = compiled(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm"));
const foreign = compiled("build/kernels.release.wasm");

/** A runtime as workerd is: modules come compiled, bytes are refused. */
beforeAll(() => {
  const instantiate = WebAssembly.instantiate as (source: unknown, imports?: WebAssembly.Imports) => Promise<unknown>;
  const refused = async (): Promise<never> => {
    throw new WebAssembly.CompileError("bytes may not be compiled here");
  };
  const onModules = (source: unknown, imports?: WebAssembly.Imports) =>
    Object.prototype.toString.call(source) === "[object WebAssembly.Module]" ? instantiate(source, imports) : refused();
  jest.spyOn(WebAssembly, "compile").mockImplementation(refused);
  jest.spyOn(WebAssembly, "instantiate").mockImplementation(onModules as typeof WebAssembly.instantiate);
});

test.each([
  ["another module", foreign, /exports no init_with_threads_count; pass .*tfjs-backend-wasm-simd\.wasm/],
  ["the threaded build", threaded, /does not fit \(.*emscripten_num_logical_cores.*\); pass/],
  ["bytes", new Uint8Array(8) as unknown as WebAssembly.Module, /is \[object Uint8Array\], no WebAssembly\.Module/],
])("%s for it is bad input, with auto too", async (_, wasmModule, message) => {
  const error = await chooseBackend("auto", { wasmModule }).catch((e: unknown) => e as Error);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(message);
});

test("where bytes are refused, a run takes the compiled module as an option", async () => {
  await expect(chooseBackend("wasm")).rejects.toThrow(/--backend wasm: .*bytes may not be compiled/);
  const module = compiled("build/kernels.release.wasm");
  const { record } = await learn(
    {
      ...{
        task: "kdv",
        seed: 5,
        backend: "auto",
        network: simd,
        kernels: module,
        trajectories: 4,
        steps: 6,
        workers: 0,
      },
      certificate: { controls: 2, stops: [0.2] },
    },
    nodeAdapter(),
  );
  expect(record.engine.network).toBe("wasm");
});

test("it computes what the network written out in f64 does, and trains", async () => {
  expect(await chooseBackend("wasm", { wasmModule: simd })).toEqual({ engine: "wasm", passedOver: [] });
  expect(tf.getBackend()).toBe("wasm");
  const options: FieldNetworkOptions = {
    knotPoints: Float64Array.from({ length: 90 }, (_, i) => Math.sin(i)),
    periodic: [true, false, false],
    dim: 3,
    generators: 2,
    width: 10,
    head: 5,
  };
  const network = FieldNetwork.create(options, stream(1, "network"));
  const energy = (c: Float32Array): number => c.reduce((sum, x) => sum + x * x, 0);
  const before = energy(await network.forward());
  for (let i = 0; i < 40; i++) await network.step(await network.forward(), 0.01);
  const after = await network.forward();
  expect(energy(after)).toBeLessThan(before / 4);
  const right = control64({ ...options, depth: 2, width: 10, head: 5 }, flatten((await network.state()).arrays));
  expect(Math.max(...after.map((c, i) => Math.abs(c - right[i]!)))).toBeLessThan(2e-6); // f32 sums, values of order 1
  network.dispose();
});
