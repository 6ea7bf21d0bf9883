import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chooseKernels, describeKernels } from "../../src/engine/engines.js";
import { simdKernels, simdModule } from "../../src/engine/simd/simd.js";
import { learn } from "../../src/learn.js";
import { simulate } from "../../src/simulate.js";
import { bytesOf, distance, relaxedRefused } from "./build.js";

const sphere = { task: "function", function: "x^2 + y^2", method: "library", seed: 1, workers: 0 } as const;

afterEach(() => void jest.restoreAllMocks());

/** Runs where relaxed SIMD does; where it does not, the title says why it is skipped. */
const whereRelaxed = (title: string, work: () => Promise<void>): void =>
  relaxedRefused === null ? test(title, work) : test.skip(`${title}: ${relaxedRefused}`, work);

describe("engines by name", () => {
  test("are listed for doctor in order of preference", async () => {
    const relaxed = relaxedRefused === null ? [true, null] : [false, expect.stringContaining("refuses relaxed SIMD")];
    expect((await describeKernels()).map(({ engine, available, reason }) => [engine, available, reason])).toEqual([
      ["simd", true, null],
      ["relaxed", ...relaxed],
      ["oracle", true, null],
    ]);
  });

  test("auto is plain SIMD with nothing passed over, even where relaxed runs too", async () => {
    const { kernels, passedOver } = await chooseKernels("auto");
    expect([kernels.engine, passedOver]).toEqual(["simd", []]);
  });

  test("an unknown one, or what is no module, is refused with what there is", async () => {
    await expect(chooseKernels("fast" as never)).rejects.toThrow(
      'no kernels are called "fast"; use auto, simd, relaxed, oracle or a WebAssembly.Module',
    );
    await expect(chooseKernels(bytesOf("release") as never)).rejects.toThrow(
      /but Uint8Array came; make one of it by kernelModule/,
    );
  });

  test("relaxed is refused where the runtime refuses it", async () => {
    const plain = await simdModule();
    const real = WebAssembly.validate;
    const probe = 60; // bytes: probes are shorter
    jest.spyOn(WebAssembly, "validate").mockImplementation((bytes) => {
      const relaxed = bytes.byteLength < probe && new Uint8Array(bytes as ArrayBuffer).includes(0x80);
      return !relaxed && real(bytes);
    });
    const message = /^kernels relaxed: this runtime refuses relaxed SIMD; use kernels "simd", or a newer runtime/;
    await expect(chooseKernels("relaxed")).rejects.toThrow(message);
    expect((await chooseKernels(plain)).kernels.engine).toBe("simd");
  });

  whereRelaxed("a run on relaxed kernels says so, and by name only", async () => {
    for (const [asked, ran] of [
      ["relaxed", "relaxed"],
      [await simdModule("relaxed"), "relaxed"],
      ["auto", "simd"],
      ["oracle", "oracle"],
    ] as const) {
      const { record } = await learn({ ...sphere, kernels: asked }, nodeAdapter());
      expect([record.engine.kernels, record.engine.passedOver, record.count]).toEqual([ran, [], 1]);
    }
  });

  whereRelaxed("workers run the engine that was asked for", async () => {
    const workerUrl = new URL("../../dist/adapter/node/worker.js", import.meta.url);
    const run = async (kernels: "simd" | "relaxed", workers: number): Promise<Float64Array> => {
      const request = { task: "ks", seed: 3, trajectories: 4, nx: 64, time: 8, outputs: 9, kernels, workers };
      return (await simulate(request, nodeAdapter({ workerUrl }))).u;
    };
    const here = await run("relaxed", 0);
    expect(distance(await run("relaxed", 2), here)).toBe(0);
    const plain = await run("simd", 0);
    const apart = distance(here, plain);
    expect(distance(await run("simd", 2), plain)).toBe(0);
    expect(apart).toBeLessThan(1e-12); // rounding, grown a hundredfold by chaos over a few turnover times
    if (await fuses()) expect(apart).toBeGreaterThan(0); // so the first comparison tells the engines apart
  });
});

/** Whether this processor rounds a relaxed multiply-add once: then (1 + ε)² − (1 + 2ε) is ε², not 0. */
async function fuses(): Promise<boolean> {
  const kernels = await simdKernels(await simdModule("relaxed"));
  const x = 1 + 2 ** -30;
  const c = new Float64Array(1);
  kernels.productTransposed(1, 1, 3, Float64Array.of(x * x, 0, x), Float64Array.of(-1, 0, x), c);
  return c[0] !== 0;
}
