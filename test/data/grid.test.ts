import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { type Grid, spectralJets, spectraOn, transformOf } from "../../src/data/grid.js";
import { decimate, finer, interpolate } from "../../src/data/refinement.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";

const simd = await simdKernels(await WebAssembly.compile(readFileSync("build/kernels.release.wasm")));
const LINE: Grid = { nx: 24, length: 5 };
const PLANE: Grid = { nx: 24, length: 5, ny: 20, lengthY: 3 };

const sample = (grid: Grid, f: (x: number, y: number) => number): Float64Array => {
  const { nx, length, ny = 1, lengthY = 1 } = grid;
  return Float64Array.from({ length: nx * ny }, (_, i) =>
    f((Math.floor(i / ny) * length) / nx, ((i % ny) * lengthY) / ny),
  );
};
const largest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), a.length === b.length ? 0 : Infinity);

describe.each([
  ["oracle", oracleKernels],
  ["simd", simd],
] as const)("transforms on a grid, %s", (_, kernels) => {
  test.each([
    ["a line", LINE],
    ["a plane", PLANE],
  ])("of %s lead there and back, rough rows too", (_, grid) => {
    const transform = transformOf(kernels, grid);
    const { normal } = stream(1, "rough");
    const rows = Float64Array.from({ length: 3 * transform.places }, normal);
    const back = new Float64Array(rows.length);
    transform.inverse(spectraOn(transform, rows), back);
    expect(largest(back, rows)).toBeLessThan(1e-14); // rounding
  });

  test("derivatives of plane waves are theirs, in x, y and both, whichever way the wave goes", () => {
    const [k, l] = [(2 * Math.PI * 3) / 5, (2 * Math.PI * 4) / 3];
    for (const sign of [1, -1]) {
      const phase = (x: number, y: number): number => k * x + sign * l * y + 0.3;
      const rows = sample(PLANE, (x, y) => Math.sin(phase(x, y)));
      const orders = [
        [0, 0],
        [1, 0],
        [0, 1],
        [2, 1],
        [1, 3],
      ] as const;
      const jets = spectralJets(kernels, rows, PLANE, orders);
      orders.forEach(([a, b], i) => {
        const exact = sample(
          PLANE,
          (x, y) => k ** a * (sign * l) ** b * Math.sin(phase(x, y) + ((a + b) * Math.PI) / 2),
        );
        const amplified = ((Math.PI * 24) / 5) ** a * ((Math.PI * 20) / 3) ** b; // of rounding, at the highest wavenumber
        expect(largest(jets[i]!, exact)).toBeLessThan(1e-14 * amplified);
      });
    }
  });

  test("the highest mode has no odd derivative, alone or with one in y", () => {
    const l = (2 * Math.PI * 2) / 3;
    const rows = sample(PLANE, (x, y) => Math.cos((Math.PI * 24 * x) / 5) * Math.sin(l * y));
    const [first, both, second] = spectralJets(kernels, rows, PLANE, [
      [1, 0],
      [1, 1],
      [2, 0],
    ]) as [Float64Array, Float64Array, Float64Array];
    const kk = ((Math.PI * 24) / 5) ** 2;
    const none = new Float64Array(rows.length);
    const twice = rows.map((u) => -kk * u);
    expect(largest(first, none)).toBeLessThan(1e-11); // rounding times k
    expect(largest(both, none)).toBeLessThan(1e-10);
    expect(largest(second, twice)).toBeLessThan(1e-11 * kk); // the wave itself is off by rounding of its phase
  });

  test("rows do not affect each other, to the last bit", () => {
    const { normal } = stream(2, "rows");
    const rows = Float64Array.from({ length: 3 * 480 }, normal);
    const together = spectralJets(kernels, rows, PLANE, [[1, 1]])[0]!;
    const alone = spectralJets(kernels, rows.slice(2 * 480), PLANE, [[1, 1]])[0]!;
    expect(largest(alone, together.slice(2 * 480))).toBe(0);
  });

  test.each([
    ["a line", LINE],
    ["a plane", PLANE],
  ])("interpolation on twice the points of %s is exact for waves and keeps the points there were", (_, grid) => {
    const wave = (x: number, y: number): number =>
      1 + Math.sin((2 * Math.PI * 5 * x) / 5 - (2 * Math.PI * 7 * y) / 3) + Math.cos((2 * Math.PI * x) / 5);
    const flat = (x: number): number => wave(x, 0);
    const f = grid.ny === undefined ? flat : wave;
    const fine = interpolate(kernels, sample(grid, f), grid, 2);
    expect(largest(fine, sample(finer(grid, 2), f))).toBeLessThan(1e-13); // rounding
    expect(largest(decimate(fine, grid, 2), sample(grid, f))).toBeLessThan(1e-13);
  });
});

test("rows that are not whole are refused", () => {
  expect(() => spectralJets(oracleKernels, new Float64Array(481), PLANE, [[1, 0]])).toThrow(/whole rows of 480/);
});
