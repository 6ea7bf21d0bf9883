import { describe, expect, test } from "@jest/globals";
import type { Axis, FlowPlan, Real } from "../../src/engine/kernels.js";
import {
  AXES,
  distance,
  dot,
  type Engine,
  engines,
  noise,
  open,
  oracle,
  periodic,
  type RealArray,
  scattered,
  size,
} from "./instance.js";

const COUNTS = [0, 1, 3, 4, 5, 301]; // 301: more than one block of an f32 gradient, and odd
const NUMBERS: readonly (readonly [string, RealArray, number])[] = [
  ["f64", Float64Array, 1e-12], // roundings of 1e-16 along some hundred evaluations
  ["f32", Float32Array, 1e-5], // rounding of each step's state to 6e-8, of gradients in blocks
];
const STOPS = [
  [
    [0.1, 0.25],
    [2, 1],
  ],
  [
    [-0.05, -0.3, -0.31],
    [1, 3, 1],
  ],
] as const;

const planOf = (axes: readonly Axis[], stops: readonly number[], substeps: readonly number[]): FlowPlan => ({
  shape: { axes, width: axes.length },
  stops: Float64Array.from(stops),
  substeps: Int32Array.from(substeps),
});

const controlOf = (plan: FlowPlan): Float64Array => noise("control", size(plan.shape), 0.3);

function flow(engine: Engine, plan: FlowPlan, control: Float64Array, points: Float64Array): Float64Array {
  const moved = new Float64Array(plan.stops.length * points.length);
  engine.flow(plan, control, points, moved);
  return moved;
}

/** Everything an engine says about a flow: where it goes, and the adjoint in control points and points, each added to ones. */
function answers(engine: Engine, Type: RealArray, plan: FlowPlan, n: number): Real[] {
  const control = Type.from(controlOf(plan));
  const points = Type.from(scattered(plan.shape.axes, n));
  const onMoved = Type.from(noise("on moved", plan.stops.length * points.length));
  const moved = new Type(onMoved.length);
  engine.flow(plan, control, points, moved);
  const [onControl, alone, onPoints] = [control, control, points].map((like) => new Type(like.length).fill(1));
  engine.flowPullback(plan, control, points, onMoved, onControl!, onPoints);
  engine.flowPullback(plan, control, points, onMoved, alone!);
  return [moved, onControl!, alone!, onPoints!];
}

describe.each(engines.slice(1))("%s", (_, engine) => {
  test.each(NUMBERS)("agrees with the oracle on flows and their adjoints in %s", (_, Type, tolerance) => {
    for (const axes of AXES)
      for (const [stops, substeps] of STOPS)
        for (const n of COUNTS) {
          const plan = planOf(axes, stops, substeps);
          const expected = answers(oracle, Type, plan, n);
          const far = answers(engine, Type, plan, n).map((answer, i) => distance(answer, expected[i]!));
          const label = axes.map(({ kind, knots }) => `${kind} ${knots}`).join(" × ");
          expect([label, n, far.map((d) => d <= tolerance)]).toEqual([label, n, far.map(() => true)]);
        }
  });
});

test("the f32 gradient of 16384 points is within 1e-5 of the double one of the same inputs", () => {
  const plan = planOf([periodic(12), open(8, -0.6, 1.6), open(8, -1.5, 1.5)], [0.2, 0.4], [2, 2]);
  const n = 16384;
  const control = Float32Array.from(controlOf(plan));
  const points = Float32Array.from(scattered([periodic(1), open(4, 0.3, 0.7), open(4, -0.3, 0.3)], n));
  const onMoved = Float32Array.from(noise("on moved", 2 * points.length, 1), (x) => 1 + x / 2); // nearly one sign: sums grow
  const expected = new Float64Array(control.length);
  oracle.flowPullback(
    plan,
    Float64Array.from(control),
    Float64Array.from(points),
    Float64Array.from(onMoved),
    expected,
  );
  const came = new Float32Array(control.length);
  engines[1]![1].flowPullback(plan, control, points, onMoved, came);
  expect(distance(came, expected)).toBeLessThan(1e-5);
});

