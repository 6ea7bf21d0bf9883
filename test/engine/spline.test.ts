import { describe, expect, test } from "@jest/globals";
import type { Axis, Real, SplineShape } from "../../src/engine/kernels.js";
import {
  AXES,
  distance,
  dot,
  type Engine,
  engines,
  instance,
  noise,
  open,
  oracle,
  periodic,
  type RealArray,
  scattered,
  size,
} from "./instance.js";

const COUNTS = [0, 1, 3, 4, 5, 300]; // 300: more than one block of an f32 gradient
const NUMBERS: readonly (readonly [string, RealArray, number])[] = [
  ["f64", Float64Array, 1e-12], // some hundred roundings of 1e-16
  ["f32", Float32Array, 1e-5], // a cell's coordinate is rounded to 1e-7 of the axis' turns and cells
];
const WIDTHS = [1, 2, 3, 4];
const UNIT = 1; // size of the control points: what differences are measured by where the answer is zero, as with one knot

const title = ({ axes, width }: SplineShape): string =>
  `${axes.map(({ kind, knots }) => `${kind} ${knots}`).join(" × ")}, width ${width}`;

/** Everything an engine says about a shape: value, jet, both adjoints (added to ones). */
function answers(engine: Engine, Type: RealArray, shape: SplineShape, n: number): Real[] {
  const dim = shape.axes.length;
  const control = Type.from(noise("control", size(shape)));
  const points = Type.from(scattered(shape.axes, n));
  const onValue = Type.from(noise("on value", n * shape.width));
  const onDerivative = Type.from(noise("on derivative", n * dim * shape.width));
  const [value, again, derivative] = [
    new Type(onValue.length),
    new Type(onValue.length),
    new Type(onDerivative.length),
  ];
  engine.splineValue(shape, control, points, value);
  engine.splineJet(shape, control, points, again, derivative);
  const [pulled, jetPulled] = [new Type(size(shape)).fill(1), new Type(size(shape)).fill(1)];
  engine.splinePullback(shape, points, onValue, pulled);
  engine.splineJetPullback(shape, points, onValue, onDerivative, jetPulled);
  return [value, again, derivative, pulled, jetPulled];
}

describe.each(engines.slice(1))("%s", (_, engine) => {
  test.each(NUMBERS)("agrees with the oracle on values, jets and their adjoints in %s", (_, Type, tolerance) => {
    for (const axes of AXES)
      for (const width of WIDTHS)
        for (const n of COUNTS) {
          const shape = { axes, width };
          const expected = answers(oracle, Type, shape, n);
          const far = answers(engine, Type, shape, n).map((answer, i) => distance(answer, expected[i]!, UNIT));
          expect([title(shape), n, far.map((d) => d <= tolerance)]).toEqual([title(shape), n, far.map(() => true)]);
        }
  });
});

