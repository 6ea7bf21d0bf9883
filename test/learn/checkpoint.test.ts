import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { readSafetensors, writeSafetensors } from "../../src/data/safetensors.js";
import { InputError } from "../../src/engine/error.js";
import { type Checkpoint, checkSettings, decodeCheckpoint, encodeCheckpoint } from "../../src/learn/checkpoint.js";
import { type Learned, type LearnOptions, learn } from "../../src/learn.js";

const some: Checkpoint = {
  settings: { task: '"kdv"', steps: "40" },
  engine: "wasm, simd",
  phase: 1,
  done: { history: [Float64Array.of(-1, -2)], skipped: [3, 5] },
  seconds: 1.5,
  learner: {
    step: 3,
    skipped: [2],
    network: {
      step: 2,
      births: [
        { step: 0, warm: 1 },
        { step: 2, warm: 6 },
      ],
      arrays: { "trunk0.weight": Float32Array.of(0.1, -7), "trunk0.weight.first": Float32Array.of(1, 2) },
    },
    batches: [1, -2, 3, 4],
    validity: [0.25],
    history: [Float64Array.of(-0.1, 1 / 3), Float64Array.of(-1, -2), Float64Array.of(-3, -4)],
  },
};

describe("a checkpoint's file", () => {
  test("reads back as it was written", () => {
    const back = decodeCheckpoint(encodeCheckpoint(some));
    expect({ ...back, learner: { ...back.learner, network: { ...back.learner.network, arrays: null } } }).toEqual({
      ...some,
      learner: { ...some.learner, network: { ...some.learner.network, arrays: null } },
    });
    expect(Object.entries(back.learner.network.arrays).sort()).toEqual(
      Object.entries(some.learner.network.arrays).sort(),
    );
  });

  test("whose training has just begun has no history", () => {
    const fresh = { ...some, phase: 0, done: { history: [], skipped: [] } };
    expect(decodeCheckpoint(encodeCheckpoint(fresh)).done.history).toEqual([]);
  });

  const changed = (key: string, text: string | null): Uint8Array => {
    const { tensors, metadata } = readSafetensors(encodeCheckpoint(some));
    const rest = [...metadata].filter(([name]) => name !== key && name !== "checksum");
    return writeSafetensors(tensors, text === null ? rest : [...rest, [key, text]]);
  };
  test.each<[string, Uint8Array, RegExp]>([
    [
      "of another format",
      changed("format", "liefield generators 1"),
      /format "liefield checkpoint 1" is expected but "liefield generators 1" came/,
    ],
    ["without settings", changed("settings", null), /its settings is missing/],
    ["whose settings are no texts", changed("settings", '{"a":1}'), /settings are no texts by name/],
    ["whose numbers are no JSON", changed("numbers", "{"), /numbers is not JSON/],
    ["without a number", changed("numbers", '{"phase":0}'), /number "seconds" is missing/],
    ["with a negative number", changed("numbers", '{"phase":-1}'), /number "phase" is missing/],
    ["with half a step", changed("numbers", '{"phase":0,"seconds":0,"step":0.5,"updates":0}'), /"step" is not whole/],
    ["whose stream is a text", changed("batches", '"1"'), /batches is no list of numbers/],
    [
      "whose stream is endless",
      changed("batches", JSON.stringify(new Array(2000).fill(1))),
      /batches is no list of numbers/,
    ],
    ["cut short", encodeCheckpoint(some).subarray(0, -8), /damaged/],
    [
      "without tensors",
      writeSafetensors(
        [],
        [...readSafetensors(encodeCheckpoint(some)).metadata].filter(([k]) => k !== "checksum"),
      ),
      /tensor ".*history" is no table/,
    ],
  ])("%s is refused", (_, bytes, words) => {
    expect(() => decodeCheckpoint(bytes)).toThrow(words);
    expect(() => decodeCheckpoint(bytes)).toThrow(InputError);
  });

  test("of other settings is refused by the setting's name", () => {
    checkSettings({ a: "1" }, { a: "1" });
    expect(() => checkSettings({ steps: "40" }, { steps: "80" })).toThrow(/its steps is 40 but 80 is asked/);
    expect(() => checkSettings({ noise: "0.1" }, {})).toThrow(/its noise is 0.1 but none is asked/);
    expect(() => checkSettings({}, { constructor: "1" })).toThrow(/is none but 1 is asked/);
  });
});

