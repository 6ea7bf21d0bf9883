import { describe, expect, test } from "@jest/globals";
import type { Chart } from "../../src/data/chart.js";
import { physical } from "../../src/data/chart.js";
import type { Axis, SplineShape } from "../../src/engine/kernels.js";
import { splineOracle } from "../../src/engine/oracle/spline.js";
import { stream } from "../../src/engine/random.js";
import { closedField } from "../../src/field/closed.js";
import { physicalField } from "../../src/field/physical.js";
import { SplineField } from "../../src/field/spline.js";

const chart: Chart = {
  names: ["x", "t", "u"],
  offset: Float64Array.of(-3, 40, 0.5),
  scale: Float64Array.of(128, 60, 2.5),
};
const axes: Axis[] = [
  { kind: "periodic", lo: 0, hi: 1, knots: 5 },
  { kind: "open", lo: -0.6, hi: 1.6, knots: 6 },
  { kind: "open", lo: -1, hi: 2, knots: 4 },
];
const { normal, uniform } = stream(4, "physical");
const noise = (count: number): Float64Array => Float64Array.from({ length: count }, normal);
const points = physical(
  chart,
  Float64Array.from({ length: 21 }, () => uniform()),
);
const farthest = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("a field in physical coordinates", () => {
  test("the boost t ∂x + ∂u has the value (t, 0, 1)", () => {
    const [scaleX, scaleT, scaleU] = chart.scale as unknown as [number, number, number];
    const normalised = closedField(
      axes,
      ([, t], into) => into.set([(chart.offset[1]! + scaleT * t!) / scaleX, 0, 1 / scaleU]),
      (_, [, dt], into) => into.set([(scaleT * dt!) / scaleX, 0, 0]),
    );
    const boost = physicalField(normalised, chart);
    const expected = points.map((_, i) => [points[i + 1]!, 0, 1][i % 3]!);
    expect(farthest(boost.value(points), expected)).toBeLessThan(1e-12); // t is near 100, rounded three times
    const tangents = noise(21);
    const along = tangents.map((_, i) => [tangents[i + 1]!, 0, 0][i % 3]!);
    expect(farthest(boost.jvp(points, tangents), along)).toBeLessThan(1e-12);
  });

  test("its Jacobian and its pullback are those of its values, and its axes those of the data", () => {
    const shape: SplineShape = { axes, width: 3 };
    const control = noise(5 * 6 * 4 * 3);
    const field = physicalField(new SplineField(splineOracle, shape, control), chart);
    const tangents = noise(21);
    const h = 1e-4;
    const [up, down] = [h, -h].map((step) => field.value(points.map((z, i) => z + step * tangents[i]!)));
    const differences = up!.map((v, i) => (v - down![i]!) / (2 * h));
    expect(farthest(field.jvp(points, tangents), differences)).toBeLessThan(1e-5); // values near 100, h² v''' and 1e-14/h
    const cotangent = noise(21);
    const value = field.value(points);
    const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const forward = dot(value, cotangent);
    expect(dot(control, field.pullback(points, cotangent)) / forward).toBeCloseTo(1, 10); // values are linear in the control points
    expect(field.axes.map(({ lo, hi }) => [lo, hi])).toEqual([
      [-3, 125],
      [40 - 0.6 * 60, 40 + 1.6 * 60],
      [-2, 5.5],
    ]);
  });
});
