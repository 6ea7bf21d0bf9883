import { describe, expect, test } from "@jest/globals";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { parse } from "../../src/expression/parse.js";
import { compile } from "../../src/expression/program.js";
import { certifyDrift } from "../../src/reading/drift.js";
import { functionTask } from "../../src/task/function.js";
import { drift } from "../../src/validity/drift.js";
import type { Traced } from "../../src/validity/trace.js";

const task = functionTask(kernels, { seed: 1, function: "x^2 + y^2", points: 400 });
const formula = (...components: string[]): Traced => ({
  kind: "formula",
  program: compile(
    components.map((text) => parse(text)),
    ["x", "y"],
  ),
  periodic: false,
});
const stops = [0.1, 0.2, 0.4];
const rotation = formula("-2.4*y", "2.4*x"); // of norm 1 in units of the box, as the others
const radial = formula("2.4*x", "2.4*y");
const nearly = formula("-2.4*y + 0.15*x", "2.4*x");

describe("the drift of a function along a flow", () => {
  test("is 0 to the step's error for the rotation, over both signs, and points that leave the box are told", () => {
    for (const sign of [1, -1]) {
      const { score, worst, outside } = drift(
        kernels,
        task,
        rotation,
        Float64Array.from(stops, (s) => sign * s),
        0.05,
      );
      expect(Math.max(...score, ...worst)).toBeLessThan(1e-4); // 2.4⁵ · 0.05⁴ · 0.4/120
      expect(outside).toBeGreaterThan(0.05); // corners of the square turn out of it
      expect(outside).toBeLessThan(0.3);
    }
  });

  test("of a radial field grows with s as the radius does: f by exp(4.8 s) − 1 at points that stay", () => {
    const [first] = drift(kernels, task, radial, Float64Array.of(-0.1), 0.02).score; // inwards: all stay
    const f = task.map.value(task.held);
    const mean = f.reduce((a, b) => a + b) / f.length;
    const spread = f.reduce((sum, v) => sum + Math.abs(v - mean), 0) / f.length;
    expect(first).toBeCloseTo(((1 - Math.exp(-0.48)) * mean) / spread, 6);
  });

  test("its worst is that of the eighth of the points that fares worst", () => {
    const { score, worst } = drift(kernels, task, radial, Float64Array.of(-0.1), 0.02);
    const f = task.map.value(task.held);
    const share = f.length / 8;
    const eighths = Array.from({ length: 8 }, (_, g) =>
      f
        .subarray(Math.floor(g * share), Math.floor((g + 1) * share))
        .reduce((sum, v, _, all) => sum + v / all.length, 0),
    );
    const mean = f.reduce((a, b) => a + b) / f.length;
    expect(worst[0]! / score[0]!).toBeCloseTo(Math.max(...eighths) / mean, 6); // all stay, and f shrinks by one factor
    expect(worst[0]).toBeGreaterThan(1.05 * score[0]!);
  });

  test("a field that takes every point out of the box scores 1", () => {
    const { score, outside } = drift(kernels, task, formula("1000", "0"), Float64Array.of(0.4), 0.1);
    expect([score[0], outside]).toEqual([1, 1]);
  });
});

const candidates = (tangent: number[], fields: Traced[]) => ({
  fields,
  tangent,
  controls: [radial, formula("1.2", "1.2*y")],
  controlTangent: [0.6, 0.8],
});
const { fields, control, floor, tangentControl } = await certifyDrift(
  kernels,
  task,
  candidates([1e-12, 0.9, 0.2, 1e-12], [rotation, radial, nearly, radial]),
  { stops, step: 0.05 },
);

describe("the certificate of a function's symmetries", () => {
  test("accepts the rotation, rejects the radial field, even one whose tangent score were good", () => {
    expect(fields.map(({ verdict }) => verdict).filter((_, b) => b !== 2)).toEqual([
      "accepted",
      "rejected",
      "rejected",
    ]);
  });

  test("calls a field within five times the bounds approximate", () => {
    expect(fields[2]!.verdict).toBe("approximate");
  });

  test("reports both signs of s, the control beside them, and a floor of 0", () => {
    expect(fields[0]!.flow.map(({ s }) => s)).toEqual([-0.4, -0.2, -0.1, 0.1, 0.2, 0.4]);
    expect(control.map(({ s }) => s)).toEqual([-0.4, -0.2, -0.1, 0.1, 0.2, 0.4]);
    expect(floor).toBe(0);
    expect(tangentControl).toBeCloseTo(0.7, 12);
  });
});
