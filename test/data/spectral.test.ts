import { describe, expect, test } from "@jest/globals";
import { lowPass, refine, spectralDerivatives } from "../../src/data/spectral.js";
import { fourierOracle } from "../../src/engine/oracle/fourier.js";
import { stream } from "../../src/engine/random.js";

const N = 48;
const LENGTH = 5;
const K = (2 * Math.PI) / LENGTH;

const sample = (f: (x: number) => number, n = N): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => f((i * LENGTH) / n));

const largest = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe("spectral derivatives", () => {
  test("of sines are their derivatives, row by row, to the fourth", () => {
    const rows = new Float64Array(2 * N);
    rows.set(sample((x) => Math.sin(3 * K * x + 1)));
    rows.set(
      sample((x) => 2 + Math.cos(7 * K * x)),
      N,
    );
    const derivatives = spectralDerivatives(fourierOracle, rows, N, LENGTH, 4);
    expect(derivatives[0]).toBe(rows);
    for (let k = 1; k <= 4; k++) {
      const first = sample((x) => (3 * K) ** k * Math.sin(3 * K * x + 1 + (k * Math.PI) / 2));
      const second = sample((x) => (7 * K) ** k * Math.cos(7 * K * x + (k * Math.PI) / 2));
      const tolerance = 24 * 2.2e-16 * (K * 24) ** k; // rounding in each of 24 modes, amplified by the highest wavenumber
      expect(largest(derivatives[k]!.subarray(0, N), first)).toBeLessThan(tolerance);
      expect(largest(derivatives[k]!.subarray(N), second)).toBeLessThan(tolerance);
    }
  });

  test("the mode nx/2 has no odd derivative and −k² times itself as second", () => {
    const row = Float64Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const [, first, second] = spectralDerivatives(fourierOracle, row, 8, 2 * Math.PI, 2);
    expect(largest(first!, new Float64Array(8))).toBeLessThan(1e-14); // rounding
    expect(
      largest(
        second!,
        row.map((u) => -16 * u),
      ),
    ).toBeLessThan(1e-14); // 16 ulp
  });

  test("rows that are not whole are refused", () => {
    expect(() => spectralDerivatives(fourierOracle, new Float64Array(12), 8, 1, 1)).toThrow(/whole rows of 8/);
  });
});

describe("the low-pass", () => {
  test("keeps modes up to the cut and removes those above", () => {
    const low = sample((x) => 1 + Math.sin(5 * K * x));
    const row = sample((x) => 1 + Math.sin(5 * K * x) + 3 * Math.cos(6 * K * x) - Math.cos(24 * K * x));
    expect(largest(lowPass(fourierOracle, row, N, 5), low)).toBeLessThan(1e-14); // rounding
    expect(largest(lowPass(fourierOracle, row, N, 24), row)).toBeLessThan(1e-14);
  });
});

describe("refining", () => {
  test("keeps the values on the grid and interpolates sines exactly between", () => {
    const { normal } = stream(4, "refine");
    const rough = Float64Array.from({ length: N }, normal); // all modes, nx/2 too
    const refined = refine(fourierOracle, rough, N, 3);
    expect(
      largest(
        rough,
        refined.filter((_, i) => i % 3 === 0),
      ),
    ).toBeLessThan(1e-14); // rounding
    const wave = (x: number): number => Math.sin(7 * K * x + 0.5);
    expect(largest(refine(fourierOracle, sample(wave), N, 4), sample(wave, 4 * N))).toBeLessThan(1e-14);
  });
});
