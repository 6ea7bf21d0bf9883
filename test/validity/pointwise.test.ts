import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { normalise } from "../../src/data/chart.js";
import { openMachine } from "../../src/engine/machine.js";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { boxDomain } from "../../src/field/box.js";
import { knotPoints } from "../../src/field/spline.js";
import { dynamicsTask } from "../../src/task/dynamics.js";
import { functionTask } from "../../src/task/function.js";
import { invarianceEquations } from "../../src/validity/invariance.js";
import { jobs } from "../../src/validity/jobs.js";
import { type PointwiseEquations, pointwiseJob, pointwiseScores } from "../../src/validity/pointwise.js";
import { solutionEquations } from "../../src/validity/solutions.js";
import { gradientError } from "../differences.js";

const shapeOf = (dim: number) => boxDomain(new Array(dim).fill(-0.5), new Array(dim).fill(0.5), 5, 0.1);
/** Control points of a field linear in each normalised coordinate: the spline then is the field. */
const linear = (dim: number, field: (z: number[]) => number[]): Float64Array => {
  const knots = knotPoints(shapeOf(dim));
  return Float64Array.from(
    Array.from({ length: knots.length / dim }, (_, p) => field([...knots.subarray(p * dim, (p + 1) * dim)])).flat(),
  );
};
const score = (equations: PointwiseEquations, control: Float64Array, gradient = false) => {
  const dim = equations.points.length / equations.size.length;
  const indices = Int32Array.from(equations.size, (_, p) => p);
  return pointwiseJob.run(kernels, { shape: shapeOf(dim), equations }, { indices, control, gradient });
};
const relative = (equations: PointwiseEquations, control: Float64Array) =>
  Math.exp(score(equations, control).score[0]!);

const invariance = (text: string): PointwiseEquations => {
  const task = functionTask(kernels, { seed: 1, function: text, points: 80 });
  return invarianceEquations(task, task.points);
};
const solutions = (text: string): PointwiseEquations => {
  const task = dynamicsTask(kernels, { seed: 1, dynamics: text, points: 80, bounds: [-2, 2] });
  return solutionEquations(task, task.points);
};

test("the job is one that workers know", () => {
  expect(jobs).toContain(pointwiseJob);
});

describe("the score of spline fields", () => {
  test.each([
    ["a function of three coordinates", invariance("x*y + exp(z)")],
    ["a function of two", invariance("sin(3*x) + y^2")],
    ["dynamics", solutions("x' = p*t; p' = -x^3")],
  ])("%s: the gradient of each slot's score is that of its value", (_, equations) => {
    const dim = equations.points.length / equations.size.length;
    const draw = stream(3, "control");
    const control = Float64Array.from({ length: 2 * controlLength(shapeOf(dim)) }, () => draw.normal());
    const { gradient } = score(equations, control, true);
    const sum = (c: Float64Array): number => score(equations, c).score.reduce((a, b) => a + b, 0);
    expect(gradientError(sum, gradient, control, 7, 1e-5)).toBeLessThan(1e-8); // h² and rounding/h both ~1e-10
  });

  test("of x² + y²: the rotation is 0 to rounding, the radial field 1, and no size of a field matters", () => {
    const equations = invariance("x^2 + y^2");
    const rotation = linear(2, ([x, y]) => [-y!, x!]);
    expect(relative(equations, rotation)).toBeLessThan(1e-11);
    expect(
      relative(
        equations,
        linear(2, ([x, y]) => [x!, y!]),
      ),
    ).toBeCloseTo(1, 12);
    const other = linear(2, ([x, y]) => [1 + x!, y! - x!]);
    expect(relative(equations, other)).toBeCloseTo(
      relative(
        equations,
        other.map((c) => 7 * c),
      ),
      12,
    );
  });

  test("of the oscillator: rotation and scaling are 0 to rounding; another shear is not", () => {
    const equations = solutions("x' = p; p' = -x");
    expect(
      relative(
        equations,
        linear(3, ([, x, p]) => [0, p!, -x!]),
      ),
    ).toBeLessThan(1e-11);
    expect(
      relative(
        equations,
        linear(3, ([, x, p]) => [0, x!, p!]),
      ),
    ).toBeLessThan(1e-11);
    expect(
      relative(
        equations,
        linear(3, ([, x]) => [0, 0, x!]),
      ),
    ).toBeGreaterThan(0.3);
  });

  test("of dynamics: trivial fields τ (∂t + f·∂z) do not pass for symmetries, nor does ∂t outside its gauge", () => {
    const equations = solutions("x' = p; p' = -x");
    // t is a quarter of its normalised coordinate, as x and p are, so ∂t + f·∂z is (1, 4p, −4x) there over 4
    expect(
      relative(
        equations,
        linear(3, ([, x, p]) => [1, 4 * p!, -4 * x!]),
      ),
    ).toBeGreaterThan(0.1);
    expect(
      relative(
        equations,
        linear(3, () => [1, 0, 0]),
      ),
    ).toBeGreaterThan(0.5);
  });

  test("of x' = x: x ∂x is kept, t x ∂x is not, since fields may depend on t", () => {
    const equations = solutions("x' = x");
    expect(
      relative(
        equations,
        linear(2, ([, x]) => [0, x!]),
      ),
    ).toBeLessThan(1e-11);
    expect(
      relative(
        equations,
        linear(2, ([t, x]) => [0, t! * x!]),
      ),
    ).toBeGreaterThan(0.3);
  });

  test("of rates that depend on t: x' = t keeps ∂x, and not x ∂x", () => {
    const equations = solutions("x' = t");
    expect(
      relative(
        equations,
        linear(2, () => [0, 1]),
      ),
    ).toBeLessThan(1e-11);
    expect(
      relative(
        equations,
        linear(2, ([, x]) => [0, x!]),
      ),
    ).toBeGreaterThan(0.3);
  });
});

test("scores over all points are those of one shard, however many the points", async () => {
  const { pool } = await openMachine(nodeAdapter(), { workers: 0 });
  const task = functionTask(kernels, { seed: 1, function: "x^2 + 2*y^2 + x*y^3", points: 4099 }); // shards of 4096 and 3
  const equations = invarianceEquations(task, task.points);
  const steep = equations.points.subarray(2 * 4096); // whose points weigh on the sums
  const heavy = { ...equations, matrix: equations.matrix.map((m, i) => (i >= 2 * 4096 ? 30 * m : m)) };
  expect(steep).toHaveLength(6);
  const control = linear(2, ([x, y]) => [1 + x!, y! - x!]);
  const [all] = await pointwiseScores(pool, shapeOf(2), heavy, control);
  expect(all).toBeCloseTo(relative(heavy, control), 12);
});

test("points reach the equations normalised", () => {
  const task = functionTask(kernels, { seed: 1, function: "x*y", bounds: [2, 6], points: 60 });
  const { points } = invarianceEquations(task, task.points);
  expect(points.every((z, i) => z === normalise(task.chart, task.points)[i] && Math.abs(z) <= 0.5)).toBe(true);
});
