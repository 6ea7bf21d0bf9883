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
  const library = fourierLibrary([{ name: "x", length: 3, modes: 2 }], ["t", "u"], 2, [parse("exp(t)")], {
    offset: [5, 0],
    scale: [2, 1],
  });

  test("is periodic in x with its period, over all coordinates", () => {
    expect([library.periodic, library.coordinates]).toEqual([true, ["x", "t", "u"]]);
    const [here, there] = [0.4, 3.4].map((x) => at(library, { x, t: 6, u: 0.3 })) as [number[], number[]];
    here.forEach((value, i) => void expect(Math.abs(value - there[i]!)).toBeLessThan(1e-13));
  });

  test("holds every monomial alone, times each wave, and times each member", () => {
    expect(library.functions).toHaveLength((1 + 4 + 1) * 6);
    expect(new Set(library.labels).size).toBe(36);
    const values = at(library, { x: 0.4, t: 6, u: 0.3 });
    const monomials = [1, 0.5, 0.3, 0.25, 0.15, 0.09]; // of (t − 5)/2 and u
    const phase = (2 * Math.PI * 0.4) / 3;
    const factors = [1, Math.cos(phase), Math.sin(phase), Math.cos(2 * phase), Math.sin(2 * phase), Math.exp(6)];
    const expected = factors.flatMap((factor) => monomials.map((m) => factor * m));
    values.forEach((value, i) => void expect(value / expected[i]!).toBeCloseTo(1, 12));
  });

  test("in two periodic coordinates holds the products of their waves", () => {
    const both = ["x", "y"].map((name) => ({ name, length: 2 * Math.PI, modes: 1 }));
    const { functions, coordinates } = fourierLibrary(both, ["t"], 0);
    expect(coordinates).toEqual(["x", "y", "t"]);
    const [x, y] = [0.3, 0.8];
    const expected = [1, Math.cos(x), Math.sin(x)].flatMap((a) => [1, Math.cos(y), Math.sin(y)].map((b) => a * b));
    const values = functions.map((f) => evaluate(f, (name) => ({ x, y, t: 2 })[name]!));
    values.forEach((value, i) => void expect(value).toBeCloseTo(expected[i]!, 14));
  });
});
