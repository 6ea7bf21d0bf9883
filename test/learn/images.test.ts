import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import type { ImageSet } from "../../src/data/imageset.js";
import { type Learned, type LearnOptions, learn } from "../../src/learn.js";
import { digits } from "../fixtures/digits.js";
import { radialFeatures } from "../validity/radial.js";

const adapter = nodeAdapter({ workerUrl: new URL("../../dist/adapter/node/worker.js", import.meta.url) });
const few = (count: number): ImageSet => {
  const all = digits();
  return { ...all, n: count, values: all.values.subarray(0, count * 784), labels: all.labels!.subarray(0, count) };
};
const run = (options: Partial<LearnOptions>): Promise<Learned> =>
  learn(
    {
      ...{ task: "images", method: "library", seed: 1, images: few(50), workers: 0, backend: "wasm" },
      certificate: { controls: 3, stops: [0.2] },
      ...options,
    },
    adapter,
  );

describe("images seen by features that are blind to turns", () => {
  const learned = run({ features: radialFeatures({ height: 28, width: 28 }), variation: "rotated" });

  test("have the turn and no other symmetry, accepted, written as a formula, beside the affine fields", async () => {
    const { record } = await learned;
    const [first, ...others] = record.generators;
    expect(record).toMatchObject({ task: "images", method: "library" });
    expect(record.gap!).toBeGreaterThan(5); // below the 10 that decide a count: rings see shifts of such digits only faintly
    expect([first!.verdict, first!.reads]).toEqual(["accepted", "y ∂x - x ∂y"]);
    expect(others.map((g) => g.verdict)).not.toContain("accepted");
    const { names, fields } = record.affine!;
    expect(Math.abs(fields[0]!.cosines[names.indexOf("-y ∂x + x ∂y")]!)).toBeGreaterThan(0.99);
    for (const { share } of fields) expect(share).toBeCloseTo(1, 9); // the library is affine
    expect(record.engine.network).toBe("wasm");
  });

  test("have it as the neural learner's first slot, the other slots rejected", async () => {
    const { record, splines, figures } = await run({
      ...{ features: radialFeatures({ height: 28, width: 28 }), variation: "rotated", method: "neural", generators: 3 },
      steps: 200,
    });
    const { names, fields } = record.affine!;
    expect(record).toMatchObject({ method: "neural", criterion: "tangent" });
    expect(splines!.shape.axes.map(({ kind }) => kind)).toEqual(["open", "open"]);
    expect(Math.abs(fields[0]!.cosines[names.indexOf("-y ∂x + x ∂y")]!)).toBeGreaterThan(0.98);
    expect(record.generators[0]!.tangent).toBeLessThan(0.35 * record.generators[1]!.tangent);
    expect(record.generators[0]!.flow.every(({ score, control }) => score < 0.35 * control)).toBe(true);
    expect(figures.loss!.step).toHaveLength(200);
  });

  test("are the same again with the same seed, others with another", async () => {
    const features = radialFeatures({ height: 28, width: 28 });
    const again = await run({ features, variation: "rotated" });
    const other = await run({ features, variation: "rotated", seed: 2 });
    expect(again.record.spectrum).toEqual((await learned).record.spectrum);
    expect(other.record.spectrum).not.toEqual(again.record.spectrum);
  });
});

test("digits seen by the classifier that was trained on turned ones turn, in both libraries", async () => {
  const features = new Uint8Array(readFileSync("weights/mnist-rotated.safetensors"));
  for (const degree of [1, 3]) {
    const { record } = await run({ features, images: few(100), variation: "rotated", degree });
    const { names, fields } = record.affine!;
    expect(Math.abs(fields[0]!.cosines[names.indexOf("-y ∂x + x ∂y")]!)).toBeGreaterThan(degree === 1 ? 0.98 : 0.95);
    expect(record.generators[0]!.flow.every(({ score, control }) => score < 0.6 * control)).toBe(true);
  }
});

test("digits seen by a classifier that was trained on shifted ones shift: the best two fields, in both libraries", async () => {
  const features = new Uint8Array(readFileSync("weights/mnist-translated.safetensors"));
  for (const degree of [1, 3]) {
    const own = { features, images: few(100), variation: "translated", degree } as const;
    const { names, fields } = (await run(own)).record.affine!;
    const shifts = ["∂x", "∂y"].map((name) => names.indexOf(name));
    const [a, b] = fields.slice(0, 2).map(({ cosines }) => shifts.map((k) => cosines[k]!)) as [number[], number[]];
    for (const [x, y] of [a, b]) expect(Math.hypot(x!, y!)).toBeGreaterThan(Math.cos((8 / 180) * Math.PI)); // 3° on all digits, these are 80
    expect(Math.abs(a[0]! * b[1]! - a[1]! * b[0]!)).toBeGreaterThan(0.98); // two of them, not one twice
  }
});

