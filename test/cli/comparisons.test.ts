/** Comparisons of classifiers that are committed, as `liefield classify` wrote them, and what they show. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { pastComparison } from "../../src/cli/pastcomparison.js";
import { rowsOf } from "../../src/use/classification.js";

const rows = (name: string) => {
  const { cells } = pastComparison(new Uint8Array(readFileSync(`bench/results/${name}.json`)));
  const names = [...new Set(cells.map(({ augmentation }) => augmentation))];
  return new Map(rowsOf(cells, names).map((row) => [row.augmentation, row]));
};

test("turned digits: what was learned helps far beyond the spread, and more than random affine maps, which help more than crops", () => {
  const of = rows("classify-mnist-rotated");
  expect([...of.keys()].sort()).toEqual(["affine", "crop", "learned", "none"]);
  for (const { seeds } of of.values()) expect(seeds).toBe(3);
  const [crop, affine, learned] = ["crop", "affine", "learned"].map((name) => of.get(name)!.gain!);
  expect(learned!.mean).toBeGreaterThan(0.3);
  expect(learned!.mean).toBeGreaterThan(10 * learned!.spread!);
  expect(of.get("learned")!.least).toBeGreaterThan(of.get("affine")!.most);
  expect(affine!.mean).toBeGreaterThan(0);
  expect(crop!.mean).toBeGreaterThan(0);
});

test("photographs: flips and shifts help with every seed, beyond the spread, and so do two learned fields, a little less", () => {
  const of = rows("classify-cifar10");
  for (const name of ["crop", "learned"]) {
    expect(of.get(name)!.seeds).toBe(3);
    expect(of.get(name)!.least).toBeGreaterThan(of.get("none")!.most);
    expect(of.get(name)!.gain!.mean).toBeGreaterThan(0.05);
  }
  expect(of.get("learned")!.mean).toBeLessThan(of.get("crop")!.mean);
});