describe.each(engines)("splines of the %s engine", (_, engine) => {
  test("are a partition of unity: ones give one, with derivative zero", () => {
    for (const axes of AXES) {
      const shape = { axes, width: 2 };
      const n = 50;
      const [value, derivative] = [new Float64Array(n * 2), new Float64Array(n * 2 * axes.length)];
      engine.splineJet(shape, new Float64Array(size(shape)).fill(1), scattered(axes, n), value, derivative);
      expect(Math.max(...value.map((v) => Math.abs(v - 1)))).toBeLessThan(1e-14); // rounding
      expect(Math.max(...derivative.map(Math.abs))).toBeLessThan(1e-13); // rounding times the cells per unit
    }
  });

  test("reproduce cubics between open ends, with their derivatives", () => {
    const axes = [open(5, -0.5, 1.3), open(4, 0, 2), open(7, -2, -1)];
    const cubics = [
      [0.3, -1, 0.7, 0.5],
      [1, 0.2, -0.4, 0.3],
      [-0.6, 0.1, 0.9, -0.2],
    ]; // Σ c_k z^k along each axis; the field is their product
    const controls = axes.map((axis, a) => Array.from({ length: axis.knots }, (_, i) => blossom(axis, cubics[a]!, i)));
    const control = Float64Array.from(
      controls[0]!.flatMap((x) => controls[1]!.flatMap((y) => controls[2]!.map((z) => x * y * z))),
    );
    const n = 40;
    const points = scattered(axes, n).map((z, i) => Math.min(Math.max(z, axes[i % 3]!.lo), axes[i % 3]!.hi)); // the ends too
    const [value, derivative] = [new Float64Array(n), new Float64Array(3 * n)];
    engine.splineJet({ axes, width: 1 }, control, points, value, derivative);
    const at = (p: number, a: number): number => cubics[a]!.reduce((sum, c, k) => sum + c * points[3 * p + a]! ** k, 0);
    const slope = (p: number, a: number): number =>
      cubics[a]!.reduce((sum, c, k) => sum + (k > 0 ? c * k * points[3 * p + a]! ** (k - 1) : 0), 0);
    const products = value.map((_, p) => at(p, 0) * at(p, 1) * at(p, 2));
    const slopes = derivative.map((_, i) => {
      const [p, a] = [Math.floor(i / 3), i % 3];
      return slope(p, a) * at(p, (a + 1) % 3) * at(p, (a + 2) % 3);
    });
    expect(distance(value, products)).toBeLessThan(1e-13); // rounding
    expect(distance(derivative, slopes)).toBeLessThan(1e-12); // rounding times the cells per unit
  });

  test("keep the end's value beyond an open end, with derivative zero", () => {
    const shape = { axes: [open(6, -1, 2), periodic(5)], width: 2 };
    const control = noise("control", size(shape));
    const jet = (x: number): { value: Float64Array; derivative: Float64Array } => {
      const [value, derivative] = [new Float64Array(2), new Float64Array(4)];
      engine.splineJet(shape, control, Float64Array.of(x, 0.3), value, derivative);
      return { value, derivative };
    };
    for (const [end, step] of [
      [-1, -1e-9],
      [2, 1e-9],
    ] as const) {
      const last = jet(end);
      for (const beyond of [end + step, end + 1e9 * step, end + 1e18 * step]) {
        expect(jet(beyond).value).toEqual(last.value);
        expect([...jet(beyond).derivative.subarray(0, 2)]).toEqual([0, 0]);
        expect(jet(beyond).derivative.subarray(2)).toEqual(last.derivative.subarray(2));
      }
      expect(last.derivative[0]).not.toBe(0); // at the end itself it is the inner one
    }
  });

  test("repeat with the period, and few knots are many knots repeated", () => {
    for (const knots of [1, 2, 3, 5]) {
      const control = noise("control", knots);
      const points = scattered([periodic(knots)], 60);
      const value = new Float64Array(60);
      engine.splineValue({ axes: [periodic(knots)], width: 1 }, control, points, value);
      const tiled = new Float64Array(60);
      const copies = Float64Array.from({ length: 6 * knots }, (_, i) => control[i % knots]!);
      engine.splineValue({ axes: [periodic(6 * knots, 0, 6)], width: 1 }, copies, points, tiled);
      expect(distance(tiled, value)).toBeLessThan(1e-14); // rounding
      const far = new Float64Array(60);
      for (const turns of [-1, -40, 1e6]) {
        engine.splineValue(
          { axes: [periodic(knots)], width: 1 },
          control,
          points.map((z) => z + turns),
          far,
        );
        expect(distance(far, value)).toBeLessThan(1e-15 * Math.max(10, 10 * knots * Math.abs(turns))); // the point's own rounding
      }
    }
  });

  test("have adjoints that satisfy ⟨B c, w⟩ = ⟨c, Bᵀ w⟩", () => {
    for (const axes of AXES) {
      const shape = { axes, width: 3 };
      const [value, again, derivative] = answers(engine, Float64Array, shape, 37) as Float64Array[];
      const [, , , pulled, jetPulled] = answers(engine, Float64Array, shape, 37).map((g) => g.map((x) => x - 1));
      const control = noise("control", size(shape));
      const onValue = noise("on value", 37 * 3);
      const onDerivative = noise("on derivative", 37 * axes.length * 3);
      const close = 1e-12 * 37 * 3 * axes.length * 20; // rounding of that many products, derivatives up to 20
      expect(Math.abs(dot(pulled!, control) - dot(value!, onValue))).toBeLessThan(close);
      const forward = dot(again!, onValue) + dot(derivative!, onDerivative);
      expect(Math.abs(dot(jetPulled!, control) - forward)).toBeLessThan(close);
    }
  });

  test.each(NUMBERS)("give NaN at points that are not finite, and only there, in %s", (_, Type, tolerance) => {
    for (const axes of AXES)
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const shape = { axes, width: 2 };
        const control = Type.from(noise("control", size(shape)));
        const points = Type.from(scattered(axes, 5));
        const dim = axes.length;
        const expected = new Type(10);
        engine.splineValue(shape, control, points, expected);
        for (let a = 0; a < dim; a++) {
          const spoiled = points.slice();
          spoiled[2 * dim + a] = bad;
          const [value, derivative] = [new Type(10), new Type(10 * dim)];
          engine.splineJet(shape, control, spoiled, value, derivative);
          expected.fill(Number.NaN, 4, 6);
          expect(distance(value, expected)).toBeLessThanOrEqual(tolerance);
          engine.splineValue(shape, control, spoiled, value);
          expect(distance(value, expected)).toBeLessThanOrEqual(tolerance);
        }
      }
  });

  test("say what is wrong with lengths and shapes", () => {
    const shape = { axes: [open(4)], width: 1 };
    const value =
      (axes: readonly Axis[], control: number, points: number, into: number): (() => void) =>
      () =>
        engine.splineValue(
          { axes, width: 1 },
          new Float64Array(control),
          new Float64Array(points),
          new Float64Array(into),
        );
    expect(value(shape.axes, 4, 3, 2)).toThrow("valueInto has 2 numbers; expected 3");
    expect(value(shape.axes, 5, 3, 3)).toThrow("control has 5 numbers; expected 4");
    expect(value([open(3)], 3, 3, 3)).toThrow("axis 0 is open and needs at least 4 knots, not 3");
    expect(value([open(4), open(4)], 16, 3, 3)).toThrow("no multiple of 2");
    expect(value([open(4, 1, 1)], 4, 1, 1)).toThrow("lo < hi");
    expect(value([], 1, 0, 0)).toThrow("1 to 3 axes, not 0");
  });
});

