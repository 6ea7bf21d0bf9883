import { describe, expect, test } from "@jest/globals";
import { chartOf } from "../../src/data/chart.js";
import { initialData } from "../../src/data/initial.js";
import { simulate } from "../../src/data/simulate.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import type { SplineShape } from "../../src/engine/kernels.js";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { gridScore } from "../../src/validity/deformed.js";
import { type FlowOptions, flowDefaults, flowJob } from "../../src/validity/flow.js";
import { absolute } from "../../src/validity/residual.js";
import { drawSnapshots } from "../../src/validity/selection.js";
import { tangentJob } from "../../src/validity/tangent.js";
import { gradientError } from "../differences.js";

const data: Trajectories = simulate(
  kernels,
  {
    equation: equationOf({ name: "kdv", parameters: {} }),
    length: 64,
    nx: 128,
    times: Float64Array.from({ length: 40 }, (_, j) => 5 + 0.4 * j),
    step: 0.05,
  },
  initialData(stream(3, "initial"), { sines: 6, lowest: 1, above: 3 }, 2, 128),
);
const chart = chartOf(data);
const shape: SplineShape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 5 },
    { kind: "open", lo: -0.6, hi: 1.6, knots: 5 },
    { kind: "open", lo: -1.5, hi: 1.5, knots: 5 },
  ],
  width: 3,
};
const size = controlLength(shape);
const draws = (name: string, count: number): Float64Array => {
  const s = stream(3, name);
  return Float64Array.from({ length: count }, () => 0.3 * s.normal());
};

describe("tangent score", () => {
  const snapshots = drawSnapshots(kernels, equationOf({ name: "kdv", parameters: {} }), chart, data, 6, stream(3, "s"));
  const state = { shape, snapshots };
  const run = (control: Float64Array, gradient: boolean) =>
    tangentJob.run(kernels, state, { indices: Int32Array.of(0, 2, 5), control, epsilon2: 1e-6, gradient });

  test("the gradient of each slot's log score is that of its value", () => {
    const control = draws("two", 2 * size);
    const { gradient } = run(control, true);
    const sum = (c: Float64Array): number => run(c, false).score.reduce((a, b) => a + b, 0);
    expect(gradientError(sum, gradient, control, 11, 1e-5)).toBeLessThan(1e-7); // h² and rounding/h both ~1e-10
  });

  test("∂x and ∂t score below 1e-6, u ∂u above 0.1, whatever the snapshot", () => {
    const constant = (c: number): number[] => Array.from({ length: size }, (_, i) => (i % 3 === c ? 1 : 0));
    const stretch = Array.from({ length: size }, (_, i) => (i % 3 === 2 ? (Math.floor(i / 3) % 5) - 2 : 0)); // control points of u, centred
    const { score } = run(Float64Array.from([...constant(0), ...constant(1), ...stretch]), false);
    expect(Math.exp(score[0]!)).toBeLessThan(1e-6); // aliasing of u u_x beyond the low-pass
    expect(Math.exp(score[1]!)).toBeLessThan(1e-6);
    expect(Math.exp(score[2]!)).toBeGreaterThan(0.1);
  });
});

describe("tangent score of the heat equation", () => {
  test("u ∂u scores below 1e-6: the field's slope in u enters D_t Q with u's own rate", () => {
    const heat = equationOf({ name: "heat", parameters: { nu: 0.5 } });
    const centred = { ...chart, offset: Float64Array.of(0, 0, 0) };
    const snapshots = drawSnapshots(kernels, heat, centred, data, 6, stream(3, "s"));
    const control = Float64Array.from({ length: size }, (_, i) => (i % 3 === 2 ? (Math.floor(i / 3) % 5) - 2 : 0));
    const args = { indices: Int32Array.of(0, 1), control, epsilon2: 1e-6, gradient: false };
    const { score } = tangentJob.run(kernels, { shape, snapshots }, args);
    expect(Math.exp(score[0]!)).toBeLessThan(1e-6);
  });
});

test.each([0, 64])(
  "no cell of a grid at rest has folded, and with period %d none is scored where stencils do not reach",
  (period) => {
    const grid = { nt: 24, nx: 32, components: 1, period, order: 3, halfWidth: 3 } as const;
    const points = new Float64Array(24 * 32 * 3);
    for (let j = 0; j < 24; j++)
      for (let i = 0; i < 32; i++) points.set([2 * i, 0.4 * j, Math.sin((Math.PI * i) / 16)], (j * 32 + i) * 3);
    const kdv = equationOf({ name: "kdv", parameters: {} });
    const { folded, excess } = gridScore(kernels, kdv, grid, points, 0.8, null, absolute(kernels));
    expect([folded, excess]).toEqual([0, 0]);
  },
);

