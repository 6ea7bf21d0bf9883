import { describe, expect, test } from "@jest/globals";
import type { ImageSize, Real, WarpKernels } from "../../src/engine/kernels.js";
import { warpOracle } from "../../src/engine/oracle/warp.js";
import { stream } from "../../src/engine/random.js";
import { type WarpExports, warpSimd } from "../../src/engine/simd/warp.js";
import { type BuildName, build, distance, dot, ofBuilds } from "./build.js";

function simd(name: BuildName): WarpKernels {
  const { arena, wasm } = build<WarpExports>(name);
  return warpSimd(arena, wasm);
}

const engines: readonly (readonly [string, WarpKernels])[] = [["oracle", warpOracle], ...ofBuilds(simd)];
const reals = [Float32Array, Float64Array] as const;
const draw = stream(3, "warp");

/** Images, coordinates about them and as far beyond each edge, cotangents. */
function setting(make: (typeof reals)[number], size: ImageSize, n: number, maps: number, places: number) {
  const { height, width, channels } = size;
  const noise = (length: number): Real => new make(Array.from({ length }, () => draw.normal()));
  const coordinates: Real = new make(
    Array.from({ length: 2 * maps * places }, (_, i) => {
      const count = i % 2 === 0 ? width : height;
      return 3 * count * draw.uniform() - count;
    }),
  );
  return {
    images: noise(n * height * width * channels),
    coordinates,
    cotangent: noise(n * places * channels),
    into: () => new make(n * places * channels).fill(Number.NaN) as Real, // must be overwritten
  };
}

const SIZES: readonly ImageSize[] = [
  { height: 5, width: 5, channels: 1 },
  { height: 3, width: 7, channels: 2 },
  { height: 8, width: 2, channels: 3 },
  { height: 1, width: 6, channels: 4 },
  { height: 6, width: 1, channels: 5 },
  { height: 1, width: 1, channels: 1 },
];

describe.each(engines)("images sampled by %s", (_, kernels) => {
  test("are what they are on pixels, the mean half-way, and go on beyond the edges", () => {
    const images = Float64Array.of(0, 1, 2, 10, 11, 12); // [1, 2, 3, 1]
    const coordinates = Float64Array.of(2, 1, 0.5, 0, 1, 0.5, 0.25, 0.75, -3, 0, 9, 9);
    const into = new Float64Array(6);
    kernels.warp({ height: 2, width: 3, channels: 1 }, images, coordinates, into);
    expect(Array.from(into)).toEqual([12, 0.5, 6, 7.75, 0, 12]);
  });

  describe.each(reals)("in %p", (make) => {
    const rounding = make === Float32Array ? 1e-6 : 1e-14; // of a few products
    test("agree with the oracle for every shape, one map for all and one for each", () => {
      for (const size of SIZES)
        for (const [n, maps] of [[1, 1], [3, 1], [3, 3]] as const) // biome-ignore format: one row
          for (const places of [1, 2, 9]) {
            const { images, coordinates, cotangent, into } = setting(make, size, n, maps, places);
            const [came, expected] = [into(), into()];
            kernels.warp(size, images, coordinates, came);
            warpOracle.warp(size, images, coordinates, expected);
            expect(distance(came, expected, 1)).toBeLessThan(rounding);
            const added = [kernels, warpOracle].map((engine) => {
              const [onCoordinates, onImages] = [coordinates.slice(), images.slice()]; // added to, not overwritten
              engine.warpPullback(size, images, coordinates, cotangent, onCoordinates, onImages);
              const onlyCoordinates = coordinates.slice();
              engine.warpPullback(size, images, coordinates, cotangent, onlyCoordinates);
              expect(distance(onlyCoordinates, onCoordinates)).toBe(0);
              return { onCoordinates, onImages };
            });
            expect(distance(added[0]!.onCoordinates, added[1]!.onCoordinates, 1)).toBeLessThan(10 * rounding);
            expect(distance(added[0]!.onImages, added[1]!.onImages, 1)).toBeLessThan(10 * rounding);
          }
    });

    test("have the slopes in their coordinates that central differences give", () => {
      const step = make === Float32Array ? 2 ** -6 : 2 ** -20;
      for (const size of SIZES)
        for (const maps of [1, 3]) {
          const { images, coordinates, cotangent, into } = setting(make, size, 3, maps, 9);
          for (let i = 0; i < coordinates.length; i++) {
            const last = (i % 2 === 0 ? size.width : size.height) - 1;
            for (const kink of Array.from({ length: last + 1 }, (_, k) => k)) // differences across a pixel's middle see two slopes
              if (Math.abs(coordinates[i]! - kink) < 2 * step) coordinates[i] = kink + 4 * step;
          }
          const slopes = new make(coordinates.length);
          kernels.warpPullback(size, images, coordinates, cotangent, slopes);
          const score = (at: Real): number => {
            const out = into();
            kernels.warp(size, images, at, out);
            return dot(out, cotangent);
          };
          const differences = coordinates.map((z, i) => {
            const [up, down] = [coordinates.slice(), coordinates.slice()];
            [up[i], down[i]] = [z + step, z - step];
            return (score(up) - score(down)) / (up[i]! - down[i]!);
          });
          expect(distance(slopes, differences, 1)).toBeLessThan(make === Float32Array ? 1e-3 : 1e-6); // as the issue asks
        }
    });

    test("have an adjoint in the images: both sides of ⟨warp I, c⟩ = ⟨I, adjoint c⟩ agree", () => {
      for (const size of SIZES) {
        const { images, coordinates, cotangent, into } = setting(make, size, 3, 3, 9);
        const [out, adjoint] = [into(), new make(images.length)];
        kernels.warp(size, images, coordinates, out);
        kernels.warpPullback(size, images, coordinates, cotangent, new make(coordinates.length), adjoint);
        expect(Math.abs(dot(out, cotangent) - dot(images, adjoint))).toBeLessThan(100 * rounding * images.length);
      }
    });
  });

  test("are NaN where a coordinate is, and nowhere else", () => {
    const images = Float32Array.from({ length: 12 }, () => draw.normal());
    const coordinates = Float32Array.of(1, 1, Number.NaN, 1, 1, Number.NaN, 0, 0);
    const into = new Float32Array(4);
    const slopes = new Float32Array(8);
    const size = { height: 3, width: 4, channels: 1 };
    kernels.warp(size, images, coordinates, into);
    kernels.warpPullback(size, images, coordinates, new Float32Array(4).fill(1), slopes);
    expect(Array.from(into, Number.isNaN)).toEqual([false, true, true, false]);
    expect(Array.from(slopes.subarray(0, 2), Number.isNaN)).toEqual([false, false]);
    expect(Number.isNaN(slopes[2]) && Number.isNaN(slopes[5])).toBe(true);
  });

  test("refuse what does not fit", () => {
    const size = { height: 2, width: 2, channels: 1 };
    const numbers = (length: number): Float32Array => new Float32Array(length);
    expect(() => kernels.warp(size, numbers(7), numbers(2), numbers(1))).toThrow("pass [n, 2, 2, 1]");
    expect(() => kernels.warp(size, numbers(12), numbers(4), numbers(3))).toThrow("[1 or 3, places, 2]");
    expect(() => kernels.warp({ ...size, width: 0 }, numbers(4), numbers(2), numbers(1))).toThrow("a width of 0");
    expect(() => kernels.warpPullback(size, numbers(4), numbers(2), numbers(1), numbers(3))).toThrow(
      "addToCoordinates has 3 numbers; expected 2",
    );
  });
});