describe("going on from a checkpoint", () => {
  const adapter = nodeAdapter({ workerUrl: new URL("../../dist/adapter/node/worker.js", import.meta.url) });
  const short: LearnOptions = {
    task: "kdv",
    seed: 3,
    trajectories: 2,
    outputs: 40,
    time: 20,
    steps: 8,
    refinement: { steps: 4 },
    width: 16,
    knots: [6, 5, 5],
    backend: "wasm",
    workers: 1,
    certificate: { controls: 2, stops: [0.2] },
  };
  const kept = async (options: LearnOptions, at: number): Promise<Uint8Array> => {
    const controller = new AbortController();
    let file: Uint8Array | null = null;
    let last = 0;
    const run = learn(options, adapter, {
      signal: controller.signal,
      progress: ({ stage, done }) => {
        if (stage === "learn" && done === at) controller.abort(new Error("enough"));
      },
      checkpoint: {
        save: async (bytes, place) => {
          file = bytes.slice();
          last = place.step;
        },
        every: 1000,
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(last).toBe(at);
    return file!;
  };
  const timeless = ({ record, splines, figures }: Learned): object => ({
    record: { ...record, seconds: null },
    control: [...splines!.control],
    figures,
  });

  test.each<["tangent" | "flow" | "tangent+flow", number]>([
    ["tangent", 3],
    ["tangent", 8], // all steps done, nothing certified
    ["flow", 3],
    ["tangent+flow", 5],
    ["tangent+flow", 10], // within the refinement
  ])("by %s after step %i ends in the bits of an unbroken run", async (criterion, at) => {
    const options = { ...short, criterion };
    const resume = await kept(options, at);
    const whole = await learn(options, adapter);
    const resumed = await learn({ ...options, resume }, adapter);
    expect(timeless(resumed)).toEqual(timeless(whole));
    expect(resumed.record.seconds.learn).toBeGreaterThan(0);
  });

  test("names data by their checksums and functions by their text, however many numbers there are", async () => {
    const n = 20_000;
    const points = Float64Array.from(
      { length: 2 * n },
      (_, i) => 2 * ((Math.floor(i / 2) * (i % 2 ? 0.7549 : 0.5698)) % 1) - 1,
    ); // spread evenly
    const square = (z: ArrayLike<number>): number => z[0]! ** 2 + z[1]! ** 2;
    const values = Float64Array.from({ length: n }, (_, i) => square(points.subarray(2 * i, 2 * i + 2)));
    const samples = { points: { shape: [n, 2], data: points }, values: { shape: [n], data: values } };
    const { trajectories, outputs, time, ...own } = short;
    const options: LearnOptions = { ...own, task: "function", samples, coordinates: ["x", "y"], knots: [6, 6, 6] };
    const resume = await kept(options, 2);
    const { settings } = decodeCheckpoint(resume);
    expect(settings.samples).toMatch(/"shape":\[20000,2\],"data":"320000 bytes, crc32:\d+"/);
    expect(settings.samples!.length).toBeLessThan(200);
    values[n - 1]! += 1e-9;
    await expect(learn({ ...options, resume }, adapter)).rejects.toThrow(/its samples is .* is asked/);
  });

  test("with other options, or by the library, is refused", async () => {
    const resume = await kept(short, 2);
    await expect(learn({ ...short, seed: 4, resume }, adapter)).rejects.toThrow(/its seed is 3 but 4 is asked/);
    await expect(learn({ ...short, method: "library", resume }, adapter)).rejects.toThrow(/no steps to go on from/);
  });

  test("on another engine goes on, with a warning", async () => {
    const resume = await kept(short, 2);
    const { record } = await learn({ ...short, backend: "cpu", resume }, adapter);
    expect(record.warnings.join()).toMatch(/until training step 2 the run was on wasm, simd, from there on cpu, simd/);
  });
});
