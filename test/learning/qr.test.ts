import { describe, expect, test } from "@jest/globals";
import { Matrix, SVD } from "ml-matrix";
import { stream } from "../../src/engine/random.js";
import { solveFromRight, solveTriangular, TriangularFactor } from "../../src/learning/qr.js";

const normal = (name: string, count: number): Float64Array => {
  const draw = stream(1, name);
  return Float64Array.from({ length: count }, () => draw.normal());
};

describe("the triangular factor", () => {
  test("has the singular values of all rows, however they come in blocks", () => {
    const rows = normal("rows", 23 * 6);
    const whole = new TriangularFactor(6);
    whole.add(rows, 23);
    const parts = new TriangularFactor(6);
    for (const [from, to] of [
      [0, 1],
      [1, 4],
      [4, 23],
    ] as const)
      parts.add(rows.subarray(6 * from, 6 * to), to - from);
    const expected = new SVD(Matrix.from1DArray(23, 6, rows)).diagonal;
    for (const { r } of [whole, parts]) {
      new SVD(Matrix.from1DArray(6, 6, r)).diagonal.forEach(
        (s, i) => void expect(Math.abs(s - expected[i]!)).toBeLessThan(1e-13),
      );
      for (let i = 1; i < 6; i++) for (let j = 0; j < i; j++) expect(r[i * 6 + j]).toBe(0);
    }
  });

  test("resolves a direction that the rows miss but for 1e-12, which a Gram matrix cannot", () => {
    const n = 5;
    const rows = normal("thin", 200 * n);
    for (let i = 0; i < 200; i++) rows[i * n + 4] = rows[i * n]! - rows[i * n + 2]! + 1e-12 * rows[i * n + 4]!;
    const factor = new TriangularFactor(n);
    factor.add(rows, 200);
    const smallest = new SVD(Matrix.from1DArray(n, n, factor.r)).diagonal[n - 1]!;
    const column = normal("thin", 200 * n).filter((_, i) => i % n === 4);
    const left = Math.sqrt(column.reduce((s, v) => s + v * v, 0) / 3) * 1e-12; // over the norm of (1, −1, −1); the column's share in the others' span is small
    expect(smallest / left).toBeGreaterThan(0.9);
    expect(smallest / left).toBeLessThan(1.1);
  });

  test("columns of zeros stay zero", () => {
    const factor = new TriangularFactor(2);
    factor.add(Float64Array.of(0, 3, 0, 4), 2);
    expect([...factor.r].map(Math.abs)).toEqual([0, 0, 0, 0].map((_, i) => (i === 1 ? 0 : i === 3 ? 5 : 0)));
  });

  test("solves from both sides", () => {
    const factor = new TriangularFactor(4);
    factor.add(normal("r", 40), 10);
    const x = normal("x", 8);
    const product = new Float64Array(8);
    for (let row = 0; row < 2; row++)
      for (let j = 0; j < 4; j++)
        for (let k = 0; k < 4; k++) product[row * 4 + j]! += x[row * 4 + k]! * factor.r[k * 4 + j]!;
    solveFromRight(product, factor.r, 4).forEach((v, i) => void expect(Math.abs(v - x[i]!)).toBeLessThan(1e-12));
    const y = solveTriangular(factor.r, x.subarray(0, 4));
    for (let i = 0; i < 4; i++) {
      const back = y.reduce((sum, value, j) => sum + factor.r[i * 4 + j]! * value, 0);
      expect(Math.abs(back - x[i]!)).toBeLessThan(1e-12);
    }
  });
});
