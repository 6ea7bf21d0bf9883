import { describe, expect, test } from "@jest/globals";
import type { Axis } from "../../src/engine/kernels.js";
import { outsideExcess, outsideShare } from "../../src/field/outside.js";

const axes: readonly Axis[] = [
  { kind: "periodic", lo: 0, hi: 1, knots: 5 },
  { kind: "open", lo: 0, hi: 1, knots: 4 },
  { kind: "open", lo: -1, hi: 1, knots: 4 },
];
const points = Float64Array.of(7, 0.5, 0, 0.5, 1.5, -3, -2, -0.25, 1, 0, 1, -1); // two of four beyond an end

describe("points beyond open ends", () => {
  test("are counted once however many ends they are beyond; ends and periodic axes do not count", () => {
    expect(outsideShare({ axes, width: 3 }, points)).toBe(0.5);
  });

  test("cost the mean squared distance", () => {
    expect(outsideExcess(axes, points, null)).toBeCloseTo((0.5 ** 2 + 2 ** 2 + 0.25 ** 2) / 4, 14);
  });

  test("have the gradient of that cost added, equal to its differences", () => {
    const gradient = new Float64Array(points.length).fill(1);
    outsideExcess(axes, points, gradient);
    const h = 1e-4;
    const differences = points.map((_, i) => {
      const [up, down] = [h, -h].map((step) =>
        outsideExcess(
          axes,
          points.map((z, k) => z + (k === i ? step : 0)),
          null,
        ),
      );
      return 1 + (up! - down!) / (2 * h);
    });
    gradient.forEach((g, i) => {
      expect(g).toBeCloseTo(differences[i]!, 4); // at an end itself the square's kink in slope leaves h/4
    });
  });

  test("cost nothing where there are none", () => {
    expect(outsideExcess(axes, new Float64Array(0), null)).toBe(0);
    expect(outsideShare({ axes, width: 3 }, new Float64Array(0))).toBe(0);
  });
});
