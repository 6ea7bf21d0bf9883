import { describe, expect, test } from "@jest/globals";
import { takeImages } from "../../src/data/imageset.js";
import { pixelPlaces } from "../../src/data/plane.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { one, variable } from "../../src/expression/expression.js";
import { monomialLibrary } from "../../src/field/library.js";
import { learnLibrary } from "../../src/learning/library.js";
import type { ImageBatch, ImageFeatures } from "../../src/network/imagefeatures.js";
import { secantsOf } from "../../src/validity/secants.js";
import { sensitivityOf } from "../../src/validity/sensitivity.js";
import { warpingConditions } from "../../src/validity/warping.js";
import { digits } from "../fixtures/digits.js";
import { radialFeatures } from "./radial.js";

const kernels = await simdKernels();
const size = { height: 28, width: 28 };
const affine = monomialLibrary(["x", "y"], 1, []);
const functions = [one, variable("x"), variable("y")];

function digitBatch(n: number): ImageBatch {
  const values = takeImages(
    digits(),
    Int32Array.from({ length: n }, (_, i) => i),
  );
  return { n, ...size, channels: 1, values };
}

/** Smooth random images: warps of them hardly differ from what slopes at the pixels say. */
function smooth(n: number): ImageBatch {
  const draw = stream(3, "smooth");
  const places = pixelPlaces(size);
  const values = new Float32Array(n * 28 * 28);
  for (let i = 0; i < n; i++) {
    const waves = Array.from({ length: 5 }, () => [2 * draw.normal(), 2 * draw.normal(), 7 * draw.uniform()] as const);
    for (let p = 0; p < 28 * 28; p++)
      values[i * 28 * 28 + p] =
        0.5 + waves.reduce((s, [a, b, c]) => s + Math.sin(a * places[2 * p]! + b * places[2 * p + 1]! + c), 0) / 10;
  }
  return { n, ...size, channels: 1, values };
}

/** Rows of the rate over the affine library, the first block. */
async function ratesOf(images: ImageBatch, features: ImageFeatures, reach: number | null): Promise<Float64Array> {
  const seen = await sensitivityOf(features, images, stream(1, "directions"));
  const secants = reach === null ? null : secantsOf(kernels, features, images, () => {}, { reach, batch: 3 });
  const conditions = warpingConditions(kernels, images, seen, secants && { secants, from: 0, to: images.n });
  await conditions.prepare?.(affine);
  return [...conditions.rows(affine)][0]!.a;
}

test("of smooth images along short ways are the slopes", async () => {
  const images = smooth(8);
  const features = radialFeatures(size);
  const [slopes, short, long] = [
    await ratesOf(images, features, null),
    await ratesOf(images, features, 0.02),
    await ratesOf(images, features, 0.3),
  ];
  const apart = (a: Float64Array): number => Math.hypot(...a.map((v, i) => v - slopes[i]!)) / Math.hypot(...slopes);
  expect(apart(short)).toBeLessThan(0.05); // slopes at the pixels are themselves off by (w/14)²/6 of waves w
  expect(apart(long)).toBeGreaterThan(2 * apart(short));
});

test("see an image among others as they see it alone, in any batch", async () => {
  const images = smooth(5);
  const features = radialFeatures(size);
  const whole = secantsOf(kernels, features, images, () => {}, { reach: 0.1, batch: 2 });
  const alone = secantsOf(kernels, features, { ...images, n: 1, values: images.values.slice(3 * 784, 4 * 784) });
  for (const each of [whole, alone]) await each.prepare(functions);
  for (const component of [0, 1])
    for (const f of functions) expect(whole.along(component, f, 3, 4)).toEqual(alone.along(component, f, 0, 1));
});

test("vanish along a turn that features do not see, and the library finds it by them", async () => {
  const images = digitBatch(30);
  const features = radialFeatures(size);
  const seen = await sensitivityOf(features, images, stream(1, "directions"));
  const secants = secantsOf(kernels, features, images);
  const conditions = warpingConditions(kernels, images, seen, { secants, from: 0, to: images.n });
  await conditions.prepare!(affine);
  const { scores, coefficients } = await learnLibrary(conditions, affine, {});
  const [first] = [coefficients.subarray(0, 6)]; // x: 1, x, y; y: 1, x, y, in the order of the library
  const norm = Math.hypot(...first!);
  const turn = ["∂x", "∂y"].flatMap((_, c) => affine.labels.map((label) => (c === 0 ? -Number(label === "y") : Number(label === "x")))); // biome-ignore format: one row
  const cosine = Math.abs(first!.reduce((sum, v, i) => sum + v * turn[i]!, 0)) / (norm * Math.SQRT2);
  expect(cosine).toBeGreaterThan(0.99);
  expect(scores[0]!).toBeLessThan(0.3 * scores[1]!);
});

describe("of features that cannot be used", () => {
  const images = smooth(4);
  const returning = (value: (n: number) => Float32Array): ImageFeatures => ({
    name: "broken",
    value: async ({ n }) => value(n),
  });
  test.each<[string, ImageFeatures, string]>([
    [
      "no numbers",
      returning((n) => new Float32Array(3 * n).fill(Number.NaN, 4)),
      "feature 1 of image 1 of a batch is NaN",
    ],
    ["another batch size", returning((n) => new Float32Array(3 * n - 1)), "4 images gave 11 numbers of features"],
    [
      "another width once images have moved",
      { name: "broken", value: async (batch) => new Float32Array((batch === images || batch.values.buffer === images.values.buffer ? 3 : 4) * batch.n) }, // biome-ignore format: one row
      "12 numbers for images as they are but 16 once they are moved",
    ],
  ])("%s: an error says so", async (_, features, message) => {
    await expect(secantsOf(kernels, features, images).prepare(functions)).rejects.toThrow(message);
  });
});
