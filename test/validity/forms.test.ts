import { describe, expect, test } from "@jest/globals";
import { takeImages } from "../../src/data/imageset.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { boxDomain } from "../../src/field/box.js";
import { monomialLibrary } from "../../src/field/library.js";
import { knotPoints } from "../../src/field/spline.js";
import { libraryScores } from "../../src/learning/score.js";
import type { ImageFeatures } from "../../src/network/imagefeatures.js";
import { finiteTurning } from "../../src/validity/finiteturning.js";
import { formScores, formValidity } from "../../src/validity/forms.js";
import { sensitivityOf } from "../../src/validity/sensitivity.js";
import { splineForms } from "../../src/validity/warpedsplines.js";
import { warpingConditions } from "../../src/validity/warping.js";
import { gradientError } from "../differences.js";
import { digits } from "../fixtures/digits.js";
import { radialFeatures } from "./radial.js";

const kernels = await simdKernels();
const size = { height: 28, width: 28 };
const features = radialFeatures(size);
const taken = takeImages(
  digits(),
  Int32Array.from({ length: 12 }, (_, i) => 25 * i),
);
const images = { n: 12, ...size, channels: 1, values: taken };
const seen = await sensitivityOf(features, images, stream(1, "directions"));
const shape = boxDomain([-1, -1], [1, 1], 6, 0.6);
const forms = splineForms(kernels, images, seen, shape);
const price = splineForms(kernels, images, seen, shape, "price");
const knots = knotPoints(shape);

/** Control points of a field linear in x and y, which the spline then is. */
const linear = (field: (x: number, y: number) => readonly number[]): Float64Array =>
  Float64Array.from(Array.from({ length: knots.length / 2 }, (_, p) => field(knots[2 * p]!, knots[2 * p + 1]!)).flat());
const random = (count: number): Float64Array => {
  const draw = stream(5, "control");
  return Float64Array.from({ length: count * controlLength(shape) }, () => draw.normal());
};

describe("the score of splines as forms in their control points", () => {
  test("gives affine fields the score that the library gives them", () => {
    const library = monomialLibrary(["x", "y"], 1); // 1, x, y in both components
    const held = warpingConditions(kernels, images, seen);
    const rows = [
      [1, 0, 0, 0, 0, 0],
      [0, 0, -1, 0, 1, 0],
      [0.2, 1, 0.5, -0.3, 0, 2],
    ];
    const scores = libraryScores(held, library, Float64Array.from(rows.flat()));
    const [a, b] = [0, 1].map((c) => library.labels.map((label, f) => ({ label, at: 3 * c + f }))) as never[];
    const coefficient = (row: number[], part: { label: string; at: number }[], label: string): number =>
      row[part.find((p) => p.label === label)!.at]!;
    rows.forEach((row, k) => {
      const field = (x: number, y: number) =>
        [a, b].map(
          (part) => coefficient(row, part!, "1") + coefficient(row, part!, "x") * x + coefficient(row, part!, "y") * y,
        );
      const [own] = formScores(forms, linear(field));
      expect(Math.abs(own! / scores[k]! - 1)).toBeLessThan(1e-5); // the library's damping, 1e-6 of a square, and the splines' differences
    });
  });

  test("has the gradient that central differences give", async () => {
    const validity = formValidity(forms);
    const control = random(2);
    const moment = { stream: stream(1, "batch"), fraction: 0.5 };
    const { gradient, score } = await validity.gradient({ count: 2, control }, moment);
    const sum = (c: Float64Array): number => formScores(forms, c).reduce((total, s) => total + Math.log(s), 0);
    expect(gradientError(sum, gradient, control, 3, 1e-4)).toBeLessThan(1e-6); // h²
    expect(Math.abs(score[0]! + score[1]! - sum(control))).toBeLessThan(1e-9);
  });

  test("charges what bends and leaves affine fields free", () => {
    const turn = linear((x, y) => [-y, x]);
    const bent = linear((x, y) => [-y * (1 + 3 * Math.abs(x)), x]);
    const residual = (control: Float64Array): number => formScores(price, control)[0]!;
    expect(residual(turn)).toBeLessThan(1e-5);
    expect(residual(bent)).toBeGreaterThan(0.05);
  });
});

describe("the flow score of images", () => {
  const setup = { kernels, features, images, balance: seen.balance, shape, price };
  const at = (fraction = 1) => ({ stream: stream(2, "batch"), fraction });
  const control = random(2).map((c) => 0.3 * c);

  test("has the gradient that central differences give, through features, warp and flow", async () => {
    const validity = finiteTurning(setup, { images: 6, reach: 0.4, step: 0.1 });
    const { gradient } = await validity.gradient({ count: 2, control }, at());
    const draw = stream(3, "directions");
    for (let trial = 0; trial < 3; trial++) {
      const along = control.map(() => draw.normal());
      const sum = async (h: number): Promise<number> => {
        const scores = await validity.value({ count: 2, control: control.map((c, i) => c + h * along[i]!) }, at());
        return scores.reduce((a, b) => a + b, 0);
      };
      const h = 5e-4; // kinks of bilinear images cost O(h), f32 its rounding over h
      const slope = ((await sum(h)) - (await sum(-h))) / (2 * h);
      const expected = gradient.reduce((total, g, i) => total + g * along[i]!, 0);
      expect(Math.abs(slope - expected)).toBeLessThan(1e-3 * Math.sqrt(gradient.reduce((t, g) => t + g * g, 0)));
    }
  });

  test("is the tangent score where nothing moves far", async () => {
    const validity = finiteTurning(setup, { images: 200, reach: 0.05, step: 0.05 });
    const fields = Float64Array.of(...linear((x) => [0.3 + x, 0.2]), ...linear((_, y) => [0, y - 0.1]));
    const scores = await validity.value({ count: 2, control: fields }, at());
    const exact = formScores(forms, fields);
    scores.forEach((s, k) => {
      expect(Math.abs(Math.exp(s) / exact[k]! - 1)).toBeLessThan(0.1); // 200 draws of 12 images, pixels' sampling
    });
  });

  test("of features whose width changes, or that are no numbers, is an error that says so", async () => {
    const broken = (value: (n: number) => Float32Array): ImageFeatures => ({ ...features, value: async ({ n }) => value(n) }); // biome-ignore format: one row
    const scored = (of: ImageFeatures) =>
      finiteTurning({ ...setup, features: of }, { images: 6, reach: 0.4, step: 0.1 }).value(
        { count: 2, control },
        at(),
      );
    await expect(scored(broken((n) => new Float32Array(2 * n).fill(Number.NaN)))).rejects.toThrow("is NaN");
    await expect(scored(broken((n) => new Float32Array(n === 6 ? 12 : 36).fill(1)))).rejects.toThrow(
      "2 for some images but 3 for others",
    );
  });
});