/** Control points of the affine field z ↦ A z + b: a spline reproduces degree one, with the field's values at the knots. */
function affine(axes: readonly Axis[], A: readonly (readonly number[])[], b: readonly number[]): Float64Array {
  const along = axes.map(({ lo, hi, knots }) =>
    Array.from({ length: knots }, (_, i) => lo + ((i - 1) * (hi - lo)) / (knots - 3)),
  );
  const places = along.reduce<number[][]>((rows, knots) => rows.flatMap((row) => knots.map((z) => [...row, z])), [[]]);
  return Float64Array.from(
    places.flatMap((z) => A.map((row, c) => b[c]! + row.reduce((sum, a, k) => sum + a * z[k]!, 0))),
  );
}

/** exp(s M) by its series: enough terms for |s M| < 1. */
function exponential(M: readonly (readonly number[])[], s: number): number[][] {
  const identity: number[][] = M.map((_, i) => M.map((_, j) => (i === j ? 1 : 0)));
  let sum = identity;
  let term = identity;
  for (let k = 1; k < 30; k++) {
    term = term.map((row) => M.map((_, j) => row.reduce((t, x, l) => t + (x * M[l]![j]! * s) / k, 0)));
    sum = sum.map((row, i) => row.map((x, j) => x + term[i]![j]!));
  }
  return sum;
}

