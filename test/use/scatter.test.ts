import { describe, expect, test } from "@jest/globals";
import { graph } from "../../src/data/graph.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { scattered } from "../../src/use/scatter.js";

const [nt, nx, length] = [12, 32, 2 * Math.PI];
const x = Float64Array.from({ length: nx }, (_, i) => (i * length) / nx);
const t = Float64Array.from({ length: nt }, (_, j) => 2 + j / 2);
const f = (place: number, time: number): number => Math.sin(place + time) + Math.cos(3 * place);
const data: Trajectories = {
  ...{ n: 1, nt, nx, components: 1, x, t, length },
  u: Float64Array.from({ length: nt * nx }, (_, i) => f(x[i % nx]!, t[Math.floor(i / nx)]!)),
};
const moved = (dx: number, dt: number): Float64Array =>
  graph(data, 0).map((value, i) => value + (i % 3 === 0 ? dx : i % 3 === 1 ? dt : 0));
const worst = (u: Float64Array, right: (place: number, time: number) => number): number =>
  u.reduce(
    (most, value, i) =>
      Number.isNaN(value) ? most : Math.max(most, Math.abs(value - right(x[i % nx]!, t[Math.floor(i / nx)]!))),
    0,
  );
const rows = (support: Uint8Array): number[] =>
  Array.from({ length: nt }, (_, j) => support.subarray(j * nx, (j + 1) * nx).reduce((sum, s) => sum + s, 0) / nx);

describe("points scattered over the grid", () => {
  test("by Dirichlet's kernel give any shift in x of what the grid resolves, linear weights do not", () => {
    for (const dx of [0, 0.77, -5.3, length / nx]) {
      const { u, support } = scattered(data, moved(dx, 0), "dirichlet");
      expect(worst(u, (place, time) => f(place - dx, time))).toBeLessThan(1e-12);
      expect(rows(support).every((share) => share === 1)).toBe(true);
    }
    const { u } = scattered(data, moved(0.5 * x[1]!, 0), "linear");
    const off = worst(u, (place, time) => f(place - 0.5 * x[1]!, time));
    expect(off).toBeGreaterThan(0.01);
    expect(off).toBeLessThan(0.1); // h²/8 times u_xx, 9 + 1
  });
  test("shifted by whole outputs keep the rows they land on", () => {
    const { u, support } = scattered(data, moved(0, 1), "dirichlet");
    expect(rows(support)).toEqual([0, 0, ...new Array(nt - 2).fill(1)]);
    expect(worst(u, (place, time) => f(place, time - 1))).toBeLessThan(1e-12);
    expect(u.subarray(0, 2 * nx).every(Number.isNaN)).toBe(true);
  });
  test("keep rows on which more than 0.8 of the weight fell", () => {
    const shares = (dt: number): number[] => rows(scattered(data, moved(0, dt), "dirichlet").support);
    expect(shares(0.05)).toEqual(new Array(nt).fill(1)); // the first row has 0.9
    expect(shares(0.15)).toEqual([0, ...new Array(nt - 1).fill(1)]); // 0.7
  });
});
