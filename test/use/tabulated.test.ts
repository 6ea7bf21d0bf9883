import { describe, expect, test } from "@jest/globals";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import type { Flow } from "../../src/flow/generators.js";
import { moveBy, type Sides, tabulated } from "../../src/use/tabulated.js";

/** A flow that is given by its displacement. */
const flowOf = (by: (x: number, t: number, u: number) => readonly [number, number, number]): Flow => ({
  steps: 1,
  outside: () => 0,
  move: (points) => {
    const out = points.slice();
    for (let i = 0; i < out.length; i += 3) {
      const d = by(points[i]!, points[i + 1]!, points[i + 2]!);
      for (let a = 0; a < 3; a++) out[i + a]! += d[a]!;
    }
    return out;
  },
});
const sides = (kind: "periodic" | "open"): Sides => [
  { kind, lo: 0, hi: 4 },
  { kind: "open", lo: 1, hi: 3 },
  { kind: "open", lo: -1, hi: 1 },
];
const { uniform } = stream(3, "trial");
const trial = Float64Array.from({ length: 600 }, (_, i) => [0, 1, -1][i % 3]! + [4, 2, 2][i % 3]! * uniform());
const off = (flow: Flow, kind: "periodic" | "open"): number | null => {
  const table = tabulated(oracleKernels, flow, sides(kind), trial, [1, 1, 1]);
  if (!table) return null;
  const right = flow.move(trial);
  return moveBy(oracleKernels, table, trial).reduce((most, v, i) => Math.max(most, Math.abs(v - right[i]!)), 0);
};

describe("a tabulated flow", () => {
  test("is exact for displacements that are cubic in each coordinate, up to the ends", () => {
    const cubic = flowOf((x, t, u) => [x ** 3 * t - u, t ** 3 * u ** 3, 1 + x * t * u]);
    expect(off(cubic, "open")!).toBeLessThan(1e-12);
  });
  test("is good to 1e-6 for smooth ones, periodic in x", () => {
    const smooth = flowOf((x, t, u) => [
      0.005 * Math.sin((Math.PI * x) / 2) * t,
      0.005 * Math.exp(u / 2),
      0.005 * Math.cos((Math.PI * x) / 2 + u),
    ]);
    expect(off(smooth, "periodic")!).toBeLessThan(1e-6);
    expect(off(smooth, "periodic")!).toBeGreaterThan(0);
  });
  test("is none where the flow is too rough, or not finite", () => {
    expect(
      off(
        flowOf((x) => [0.1 * Math.sin(40 * x), 0, 0]),
        "periodic",
      ),
    ).toBeNull();
    expect(
      off(
        flowOf((_x, _t, u) => [0, 0, u > 0.5 ? Number.NaN : 0]),
        "open",
      ),
    ).toBeNull();
  });
});
