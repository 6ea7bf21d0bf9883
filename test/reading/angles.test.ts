import { describe, expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { independent, principalAngles } from "../../src/reading/angles.js";

const draw = stream(1, "angles");
const vector = (): Float64Array => Float64Array.from({ length: 500 }, () => draw.normal());
const sum = (...parts: [number, Float64Array][]): Float64Array =>
  Float64Array.from({ length: 500 }, (_, i) => parts.reduce((s, [c, v]) => s + c * v[i]!, 0));

describe("principal angles", () => {
  const [a, b, c] = [vector(), vector(), vector()];

  test("a span and itself in another basis are at angle 0, to rounding", () => {
    const { radians, grassmann } = principalAngles([a, b], [sum([2, a], [1, b]), sum([1, a], [-3, b])]);
    expect(radians).toHaveLength(2);
    expect(grassmann).toBeLessThan(1e-14);
  });

  test.each([1e-8, 1e-4, 0.3, 1.2])("an angle of %d in one direction is found to 1e-6 of itself", (angle) => {
    const normal = (v: Float64Array): Float64Array => sum([1 / Math.hypot(...v), v]);
    const e = normal(a);
    const f = normal(sum([1, b], [-b.reduce((s, x, i) => s + x * e[i]!, 0), e]));
    const g0 = sum([1, c], [-c.reduce((s, x, i) => s + x * e[i]!, 0), e]);
    const g = normal(sum([1, g0], [-g0.reduce((s, x, i) => s + x * f[i]!, 0), f]));
    const turned = sum([Math.cos(angle), f], [Math.sin(angle), g]);
    const { radians } = principalAngles([sum([3, e], [1, f]), f], [e, sum([1, turned], [5, e])]);
    expect(radians[0]!).toBeLessThan(1e-12);
    expect(Math.abs(radians[1]! / angle - 1)).toBeLessThan(1e-6);
  });

  test("a vector within the angle of the span of those before it is not independent", () => {
    const near = sum([1, a], [2, b], [0.01, c]);
    expect(independent([a, b, near, c], 0.05)).toEqual([0, 1, 3]);
    expect(independent([a, b, near, c], 1e-4)).toEqual([0, 1, 2]); // which then spans c with them
  });

  test("each dimension that one span lacks counts 90° in the distance, on either side", () => {
    const two = principalAngles([a, b], [a, b, c]).grassmann;
    expect(two).toBeCloseTo(Math.PI / 2, 10);
    expect(principalAngles([a, b, c], [c]).grassmann).toBeCloseTo(Math.sqrt(2) * (Math.PI / 2), 10);
    expect(principalAngles([], [a, b]).radians).toEqual([]);
  });
});
