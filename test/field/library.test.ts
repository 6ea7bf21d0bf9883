import { describe, expect, test } from "@jest/globals";
import { evaluate } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import {
  exponents,
  fourierLibrary,
  type Library,
  memberCount,
  memberLabel,
  monomialLibrary,
} from "../../src/field/library.js";

const at = (library: Library, place: Record<string, number>): number[] =>
  library.functions.map((f) => evaluate(f, (name) => place[name]!));

describe("monomials", () => {
  test("come by degree, and their number is that of the multisets", () => {
    expect(exponents(2, 2)).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [2, 0],
      [1, 1],
      [0, 2],
    ]);
    for (const [dim, degree, count] of [
      [3, 2, 10],
      [4, 2, 15],
      [5, 2, 21],
      [3, 4, 35],
    ] as const)
      expect(exponents(dim, degree)).toHaveLength(count);
  });

  test("with units are in normalised coordinates, under the labels of physical ones", () => {
    const library = monomialLibrary(["x", "t"], 2, [], { offset: [1, 10], scale: [2, 5] });
    at(library, { x: 5, t: 0 }).forEach((value, i) => void expect(value).toBeCloseTo([1, 2, -2, 4, -4, 4][i]!, 12));
    expect(library.labels[4]).toBe(monomialLibrary(["x", "t"], 2).labels[4]);
  });

  test("times named members come after those alone; members count components", () => {
    const library = monomialLibrary(["x", "u"], 1, [parse("exp(x)")]);
    expect(at(library, { x: 0.5, u: 3 })).toEqual([1, 0.5, 3, ...[1, 0.5, 3].map((v) => v * Math.exp(0.5))]);
    expect(memberCount(library)).toBe(12);
    expect(memberLabel(library, 8)).toBe("u ∂u");
    expect(memberLabel(library, 3)).toBe("exp(x) ∂x");
  });
});

describe("a Fourier library", () => {
  const library = fourierLibrary(
    [{ name: "x", length: 3, modes: 2 }],
    [
      { name: "t", centre: 5, half: 2, degree: 3 },
      { name: "u", centre: 0, half: 1, degree: 1 },
    ],
  );

  test("is periodic in x with its period", () => {
    expect(library.periodic).toBe(true);
    const [here, there] = [0.4, 3.4].map((x) => at(library, { x, t: 6, u: 0.3 })) as [number[], number[]];
    here.forEach((value, i) => void expect(Math.abs(value - there[i]!)).toBeLessThan(1e-14));
  });

  test("holds every product of modes and Legendre polynomials once", () => {
    expect(library.functions).toHaveLength(5 * 4 * 2);
    expect(new Set(library.labels).size).toBe(40);
    const values = at(library, { x: 0.4, t: 6, u: 0.3 });
    const z = 0.5;
    const P3 = (5 * z ** 3 - 3 * z) / 2;
    const index = library.labels.indexOf("sin(2*2*pi*x/3)*P3(t)*P1(u)");
    expect(values[index]).toBeCloseTo(Math.sin((4 * Math.PI * 0.4) / 3) * P3 * 0.3, 14);
  });
});
