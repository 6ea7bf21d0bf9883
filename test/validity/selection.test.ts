import { describe, expect, test } from "@jest/globals";
import { chartOf } from "../../src/data/chart.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { equationFromText } from "../../src/equation/text.js";
import { K0, modeWeights } from "../../src/validity/characteristic.js";
import { drawSnapshots } from "../../src/validity/selection.js";

const [n, nt, nx, length] = [2, 10, 32, 8];
const equation = equationFromText("test", "u_t = -u*u_x + sin(pi*x/4)");
/** u = t + a wave of mode 2 and one of mode 5; x begins at 3. */
const data: Trajectories = {
  ...{ n, nt, nx, components: 1, length },
  x: Float64Array.from({ length: nx }, (_, i) => 3 + (i * length) / nx),
  t: Float64Array.from({ length: nt }, (_, j) => 20 + j / 2),
  u: Float64Array.from({ length: n * nt * nx }, (_, i) => {
    const [j, angle] = [Math.floor(i / nx) % nt, (2 * Math.PI * (i % nx)) / nx];
    return 20 + j / 2 + Math.cos(2 * angle) + 0.5 * Math.sin(5 * angle);
  }),
};
const chart = chartOf(data);
const draw = (count: number, cut?: number) =>
  drawSnapshots(kernels, equation, chart, data, count, stream(1, "s"), cut ?? undefined);
const column = (points: Float64Array, a: number): number[] =>
  [...points].filter((_, i) => i % 3 === a).map((z) => chart.offset[a]! + chart.scale[a]! * z);
const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);

describe("snapshots drawn from trajectories", () => {
  test("lie at the data's own x, t and u, one from each of as many stretches", () => {
    const { count, points } = draw(6);
    expect(count).toBe(6);
    const [x, t, u] = [0, 1, 2].map((a) => column(points, a)) as [number[], number[], number[]];
    for (let b = 0; b < 6; b++) {
      const row = { x: x.slice(b * nx, (b + 1) * nx), t: t[b * nx]!, u: u.slice(b * nx, (b + 1) * nx) };
      expect(farthest(row.x, data.x)).toBeLessThan(1e-12);
      const j = Math.round(2 * (row.t - 20)); // u's mean is its time
      expect(farthest(row.u, data.u.subarray(j * nx, (j + 1) * nx))).toBeLessThan(1e-12);
    }
    expect(new Set(t).size).toBeGreaterThan(2);
  });

  test("lose the modes above the cut, and never keep more than a quarter of the places' ", () => {
    const waves = (cut?: number) => column(draw(20, cut).points, 2).slice(0, nx);
    const low = waves(4);
    const mean = low.reduce((sum, v) => sum + v, 0) / nx;
    const kept = Array.from({ length: nx }, (_, i) => mean + Math.cos((4 * Math.PI * i) / nx));
    expect(farthest(low, kept)).toBeLessThan(1e-12);
    expect(farthest(waves(99), waves())).toBe(0);
  });

  test("take the equation at their own x: u_t enters the characteristic so", () => {
    const { q } = draw(1);
    const [lengthT] = [chart.scale[1]!];
    const first = data.u.subarray(0, nx);
    const mean =
      column(draw(1).points, 2).reduce((sum, v) => sum + v, 0) / nx - first.reduce((sum, v) => sum + v, 0) / nx;
    for (let i = 0; i < nx; i++) {
      const angle = (2 * Math.PI * i) / nx;
      const slope = ((2 * Math.PI) / length) * (-2 * Math.sin(2 * angle) + 2.5 * Math.cos(5 * angle));
      const rate = -(first[i]! + mean) * slope + Math.sin((Math.PI * data.x[i]!) / 4);
      expect(q[3 * i + 1]! / -lengthT).toBeCloseTo(rate, 9);
    }
  });
});

test("modes weigh 1/(1 + (k/k0)²) up to a quarter of the places; k0 is nx/32 to judge by and 1 to learn by", () => {
  expect([...modeWeights(16, 2)]).toEqual([1, 1 / 1.25, 1 / 2, 1 / 3.25, 1 / 5]);
  expect([K0.judged(256), K0.learned()]).toEqual([8, 1]);
});
