import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../src/adapter/node/adapter.js";
import { simdModule } from "../src/engine/simd/simd.js";
import { type LearnOptions, learn } from "../src/learn.js";
import { simulate } from "../src/simulate.js";

const workerUrl = new URL("../dist/adapter/node/worker.js", import.meta.url);
const adapter = nodeAdapter({ workerUrl });

/** Short: a few steps on few trajectories. Long enough to move every part, too short to find anything. */
const short: LearnOptions = {
  task: "kdv",
  seed: 5,
  backend: "wasm",
  trajectories: 4,
  steps: 12,
  workers: 0,
  certificate: { controls: 2, stops: [0.2] },
};
/** As booleans: a printed difference of ten thousand numbers takes jest minutes. */
const same = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);
const timeless = (record: object): object => ({ ...record, seconds: null });

describe("a short run", () => {
  test("repeats bit for bit on the same engine, on one thread or on two workers", async () => {
    const first = await learn(short, adapter);
    const again = await learn(short, adapter);
    const spread = await learn({ ...short, workers: 2 }, adapter);
    expect(same(again.splines!.control, first.splines!.control)).toBe(true);
    expect(same(spread.splines!.control, first.splines!.control)).toBe(true);
    expect(timeless(again.record)).toEqual(timeless(first.record));
    expect(timeless(spread.record)).toEqual(timeless(first.record));
    const other = await learn({ ...short, seed: 6 }, adapter);
    expect(same(other.splines!.control, first.splines!.control)).toBe(false);
  });

  test("each term acts: with its weight at 0 the run is another", async () => {
    const weights = { orthogonality: 1, lipschitz: 3, sobolev: 1, size: 3 };
    const run = async (learner: LearnOptions["learner"]): Promise<Float64Array> =>
      (await learn({ ...short, steps: 20, ...(learner ? { learner } : {}) }, adapter)).splines!.control;
    const whole = await run({ weights });
    for (const term of ["orthogonality", "lipschitz", "sobolev", "size"] as const) {
      expect({ term, same: same(await run({ weights: { ...weights, [term]: 0 } }), whole) }).toEqual({
        term,
        same: false,
      });
    }
    expect(same(await run({ weights, orthogonality: "penalty" }), whole)).toBe(false);
  });

  test("the flow criterion repeats too, whatever the number of workers", async () => {
    const flow: LearnOptions = { ...short, criterion: "flow", steps: 3 };
    const first = await learn(flow, adapter);
    const spread = await learn({ ...flow, workers: 2 }, adapter);
    expect(same(spread.splines!.control, first.splines!.control)).toBe(true);
  });

  test("an injected module, or the plain-TypeScript oracle, runs in place of the package's own kernels", async () => {
    const tiny = { ...short, trajectories: 2, generators: 2, steps: 2, certificate: { controls: 1, stops: [0.1] } };
    const own = await learn(tiny, adapter);
    const injected = await learn({ ...tiny, kernels: await simdModule() }, adapter);
    const oracle = await learn({ ...tiny, kernels: "oracle" }, adapter);
    expect(same(injected.splines!.control, own.splines!.control)).toBe(true);
    expect([own.record.engine.kernels, oracle.record.engine.kernels]).toEqual(["simd", "oracle"]);
    const largest = Math.max(...own.splines!.control.map(Math.abs));
    const apart = Math.max(...oracle.splines!.control.map((c, i) => Math.abs(c - own.splines!.control[i]!)));
    expect(apart / largest).toBeLessThan(1e-4); // gradients agree to 1e-12; Adam's first steps divide by their own size, in f32
  });

  test("stops between steps when its signal aborts, with the signal's reason", async () => {
    const controller = new AbortController();
    let steps = 0;
    const run = learn(short, adapter, {
      signal: controller.signal,
      progress: ({ stage, done }) => {
        if (stage !== "learn") return;
        steps = done;
        if (done === 3) controller.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(steps).toBe(3);
  });

  test("data of another equation, or with t in other units, are refused with their residual", async () => {
    const kdv = await simulate({ task: "kdv", seed: 2, trajectories: 3, outputs: 60, time: 24, workers: 0 }, adapter);
    const ks = await simulate({ task: "ks", seed: 2, trajectories: 3, outputs: 60, time: 24, workers: 0 }, adapter);
    const slow = { ...kdv, t: kdv.t.map((t) => 2 * t) };
    await expect(learn({ ...short, data: ks }, adapter)).rejects.toThrow(
      /do not satisfy the equation: residual 0\.\d+ of/,
    );
    await expect(learn({ ...short, data: slow }, adapter)).rejects.toThrow(
      /do not satisfy the equation: residual 0\.\d+ of/,
    );
    const own = await learn({ ...short, data: kdv }, adapter);
    expect(own.record.generators[0]!.floor).toBeLessThan(0.05);
  });

  test("data of another layout are refused with the axis at fault", async () => {
    const kdv = await simulate({ task: "kdv", seed: 2, trajectories: 3, outputs: 40, time: 16, workers: 0 }, adapter);
    const uneven = { ...kdv, t: kdv.t.map((t, j) => t + (j === 7 ? 0.1 : 0)) };
    await expect(learn({ ...short, data: uneven }, adapter)).rejects.toThrow(/t\[7\] = .* is not on the grid/);
    const half = { ...kdv, components: 2, nx: kdv.nx / 2, x: kdv.x.subarray(0, kdv.nx / 2) };
    await expect(learn({ ...short, data: half }, adapter)).rejects.toThrow("u has 2 components but kdv has 1");
    const brief = { ...kdv, nt: 18, t: kdv.t.subarray(0, 18), u: kdv.u.subarray(0, 3 * 18 * kdv.nx) };
    await expect(learn({ ...short, data: brief }, adapter)).rejects.toThrow("u has 18 outputs");
  });

  test.each([
    [{ seed: 1.5 }, "seed"],
    [{ generators: 0 }, "generators"],
    [{ generators: 17 }, "generators"],
    [{ trajectories: 1 }, "trajectories"],
    [{ task: "navier" }, "navier"],
    [{ backend: "webgpu" }, "webgpu"],
  ] as const)("%o is refused with a sentence that names it", async (wrong, named) => {
    await expect(learn({ ...short, ...wrong }, adapter)).rejects.toThrow(named);
  });
});

describe("the default run on KdV", () => {
  test("finds three symmetries within 1° and rejects the fourth slot by a factor of ten", async () => {
    const { record } = await learn({ task: "kdv", seed: 1, backend: "wasm" }, adapter);
    expect(record).toMatchObject({ count: 3, countIs: "exact", truth: { dimension: 3 } });
    expect(Math.max(...record.truth!.principalAnglesDegrees)).toBeLessThan(1);
    expect(record.gap!).toBeGreaterThan(10);
    expect(record.generators[3]!.verdict).toBe("rejected");
    for (const { flow, floor, accepted } of record.generators.slice(0, 3)) {
      expect(accepted).toBe(true);
      for (const { s, score, control } of flow.filter((f) => Math.abs(f.s) === 0.4)) {
        expect({ s, ofFloor: score / floor! < 8, ofControl: score / control! < 1 / 20 }).toEqual({
          s,
          ofFloor: true,
          ofControl: true,
        });
      }
    }
  }, 900_000);
});
