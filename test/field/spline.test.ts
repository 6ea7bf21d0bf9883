import { describe, expect, test } from "@jest/globals";
import type { SplineShape } from "../../src/engine/kernels.js";
import { splineOracle } from "../../src/engine/oracle/spline.js";
import { stream } from "../../src/engine/random.js";
import { closedField } from "../../src/field/closed.js";
import { smoothFields } from "../../src/field/smooth.js";
import { knotPoints, SplineField } from "../../src/field/spline.js";

const shape: SplineShape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 5 },
    { kind: "open", lo: -0.6, hi: 1.6, knots: 6 },
    { kind: "open", lo: -1, hi: 2, knots: 4 },
  ],
  width: 3,
};
const { normal, uniform } = stream(3, "field test");
const noise = (count: number): Float64Array => Float64Array.from({ length: count }, normal);
const inside = (n: number): Float64Array =>
  Float64Array.from({ length: 3 * n }, (_, i) => {
    const { lo, hi } = shape.axes[i % 3]!;
    return lo + (hi - lo) * uniform();
  });
const farthest = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe("a spline field", () => {
  const field = new SplineField(splineOracle, shape, noise(5 * 6 * 4 * 3));
  const points = inside(9);

  test("has as its Jacobian-vector product the difference of its values", () => {
    const tangents = noise(27);
    const h = 1e-5;
    const [up, down] = [h, -h].map((step) => field.value(points.map((z, i) => z + step * tangents[i]!)));
    const differences = up!.map((v, i) => (v - down![i]!) / (2 * h));
    expect(farthest(field.jvp(points, tangents), differences)).toBeLessThan(1e-7); // h² v''' and 1e-16/h
  });

  test("pulls back to its control points: ⟨B c, w⟩ = ⟨c, Bᵀ w⟩", () => {
    const cotangent = noise(27);
    const gradient = field.pullback(points, cotangent);
    expect(Math.abs(dot(gradient, field.control) - dot(field.value(points), cotangent))).toBeLessThan(1e-12); // rounding
  });

  test("with the coordinates of its knots as control points is the identity along open axes", () => {
    const identity = new SplineField(splineOracle, shape, knotPoints(shape));
    const value = identity.value(points);
    for (let i = 0; i < value.length; i++) if (i % 3 > 0) expect(value[i]).toBeCloseTo(points[i]!, 13);
  });

  test("refuses control points and widths that do not fit", () => {
    expect(() => new SplineField(splineOracle, shape, noise(10))).toThrow("control points are 10 numbers; pass 360");
    expect(() => new SplineField(splineOracle, { ...shape, width: 2 }, noise(240))).toThrow(
      "a field has as many components as axes, not 2 and 3",
    );
  });
});

describe("knots", () => {
  test("start at lo on periodic axes, one spacing before it on open ones, last axis fastest", () => {
    const points = knotPoints(shape);
    expect(points.length).toBe(5 * 6 * 4 * 3);
    expect([...points.subarray(0, 6)]).toEqual([0, -0.6 - 2.2 / 3, -4, 0, -0.6 - 2.2 / 3, -1]);
    expect(points.at(-3)).toBeCloseTo(0.8, 14);
    expect(points.at(-2)).toBeCloseTo(1.6 + 2.2 / 3, 14);
    expect(points.at(-1)).toBeCloseTo(5, 14);
  });
});

describe("a closed field", () => {
  const rotation = closedField(
    shape.axes,
    (z, into) => into.set([-z[1]!, z[0]!, 1]),
    (_, w, into) => into.set([-w[1]!, w[0]!, 0]),
  );

  test("evaluates its formula and derivative row by row and has no parameters", () => {
    expect([...rotation.value(Float64Array.of(1, 2, 3, 4, 5, 6))]).toEqual([-2, 1, 1, -5, 4, 1]);
    expect([...rotation.jvp(Float64Array.of(1, 2, 3), Float64Array.of(0, 1, 9))]).toEqual([-1, 0, 0]);
    expect(rotation.pullback(Float64Array.of(1, 2, 3), Float64Array.of(1, 1, 1)).length).toBe(0);
    expect(rotation.dim).toBe(3);
  });
});

describe("random smooth fields", () => {
  const controls = smoothFields(shape, 4, stream(1, "control"));
  const size = 5 * 6 * 4 * 3;

  test("follow from the stream alone, differ from each other, and are none of them zero", () => {
    expect(smoothFields(shape, 4, stream(1, "control"))).toEqual(controls);
    expect(smoothFields(shape, 1, stream(1, "control"))).toEqual(controls.subarray(0, size));
    expect(smoothFields(shape, 4, stream(2, "control"))).not.toEqual(controls);
    for (let a = 0; a < 4; a++)
      for (let b = 0; b < a; b++) {
        const [v, w] = [a, b].map((k) => controls.subarray(k * size, (k + 1) * size));
        expect(Math.abs(dot(v!, w!))).toBeLessThan(0.95 * Math.sqrt(dot(v!, v!) * dot(w!, w!)));
      }
  });

  test("are as smooth on fine knots as on coarse ones: no mode above the second", () => {
    const fine: SplineShape = { axes: [{ kind: "periodic", lo: 0, hi: 1, knots: 32 }], width: 1 };
    const control = smoothFields(fine, 1, stream(4, "control"));
    const amplitude = (mode: number): number => {
      const angle = (i: number): number => (2 * Math.PI * mode * i) / 32;
      return Math.hypot(
        control.reduce((sum, c, i) => sum + c * Math.cos(angle(i)), 0),
        control.reduce((sum, c, i) => sum + c * Math.sin(angle(i)), 0),
      );
    };
    expect(amplitude(1)).toBeGreaterThan(0.1);
    for (let mode = 3; mode <= 16; mode++) expect(amplitude(mode)).toBeLessThan(1e-12); // rounding
  });
});
