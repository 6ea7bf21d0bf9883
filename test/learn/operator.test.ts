import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { readSafetensors, writeSafetensors } from "../../src/data/safetensors.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import {
  type OperatorOptions,
  type OperatorProgress,
  persistencePredictor,
  readOperator,
  rollout,
  rolloutError,
  supplyOf,
  trainOperator,
} from "../../src/index.js";
import { decodeOperator } from "../../src/learn/operatorfile.js";

/** Waves of two modes about 3 that travel at a speed of their own: what follows is in the window. */
function waves(n: number, seed: number): Trajectories {
  const { uniform } = stream(seed, "waves");
  const [nt, nx] = [14, 16];
  const u = new Float64Array(n * nt * nx);
  for (let b = 0; b < n; b++) {
    const [p, q] = [2 * Math.PI * uniform(), 2 * Math.PI * uniform()];
    for (let j = 0; j < nt; j++)
      for (let i = 0; i < nx; i++) {
        const y = (2 * Math.PI * (i - j)) / nx;
        u[(b * nt + j) * nx + i] = 3 + 2 * Math.sin(y + p) + Math.sin(2 * y + q);
      }
  }
  return {
    ...{ u, n, nt, nx, components: 1, length: 1 },
    ...{ x: Float64Array.from({ length: nx }, (_, i) => i / nx), t: Float64Array.from({ length: nt }, (_, j) => j) },
  };
}

const data = waves(6, 1);
const held = waves(4, 2);
const settings = {
  ...{ inputs: 3, outputs: 2, width: 12, modes: 4, layers: 2, hidden: 16 },
  ...{ epochs: 12, batch: 8, copies: 8, learningRate: 1e-2 },
};
const options: OperatorOptions = { data, seed: 5, settings, backend: "wasm" };
const adapter = nodeAdapter();
const same = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

describe("training", () => {
  test("continues held-out waves: a tenth of persistence's error and less, the loss falling", async () => {
    const seen: OperatorProgress[] = [];
    const operator = await trainOperator(options, adapter, { progress: (event) => seen.push(event) });
    const error = rolloutError(await rollout(operator, held), held);
    const persistent = rolloutError(await rollout(persistencePredictor(3, 2, 16), held), held);
    expect(error.mean).toBeLessThan(persistent.mean / 10);
    expect(operator.history.length).toBe(12);
    expect(operator.history[11]).toBeLessThan(operator.history[0]! / 10);
    expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: 72 }, (_, i) => i + 1));
    expect(seen[71]).toMatchObject({ epoch: 11, epochs: 12, steps: 72 });
    expect(operator.engine).toMatchObject({ network: "wasm", kernels: "simd", switched: null });
    operator.close();
  });

  test("is the same bits by the same seed, another operator by another, and does not see the data's units", async () => {
    const short = { ...settings, epochs: 2 };
    const run = async (of: Partial<OperatorOptions>, factor = 1): Promise<Float64Array> => {
      const operator = await trainOperator({ ...options, settings: short, ...of }, adapter);
      const predicted = await rollout(operator, { ...held, u: held.u.map((u) => factor * u) });
      operator.close();
      return predicted;
    };
    const first = await run({});
    expect(same(await run({}), first)).toBe(true);
    expect(same(await run({ supply: supplyOf(data) }), first)).toBe(true);
    expect(same(await run({ seed: 6 }), first)).toBe(false);
    const scaled = await run({ data: { ...data, u: data.u.map((u) => 4 * u) } }, 4); // exact in binary
    expect(
      same(
        scaled.map((u) => u / 4),
        first,
      ),
    ).toBe(true);
  });

  test("stops at once when its signal aborts", async () => {
    const controller = new AbortController();
    let steps = 0;
    const stopped = trainOperator(options, adapter, {
      signal: controller.signal,
      progress: () => {
        if (++steps === 3) controller.abort(new Error("enough"));
      },
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(steps).toBe(3);
  });

  test("goes on from a checkpoint to the same bits, and only under the same settings, seed and data", async () => {
    const short = { ...settings, epochs: 3 };
    const saved: Uint8Array[] = [];
    const whole = await trainOperator(
      { ...options, settings: short, checkpoint: (bytes) => void saved.push(bytes) },
      adapter,
    );
    expect(saved.length).toBe(3);
    const steps: number[] = [];
    const rest = await trainOperator({ ...options, settings: short, resume: saved[0]! }, adapter, {
      progress: ({ step }) => steps.push(step),
    });
    expect(steps[0]).toBe(7);
    expect(same(await rollout(rest, held), await rollout(whole, held))).toBe(true);
    expect(rest.history).toEqual(whole.history);
    const nothing = await trainOperator({ ...options, settings: short, resume: saved[2]! }, adapter);
    expect(same(await rollout(nothing, held), await rollout(whole, held))).toBe(true);
    for (const other of [
      { seed: 6 },
      { settings: { ...short, copies: 4 } },
      { data: waves(6, 9) },
      { data: waves(5, 1) },
    ])
      await expect(
        trainOperator({ ...options, settings: short, resume: saved[0]!, ...other }, adapter),
      ).rejects.toThrow(/the checkpoint is of (another training|other data)/);
    for (const operator of [whole, rest, nothing]) operator.close();
  });

  test.each<[string, Partial<OperatorOptions>, RegExp]>([
    ["a seed that is none", { seed: -1 }, /seed is -1; pass a whole number/],
    ["an unknown preset", { preset: "toString" as "small" }, /no preset toString; take small or paper/],
    ["no epochs", { settings: { epochs: 0 } }, /epochs is 0/],
    ["a rate that is none", { settings: { learningRate: Number.NaN } }, /learningRate is NaN/],
    ["more modes than places carry", { settings: { ...settings, modes: 9 } }, /9 modes on 16 places; pass at most 8/],
    [
      "data that are too short",
      { settings: { ...settings, inputs: 13 } },
      /14 outputs in time came; pass at least one, of at least 15/,
    ],
    ["data of two components", { data: { ...data, components: 2 } }, /2 components/],
    ["data that never change", { data: { ...data, u: data.u.map(() => 1) } }, /u has deviation 0/],
    [
      "a supply of another grid",
      { supply: { count: 1, nx: 8, rows: () => new Float64Array(800) } },
      /8 places but the data 16/,
    ],
  ])("refuses %s", async (_, wrong, message) => {
    const started = trainOperator({ ...options, ...wrong }, adapter);
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toThrow(InputError);
  });
});

