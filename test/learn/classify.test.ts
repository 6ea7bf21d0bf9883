import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import type { ImageSet } from "../../src/data/imageset.js";
import { planeChart } from "../../src/data/plane.js";
import { parse } from "../../src/expression/parse.js";
import { type Cell, type ClassifyOptions, classify } from "../../src/learn/classify.js";
import { digits } from "../fixtures/digits.js";

const adapter = nodeAdapter({ workerUrl: new URL("../../dist/adapter/node/worker.js", import.meta.url) });
const set = digits();
const part = (from: number, to: number): ImageSet => ({
  ...{ ...set, n: to - from, values: set.values.subarray(from * 784, to * 784) },
  labels: set.labels!.subarray(from, to),
});
const images = { name: "digits", train: part(0, 200), held: part(200, 300) };
const quick: ClassifyOptions = {
  ...{ task: "images", images, seeds: [1], backend: "wasm", formulas: [["-y", "x"]], sigma: 2.6 },
  ...{ variation: "rotated", train: 192, course: { epochs: 25, batch: 32 } },
};

describe("classifiers of digits", () => {
  test("turned ones are told far better by one that was shown digits along the turn", async () => {
    const { cells, rows, engine } = await classify({ ...quick, augmentations: ["none", "learned"] }, adapter);
    expect(engine).toBe("wasm");
    expect(cells.map(({ augmentation, seed }) => [augmentation, seed])).toEqual([["none", 1], ["learned", 1]]); // biome-ignore format: one row
    expect(rows[0]!.mean).toBeLessThan(0.4);
    expect(rows[1]!.gain!.mean).toBeGreaterThan(0.1);
    expect(cells[0]!.fit).toBeGreaterThan(0.95); // it has learned what it saw
  });

  test("are the same again with the same seed, and trained no more where they are known", async () => {
    const one: ClassifyOptions = { ...quick, augmentations: ["crop"], course: { epochs: 2, batch: 32 } };
    const [first, again] = [await classify(one, adapter), await classify(one, adapter)];
    const figures = (cells: readonly Cell[]) => cells.map(({ seconds, ...cell }) => cell);
    expect(figures(again.cells)).toEqual(figures(first.cells));
    const trained: Cell[] = [];
    const both: ClassifyOptions = { ...one, augmentations: ["crop", "affine"] };
    const { cells } = await classify(both, adapter, { known: first.cells, trained: (cell) => trained.push(cell) });
    expect(cells[0]).toBe(first.cells[0]);
    expect(trained.map(({ augmentation }) => augmentation)).toEqual(["affine"]);
  });

  test("take the accepted generators of a field, and a residual network where it is named", async () => {
    const field = {
      ...{ chart: planeChart(), splines: null, verdicts: ["rejected", "accepted"] as const },
      formulas: [["x^2", "0"], ["-y", "x"]].map((components) => components.map((text) => parse(text))), // biome-ignore format: one row
    };
    const { formulas, ...rest } = quick;
    const course = { epochs: 1, batch: 64 };
    const options = {
      ...rest,
      field,
      augmentations: ["learned"] as const,
      network: "resnet8",
      course,
      tested: 20,
      train: 64,
    };
    const { cells } = await classify(options, adapter);
    expect(cells).toHaveLength(1);
    let trained = 0;
    const refused = classify({ ...options, augmentations: ["none", "learned"], generators: [1] }, adapter, {
      trained: () => trained++,
    });
    await expect(refused).rejects.toThrow("leave the plane");
    expect(trained).toBe(0);
  });

  test.each<[string, Partial<ClassifyOptions>, RegExp]>([
    ["without labels", { images: { ...images, train: { ...part(0, 200), labels: null } } }, /no labels to train/],
    ["with no generators to learn along", { formulas: undefined as never, augmentations: ["learned"] }, /neither came/],
    ["fewer than a batch", { train: 20 }, /20 images for batches of 32/],
    ["by an unknown network", { network: "vit" }, /networks are vit; pass distinct ones of small/],
    ["by the same seed twice", { seeds: [1, 1] }, /seeds are 1, 1/],
    ["with an unknown augmentation", { augmentations: ["blur" as never] }, /augmentations are blur/],
    ["moved in an unknown way", { variation: "toString" as never }, /variations are toString/],
    ["of no data set", { images: undefined as never, task: "letters" }, /no data set "letters"/],
  ])("%s are refused with what to do", async (_, options, message) => {
    await expect(classify({ ...quick, ...options }, adapter)).rejects.toThrow(message);
  });

  test("stop where the signal says", async () => {
    const controller = new AbortController();
    const progress = (): void => controller.abort(new Error("enough"));
    await expect(classify(quick, adapter, { signal: controller.signal, progress })).rejects.toThrow("enough");
  });
});
