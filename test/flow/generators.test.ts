import { describe, expect, test } from "@jest/globals";
import type { SplineShape } from "../../src/engine/kernels.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { parse } from "../../src/expression/parse.js";
import { smoothFields } from "../../src/field/smooth.js";
import { formulaGenerators, splineGenerators } from "../../src/flow/generators.js";

const chart = { names: ["x", "t", "u"], offset: Float64Array.of(0, 40, 0.5), scale: Float64Array.of(128, 60, 3) };
const draw = stream(2, "generators test");
const points = Float64Array.from({ length: 3 * 50 }, (_, i) => {
  const a = i % 3;
  return chart.offset[a]! + chart.scale[a]! * (0.8 * draw.uniform() + (a === 2 ? -0.4 : 0.1));
});
/** Largest difference in normalised units. */
const apart = (a: Float64Array, b: Float64Array): number =>
  Math.max(...a.map((x, i) => Math.abs(x - b[i]!) / chart.scale[i % 3]!));

describe("generators by formula", () => {
  const texts = [
    ["1", "0", "0"],
    ["t", "0", "1"],
    ["x", "3*t", "-2*u"],
  ];
  const { flow, coordinates, fields } = formulaGenerators(
    oracleKernels,
    texts.map((row) => row.map((component) => parse(component))),
    chart,
  );
  test("flow by closed form: the boost carries u, the scaling multiplies", () => {
    const boosted = flow([0, 0.25, 0]).move(points);
    const scaled = flow([0, 0, -0.3]).move(points);
    const exact = [
      points.map((z, i) => (i % 3 === 0 ? z + 0.25 * points[i + 1]! : i % 3 === 2 ? z + 0.25 : z)),
      points.map((z, i) => z * Math.exp(-0.3 * [1, 3, -2][i % 3]!)),
    ];
    expect(apart(boosted, exact[0]!)).toBeLessThan(1e-14); // rounding: linear in s
    expect(apart(scaled, exact[1]!)).toBeLessThan(1e-7); // RK4's (3 · step)^4/120 per unit of 3 s
  });
  test("combine: exp(s₁V₁ + s₂V₂) of commuting fields is one after the other", () => {
    const together = flow([7, 0, 0]).move(flow([0, 0.1, 0]).move(points));
    expect(apart(flow([7, 0.1, 0]).move(points), together)).toBeLessThan(1e-13);
  });
  test("name their coordinates, are fields by themselves, know no outside, and 0 moves nothing", () => {
    expect(coordinates).toEqual(["x", "t", "u"]);
    expect([...fields[2]!.value(Float64Array.of(5, 50, 0.3))]).toEqual([5, 150, -0.6]);
    expect(flow([0, 0, 0]).outside(points)).toBe(0);
    expect(apart(flow([0, 0, 0]).move(points), points)).toBe(0);
  });
  test("take more steps where they move farther, whatever the points", () => {
    const steps = [0.01, 0.1, 1].map((s) => flow([0, 0, s]).steps);
    expect(steps[0]).toBeLessThan(steps[1]!);
    expect(steps[1]! * 9).toBeLessThanOrEqual(steps[2]! + 9);
    const few = flow([0, 0, 0.1]).move(points.slice(0, 6));
    expect([...few]).toEqual([...flow([0, 0, 0.1]).move(points).slice(0, 6)]);
  });
});

describe("generators by spline", () => {
  const shape: SplineShape = {
    axes: [
      { kind: "periodic", lo: 0, hi: 1, knots: 12 },
      { kind: "open", lo: -0.6, hi: 1.6, knots: 8 },
      { kind: "open", lo: -1.2, hi: 1.2, knots: 8 },
    ],
    width: 3,
  };
  const { flow, fields } = splineGenerators(oracleKernels, shape, smoothFields(shape, 2, stream(4, "two")), chart);
  const amounts = [0.1, -0.05];
  test("set off along the combination of their fields", () => {
    const h = 1e-4;
    const velocity = flow(amounts.map((s) => h * s))
      .move(points)
      .map((z, i) => (z - points[i]!) / h);
    const [a, b] = fields.map((field) => field.value(points));
    const combined = a!.map((v, i) => amounts[0]! * v + amounts[1]! * b![i]!);
    expect(apart(velocity, combined)).toBeLessThan(1e-4); // h |v'v|, of order 1
  });
  test("come back by −s, and move in two halves as in one go", () => {
    const back = flow(amounts.map((s) => -s)).move(flow(amounts).move(points));
    expect(apart(back, points)).toBeLessThan(1e-7); // RK4 with steps of 0.05 extents, across knots
    const half = flow(amounts.map((s) => s / 2));
    expect(apart(half.move(half.move(points)), flow(amounts).move(points))).toBeLessThan(1e-7);
  });
  test("say which share of points lies beyond their open ends", () => {
    const far = Float64Array.of(0, 40, 0.5, 0, 40 + 60 * 1.7, 0.5);
    expect(flow(amounts).outside(far)).toBe(0.5);
  });
});
