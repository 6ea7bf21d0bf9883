import { describe, expect, test } from "@jest/globals";
import { chartOf, normalise, normaliseVectors, physical, physicalVectors } from "../../src/data/chart.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { stream } from "../../src/engine/random.js";
import { equationFromText } from "../../src/equation/text.js";
import { fc } from "../property.js";

const { uniform } = stream(8, "chart");

/** Two trajectories of two components, far from zero, v ten times as wide as u. */
const data: Trajectories = {
  u: Float64Array.from({ length: 2 * 3 * 2 * 4 }, (_, i) =>
    Math.floor(i / 4) % 2 === 0 ? 1e6 + uniform() : 10 * uniform(),
  ),
  n: 2,
  nt: 3,
  components: 2,
  nx: 4,
  x: Float64Array.of(5, 37, 69, 101),
  t: Float64Array.of(2, 4, 6),
  length: 128,
};
const component = (c: number): number[] => [...data.u].filter((_, i) => Math.floor(i / 4) % 2 === c);
const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

describe("the chart of trajectories", () => {
  const chart = chartOf(data);

  test("takes x by its period, t to [0, 1] and each component to deviation 0.29", () => {
    expect(chart.names).toEqual(["x", "t", "u", "v"]);
    const row = normalise(chart, Float64Array.of(5 + 128, 6, chart.offset[2]!, chart.offset[3]!));
    expect([...row]).toEqual([1, 1, 0, 0]);
    for (const c of [0, 1]) {
      const values = component(c);
      const m = mean(values);
      const deviation = Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
      expect(chart.offset[2 + c]).toBeCloseTo(m, 9);
      expect(deviation / chart.scale[2 + c]!).toBeCloseTo(0.29, 9); // a mean of 1e6 costs seven of sixteen digits
    }
  });

  test("leads points and vectors there and back", () => {
    const points = Float64Array.from({ length: 12 }, uniform);
    normalise(chart, physical(chart, points)).forEach((z, i) => {
      expect(z).toBeCloseTo(points[i]!, 9); // the offset of 1e6 costs seven digits
    });
    normaliseVectors(chart, physicalVectors(chart, points)).forEach((z, i) => {
      expect(z).toBeCloseTo(points[i]!, 14);
    });
  });

  test("of random extents leads points and vectors there and back, to the digits that an offset leaves", () => {
    const size = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const offset = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const axis = fc.tuple(offset, size, fc.double({ min: -2, max: 2, noNaN: true }));
    fc.assert(
      fc.property(fc.array(axis, { minLength: 1, maxLength: 5 }), (axes) => {
        const names = axes.map((_, a) => `z${a}`);
        const random = {
          names,
          offset: Float64Array.from(axes, ([o]) => o),
          scale: Float64Array.from(axes, ([, s]) => s),
        };
        const z = Float64Array.from(axes, ([, , v]) => v);
        const back = normalise(random, physical(random, z));
        const vectors = normaliseVectors(random, physicalVectors(random, z));
        for (const [a, [o, s, v]] of axes.entries()) {
          const lost = (4 * (Math.abs(o) + 2 * s) * 2 ** -53) / s; // a sum and a difference of that size, each rounded
          expect(Math.abs(back[a]! - v)).toBeLessThanOrEqual(lost + 4 * 2 ** -53);
          expect(Math.abs(vectors[a]! - v)).toBeLessThanOrEqual(2 ** -51);
        }
      }),
    );
  });

  test("pushes vectors forward as differences of points", () => {
    const [z, w] = [Float64Array.of(0.1, 0.2, 0.3, 0.4), Float64Array.of(1, -2, 0.5, 1)];
    const [from, to] = [
      physical(chart, z),
      physical(
        chart,
        z.map((x, i) => x + w[i]!),
      ),
    ];
    physicalVectors(chart, w).forEach((v, i) => {
      expect(v).toBeCloseTo(to[i]! - from[i]!, 8); // the offset of 1e6 costs seven digits
    });
  });

  test("of two space dimensions has y by its period, after x", () => {
    const plane = { ...data, nx: 2, x: Float64Array.of(5, 69), ny: 2, y: Float64Array.of(-1, 1), lengthY: 4 };
    const { names, offset, scale } = chartOf(plane);
    expect(names).toEqual(["x", "y", "t", "u", "v"]);
    expect([...offset.subarray(0, 3)]).toEqual([5, -1, 2]);
    expect([...scale.subarray(0, 3)]).toEqual([128, 4, 4]);
    expect([offset[3], scale[4]]).toEqual([chart.offset[2], chart.scale[3]]); // the same numbers, laid out as 2 × 2 places
  });

  test("of an equation has its components' names, and none of their u_t", () => {
    const pair = equationFromText("pde", "p_t = q_x; q_t = p_x");
    expect(chartOf(data, pair).names).toEqual(["x", "t", "p", "q"]);
    const wave = chartOf(data, equationFromText("pde", "w_tt = w_xx"));
    expect(wave.names).toEqual(["x", "t", "w"]);
    expect(wave.scale[2]).toBe(chart.scale[2]);
    expect(() => chartOf(data, equationFromText("pde", "p_t = q_x; q_t = p_x; r_t = r_x"))).toThrow(
      /2 components but the equation 3/,
    );
  });

  test("refuses data in which a coordinate does not vary", () => {
    expect(() => chartOf({ ...data, u: new Float64Array(48).fill(3) })).toThrow(
      "u has extent 0 over the data; pass finite data in which it varies",
    );
    expect(() => chartOf({ ...data, t: Float64Array.of(2, 2, 2) })).toThrow("t has extent 0");
    expect(() => chartOf({ ...data, u: new Float64Array(48).fill(Number.NaN) })).toThrow("u has extent NaN");
  });
});
