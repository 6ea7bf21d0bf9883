import { expect, test } from "@jest/globals";
import { type Cell, rowsOf } from "../../src/use/classification.js";

const cell = (augmentation: string, seed: number, accuracy: number): Cell => ({
  augmentation,
  seed,
  accuracy,
  fit: 1,
  seconds: 2,
});

test("accuracies are told by mean and deviation, gains over the first augmentation seed by seed", () => {
  const cells = [
    cell("none", 1, 0.5),
    cell("none", 2, 0.7),
    cell("crop", 2, 0.8),
    cell("crop", 1, 0.54),
    cell("crop", 3, 0.9),
  ];
  const [none, crop, ...others] = rowsOf(cells, ["none", "crop", "learned"]);
  expect(others).toEqual([]); // nothing was trained so
  expect(none).toMatchObject({ augmentation: "none", seeds: 2, least: 0.5, most: 0.7, gain: null, seconds: 2 });
  expect([none!.mean, none!.spread]).toEqual([0.6, expect.closeTo(Math.SQRT1_2 * 0.2, 12)]);
  expect(crop!.seeds).toBe(3);
  expect(crop!.gain).toEqual({
    mean: expect.closeTo(0.07, 12),
    spread: expect.closeTo(Math.SQRT1_2 * 0.06, 12),
    seeds: 2,
  });
  expect(rowsOf([cell("none", 1, 0.5)], ["none"])[0]!.spread).toBe(null);
});