test("a cubic field that takes places to infinity is a bad one, not a fault", async () => {
  const features = new Uint8Array(readFileSync("weights/mnist-translated.safetensors"));
  const certificate = { controls: 8, stops: [5] };
  const { record } = await run({ features, images: few(25), variation: "translated", degree: 3, certificate });
  expect(record.generators.every(({ flow }) => flow.every(({ score }) => Number.isFinite(score)))).toBe(true);
});

test("and in slots that the neural learner trains", async () => {
  const features = new Uint8Array(readFileSync("weights/mnist-rotated.safetensors"));
  const { record } = await run({ features, images: few(100), variation: "rotated", method: "neural", generators: 2 });
  const { names, fields } = record.affine!;
  expect(Math.abs(fields[0]!.cosines[names.indexOf("-y ∂x + x ∂y")]!)).toBeGreaterThan(0.95);
});

test("images that are not square have a turn, too, in slots and in the library", async () => {
  const square = few(40);
  const values = new Uint8Array(40 * 28 * 36);
  for (let row = 0; row < 40 * 28; row++) values.set(square.values.subarray(row * 28, (row + 1) * 28), row * 36 + 4);
  const images: ImageSet = { ...square, width: 36, values: values };
  const features = radialFeatures({ height: 28, width: 36 });
  for (const method of ["library", "neural"] as const) {
    const own = await run({ images, features, variation: "rotated", method, generators: 2, steps: 200 });
    const { names, fields } = own.record.affine!;
    expect(Math.abs(fields[0]!.cosines[names.indexOf("-y ∂x + x ∂y")]!)).toBeGreaterThan(0.97);
    expect(own.figures.mean).toMatchObject({ width: 36, height: 28 });
    expect(own.figures.generators[0]!.film!.stops).toHaveLength(9);
  }
});

test("images seen as they are have no symmetry", async () => {
  const { record } = await run({ features: "identity", images: few(25) });
  expect(record.count).toBe(0);
  expect(record.generators.map((g) => g.verdict)).not.toContain("accepted");
});

test.each<[string, Partial<LearnOptions>, RegExp]>([
  ["none", { images: undefined as never }, /takes images and labels; pass them/],
  [
    "without labels, and nothing that sees them",
    { images: { ...few(25), labels: null, classes: 0 } },
    /no labels to train a classifier on/,
  ],
  ["of another size than the network's", { features: new Uint8Array(3) }, /safetensors|file/],
  [
    "of two sizes",
    { images: { ...few(25), values: few(25).values.subarray(1) }, features: "identity" },
    /values hold 19599 numbers but 25 × 28 × 28 × 1 are 19600; all images must have one size/,
  ],
  [
    "beyond the range",
    { images: { ...few(25), values: new Float32Array(25 * 784).fill(1.5, 800) }, features: "identity" },
    /image 1 holds 1.5; numbers from 0 to 1/,
  ],
  [
    "of one size to learn from and another held out",
    {
      images: { name: "two", train: few(25), held: { ...few(25), height: 14, width: 56 } },
      features: "identity",
    },
    /28 × 28 × 1 to learn from but 14 × 56 × 1 held out/,
  ],
  [
    "with labels beyond their classes",
    { images: { ...few(25), classes: 3 } },
    /classes is 3 but labels run up to \d; pass at least/,
  ],
  [
    "held out without labels",
    { images: { name: "two", train: few(25), held: { ...few(25), labels: null, classes: 0 } } },
    /the images held out have no labels/,
  ],
  ["that are no object", { images: 7 as never }, /images are no object/],
  ["seen by what is no network", { features: 7 as never }, /features are neither "classifier" nor "identity"/],
  ["with no steps to train in", { classifier: { steps: 0 } }, /classifier.steps is 0; pass a whole number/],
  ["with a rate that is none", { classifier: { rate: Number.NaN } }, /classifier.rate is NaN/],
  [
    "seen by features that are no numbers",
    {
      features: {
        name: "broken",
        value: async ({ n }) => new Float32Array(n).fill(Number.NaN),
        observe: async ({ n }) => ({
          value: new Float32Array(n).fill(Number.NaN),
          pullback: async () => new Float32Array(0),
          release() {},
        }),
      },
    },
    /feature 0 of image 0 of a batch is NaN/,
  ],
  ["varied in an unknown way", { variation: "round" as never, features: "identity" }, /no variation "round"/],
])("images %s are refused with what to do", async (_, options, message) => {
  await expect(run(options)).rejects.toThrow(message);
});
