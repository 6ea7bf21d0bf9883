import { describe, expect, test } from "@jest/globals";
import type { Chart } from "../../src/data/chart.js";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { parse } from "../../src/expression/parse.js";
import { monomialLibrary } from "../../src/field/library.js";
import { compareWithTruth } from "../../src/reading/comparison.js";

const chart = (...names: string[]): Chart => ({
  names,
  offset: Float64Array.from(names, (_, a) => 0.3 * a - 0.4),
  scale: Float64Array.from(names, (_, a) => 2 + a),
});
const place = ({ offset, scale }: Chart, a: number, z: number): number => offset[a]! + scale[a]! * z;

function pointsOf({ names }: Chart): Float64Array {
  const { uniform } = stream(1, "points");
  return Float64Array.from({ length: 200 * names.length }, () => uniform());
}

/** Values [P, dim] in normalised coordinates of fields given by formula in physical ones. */
function values(of: Chart, points: Float64Array, ...fields: ((...z: number[]) => number[])[]): Float64Array[] {
  const dim = of.names.length;
  return fields.map((field) => {
    const out = new Float64Array(points.length);
    for (let i = 0; i < points.length; i += dim)
      field(...of.names.map((_, a) => place(of, a, points[i + a]!))).forEach((v, a) => {
        out[i + a] = v / of.scale[a]!;
      });
    return out;
  });
}

const line = chart("x", "t", "u");
const points = pointsOf(line);

test("the true span in another basis is at angle 0, in any number of coordinates", () => {
  const plane = chart("x", "y", "t", "u", "v");
  const places = pointsOf(plane);
  const fields = values(
    plane,
    places,
    () => [1, 2, 0, 0, 0],
    () => [1, -1, 0, 0, 0],
    () => [0, 1, 1, 0, 0],
    (x, y, _, u, v) => [-y!, x!, 0, -2 * v!, 2 * u!],
    (_x, _y, _t, u, v) => [0, 0, 1, -v!, u!],
  );
  const { dimension, grassmann } = compareWithTruth("reaction-diffusion-2d", plane, places, fields, { kind: "full" })!;
  expect(dimension).toBe(5);
  expect(grassmann).toBeLessThan(1e-12);
});

describe("the heat equation", () => {
  const nu = 0.7;
  const all = values(
    line,
    points,
    () => [1, 0, 0],
    () => [0, 1, 0],
    (_x, _t, u) => [0, 0, u!],
    (x, t) => [x!, 2 * t!, 0],
    (x, t, u) => [2 * nu * t!, 0, -x! * u!],
    () => [0, 0, 1],
    (x) => [0, 0, x!],
    (x, t) => [0, 0, x! ** 2 + 2 * nu * t!],
  );
  test("is compared with its parameter's value", () => {
    const same = compareWithTruth("heat", line, points, all, { kind: "full", parameters: { nu } })!;
    expect(same.principalAnglesDegrees).toHaveLength(8);
    expect(same.grassmann).toBeLessThan(1e-12);
    const other = compareWithTruth("heat", line, points, all, { kind: "full", parameters: { nu: 0.6 } })!;
    expect(other.grassmann).toBeGreaterThan(0.01);
  });
  test("has no finite periodic truth", () => {
    expect(compareWithTruth("heat", line, points, all)).toBeNull();
  });
  test("is compared within the library used: of degree 1 the Galilean symmetry and one solution are out", () => {
    const { functions } = monomialLibrary(["x", "t", "u"], 1);
    const within = compareWithTruth("heat", line, points, all.slice(0, 4), {
      kind: "full",
      parameters: { nu },
      functions,
    })!;
    expect(within.dimension).toBe(6);
  });
});

test("nKdV without its functions of t has two of its four, with one of them three", () => {
  const long = { ...line, scale: Float64Array.of(2, 60, 4) }; // in 60 units of t exp(t/50) is no polynomial
  const dimension = (...extra: string[]): number =>
    compareWithTruth("nkdv", long, points, [], {
      kind: "full",
      functions: monomialLibrary(
        ["x", "t", "u"],
        2,
        extra.map((text) => parse(text)),
        long,
      ).functions,
    })!.dimension;
  expect([dimension(), dimension("exp(t/50)"), dimension("exp(t/50)", "exp(-t/50)")]).toEqual([2, 3, 4]);
});

test("generators that are handed in stand for the table's", () => {
  const one = values(line, points, () => [1, 0, 0]);
  expect(compareWithTruth("pde", line, points, one)).toBeNull();
  expect(compareWithTruth("kdv", line, points, one, { known: null })).toBeNull();
  const own = compareWithTruth("pde", line, points, one, { known: [{ x: parse("2") }] })!;
  expect(own).toMatchObject({ dimension: 1 });
  expect(own.grassmann).toBeLessThan(1e-12);
  expect(() => compareWithTruth("pde", line, points, one, { known: [{ y: parse("2") }] })).toThrow(InputError);
});