describe.each(engines)("flows of the %s engine", (_, engine) => {
  const axes = [open(4, -4, 4), open(5, -4, 4), open(6, -4, 4)];
  const A = [
    [0.3, -0.8, 0.1],
    [0.9, -0.2, 0.2],
    [-0.1, 0.4, -0.5],
  ];
  const b = [0.2, -0.1, 0.3];
  const control = affine(axes, A, b);
  const points = noise("start", 3 * 7, 0.3);
  const extended = [...A.map((row, i) => [...row, b[i]!]), [0, 0, 0, 0]]; // exp of it carries the offset along
  const exact = (s: number): Float64Array => {
    const E = exponential(extended, s);
    return points.map((_, i) => {
      const z = [...points.subarray(3 * Math.floor(i / 3), 3 * Math.floor(i / 3) + 3), 1];
      return E[i % 3]!.reduce((sum, e, k) => sum + e * z[k]!, 0);
    });
  };
  const error = (substeps: number): number =>
    distance(flow(engine, planOf(axes, [0.8], [substeps]), control, points), exact(0.8));

  test("of an affine field follow the exponential of its matrix, to fourth order", () => {
    expect(error(64)).toBeLessThan(1e-9);
    const order = Math.log2(error(4) / error(8));
    expect(order).toBeGreaterThan(3.8);
    expect(order).toBeLessThan(4.2);
  });

  test("of an affine field have the transposed exponential as their adjoint in the points", () => {
    const plan = planOf(axes, [0.8], [64]);
    const onMoved = noise("on moved", points.length);
    const onPoints = new Float64Array(points.length);
    engine.flowPullback(plan, control, points, onMoved, new Float64Array(control.length), onPoints);
    const E = exponential(A, 0.8);
    const expected = points.map((_, i) =>
      E.reduce((sum, row, c) => sum + row[i % 3]! * onMoved[3 * Math.floor(i / 3) + c]!, 0),
    );
    expect(distance(onPoints, expected)).toBeLessThan(1e-9); // as the flow itself
  });

  test("lead there and back", () => {
    const box = [periodic(7), open(5), open(6, -1.1, 1)];
    const start = scattered([periodic(1), open(4, 0.3, 0.6), open(4, -0.2, 0.2)], 20);
    const field = controlOf(planOf(box, [], []));
    const there = flow(engine, planOf(box, [0.4], [200]), field, start);
    const back = flow(engine, planOf(box, [-0.4], [200]), field, there);
    expect(distance(there, start)).toBeGreaterThan(0.05);
    expect(distance(back, start)).toBeLessThan(1e-9); // 200 steps of fourth order, smooth to second derivatives only
  });

  test("stop where a plan stops, whatever comes after", () => {
    const box = [periodic(7), open(5)];
    const start = scattered(box, 6);
    const field = controlOf(planOf(box, [], []));
    const all = flow(engine, planOf(box, [0.1, 0.3], [2, 4]), field, start);
    expect(all.subarray(0, start.length)).toEqual(flow(engine, planOf(box, [0.1], [2]), field, start));
    expect(distance(all.subarray(start.length), flow(engine, planOf(box, [0.3], [6]), field, start))).toBeLessThan(
      1e-14,
    ); // rounding of the step
  });

  test("carry periodic coordinates on past the period", () => {
    const moved = flow(
      engine,
      planOf([periodic(5)], [3], [4]),
      new Float64Array(5).fill(0.7),
      Float64Array.of(0.5, -7),
    );
    expect(distance(moved, Float64Array.of(2.6, -4.9))).toBeLessThan(1e-14); // rounding
  });

  test("keep a point that is not finite to itself", () => {
    for (const box of AXES) {
      const plan = planOf(box, [0.2], [2]);
      const dim = box.length;
      const start = scattered(box, 5);
      const expected = flow(engine, plan, controlOf(plan), start).fill(Number.NaN, 2 * dim, 3 * dim);
      start[2 * dim] = Number.POSITIVE_INFINITY;
      const moved = flow(engine, plan, controlOf(plan), start);
      moved.fill(Number.NaN, 2 * dim, 3 * dim);
      expect(moved).toEqual(expected);
    }
  });

  test("have gradients that a sum of directional differences confirms", () => {
    for (const box of AXES) {
      const plan = planOf(box, ...STOPS[0]);
      const n = 11;
      const [, , , onPoints] = answers(engine, Float64Array, plan, n).map((g) => g.map((x) => x - 1));
      const [, onControl] = answers(engine, Float64Array, plan, n).map((g) => g.map((x) => x - 1));
      const start = scattered(box, n);
      const onMoved = noise("on moved", 2 * start.length);
      const [alongControl, alongPoints] = [
        noise("along control", onControl!.length),
        noise("along points", start.length),
      ];
      const h = 1e-5;
      const [up, down] = [h, -h].map((step) => {
        const field = controlOf(plan).map((c, i) => c + step * alongControl[i]!);
        return dot(
          flow(
            engine,
            plan,
            field,
            start.map((z, i) => z + step * alongPoints[i]!),
          ),
          onMoved,
        );
      });
      const expected = dot(onControl!, alongControl) + dot(onPoints!, alongPoints);
      const size = Math.hypot(...onControl!) * Math.hypot(...alongControl) + Math.hypot(...onPoints!);
      expect(Math.abs((up! - down!) / (2 * h) - expected)).toBeLessThan(1e-7 * size); // h² and 1e-16/h
    }
  });

  test("say what is wrong with plans", () => {
    const call = (plan: FlowPlan) => () =>
      engine.flow(plan, new Float64Array(size(plan.shape)), new Float64Array(0), new Float64Array(0));
    expect(call(planOf([open(4)], [0.1], [0]))).toThrow("stop 0 has 0 substeps; pass at least 1");
    expect(call(planOf([open(4)], [0.1], []))).toThrow("1 stops but 0 substep counts");
    expect(call({ ...planOf([open(4)], [], []), shape: { axes: [open(4)], width: 2 } })).toThrow(
      "as many components as axes",
    );
  });
});

test("the oracle's adjoint is its differences in each control point and each coordinate", () => {
  for (const axes of AXES) {
    const plan = planOf(axes, ...STOPS[1]);
    const n = 4;
    const [, onControl, , onPoints] = answers(oracle, Float64Array, plan, n).map((g) => g.map((x) => x - 1));
    const control = controlOf(plan);
    const start = scattered(axes, n);
    const onMoved = noise("on moved", 3 * start.length);
    const h = 1e-5;
    const differences = (of: Float64Array, at: (changed: Float64Array) => Float64Array): Float64Array =>
      of.map((x, i) => {
        const [up, down] = [x + h, x - h].map((value) => {
          const changed = of.slice();
          changed[i] = value;
          return dot(at(changed), onMoved);
        });
        return (up! - down!) / (2 * h);
      });
    const byControl = differences(control, (changed) => flow(oracle, plan, changed, start));
    const byPoints = differences(start, (changed) => flow(oracle, plan, control, changed));
    expect(distance(onControl!, byControl)).toBeLessThan(1e-7); // h² f''' and 1e-16/h
    expect(distance(onPoints!, byPoints)).toBeLessThan(1e-7);
  }
});
