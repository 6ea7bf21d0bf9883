import { describe, expect, test } from "@jest/globals";
import { addNoise } from "../../src/data/noise.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { stream } from "../../src/engine/random.js";

const [n, nt, nx, ny] = [2, 10, 16, 8];
const data: Trajectories = {
  u: Float64Array.from({ length: n * nt * 2 * nx * ny }, (_, i) =>
    Math.floor(i / (nx * ny)) % 2 === 0 ? Math.sin(i) : 1e4 + 100 * Math.sin(i),
  ),
  n,
  nt,
  components: 2,
  nx,
  x: Float64Array.from({ length: nx }, (_, i) => i),
  t: Float64Array.from({ length: nt }, (_, i) => i),
  length: nx,
  ny,
  y: Float64Array.from({ length: ny }, (_, i) => i),
  lengthY: ny,
};

describe("noise", () => {
  const noisy = addNoise(data, 0.05, stream(1, "noise"));
  const added = noisy.u.map((value, i) => value - data.u[i]!);

  test("has the share asked for of each component's own deviation, and no mean", () => {
    for (const [c, deviation] of [Math.SQRT1_2, 100 * Math.SQRT1_2].entries()) {
      const own = added.filter((_, i) => Math.floor(i / (nx * ny)) % 2 === c);
      const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
      const spread = Math.sqrt(own.reduce((sum, v) => sum + v * v, 0) / own.length);
      expect(Math.abs(spread / (0.05 * deviation) - 1)).toBeLessThan(0.06); // four standard errors of 2560 numbers
      expect(Math.abs(mean / (0.05 * deviation))).toBeLessThan(0.08);
    }
  });

  test("is white: neighbours are not correlated", () => {
    const own = added.filter((_, i) => Math.floor(i / (nx * ny)) % 2 === 0);
    const [square, product] = [1, 0].map((same) =>
      own.reduce((sum, v, i) => sum + v * (same ? v : (own[i + 1] ?? 0)), 0),
    ) as [number, number];
    expect(Math.abs(product / square)).toBeLessThan(0.08);
  });

  test("is the same from the same stream, and leaves the data it is given alone", () => {
    const again = addNoise(data, 0.05, stream(1, "noise"));
    expect(again.u.every((value, i) => value === noisy.u[i])).toBe(true);
    expect(data.u[1]).toBe(Math.sin(1));
    expect(addNoise(data, 0, stream(1, "noise")).u.every((value, i) => value === data.u[i])).toBe(true);
  });

  test("of a share that is none is refused", () => {
    expect(() => addNoise(data, -1, stream(1, "noise"))).toThrow(/noise is -1/);
    expect(() => addNoise(data, Number.NaN, stream(1, "noise"))).toThrow(/noise is NaN/);
  });
});
