import { describe, expect, test } from "@jest/globals";
import { chartOf } from "../../src/data/chart.js";
import { initialData } from "../../src/data/initial.js";
import { simulate } from "../../src/data/simulate.js";
import type { SplineShape } from "../../src/engine/kernels.js";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { parse } from "../../src/expression/parse.js";
import { compile } from "../../src/expression/program.js";
import { type Traced, traceJob } from "../../src/validity/trace.js";

const equation = { name: "kdv", parameters: {} };
const data = simulate(
  kernels,
  {
    equation: equationOf(equation),
    length: 64,
    nx: 128,
    times: Float64Array.from({ length: 40 }, (_, j) => 5 + 0.2 * j),
    step: 0.05,
  },
  initialData(stream(3, "initial"), { sines: 6, lowest: 1, above: 2 }, 1, 128),
);
const chart = chartOf(data);
const state = traceJob.prepare(kernels, { equation, chart, data, step: 0.2, halfWidth: 3 });
const trace = (field: Traced | null, ...stops: number[]) =>
  traceJob.run(kernels, state, { trajectory: 0, stops: Float64Array.from(stops), field });
const formula = (components: string[], periodic = false): Traced => ({
  kind: "formula",
  program: compile(
    components.map((c) => parse(c)),
    ["x", "t", "u"],
  ),
  periodic,
});
const scaling = ["x", "3*t", "-2*u"];

describe("a trajectory traced along a field", () => {
  const floor = trace(null).score[0]!;

  test("is a strip with two ends where the field is not periodic: the scaling leaves it a solution, which as whole periods it is not", () => {
    expect(floor).toBeLessThan(0.02);
    expect(trace(formula(scaling), 0.1).score[0]! / floor).toBeLessThan(1.5);
    expect(trace(formula(scaling, true), 0.1).score[0]! / floor).toBeGreaterThan(3);
  });

  test("scores 1 where every cell has folded", () => {
    const { score, folded } = trace(formula(["10*x", "0", "0"]), 0.01, 1);
    expect(folded[0]).toBe(0);
    expect([score[1], folded[1]]).toEqual([1, 1]);
  });

  test("tells which share of its points left the ground of a spline", () => {
    const shape: SplineShape = {
      axes: [
        { kind: "periodic", lo: 0, hi: 1, knots: 4 },
        { kind: "open", lo: -0.1, hi: 1.1, knots: 4 },
        { kind: "open", lo: -9, hi: 9, knots: 4 },
      ],
      width: 3,
    };
    const control = Float64Array.from({ length: controlLength(shape) }, (_, i) => (i % 3 === 1 ? 1 : 0)); // ∂t, normalised
    const { outside } = trace({ kind: "spline", shape, control }, 0.05, 0.35);
    expect(outside).toBeGreaterThan(0.1); // at s = 0.35 a quarter of the times are beyond 1.1, at s = 0.05 none
    expect(outside).toBeLessThan(0.3);
    expect(trace({ kind: "spline", shape, control }, 0.05).outside).toBe(0);
    expect(trace(formula(scaling), 0.1).outside).toBe(0);
  });
});
