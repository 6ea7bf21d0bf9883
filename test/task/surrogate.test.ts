import { describe, expect, test } from "@jest/globals";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { legendreTables, productAt, productsOfDegree } from "../../src/task/legendre.js";
import { Regression } from "../../src/task/regression.js";
import { fitSurrogate } from "../../src/task/surrogate.js";

const uniform = (count: number, dim: number): Float64Array => {
  const draw = stream(4, `points/${dim}`);
  return Float64Array.from({ length: count * dim }, () => 3 * draw.uniform() - 1);
};
const valuesOf = (points: Float64Array, dim: number, f: (z: Float64Array) => number[]): Float64Array =>
  Float64Array.from(
    Array.from({ length: points.length / dim }, (_, p) => f(points.subarray(p * dim, (p + 1) * dim))).flat(),
  );
const largest = (a: ArrayLike<number>): number => Math.max(...Array.from(a, Math.abs));

describe("products of Legendre polynomials", () => {
  test("C(dim + d − 1, d) of each degree", () => {
    expect(productsOfDegree(3, 4).length).toBe(15);
    expect(productsOfDegree(3, 4).every((product) => product.reduce((a, b) => a + b) === 4)).toBe(true);
  });

  test("differentiate as their differences do, in physical units", () => {
    const box = { lo: Float64Array.of(-1, 2), hi: Float64Array.of(3, 2.5) };
    const at = (x: number, y: number, along: number) =>
      productAt(legendreTables(box, Float64Array.of(x, y), 6), [5, 3], along)[0]!;
    const h = 1e-5;
    expect(at(0.3, 2.2, 0)).toBeCloseTo((at(0.3 + h, 2.2, -1) - at(0.3 - h, 2.2, -1)) / (2 * h), 6);
    expect(at(0.3, 2.2, 1)).toBeCloseTo((at(0.3, 2.2 + h, -1) - at(0.3, 2.2 - h, -1)) / (2 * h), 4);
  });
});

describe("regression", () => {
  const draw = stream(1, "regression");
  const n = 30;
  const columns = [0, 1, 2].map(() => Float64Array.from({ length: n }, () => draw.normal()));
  const target = Float64Array.from({ length: n }, () => draw.normal());
  const regressed = (rows: readonly number[]): Regression => {
    const out = new Regression([Float64Array.from(rows, (i) => target[i]!)]);
    for (const column of columns) out.add(Float64Array.from(rows, (i) => column[i]!));
    return out;
  };
  const all = Array.from({ length: n }, (_, i) => i);

  test("its leave-one-out error is that of thirty fits, each without one sample", () => {
    const squares = all.map((i) => {
      const c = regressed(all.filter((j) => j !== i)).coefficients(0, 3);
      return (target[i]! - columns.reduce((sum, column, m) => sum + c[m]! * column[i]!, 0)) ** 2;
    });
    expect(regressed(all).leaveOneOut(0)).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b) / n), 12);
  });

  test("a dependent member is refused and changes nothing", () => {
    const regression = regressed(all);
    const before = regression.leaveOneOut(0);
    expect(regression.add(columns[0]!.map((x, i) => 2 * x - columns[2]![i]!))).toBe(false);
    expect([regression.members, regression.leaveOneOut(0)]).toEqual([3, before]);
  });

  test("the variance of a fitted value at a sample is the sample's leverage", () => {
    const regression = regressed(all);
    const leverages = all.map((i) => regression.variance(Float64Array.from(columns, (column) => column[i]!)));
    expect(leverages.reduce((a, b) => a + b)).toBeCloseTo(3, 12); // the trace of the projection
  });
});

describe("surrogate", () => {
  test("a polynomial is found again with its derivatives, to rounding, and its degree", () => {
    const points = uniform(400, 3);
    const values = valuesOf(points, 3, ([x, y, z]) => [x! ** 3 - 2 * x! * y! * z!, y!]);
    const fit = fitSurrogate(points, values, 3);
    expect(fit.degrees).toEqual([3, 1]);
    const { value, jacobian } = fit.jet(Float64Array.of(0.5, -0.25, 1));
    expect(largest(value.map((v, i) => v - [0.375, -0.25][i]!))).toBeLessThan(1e-12);
    expect(largest(jacobian.map((v, i) => v - [1.25, -1, 0.25, 0, 1, 0][i]!))).toBeLessThan(1e-11);
  });

  test("the error it reports of noisy samples is the noise's, and that of its derivatives within a factor of two", () => {
    const points = uniform(4000, 2);
    const gradient = (x: number, y: number) => [-2 * x * Math.exp(-x * x - y), -Math.exp(-x * x - y)];
    const clean = valuesOf(points, 2, ([x, y]) => [Math.exp(-x! * x! - y!)]);
    const draw = stream(3, "noise");
    const mean = clean.reduce((a, b) => a + b) / clean.length;
    const deviation = Math.sqrt(clean.reduce((sum, v) => sum + (v - mean) ** 2, 0) / clean.length);
    const fit = fitSurrogate(
      points,
      clean.map((v) => v + 0.05 * deviation * draw.normal()),
      2,
    );
    expect(fit.errors[0]).toBeGreaterThan(0.045);
    expect(fit.errors[0]).toBeLessThan(0.055);
    let [wrong, size] = [0, 0];
    fit.jet(points).jacobian.forEach((slope, i) => {
      const p = i - (i % 2);
      const exact = gradient(points[p]!, points[p + 1]!)[i % 2]!;
      wrong += (slope - exact) ** 2;
      size += exact ** 2;
    });
    const ratio = fit.slopeError / Math.sqrt(wrong / size);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test("an even function of high degree is not given up at the first odd degree that brings nothing", () => {
    const points = uniform(600, 1).map((x) => x - 0.5);
    const fit = fitSurrogate(
      points,
      points.map((x) => Math.cos(4 * x)),
      1,
    );
    expect(fit.errors[0]).toBeLessThan(1e-4);
  });

  test("samples on a line, or too few, are refused", () => {
    const line = valuesOf(uniform(200, 1), 1, ([x]) => [x!, 2 * x! + 1]);
    expect(() =>
      fitSurrogate(
        line,
        new Float64Array(200).map((_, i) => i),
        2,
      ),
    ).toThrow(InputError);
    expect(() =>
      fitSurrogate(
        uniform(6, 3),
        new Float64Array(6).map((_, i) => i),
        3,
      ),
    ).toThrow(/too few/);
  });
});
