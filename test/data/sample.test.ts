import { describe, expect, test } from "@jest/globals";
import { chartOf, physical } from "../../src/data/chart.js";
import { sampleNeighbours, samplePoints } from "../../src/data/sample.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { stream } from "../../src/engine/random.js";
import { equationFromText } from "../../src/equation/text.js";

/** u = 1000 trajectory + 100 t + 10 x + y on a plane, or without y; a second component its square. */
function data(ny?: number): Trajectories {
  const [n, nt, nx] = [3, 4, 6];
  const places = nx * (ny ?? 1);
  const u = Float64Array.from({ length: n * nt * 2 * places }, (_, i) => {
    const [y, x] = [i % (ny ?? 1), Math.floor(i / (ny ?? 1)) % nx];
    const [c, t] = [Math.floor(i / places) % 2, Math.floor(i / (2 * places)) % nt];
    const value = 1000 * Math.floor(i / (2 * nt * places)) + 100 * t + 10 * x + y;
    return c === 0 ? value : value ** 2;
  });
  const line = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i);
  const along = ny === undefined ? {} : { ny, y: line(ny), lengthY: ny };
  return { u, n, nt, components: 2, nx, x: line(nx), t: line(nt), length: nx, ...along };
}

describe.each([
  ["a line", undefined],
  ["a plane", 5],
] as const)("points drawn on %s", (_, ny) => {
  const own = data(ny);
  const chart = chartOf(own);
  const dim = chart.scale.length;
  const consistent = (points: Float64Array): boolean => {
    const rows = physical(chart, points);
    for (let p = 0; p < rows.length; p += dim) {
      const [x, y, t] = ny === undefined ? [rows[p]!, 0, rows[p + 1]!] : [rows[p]!, rows[p + 1]!, rows[p + 2]!];
      const [u, v] = [rows[p + dim - 2]!, rows[p + dim - 1]!];
      if (Math.abs((u % 1000) - (100 * t + 10 * x + y)) > 1e-6 || Math.abs(v - u * u) > 1e-6 * v + 1e-6) return false;
    }
    return true;
  };

  test("are data points, every trajectory, time and place among them", () => {
    const points = samplePoints(own, chart, 6000, stream(1, "points"));
    expect(consistent(points)).toBe(true);
    const values = new Set(
      physical(chart, points)
        .filter((_, i) => i % dim === dim - 2)
        .map(Math.round),
    );
    expect(values.size).toBe(3 * 4 * 6 * (ny ?? 1));
  });

  test("have neighbours one step away along each coordinate in turn", () => {
    const { points, neighbours } = sampleNeighbours(own, chart, 60, stream(1, "pairs"));
    expect(consistent(points) && consistent(neighbours)).toBe(true);
    const directions = ny === undefined ? ["x", "t"] : ["x", "t", "y"];
    const [a, b] = [physical(chart, points), physical(chart, neighbours)];
    for (let p = 0; p < 60; p++)
      for (const [i, name] of chart.names.slice(0, dim - 2).entries())
        expect(Math.round(b[p * dim + i]! - a[p * dim + i]!)).toBe(name === directions[p % directions.length] ? 1 : 0);
  });

  test("leave out components of the state that the chart leaves out", () => {
    const wave = chartOf(own, equationFromText("pde", ny === undefined ? "u_tt = u_xx" : "u_tt = u_yy"));
    const [all, some] = [chart, wave].map((c) => physical(c, samplePoints(own, c, 20, stream(2, "points"))));
    expect(wave.scale.length).toBe(dim - 1);
    for (let p = 0; p < 20; p++)
      for (let a = 0; a < dim - 1; a++) expect(some![p * (dim - 1) + a]).toBeCloseTo(all![p * dim + a]!, 8);
  });
});