describe("the charge for folded cells", () => {
  test("has the gradient of the mean excess beyond the bounds", () => {
    const grid = { nt: 24, nx: 32, components: 1, period: 0, order: 3, halfWidth: 3 } as const;
    const points = new Float64Array(24 * 32 * 3); // u = 0: no residual, so that only the charge is left
    for (let j = 0; j < 24; j++) {
      for (let i = 0; i < 32; i++) {
        points.set(
          [0.5 * i + 1.2 * Math.sin(0.9 * i + 0.2 * j), 0.4 * j + 0.2 * Math.cos(0.7 * i), 0],
          (j * 32 + i) * 3,
        );
      }
    }
    const at = (p: Float64Array) =>
      gridScore(kernels, equationOf({ name: "kdv", parameters: {} }), grid, p, 0.2, 1, absolute(kernels));
    const { excess, folded, pointsBar } = at(points);
    expect(folded).toBeGreaterThan(0.05);
    expect(excess).toBeGreaterThan(0);
    const error = gradientError((p) => at(p).excess, pointsBar!, points, 53, 1e-6); // few cells cross a bound within 1e-6
    expect(error).toBeLessThan(1e-6);
  });
});

describe.each([
  ["absolute", 32, 1e-5], // |Δ| has kinks: a step of 1e-6 moves few cells across one; those that it does move cost ~1e-6 of the gradient
  ["weak", data.nx, 1e-6],
] as const)("flow score by the %s residual", (residual, nx, tolerance) => {
  const options: FlowOptions = { ...flowDefaults, residual, nx, nt: 32, precision: "f64" };
  const prepare = (o: FlowOptions) =>
    flowJob.prepare(kernels, { shape, equation: { name: "kdv", parameters: {} }, chart, data, options: o });
  const run = (o: FlowOptions, control: Float64Array, gradient: boolean) =>
    flowJob.run(kernels, prepare(o), {
      trajectory: 1,
      column: 110,
      row: 4,
      stops: Float64Array.of(0.1, 0.2),
      control,
      gradient,
    });

  test("the gradient of log score and charges is that of their value, in f64", () => {
    const control = draws("one", size);
    const { gradient } = run(options, control, true);
    const value = (c: Float64Array): number => {
      const { score, charge } = run(options, c, false);
      return score + charge;
    };
    expect(gradientError(value, gradient, control, 29, 1e-6)).toBeLessThan(tolerance);
  });

  test("a field that folds the grid and leaves its ground is charged, with a gradient", () => {
    const control = draws("folding", size).map((c) => 12 * c);
    const { charge, folded, gradient } = run(options, control, true);
    expect(folded).toBeGreaterThan(0.1);
    expect(charge).toBeGreaterThan(0);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  test("`auto` flows in f32 up to third order and in f64 from fourth order on", () => {
    const control = draws("one", size);
    const score = (name: string, precision: FlowOptions["precision"]): number => {
      const setup = { shape, equation: { name, parameters: {} }, chart, data, options: { ...options, precision } };
      const args = { trajectory: 0, column: 0, row: 0, stops: Float64Array.of(0.1), control, gradient: false };
      return flowJob.run(kernels, flowJob.prepare(kernels, setup), args).score;
    };
    for (const [name, chosen, other] of [
      ["kdv", "f32", "f64"],
      ["ks", "f64", "f32"],
    ] as const) {
      expect(score(name, "auto")).toBe(score(name, chosen));
      expect(score(name, "auto")).not.toBe(score(name, other));
    }
  });

  test("for KdV f32 changes the score by less than a tenth of the floor, and the gradient by 1e-3 of its largest entry", () => {
    const smooth = Float64Array.from({ length: size }, (_, i) => [0.3, 0.2, 0.1][i % 3]!);
    const at = (precision: "f32" | "f64", control: Float64Array) => run({ ...options, precision }, control, true);
    const [single, double] = [at("f32", smooth), at("f64", smooth)];
    expect(Math.abs(Math.exp(single.score) - Math.exp(double.score))).toBeLessThan(0.1 * Math.exp(double.score));
    const wild = draws("one", size);
    const [g, h] = [at("f32", wild).gradient, at("f64", wild).gradient];
    const largest = Math.max(...h.map(Math.abs));
    expect(Math.max(...g.map((x, i) => Math.abs(x - h[i]!))) / largest).toBeLessThan(1e-3);
  });
});
