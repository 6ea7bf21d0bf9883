import { describe, expect, test } from "@jest/globals";
import type { SplineShape } from "../../src/engine/kernels.js";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { type Stream, stream } from "../../src/engine/random.js";
import { lipschitz } from "../../src/learning/lipschitz.js";
import { type Orthogonality, orthogonalise } from "../../src/learning/orthogonality.js";
import { size } from "../../src/learning/size.js";
import { sobolev } from "../../src/learning/sobolev.js";
import { gradientError } from "../differences.js";

const shape: SplineShape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 4 },
    { kind: "open", lo: -0.1, hi: 1.1, knots: 5 },
    { kind: "open", lo: -1, hi: 1, knots: 4 },
  ],
  width: 3,
};
const SLOTS = 3;
const SIZE = 4 * 5 * 4 * 3;

const draws = (name: string, length: number): Float64Array => {
  const s: Stream = stream(5, name);
  return Float64Array.from({ length }, () => s.normal());
};
const places = (name: string, count: number): Float64Array => {
  const s: Stream = stream(5, name);
  return Float64Array.from({ length: 3 * count }, (_, i) => (i % 3 === 2 ? 2 * s.uniform() - 1 : s.uniform()));
};

describe("the terms a learner adds to the validity", () => {
  const raw = draws("control", SLOTS * SIZE);
  const points = places("points", 60);

  test("Lipschitz: the gradient is that of the value", () => {
    const near = points.map((p, i) => p + 0.05 * (1 + (i % 3)));
    const at = lipschitz(kernels, shape, points, near, raw, SLOTS, 1);
    expect(at.value).toBeGreaterThan(0);
    const error = gradientError(
      (c) => lipschitz(kernels, shape, points, near, c, SLOTS, 1).value,
      at.gradient,
      raw,
      7,
      1e-5,
    );
    expect(error).toBeLessThan(1e-7);
  });

  test("Lipschitz: fields below the bound are free", () => {
    const near = points.map((p) => p + 0.05);
    const { value, gradient } = lipschitz(kernels, shape, points, near, raw, SLOTS, 1e3);
    expect(value).toBe(0);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });

  test("size: the gradient is that of the value, and small outputs are free", () => {
    const large = raw.map((c, i) => c * (2 + 3 * Math.floor(i / SIZE))); // the first slot below the bound
    const at = size(large, SLOTS);
    expect(at.value).toBeGreaterThan(0.1);
    expect(gradientError((c) => size(c, SLOTS).value, at.gradient, large, 7, 1e-5)).toBeLessThan(1e-7);
    expect(at.gradient.subarray(0, SIZE).every((g) => g === 0)).toBe(true);
    expect(size(raw, SLOTS).value).toBe(0);
  });

  test("Sobolev: the gradient is that of the value, and a field constant in x costs nothing", () => {
    const at = sobolev(kernels, shape, points, raw, SLOTS);
    expect(
      gradientError((c) => sobolev(kernels, shape, points, c, SLOTS).value, at.gradient, raw, 7, 1e-5),
    ).toBeLessThan(1e-7);
    expect(sobolev(kernels, shape, points, new Float64Array(SLOTS * SIZE).fill(1), SLOTS).value).toBeLessThan(1e-20);
  });

  test.each<Orthogonality>(["projection", "penalty", "none"])("%s: slots come out unit over the points", (mode) => {
    const { control } = orthogonalise(kernels, shape, points, raw, SLOTS, mode);
    const values = valuesOf(control);
    for (const v of values) expect(inner(v, v)).toBeCloseTo(1, 12);
    if (mode === "projection") expect(Math.abs(inner(values[0]!, values[2]!))).toBeLessThan(1e-12);
  });

  // Earlier slots are stopped: the gradient in slot b is that of the loss with slots a < b held where they are.
  test.each<[Orthogonality, number]>([
    ["projection", 0],
    ["projection", 0.7],
    ["penalty", 0],
    ["penalty", 0.7],
    ["none", 0],
  ])("%s with weight %d: the pullback of each slot is its gradient with the earlier ones stopped", (mode, weight) => {
    const bar = draws("cotangent", raw.length);
    const gradient = orthogonalise(kernels, shape, points, raw, SLOTS, mode).pullback(bar, weight);
    for (let b = 0; b < SLOTS; b++) {
      const own = (c: Float64Array): Float64Array => c.subarray(b * SIZE, (b + 1) * SIZE);
      const loss = (slot: Float64Array): number => {
        const moved = raw.slice(0, (b + 1) * SIZE);
        moved.set(slot, b * SIZE);
        const made = orthogonalise(kernels, shape, points, moved, b + 1, mode);
        const before =
          b === 0 ? 0 : orthogonalise(kernels, shape, points, moved.subarray(0, b * SIZE), b, mode).penalty;
        return own(made.control).reduce((sum, c, i) => sum + c * own(bar)[i]!, 0) + weight * (made.penalty - before);
      };
      expect(gradientError(loss, own(gradient), own(raw), 7, 1e-5)).toBeLessThan(1e-7);
    }
  });

  test("penalty: nearly coinciding slots still feel a gradient; the arccos form would give none", () => {
    const twin = Float64Array.from([
      ...raw.subarray(0, SIZE),
      ...raw.subarray(0, SIZE).map((c, i) => c * (1 + 1e-7 * (i % 5))),
    ]);
    const made = orthogonalise(kernels, shape, points, twin, 2, "penalty");
    expect(made.penalty).toBeCloseTo(Math.PI / 2, 5);
    const gradient = made.pullback(new Float64Array(twin.length), 1).subarray(SIZE);
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-3);
  });

  function valuesOf(control: Float64Array): Float64Array[] {
    return Array.from({ length: SLOTS }, (_, b) => {
      const value = new Float64Array(points.length);
      kernels.splineValue(shape, control.subarray(b * SIZE, (b + 1) * SIZE), points, value);
      return value;
    });
  }
  const inner = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0) / 60;
});
