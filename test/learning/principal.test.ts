import { describe, expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { principal } from "../../src/learning/principal.js";

const SIZE = 6;
const { normal } = stream(11, "principal");
const matrix = Array.from({ length: SIZE }, () => Array.from({ length: SIZE }, normal));

/** Scores r_i² on axis i after a change of basis, and a scale that is no multiple of the identity. */
const R = [1e-5, 1e-3, 0.1, 0.3, 0.5, 1];
const sums = async (control: Float64Array) => {
  const fields = control.length / SIZE;
  const of = (weights: (i: number) => number): Float64Array =>
    Float64Array.from({ length: fields }, (_, b) =>
      matrix.reduce((sum, row, i) => {
        const y = row.reduce((s, m, j) => s + m * control[b * SIZE + j]!, 0);
        return sum + weights(i) * y * y;
      }, 0),
    );
  return { residual: of((i) => R[i]! ** 2 * (1 + i)), scale: of((i) => 1 + i) };
};

describe("slots turned within their span", () => {
  const control = Float64Array.from({ length: 3 * SIZE }, normal);

  test("score what the smallest generalised eigenvalues say, in rising order", async () => {
    const whole = Float64Array.from({ length: SIZE * SIZE }, normal); // spans everything: the eigenvalues are R²
    const { residual, scale } = await sums(await principal(whole, SIZE, sums));
    for (const [i, r] of R.entries()) expect(Math.sqrt(residual[i]! / scale[i]!) / r).toBeCloseTo(1, 4);
  });

  test("stay in their span: every turned slot is a combination of the given ones", async () => {
    const turned = await principal(control, 3, sums);
    // residuals of least squares by Gram–Schmidt
    const basis: Float64Array[] = [];
    const off = (v: Float64Array): Float64Array => {
      const out = v.slice();
      for (let round = 0; round < 2; round++)
        for (const e of basis) {
          const c = e.reduce((s, x, i) => s + x * out[i]!, 0);
          for (let i = 0; i < SIZE; i++) out[i]! -= c * e[i]!;
        }
      return out;
    };
    const length = (v: Float64Array): number => Math.hypot(...v);
    for (let b = 0; b < 3; b++) {
      const v = off(control.slice(b * SIZE, (b + 1) * SIZE));
      basis.push(v.map((x) => x / length(v)));
    }
    for (let b = 0; b < 3; b++) {
      const v = turned.slice(b * SIZE, (b + 1) * SIZE);
      expect(length(off(v)) / length(v)).toBeLessThan(1e-12);
    }
  });

  test("have no combination of two that scores better than the first of them", async () => {
    const turned = await principal(control, 3, sums);
    const mixed = new Float64Array(2 * SIZE);
    for (let i = 0; i < SIZE; i++) {
      mixed[i] = turned[i]! + 0.05 * turned[SIZE + i]!;
      mixed[SIZE + i] = turned[i]! - 0.05 * turned[SIZE + i]!;
    }
    const of = async (c: Float64Array): Promise<number[]> => {
      const { residual, scale } = await sums(c);
      return [...residual].map((r, i) => r / scale[i]!);
    };
    const [first] = await of(turned.slice(0, SIZE));
    for (const score of await of(mixed)) expect(score).toBeGreaterThan(first!);
  });
});
