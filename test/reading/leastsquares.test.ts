import { describe, expect, test } from "@jest/globals";
import { inverse, Matrix, solve } from "ml-matrix";
import { stream } from "../../src/engine/random.js";
import { LeastSquares } from "../../src/reading/leastsquares.js";

const draw = stream(4, "least squares");
const vector = (): Float64Array => Float64Array.from({ length: 30 }, () => draw.normal());
const columns = [vector(), vector(), vector(), vector()];
const target = vector();
const X = (count: number): Matrix => new Matrix(columns.slice(0, count).map((c) => [...c])).transpose();

describe("least squares", () => {
  const squares = new LeastSquares(columns);
  const { coordinates, left, rest } = squares.project(target);

  test("coefficients are those of ml-matrix", () => {
    const expected = solve(X(4), Matrix.columnVector([...target])).getColumn(0);
    squares.solve(coordinates).forEach((c, i) => void expect(c).toBeCloseTo(expected[i]!, 12));
  });

  test("every leading set of columns leaves what a fit by them alone leaves", () => {
    expect(left[0]!).toBeCloseTo(Math.hypot(...target), 12);
    for (let count = 1; count <= 4; count++) {
      const b = Matrix.columnVector([...target]);
      const residual = Matrix.sub(b, X(count).mmul(solve(X(count), b)));
      expect(left[count]!).toBeCloseTo(residual.norm(), 12);
    }
    expect(Math.hypot(...rest)).toBeCloseTo(left[4]!, 12);
  });

  test("errors are those of the normal equations' inverse", () => {
    const covariance = inverse(X(4).transpose().mmul(X(4)));
    for (let i = 0; i < 4; i++) expect(squares.error(i)).toBeCloseTo(Math.sqrt(covariance.get(i, i)), 12);
    const d = Float64Array.of(1, -2, 0.5, 3);
    const row = Matrix.rowVector([...d]);
    expect(squares.spread(d)).toBeCloseTo(Math.sqrt(row.mmul(covariance).mmul(row.transpose()).get(0, 0)), 12);
  });

  test("a dependent column gets coefficient 0 and is refused by `append`", () => {
    const sum = columns[0]!.map((v, i) => v + 2 * columns[1]![i]!);
    const dependent = new LeastSquares([columns[0]!, columns[1]!, sum, columns[2]!]);
    const solved = dependent.solve(dependent.project(target).coordinates);
    expect(solved[2]).toBe(0);
    const three = new LeastSquares(columns.slice(0, 3));
    const expected = three.solve(three.project(target).coordinates);
    [solved[0]!, solved[1]!, solved[3]!].forEach((c, i) => void expect(c).toBeCloseTo(expected[i]!, 10));
    expect(three.append(sum, 1e-10)).toBe(false);
    expect(three.basis).toHaveLength(3);
    expect(three.append(columns[3]!, 1e-10)).toBe(true);
  });

  test("the basis stays orthonormal where columns nearly coincide", () => {
    const near = columns.map((c) => target.map((v, i) => v + 1e-9 * c[i]!));
    const { basis } = new LeastSquares(near);
    const products = basis.flatMap((a, i) => basis.slice(0, i).map((b) => a.reduce((sum, v, n) => sum + v * b[n]!, 0)));
    expect(Math.max(...products.map(Math.abs))).toBeLessThan(1e-14);
  });
});