describe("a saved operator", () => {
  let bytes: Uint8Array;
  let predicted: Float64Array;
  beforeAll(async () => {
    const operator = await trainOperator({ ...options, settings: { ...settings, epochs: 1 } }, adapter);
    bytes = await operator.save();
    predicted = await rollout(operator, held);
    operator.close();
  });

  test("reads back to the same bits, on plain JavaScript to rounding, and refuses windows of another size", async () => {
    const operator = await readOperator(bytes, adapter, { backend: "wasm" });
    expect([operator.inputs, operator.outputs, operator.nx]).toEqual([3, 2, 16]);
    expect(same(await rollout(operator, held), predicted)).toBe(true);
    await expect(operator.predict(new Float64Array(47))).rejects.toThrow("pass windows [n, 3, 16]");
    expect(Buffer.from(await operator.save()).equals(Buffer.from(bytes))).toBe(true);
    operator.close();
    const plain = await readOperator(bytes, adapter, { backend: "cpu" });
    const apart = (await rollout(plain, held)).reduce((most, u, i) => Math.max(most, Math.abs(u - predicted[i]!)), 0);
    expect(apart).toBeLessThan(1e-4); // f32 of numbers up to 6, fed back six times
    plain.close();
  });

  test("runs on tfjs's kernels where ours do not start, and says why", async () => {
    await tf.setBackend("wasm");
    const backend = tf.backend() as unknown as { wasm: object };
    const own = backend.wasm;
    backend.wasm = Object.create(own, { asm: { value: undefined } });
    try {
      const operator = await readOperator(bytes, adapter, { backend: "wasm" });
      expect(operator.engine).toMatchObject({
        ...{ network: "wasm", kernels: "tfjs" },
        passedOver: [{ engine: "simd", reason: "tfjs's memory is out of reach" }],
      });
      operator.close();
    } finally {
      backend.wasm = own;
    }
  });

  test.each<[string, (file: ReturnType<typeof readSafetensors>) => void, RegExp]>([
    [
      "of another format",
      ({ metadata }) => void (metadata as Map<string, string>).set("format", "x"),
      /format "liefield operator 1" is expected/,
    ],
    [
      "without its shape",
      ({ metadata }) => void (metadata as Map<string, string>).delete("shape"),
      /shape is missing or no JSON/,
    ],
    [
      "with a shape beyond all bounds",
      ({ metadata }) =>
        void (metadata as Map<string, string>).set(
          "shape",
          '{"nx":16,"inputs":3,"outputs":2,"width":1e9,"modes":4,"layers":2,"hidden":16}',
        ),
      /above the limit/,
    ],
    [
      "with a shape of more words",
      ({ metadata }) => void (metadata as Map<string, string>).set("shape", '{"nx":16}'),
      /shape must hold nx/,
    ],
    [
      "with no scale",
      ({ metadata }) => void (metadata as Map<string, string>).set("scale", "[0, -1]"),
      /positive deviation/,
    ],
    [
      "with another history",
      ({ metadata }) => void (metadata as Map<string, string>).set("epoch", "7"),
      /must hold 7 numbers/,
    ],
    [
      "with a step and no moments",
      ({ metadata }) => void (metadata as Map<string, string>).set("step", "4"),
      /no numbers for lift\.w\.first/,
    ],
    [
      "without a weight",
      ({ tensors }) => void (tensors as Map<string, unknown>).delete("skip1.b"),
      /no numbers for skip1\.b/,
    ],
    [
      "with a weight that is not finite",
      ({ tensors }) => {
        tensors.get("proj1.b")!.data[3] = Number.NaN;
      },
      /proj1\.b holds numbers that are not finite/,
    ],
    [
      "with a weight of another shape",
      ({ tensors }) =>
        void (tensors as Map<string, unknown>).set("skip1.w", { ...tensors.get("skip1.w"), shape: [144] }),
      /skip1\.w must have shape \[12, 12\], not \[144\]/,
    ],
  ])("%s is refused", (_, damage, message) => {
    const file = readSafetensors(bytes);
    damage(file);
    const again = writeSafetensors(
      file.tensors,
      [...file.metadata].filter(([key]) => key !== "checksum"),
    );
    expect(() => decodeOperator(again)).toThrow(message);
    expect(() => decodeOperator(again)).toThrow(InputError);
  });
});
