import { beforeAll, describe, expect, test } from "@jest/globals";
import { takeImages } from "../../src/data/imageset.js";
import { planeChart } from "../../src/data/plane.js";
import type { Kernels } from "../../src/engine/kernels.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { generatorsFrom } from "../../src/flow/generatorspec.js";
import { affineFormulas, type ImageAugmentation, shownBy } from "../../src/use/imageaugmentation.js";
import { digits } from "../fixtures/digits.js";

const set = digits();
let kernels: Kernels;
beforeAll(async () => {
  kernels = await simdKernels();
});
const along = (
  formulas: readonly (readonly string[])[],
  sigma: number | number[],
  names = ["x", "y"],
): ImageAugmentation => ({
  generators: generatorsFrom({ chart: { ...planeChart(), names }, splines: null, formulas }, kernels),
  sigma,
});
const shown = (augmentation: ImageAugmentation, indices: number[], seed = 1, name = "draw"): Float32Array =>
  shownBy(kernels, augmentation, set, seed)(set, indices, stream(seed, name));

const EDGE = 28;
/** First and second moments of an image's brightness about its middle, in pixels. */
function moments(image: Float32Array): { mass: number; x: number; y: number; square: number } {
  let [mass, x, y, square] = [0, 0, 0, 0];
  image.forEach((v, p) => {
    const [i, j] = [Math.floor(p / EDGE) - 13.5, (p % EDGE) - 13.5];
    mass += v;
    x += v * j;
    y += v * i;
    square += v * (i * i + j * j);
  });
  return { mass, x: x / mass, y: y / mass, square: square / mass };
}

describe("images shown to a classifier", () => {
  test("are as they are by no augmentation", () => {
    const [own, plain] = [shown("none", [3, 5]), takeImages(set, [3, 5])];
    expect(own.every((v, i) => v === plain[i])).toBe(true);
  });

  test("are flipped and shifted by whole pixels by crops: no brightness is made or blurred", () => {
    const plain = takeImages(set, [7]);
    const values = new Set(plain);
    const views = Array.from({ length: 40 }, (_, k) => shown("crop", [7], 1, `view ${k}`));
    const whole = moments(plain);
    const moved = views.map(moments);
    for (const view of views) expect(view.every((v) => values.has(v))).toBe(true);
    const inside = moved.filter(({ mass }) => Math.abs(mass - whole.mass) < 1e-3 * whole.mass); // nothing ran over an edge
    expect(inside.length).toBeGreaterThan(20);
    for (const { x, y } of inside) {
      const shifts = [x - whole.x, x + whole.x, y - whole.y];
      expect(Math.min(...shifts.slice(0, 2).map((s) => Math.abs(s - Math.round(s))))).toBeLessThan(1e-4);
      expect(Math.abs(shifts[2]! - Math.round(shifts[2]!))).toBeLessThan(1e-4);
      expect(Math.abs(shifts[2]!)).toBeLessThan(4.001);
    }
    expect(new Set(moved.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`)).size).toBeGreaterThan(20);
  });

  test("turn about the middle along -y ∂x + x ∂y: brightness and its distance from there stay", () => {
    const augmentation = along([["-y", "x"]], 2.6); // ‖(−y, x)‖ is 0.82: to ± half a turn and a little more
    const plain = moments(takeImages(set, [11]));
    const angles: number[] = [];
    const show = shownBy(kernels, augmentation, set, 1);
    for (let k = 0; k < 20; k++) {
      const own = moments(show(set, [11], stream(1, `view ${k}`)));
      expect(Math.abs(own.mass / plain.mass - 1)).toBeLessThan(0.03); // bilinear sampling
      expect(Math.abs(own.square / plain.square - 1)).toBeLessThan(0.05);
      angles.push(Math.atan2(own.y, own.x));
    }
    expect(Math.max(...angles) - Math.min(...angles)).toBeGreaterThan(Math.PI); // all around
  });

  test("move each by a map of its own, the same again with the same seed", () => {
    const augmentation = along(affineFormulas, [0.1, 0.1, 0, 0, 0, 0]);
    const twice = shown(augmentation, [5, 5]);
    expect(twice.subarray(0, 784).some((v, i) => v !== twice[784 + i])).toBe(true);
    const again = shown(augmentation, [5, 5]);
    expect(twice.every((v, i) => v === again[i])).toBe(true);
    expect(shown(augmentation, [5, 5], 2).some((v, i) => v !== twice[i])).toBe(true);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "of other coordinates",
      () => shown(along([["1", "0"]], 0.1, ["x", "t"]), [0]),
      /act on x, t but images lie in the plane/,
    ],
    ["that vanish", () => shown(along([["0", "0"]], 0.1), [0]), /generator 1 has length 0/],
    ["that run off", () => shown(along([["x^2", "0"]], 3), [0]), /leave the plane for infinity; pass a smaller sigma/],
    ["with too few sigmas", () => shown(along([["1", "0"], ["0", "1"]], [0.1]), [0]), /0.1 for 2 generators/], // biome-ignore format: one row
    ["with a sigma below 0", () => shown(along([["1", "0"]], -1), [0]), /sigma is -1/],
  ])("generators %s are refused", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
