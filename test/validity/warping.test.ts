import { describe, expect, test } from "@jest/globals";
import { takeImages } from "../../src/data/imageset.js";
import { pixelPlaces, toPixels } from "../../src/data/plane.js";
import type { Kernels, Real } from "../../src/engine/kernels.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { parse } from "../../src/expression/parse.js";
import { compile } from "../../src/expression/program.js";
import { monomialLibrary } from "../../src/field/library.js";
import { learnLibrary } from "../../src/learning/library.js";
import { type ImageBatch, type ImageFeatures, identityFeatures } from "../../src/network/imagefeatures.js";
import { compareWithAffine } from "../../src/reading/affine.js";
import { anglesBetween } from "../../src/validity/angles.js";
import { sensitivityOf } from "../../src/validity/sensitivity.js";
import { warpingConditions } from "../../src/validity/warping.js";
import { distance } from "../engine/build.js";
import { digits } from "../fixtures/digits.js";
import { radialFeatures, rings } from "./radial.js";

const kernels = await simdKernels();
const set = digits();
/** Digits in the middle of a wider frame. */
function digitBatch(n: number, width = 28): ImageBatch {
  const taken = takeImages(
    set,
    Int32Array.from({ length: n }, (_, i) => i),
  );
  const left = (width - 28) / 2;
  const values = new Float32Array(n * 28 * width);
  for (let row = 0; row < n * 28; row++) values.set(taken.subarray(row * 28, (row + 1) * 28), row * width + left);
  return { n, height: 28, width, channels: 1, values };
}

/** Smooth random images: their slopes on the grid are those between pixels to some percent. */
function smooth(n: number, height: number, width: number, channels = 1): ImageBatch {
  const draw = stream(3, `smooth ${height} ${width}`);
  const places = pixelPlaces({ height, width });
  const values = new Float32Array(n * height * width * channels);
  for (let i = 0; i < n * channels; i++) {
    const waves = Array.from({ length: 6 }, () => [3 * draw.normal(), 3 * draw.normal(), 7 * draw.uniform()] as const);
    for (let p = 0; p < height * width; p++) {
      const [x, y] = [places[2 * p]!, places[2 * p + 1]!];
      const sum = waves.reduce((s, [a, b, c]) => s + Math.sin(a * x + b * y + c), 0);
      values[(Math.floor(i / channels) * height * width + p) * channels + (i % channels)] = 0.5 + sum / 12;
    }
  }
  return { n, height, width, channels, values };
}

const field = (x: string, y: string) => ({
  kind: "formula" as const,
  program: compile([parse(x), parse(y)], ["x", "y"]),
  periodic: false,
});

describe("the rate at which features turn", () => {
  test.each([
    [28, 28, 1],
    [20, 32, 1],
    [24, 16, 3],
  ])("on %i × %i × %i images is the slope of the angle that warps measure", async (height, width, channels) => {
    const features = radialFeatures({ height, width });
    const images = smooth(1, height, width, channels); // of one image, its weight is 1/2 and no mean is taken
    const seen = await sensitivityOf(features, images, stream(1, "directions"));
    const places = pixelPlaces(images);
    const s = 0.002;
    for (const [x, y] of [
      ["1", "0"],
      ["0", "1"],
      ["x", "y"],
      ["x + 0.3*y", "0.5 - y"],
    ] as const) {
      // biome-ignore format: one row
      const v = field(x, y);
      const columns = [0, 1].map((a) => Float64Array.from({ length: places.length / 2 }, (_, p) => places[2 * p + a]!));
      const values = [new Float64Array(places.length / 2), new Float64Array(places.length / 2)];
      kernels.evaluate(v.program, columns, values);
      let square = 0;
      for (let r = 0; r < seen.rows; r++) {
        let rate = 0;
        for (let p = 0; p < places.length; p++)
          rate += seen.covectors[r * places.length + p]! * values[p % 2]![p >> 1]!;
        square += rate * rate;
      }
      const [there, back] = await Promise.all(
        [s, -s].map((step) => {
          const moved = places.map((z, i) => z + step * values[i % 2]![i >> 1]!);
          const out = new Float32Array(images.values.length);
          kernels.warp(images, images.values, Float32Array.from(toPixels(images, moved)), out);
          return features.value({ ...images, values: out });
        }),
      );
      const measured = anglesBetween(there!, back!, there!.length)[0]! / (2 * s); // what grows with |s| alone is the sampling's
      expect(Math.abs(Math.sqrt(2 * square) / measured - 1)).toBeLessThan(1e-3); // second order in s
    }
  });

  test("of pixels themselves is no less for one affine field than for another", async () => {
    const images = digitBatch(50);
    const seen = await sensitivityOf(identityFeatures, images, stream(1, "directions"));
    const { scores } = await learnLibrary(warpingConditions(kernels, images, seen), monomialLibrary(["x", "y"], 1));
    for (const score of scores) expect(Math.abs(score - Math.SQRT1_2)).toBeLessThan(0.1); // 12 random directions of 784, for each of 50 images
  });

  test.each([1, 3])(
    "of features that are blind to turns is least along the turn, in the library of degree %i",
    async (degree) => {
      for (const images of [digitBatch(40), digitBatch(40, 40)]) {
        const seen = await sensitivityOf(radialFeatures(images), images, stream(1, "directions"));
        const conditions = warpingConditions(kernels, images, seen);
        const { scores, coefficients, library } = await learnLibrary(conditions, monomialLibrary(["x", "y"], degree));
        const functions = library.functions.length;
        const components = [0, 1].map((c) =>
          library.labels.map((label, f) => `(${coefficients[c * functions + f]})*(${label})`).join("+"),
        );
        const measure = { points: conditions.points, units: conditions.units };
        const { names, fields } = compareWithAffine(oracleKernels, measure, [components.map((text) => parse(text))]);
        const turn = Math.abs(fields[0]!.cosines[names.indexOf("-y ∂x + x ∂y")]!);
        if (degree === 1) {
          expect(turn).toBeGreaterThan(0.999);
          expect(scores[1]! / scores[0]!).toBeGreaterThan(5);
        } else expect(scores[0]!).toBeLessThan(0.15); // any function of the radius times the turn is as good
      }
    },
  );
});

