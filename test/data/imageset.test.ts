import { describe, expect, test } from "@jest/globals";
import { readIdx } from "../../src/data/idx.js";
import { imagesOf, takeImages } from "../../src/data/imageset.js";
import type { NumericArray } from "../../src/data/npz.js";
import { digits } from "../fixtures/digits.js";

const header = (type: number, ...shape: number[]): number[] => [
  ...[0, 0, type, shape.length],
  ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
];
const idx = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe("an IDX file", () => {
  test("is read as its shape and bytes", () => {
    const { shape, data } = readIdx(idx(...header(8, 2, 1, 3), 1, 2, 3, 4, 5, 255), 3, "a");
    expect([shape, [...data]]).toEqual([[2, 1, 3], [1, 2, 3, 4, 5, 255]]); // biome-ignore format: one row
  });
  test.each([
    ["cut short in its header", idx(0, 0, 8), "within its header of 16"],
    ["of another type", idx(...header(13, 1, 1, 1), 0), "begins with 0, 0, 13"],
    ["of another rank", idx(...header(8, 1), 0, 0, 0, 0, 0, 0, 0, 0, 0), "has 1 axes where 3"],
    ["cut short in its data", idx(...header(8, 2, 2, 2), 1, 2, 3), "holds 3 bytes for shape [2, 2, 2], which takes 8"],
    ["with bytes too many", idx(...header(8, 1, 1, 1), 1, 2), "holds 2 bytes"],
    ["whose shape overflows", idx(...header(8, 2 ** 31, 2 ** 31, 2 ** 31), 1), "holds 1 bytes"],
  ])("%s is refused", (_, bytes, message) => {
    expect(() => readIdx(bytes, 3, "a file")).toThrow(message);
  });
});

describe("the digits that travel with the tests", () => {
  test("are 30 of each class, of 28 × 28 pixels, dark at the edges", () => {
    const { n, height, width, channels, labels, values } = digits();
    expect([n, height, width, channels]).toEqual([300, 28, 28, 1]);
    for (let k = 0; k < 10; k++) expect(labels!.filter((label) => label === k).length).toBe(30);
    const mean = (pixel: number): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += values[i * 784 + pixel]!;
      return sum / n;
    };
    expect([mean(0), mean(783)]).toEqual([0, 0]);
    expect(mean(14 * 28 + 14)).toBeGreaterThan(50);
  });
  test("are numbers in [0, 1] once taken, in the order asked for", () => {
    const set = digits();
    const taken = takeImages(set, [5, 5, 0]);
    expect(taken.length).toBe(3 * 784);
    const at = 5 * 784 + 14 * 28 + 13; // a stroke runs through it
    const value = Math.fround(set.values[at]! / 255);
    expect(value).toBeGreaterThan(0.1);
    expect([taken[at - 5 * 784], taken[at - 4 * 784]]).toEqual([value, value]);
    expect(taken.subarray(1568).every((v, p) => Math.abs(v - set.values[p]! / 255) < 1e-7)).toBe(true); // f32
  });
});

describe("images of one's own", () => {
  const array = (shape: number[], value: (i: number) => number): NumericArray => ({
    shape,
    data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
  });
  const of = (images: NumericArray, labels?: NumericArray) =>
    imagesOf(new Map([["images", images], ...(labels ? [["labels", labels] as const] : [])]));

  test("are grey or of several channels, from 0 to 1 or whole to 255, with labels or without", () => {
    const grey = of(array([20, 4, 6], (i) => (i % 5) / 4));
    expect([grey.n, grey.height, grey.width, grey.channels, grey.labels]).toEqual([20, 4, 6, 1, null]);
    expect(takeImages(grey, [0])[1]).toBe(0.25);
    const colour = of(array([20, 5, 4, 3], (i) => i % 256), array([20], (i) => i % 4)); // biome-ignore format: one row
    expect([colour.channels, colour.classes, takeImages(colour, [0])[51]]).toEqual([3, 4, Math.fround(51 / 255)]);
  });
  test.each<[string, () => unknown, string]>([
    [
      "none",
      () => imagesOf(new Map([["u", array([1], () => 0)]])),
      "images [n, height, width(, channels)] is expected but there are u",
    ],
    ["of two sizes, so a list", () => of(array([40], () => 0)), "all images must have one size"],
    ["too few", () => of(array([3, 8, 8], () => 0)), "at least 20 images of 4 × 4"],
    ["below the range", () => of(array([20, 4, 4], (i) => (i === 20 ? -0.5 : 0))), "images[1] holds -0.5"],
    ["not finite", () => of(array([20, 4, 4], () => Number.NaN)), "images[0] holds NaN"],
    ["above the range", () => of(array([20, 4, 4], () => 256)), "images[0] holds 256"],
    ["in no known range", () => of(array([20, 4, 4], (i) => (i % 2) * 1.5)), "run up to 1.5 but hold 1.5"],
    [
      "with labels missing",
      () =>
        of(
          array([20, 4, 4], () => 0),
          array([19], () => 0),
        ),
      "19 labels for 20 images",
    ],
    [
      "with a label that is no class",
      () =>
        of(
          array([20, 4, 4], () => 0),
          array([20], () => 0.5),
        ),
      "labels[0] is 0.5",
    ],
  ])("%s are refused", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
