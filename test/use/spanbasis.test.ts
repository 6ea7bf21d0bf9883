import { describe, expect, test } from "@jest/globals";
import { chartOf, normaliseVectors, physical } from "../../src/data/chart.js";
import { samplePoints } from "../../src/data/sample.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { parse } from "../../src/expression/parse.js";
import { formulaGenerators, type Generators } from "../../src/flow/generators.js";
import { spanBasis } from "../../src/use/spanbasis.js";

const [nt, nx] = [24, 32];
const data: Trajectories = {
  ...{ n: 2, nt, nx, components: 1, length: 16 },
  x: Float64Array.from({ length: nx }, (_, i) => i / 2),
  t: Float64Array.from({ length: nt }, (_, j) => 40 + j),
  u: Float64Array.from({ length: 2 * nt * nx }, (_, i) => Math.sin(0.7 * i) + 0.3 * Math.cos(0.011 * i)),
};
const chart = chartOf(data);
const of = (...rows: string[]): Generators =>
  formulaGenerators(
    oracleKernels,
    rows.map((row) => row.split(",").map((component) => parse(component))),
    chart,
  );
const boost = of("1,0,0", "0,1,0", "t,0,1");
const points = physical(chart, samplePoints(data, chart, 500, stream(1, "points")));
/** Values of a basis at points, in the chart's extents. */
const values = (generators: Generators): Float64Array[] =>
  spanBasis(generators, data, chart).map((coefficients) =>
    generators.fields
      .map((field) => normaliseVectors(chart, field.value(points)))
      .reduce(
        (sum, own, k) => sum.map((value, i) => value + coefficients[k]! * own[i]!),
        new Float64Array(points.length),
      ),
  );
const apart = (a: readonly Float64Array[], b: readonly Float64Array[]): number =>
  Math.max(...a.map((own, j) => own.reduce((most, value, i) => Math.max(most, Math.abs(value - b[j]![i]!)), 0)));

describe("a basis of what generators span", () => {
  test("is the same whatever fields span it: mixed, in another order, of another size", () => {
    const mixed = of("1 + t,0,1", "2e3,-3e3,0", "t + 5,1,1");
    expect(apart(values(mixed), values(boost))).toBeLessThan(1e-9);
    expect(apart(values(of("t,0,1", "0,-7,0", "1,0,0")), values(boost))).toBeLessThan(1e-9);
    expect(apart(values(of("1,0,0", "0,1,0", "t,0,2")), values(boost))).toBeGreaterThan(0.1);
  });
  test("begins with the directions along the coordinates, and is orthonormal over the data", () => {
    const found = values(boost);
    const means = found.map((a) => found.map((b) => a.reduce((sum, value, i) => sum + value * b[i]!, 0) / 500));
    for (const [j, row] of means.entries())
      for (const [k, mean] of row.entries()) expect(Math.abs(mean - (j === k ? 1 : 0))).toBeLessThan(0.15); // 500 other points
    expect(found[0]!.every((value, i) => Math.abs(value - (i % 3 === 0 ? 1 : 0)) < 1e-12)).toBe(true);
    expect(found[1]!.every((value, i) => Math.abs(value - (i % 3 === 1 ? 1 : 0)) < 1e-12)).toBe(true);
  });
  test("has as many fields as there are, where none is along a coordinate either", () => {
    expect(spanBasis(of("sin(x),0,0", "0,cos(x),0", "0,0,sin(2*x)"), data, chart).length).toBe(3);
  });
  test("refuses generators that are dependent", () => {
    const ask = () => spanBasis(of("1,0,0", "0,1,0", "2,3,0"), data, chart);
    expect(ask).toThrow(InputError);
    expect(ask).toThrow(/3 generators span only 2 dimensions/);
  });
});