describe("features that cannot be used", () => {
  const images = smooth(4, 8, 8);
  const draw = () => stream(1, "directions");
  const returning = (value: (n: number) => Float32Array): ImageFeatures => ({
    name: "broken",
    value: async ({ n }) => value(n),
    observe: async (batch) => ({ value: value(batch.n), pullback: async () => batch.values, release() {} }),
  });
  test.each<[string, (n: number) => Float32Array, string]>([
    [
      "that are not a number",
      (n) => new Float32Array(3 * n).fill(Number.NaN, 4),
      "feature 1 of image 1 of a batch is NaN",
    ],
    ["of another batch size", (n) => new Float32Array(3 * n - 1), "4 images gave 11 numbers of features"],
    ["that are empty", () => new Float32Array(0), "4 images gave 0 numbers of features"],
    ["that never change", (n) => new Float32Array(3 * n).fill(1), "do not change"],
  ])("%s are named", async (what, value, message) => {
    const features = what === "that never change" ? { ...returning(value), observe: async () => ({ value: value(4), pullback: async () => new Float32Array(256), release() {} }) } : returning(value); // biome-ignore format: one row
    await expect(sensitivityOf(features, images, draw())).rejects.toThrow(message);
  });
  test("without a pullback are refused with what is missing", async () => {
    const features = { name: "values alone", value: async () => new Float32Array(4) };
    await expect(sensitivityOf(features, images, draw())).rejects.toThrow("no pullback");
  });
});

/** Σ cotangent · (rings of the image warped along the flow), and its gradient in the control points, through every adjoint. */
function composite(engine: Kernels, make: Float32ArrayConstructor | Float64ArrayConstructor) {
  const size = { height: 9, width: 12, channels: 2 };
  const draw = stream(7, "composite");
  const random = (length: number): Real => new make(Array.from({ length }, () => draw.normal()));
  const open = (reach: number) => ({ kind: "open" as const, lo: -reach, hi: reach, knots: 5 });
  const plan = {
    shape: { axes: [open(1.5), open(1.5)], width: 2 },
    stops: Float64Array.of(0.3),
    substeps: Int32Array.of(3),
  };
  const images = random(2 * 9 * 12 * 2);
  const weights = rings(size);
  const cotangent = random(2 * weights.length);
  const control = random(50).map((c) => 0.2 * c) as Real;
  const unit = 6;
  const pixels = size.height * size.width;
  const places = new make(pixelPlaces(size));
  const bar = new make(images.length);
  for (let i = 0; i < bar.length; i++) {
    const [image, p] = [Math.floor(i / (2 * pixels)), Math.floor(i / 2) % pixels];
    weights.forEach((w, k) => {
      bar[i]! += cotangent[image * weights.length + k]! * w[p]!;
    });
  }
  const coordinates = (at: Real): { moved: Real; on: Real } => {
    const moved = new make(places.length) as Real;
    engine.flow(plan, at, places, moved);
    return { moved, on: new make(toPixels(size, Float64Array.from(moved))) };
  };
  const score = (at: Real): number => {
    const out = new make(images.length) as Real;
    engine.warp(size, images, coordinates(at).on, out);
    let sum = 0;
    for (let i = 0; i < out.length; i++) sum += out[i]! * bar[i]!;
    return sum;
  };
  const gradient = (): Real => {
    const { on } = coordinates(control);
    const [slopes, out] = [new make(on.length) as Real, new make(control.length) as Real];
    engine.warpPullback(size, images, on, bar, slopes);
    engine.flowPullback(plan, control, places, slopes.map((g) => g * unit) as Real, out); // pixels per unit of the plane
    return out;
  };
  return { control, score, gradient };
}

describe("the score of warped images, from features back through warp and flow to control points", () => {
  test("has the gradient in f64 that central differences give to 1e-6", () => {
    const { control, score, gradient } = composite(oracleKernels, Float64Array);
    expect(misfit(control, score, gradient(), 1e-6)).toBeLessThan(1e-6);
  });
  test("has in f32 the same gradient to 1e-3", () => {
    const single = composite(kernels, Float32Array);
    const double = composite(oracleKernels, Float64Array);
    const [came, expected] = [single.gradient(), double.gradient()];
    expect(distance(came, expected)).toBeLessThan(1e-3);
  });
});

/** Largest difference from central differences, over the largest slope; places within a step of a pixel's middle are few and cost O(step). */
function misfit(control: Real, score: (at: Real) => number, gradient: Real, step: number): number {
  let [most, largest] = [0, 0];
  control.forEach((c, i) => {
    const [up, down] = [control.slice(), control.slice()];
    [up[i], down[i]] = [c + step, c - step];
    const slope = (score(up) - score(down)) / (2 * step);
    most = Math.max(most, Math.abs(slope - gradient[i]!));
    largest = Math.max(largest, Math.abs(slope));
  });
  return most / largest;
}
