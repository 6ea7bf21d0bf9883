import { describe, expect, test } from "@jest/globals";
import { phiFunctions } from "../../src/data/phi.js";

const off = (a: Float64Array, b: readonly number[]): number =>
  Math.max(...b.map((value, i) => Math.abs(a[i]! - value) / Math.max(1, Math.abs(value))));

/** φ_k of a number by its series, which converges for all, exactly enough for |z| ≤ 8. */
function series([re, im]: [number, number], k: number): [number, number] {
  let factorial = 1;
  for (let j = 2; j <= k; j++) factorial *= j;
  let [a, b] = [1 / factorial, 0];
  let [x, y] = [a, b];
  for (let j = 1; j < 80; j++) {
    [a, b] = [(a * re - b * im) / (j + k), (a * im + b * re) / (j + k)];
    [x, y] = [x + a, y + b];
  }
  return [x, y];
}

describe("φ functions", () => {
  test.each([
    [0, 0],
    [1e-9, 0],
    [0.7, -0.7],
    [-1.2, 0.1],
    [0, 6],
    [-5, 3],
  ])("of the number %d + %d i are those of its series", (re, im) => {
    const phi = phiFunctions(1, Float64Array.of(re, im));
    for (const k of [0, 1, 2, 3]) {
      const exact = series([re, im], k);
      expect(off(phi[k]!, exact)).toBeLessThan(1e-12); // the series' own cancellation at |z| = 6 is 1e-13
    }
  });

  test("of a very stiff number are 0, −1/z, …", () => {
    const [e, one, two, three] = phiFunctions(1, Float64Array.of(-1e6, 0));
    expect(e![0]).toBe(0);
    expect(one![0]).toBeCloseTo(1e-6, 18);
    expect(two![0]).toBeCloseTo((1e-6 - 1) / -1e6, 18);
    expect(three![0]).toBeCloseTo((two![0]! - 0.5) / -1e6, 18);
  });

  test("of a matrix without eigenvectors, [[0, 1], [0, 0]], end after two terms", () => {
    const phi = phiFunctions(2, Float64Array.of(0, 0, 3, 0, 0, 0, 0, 0));
    for (const [k, diagonal, upper] of [
      [0, 1, 3],
      [1, 1, 3 / 2],
      [2, 1 / 2, 3 / 6],
      [3, 1 / 6, 3 / 24],
    ] as const)
      expect(off(phi[k]!, [diagonal, 0, upper, 0, 0, 0, diagonal, 0])).toBeLessThan(1e-15);
  });

  test("of a wave's matrix turn it by kt", () => {
    const [k, t] = [40, 0.5];
    const [e] = phiFunctions(2, Float64Array.of(0, 0, t, 0, -k * k * t, 0, 0, 0));
    const exact = [Math.cos(k * t), 0, Math.sin(k * t) / k, 0, -k * Math.sin(k * t), 0, Math.cos(k * t), 0];
    expect(off(e!, exact)).toBeLessThan(1e-12); // 2e-16 times the norm, 800
  });

  test("of a matrix T diag(a, b) T⁻¹ are T diag(φ(a), φ(b)) T⁻¹", () => {
    const [a, b] = [-30, 2];
    const T = [2, 1, 1, 1]; // inverse [1, −1, −1, 2]
    const similar = (p: number, q: number): number[] => {
      const [r, s, v, w] = T as [number, number, number, number];
      return [r * p - s * q, 0, -r * p + 2 * s * q, 0, v * p - w * q, 0, -v * p + 2 * w * q, 0];
    };
    const phi = phiFunctions(2, Float64Array.from(similar(a, b)));
    const exact = (z: number): number[] => {
      const out = [Math.exp(z)];
      for (const f of [1, 1, 2]) out.push((out[out.length - 1]! - 1 / f) / z);
      return out;
    };
    for (const k of [0, 1, 2, 3]) expect(off(phi[k]!, similar(exact(a)[k]!, exact(b)[k]!))).toBeLessThan(1e-13); // 2e-16 times the norm, 100
  });
});
