import { describe, expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { parse } from "../../src/expression/parse.js";
import { type Library, monomialLibrary } from "../../src/field/library.js";
import { columnsOf, orthonormalBasis } from "../../src/learning/basis.js";

const draw = stream(1, "points");
const points = Float64Array.from({ length: 2 * 500 }, () => draw.uniform());
const library = (...functions: string[]): Library => ({
  coordinates: ["x", "t"],
  functions: functions.map((f) => parse(f)),
  labels: functions,
  periodic: false,
});

describe("the basis of a library", () => {
  test("is orthonormal over the points, of functions however large", () => {
    const basis = orthonormalBasis(monomialLibrary(["x", "t"], 4, [parse("1e6*sin(20*x)")]), points, 1e-10);
    const values = columnsOf(basis.library, points);
    const { size: n, transform } = basis;
    expect(n).toBe(30);
    const e = Array.from({ length: n }, (_, i) =>
      Float64Array.from({ length: 500 }, (_, p) =>
        values.reduce((sum, column, f) => sum + transform[f * n + i]! * column[p]!, 0),
      ),
    );
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        const inner = e[i]!.reduce((sum, value, p) => sum + value * e[j]![p]!, 0) / 500;
        expect(Math.abs(inner - (i === j ? 1 : 0))).toBeLessThan(1e-6); // rounding of the columns over the smallest singular value
      }
  });

  test("drops what depends on functions before it, exactly or within the cut, and keeps what stands out of them by more", () => {
    expect(orthonormalBasis(library("1", "x", "2*x - 3", "t"), points, 1e-10).dropped).toEqual(["2*x - 3"]);
    expect(orthonormalBasis(library("2*x - 3", "x", "1", "t"), points, 1e-10).dropped).toEqual(["1"]);
    expect(orthonormalBasis(library("1", "x", "x + 1e-11*sin(9*x)"), points, 1e-10).dropped).toEqual([
      "x + 1e-11*sin(9*x)",
    ]);
    expect(orthonormalBasis(library("1", "x", "x + 1e-9*sin(9*x)"), points, 1e-10).dropped).toEqual([]);
    const { kept, library: left } = orthonormalBasis(library("0*x + x - x", "1", "t", "x"), points, 1e-10);
    expect([kept, left.labels]).toEqual([
      [1, 2, 3],
      ["1", "t", "x"],
    ]);
  });

  test("of nothing but zeros, or of what is not finite, is refused", () => {
    expect(() => orthonormalBasis(library("x - x"), points, 1e-10)).toThrow(/every function of the library vanishes/);
    expect(() => orthonormalBasis(library("1", "log(t - 2)"), points, 1e-10)).toThrow(
      /log\(t - 2\) is .* at x = 0\.\d+, t = /,
    );
  });
});
