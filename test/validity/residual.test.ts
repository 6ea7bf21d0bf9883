import { describe, expect, test } from "@jest/globals";
import { type GridShape, gridMargin } from "../../src/engine/kernels.js";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { absolute, lowPassed, type Sides } from "../../src/validity/residual.js";
import { gradientError } from "../differences.js";

const grid: GridShape = { nt: 12, nx: 10, components: 2, period: 4, order: 1, halfWidth: 3 };
const n = grid.nt * grid.nx;
const { normal } = stream(7, "sides");
const draw = (count: number): Float64Array => Float64Array.from({ length: count }, normal);
const sides: readonly Sides[] = [
  { ut: draw(n), terms: draw(2 * n) },
  { ut: draw(n), terms: draw(n) },
];
const margin = gridMargin(grid) * grid.nx;
const mask = Float64Array.from({ length: n }, (_, i) => (i < margin || i >= n - margin || i % 7 === 3 ? 0 : 1));

/** All numbers of `sides` in one array, and back. */
const flat = (all: readonly Sides[]): Float64Array =>
  Float64Array.from(all.flatMap(({ ut, terms }) => [...ut, ...terms]));
const unflat = (x: Float64Array): Sides[] => {
  let at = 0;
  return sides.map(({ ut, terms }) => ({
    ut: x.slice(at, (at += ut.length)),
    terms: x.slice(at, (at += terms.length)),
  }));
};

/** Σ over modes of |x̂|²/(1 + (k/k0)²), by the definition of the transform. */
function passed(x: Float64Array, k0: number): number {
  let sum = 0;
  for (let j = 0; j < grid.nt; j++)
    for (let k = 0; k < grid.nx; k++) {
      let [re, im] = [0, 0];
      for (let i = 0; i < grid.nx; i++) {
        const angle = (2 * Math.PI * k * i) / grid.nx;
        const v = mask[j * grid.nx + i] === 0 ? 0 : x[j * grid.nx + i]!;
        re += v * Math.cos(angle);
        im += v * Math.sin(angle);
      }
      const mode = Math.min(k, grid.nx - k);
      sum += (re * re + im * im) / grid.nx / (1 + (mode / k0) ** 2);
    }
  return sum;
}

describe("the low-passed residual", () => {
  const measure = lowPassed(kernels, 2);

  test("is the weighted root of squares that its definition says, over all components and terms", () => {
    const { residual, scale } = measure(grid, sides, mask);
    const [a, b] = sides as [Sides, Sides];
    const term = (s: Sides, k: number): Float64Array => s.terms.subarray(k * n, (k + 1) * n);
    const off = [a.ut.map((v, i) => v - term(a, 0)[i]! - term(a, 1)[i]!), b.ut.map((v, i) => v - term(b, 0)[i]!)];
    const parts = [a.ut, term(a, 0), term(a, 1), b.ut, term(b, 0)];
    const total = (all: readonly Float64Array[]): number => Math.sqrt(all.reduce((sum, x) => sum + passed(x, 2), 0));
    expect(residual / total(off)).toBeCloseTo(1, 12);
    expect(scale / total(parts)).toBeCloseTo(1, 12);
  });

  test("takes no notice of masked places, infinite ones included", () => {
    const spoilt = sides.map(({ ut, terms }) => ({
      ut: ut.map((v, i) => (mask[i] === 0 ? Number.POSITIVE_INFINITY : v)),
      terms: terms.map((v, i) => (mask[i % n] === 0 ? Number.NaN : v)),
    }));
    const [plain, other] = [measure(grid, sides, mask), measure(grid, spoilt, mask)];
    expect([other.residual, other.scale]).toEqual([plain.residual, plain.scale]);
    const whole = flat(other.pullback());
    expect(whole.every(Number.isFinite)).toBe(true);
  });

  test("lets a drift cost what a wave of the same size at k0 costs twice over, and one at 4 k0 seventeen times", () => {
    const all = new Float64Array(n).fill(1);
    const of = (k: number): number => {
      const wave = Float64Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * k * (i % grid.nx)) / grid.nx));
      const rms = k === 0 || 2 * k === grid.nx ? 1 : Math.SQRT1_2;
      const own = [{ ut: wave, terms: new Float64Array(n) }];
      return (lowPassed(kernels, 1)(grid, own, all).residual / rms) ** 2;
    };
    expect(of(0) / of(1)).toBeCloseTo(2, 12);
    expect(of(0) / of(4)).toBeCloseTo(17, 12);
  });
});

describe.each([
  ["low-passed", lowPassed(kernels, 2), 1e-8], // h² and rounding/h
  ["absolute", absolute(kernels), 1e-8], // no place comes near a kink within h
] as const)("the %s residual", (_, measure, tolerance) => {
  test("has the cotangents of the logarithm of its ratio", () => {
    const bars = flat(measure(grid, sides, mask).pullback());
    const value = (x: Float64Array): number => {
      const { residual, scale } = measure(grid, unflat(x), mask);
      return Math.log(residual / scale);
    };
    expect(gradientError(value, bars, flat(sides), 7, 1e-5)).toBeLessThan(tolerance);
  });

  test("is 0 where the terms sum to u_t", () => {
    const terms = draw(2 * n).map((v) => Math.round(64 * v) / 64); // sums are exact
    const ut = Float64Array.from({ length: n }, (_, i) => terms[i]! + terms[n + i]!);
    expect(measure(grid, [{ ut, terms }], mask).residual).toBe(0);
  });
});