describe("the oracle's", () => {
  test("derivatives are central differences of its values", () => {
    for (const axes of AXES) {
      const shape = { axes, width: 2 };
      const dim = axes.length;
      const control = noise("control", size(shape));
      const n = 30;
      const h = 1e-5;
      const points = scattered(axes, n);
      const [value, derivative] = [new Float64Array(2 * n), new Float64Array(2 * n * dim)];
      oracle.splineJet(shape, control, points, value, derivative);
      const differences = new Float64Array(derivative.length);
      for (let a = 0; a < dim; a++) {
        const [up, down] = [h, -h].map((step) => {
          const out = new Float64Array(2 * n);
          oracle.splineValue(
            shape,
            control,
            points.map((z, i) => (i % dim === a ? z + step : z)),
            out,
          );
          return out;
        });
        for (let i = 0; i < 2 * n; i++)
          differences[(Math.floor(i / 2) * dim + a) * 2 + (i % 2)] = (up![i]! - down![i]!) / (2 * h);
      }
      expect(distance(derivative, differences, UNIT)).toBeLessThan(1e-7); // h² v''' and 1e-16/h, both below 1e-8 of the largest
    }
  });

  test("adjoints are its differences in each control point", () => {
    for (const axes of AXES) {
      const shape = { axes, width: 2 };
      const [, , , pulled, jetPulled] = answers(oracle, Float64Array, shape, 9).map((g) => g.map((x) => x - 1));
      const onValue = noise("on value", 9 * 2);
      const onDerivative = noise("on derivative", 9 * axes.length * 2);
      const points = scattered(axes, 9);
      const [byValue, byJet] = [new Float64Array(size(shape)), new Float64Array(size(shape))];
      for (let i = 0; i < byValue.length; i++) {
        const unit = new Float64Array(size(shape)); // values are linear in the control points: a unit one is the exact difference
        unit[i] = 1;
        const [value, derivative] = [new Float64Array(onValue.length), new Float64Array(onDerivative.length)];
        oracle.splineJet(shape, unit, points, value, derivative);
        byValue[i] = dot(value, onValue);
        byJet[i] = dot(value, onValue) + dot(derivative, onDerivative);
      }
      expect(distance(pulled!, byValue)).toBeLessThan(1e-13); // rounding
      expect(distance(jetPulled!, byJet)).toBeLessThan(1e-13);
    }
  });
});

test("points that are not finite leave memory outside the call untouched", () => {
  const { arena, engine } = instance("release");
  const guard = noise("guard", 4096);
  const below = arena.put(guard);
  for (const axes of AXES)
    for (const Type of [Float32Array, Float64Array]) {
      const shape = { axes, width: 4 };
      const points = Type.from(
        scattered(axes, 8).map((z, i) => [z, Number.NaN, Number.POSITIVE_INFINITY, -1e300][i % 4]!),
      );
      engine.splinePullback(shape, points, new Type(32).fill(1), new Type(size(shape)));
      const held = new Float64Array(guard.length);
      arena.get(below, held);
      expect(held).toEqual(guard);
    }
});

/** Control point i of a cubic along an open axis: its polar form at the three knots around (Ramshaw 1989). */
function blossom({ lo, hi, knots }: Axis, cubic: readonly number[], i: number): number {
  const h = (hi - lo) / (knots - 3);
  const [a, b, c] = [lo + (i - 2) * h, lo + (i - 1) * h, lo + i * h];
  const polar = [1, (a + b + c) / 3, (a * b + b * c + c * a) / 3, a * b * c];
  return cubic.reduce((sum, coefficient, k) => sum + coefficient * polar[k]!, 0);
}
