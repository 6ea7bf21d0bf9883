import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chartOf } from "../../src/data/chart.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import type { SplineShape } from "../../src/engine/kernels.js";
import { controlLength } from "../../src/engine/shape.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { parse } from "../../src/expression/parse.js";
import { formulaGenerators, type Generators, splineGenerators } from "../../src/flow/generators.js";
import { simulate } from "../../src/simulate.js";
import { randomAmounts } from "../../src/use/amounts.js";
import { type Resampled, resample } from "../../src/use/resample.js";
import { gridScore } from "../../src/validity/deformed.js";
import { absolute } from "../../src/validity/residual.js";

const kernels = await simdKernels();
const kdv = equationOf({ name: "kdv", parameters: {} });
const whole = await simulate({ task: "kdv", seed: 1, trajectories: 2, workers: 0 }, nodeAdapter());
const ROWS = 64; // of 140: the rest would say the same
const data: Trajectories = {
  ...whole,
  nt: ROWS,
  t: whole.t.slice(0, ROWS),
  u: whole.u.filter((_, i) => Math.floor(i / whole.nx) % whole.nt < ROWS),
};
const { nt, nx, x, t, length } = data;
const chart = chartOf(data, kdv);
const generatorsOf = (...rows: string[][]): Generators =>
  formulaGenerators(
    kernels,
    rows.map((row) => row.map((component) => parse(component))),
    chart,
  );
const exact = generatorsOf(["1", "0", "0"], ["0", "1", "0"], ["t", "0", "1"], ["x", "3*t", "-2*u"]);

/** Amounts that move by s in units of the data: s over the field's length over the data. */
function unitAmounts(k: number, s: number): number[] {
  const points = Float64Array.from({ length: 3 * nt * nx }, (_, i) => {
    const [j, column] = [Math.floor(i / 3 / nx), Math.floor(i / 3) % nx];
    return [x[column]!, t[j]!, data.u[j * nx + column]!][i % 3]!;
  });
  const v = exact.fields[k]!.value(points);
  const square = v.reduce((sum, value, i) => sum + (value / chart.scale[i % 3]!) ** 2, 0) / (v.length / 3);
  return exact.fields.map((_, i) => (i === k ? s / Math.sqrt(square) : 0));
}

/** Relative residual of whole rows, and which rows of the grid are whole. */
function residual(u: Float64Array, [from, to]: readonly [number, number], period: number): number {
  const rows = to - from;
  const points = Float64Array.from({ length: rows * nx * 3 }, (_, i) => {
    const [j, column] = [from + Math.floor(i / 3 / nx), Math.floor(i / 3) % nx];
    return [x[column]!, t[j]!, u[j * nx + column]!][i % 3]!;
  });
  const grid = { nt: rows, nx, components: 1, period, order: 3, halfWidth: 3 as const };
  const { residual, scale } = gridScore(
    kernels,
    kdv,
    grid,
    points,
    (length / nx) * (t[1]! - t[0]!),
    null,
    absolute(kernels),
  );
  return residual / scale;
}
function wholeRows({ support }: Resampled): [number, number] {
  const whole = Array.from({ length: nt }, (_, j) => support.subarray(j * nx, (j + 1) * nx).every((s) => s === 1));
  const from = whole.indexOf(true);
  return [from, whole.lastIndexOf(true) + 1];
}

/** Trajectory 0 shifted along x by `by(t)`, exactly, through its Fourier coefficients. */
function shifted(by: (t: number) => number): Float64Array {
  const X = new Float64Array(nt * (nx + 2));
  kernels.rfft(nx, data.u.slice(0, nt * nx), X);
  for (let at = 0; at < X.length; at += 2) {
    const angle = (-2 * Math.PI * ((at % (nx + 2)) / 2) * by(t[Math.floor(at / (nx + 2))]!)) / length;
    const [re, im] = [X[at]!, X[at + 1]!];
    X[at] = re * Math.cos(angle) - im * Math.sin(angle);
    X[at + 1] = re * Math.sin(angle) + im * Math.cos(angle);
  }
  const out = new Float64Array(nt * nx);
  kernels.irfft(nx, X, out);
  return out;
}
const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
const farthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe("a KdV solution moved by its own symmetries", () => {
  test.each([0, 1, 2, 3].flatMap((k) => [-0.1, 0.1].map((s) => [k, s] as const)))(
    "generator %i by s = %f: the residual stays within 3 times the floor of the same rows",
    (k, s) => {
      const moved = resample(kernels, data, exact, unitAmounts(k, s));
      const rows = wholeRows(moved);
      const period = k === 3 ? 0 : length; // the scaling changes the period
      const floor = residual(data.u, rows, period);
      expect(rows[1] - rows[0]).toBeGreaterThan(0.8 * nt);
      expect(moved.folded).toBe(0);
      expect(residual(moved.u, rows, period)).toBeLessThan(3 * floor); // 0.93 to 1.08 as measured: what comes out is as good as what went in
    },
  );
  test("the shift and the boost are those of its Fourier coefficients to 1e-8", () => {
    const boosted = resample(kernels, data, exact, [0, 0, 0.3, 0]);
    const exactly = shifted((time) => 0.3 * time).map((value) => value + 0.3);
    expect(farthest(boosted.u, exactly)).toBeLessThan(1e-8); // of the local polynomials in x, which no output between outputs enters
    expect(boosted.kept).toBe(1);
    const along = resample(kernels, data, exact, [17.3, 0, 0, 0]);
    expect(
      farthest(
        along.u,
        shifted(() => 17.3),
      ),
    ).toBeLessThan(1e-8);
  });
  test("a shift by whole outputs gives the data's own rows, and the rest is not known", () => {
    const step = t[1]! - t[0]!;
    const moved = resample(kernels, data, exact, [0, 5 * step, 0, 0]);
    expect(moved.kept).toBe((nt - 5) / nt);
    expect(moved.u.subarray(0, 5 * nx).every(Number.isNaN)).toBe(true);
    expect(moved.support.subarray(0, 5 * nx).every((s) => s === 0)).toBe(true);
    expect(farthest(moved.u.slice(5 * nx), data.u.slice(0, (nt - 5) * nx))).toBeLessThan(1e-9);
    const back = resample(kernels, data, exact, [0, -5 * step, 0, 0]);
    expect(back.kept).toBe((nt - 5) / nt);
    expect(back.u.subarray((nt - 5) * nx).every(Number.isNaN)).toBe(true);
    expect(farthest(back.u.slice(0, (nt - 5) * nx), data.u.slice(5 * nx, nt * nx))).toBeLessThan(1e-9);
  });
  test("there and back is where it began, between outputs too", () => {
    const amounts = [3, 2.5 * (t[1]! - t[0]!), 0.1, 0];
    const there: Trajectories = { ...data, n: 1, u: resample(kernels, data, exact, amounts).u.map(finite) };
    const back = resample(
      kernels,
      there,
      exact,
      amounts.map((s) => -s),
    );
    const clear = [20 * nx, (nt - 20) * nx] as const; // of the rows that were not known on the way, and one-sided stencils
    const difference = back.u.slice(...clear).map((value, i) => value - data.u[clear[0] + i]!);
    const rms = Math.sqrt(difference.reduce((sum, d) => sum + d * d, 0) / difference.length);
    expect(rms).toBeLessThan(2e-4 * 0.29 * chart.scale[2]!); // of u's deviation, 3e-5 as measured; half-way between outputs a local polynomial of 12 misses 2 % of waves four outputs long
  });
  test("the seam tells generators that are periodic in x from those that are not", () => {
    expect(resample(kernels, data, exact, [1, 2, 0.1, 0]).seam).toBeLessThan(1e-8);
    expect(resample(kernels, data, exact, [0, 0, 0, 0.01]).seam).toBeGreaterThan(1e-3);
  });
  test("points that leave the region in which a field was learned are told", () => {
    const shape: SplineShape = {
      axes: [
        { kind: "periodic", lo: 0, hi: 1, knots: 4 },
        { kind: "open", lo: -0.1, hi: 1.1, knots: 4 },
        { kind: "open", lo: -9, hi: 9, knots: 4 },
      ],
      width: 3,
    };
    const control = Float64Array.from({ length: controlLength(shape) }, (_, i) => (i % 3 === 1 ? 1 : 0)); // ∂t
    const fields = splineGenerators(kernels, shape, control, chart);
    expect(resample(kernels, data, fields, [0.02]).outside).toBe(0);
    const { outside } = resample(kernels, data, fields, [0.3]);
    expect(outside).toBeGreaterThan(0.1); // a fifth of the times come to lie beyond 1.1
    expect(outside).toBeLessThan(0.3);
  });
  test("a second trajectory is moved as the first would be", () => {
    const alone = { ...data, n: 1, u: data.u.slice(nt * nx) };
    const amounts = [1, 2, 0.1, 0];
    const both = resample(kernels, data, exact, amounts, 1).u;
    const one = resample(kernels, alone, exact, amounts).u;
    expect(farthest(both.map(finite), one.map(finite))).toBeLessThan(1e-9); // the deviation, in tolerances, differs
  });
});

describe("fields whose ξ depends on u", () => {
  // u_t = 0 with u = sin x: exp(s u ∂x) shears the graph, ũ(x + s sin x) = sin x.
  const [nt, nx] = [4, 64];
  const sine: Trajectories = {
    ...{ n: 1, nt, components: 1, nx, length: 2 * Math.PI },
    x: Float64Array.from({ length: nx }, (_, i) => (2 * Math.PI * i) / nx),
    t: Float64Array.from({ length: nt }, (_, j) => j),
    u: Float64Array.from({ length: nt * nx }, (_, i) => Math.sin((2 * Math.PI * (i % nx)) / nx)),
  };
  const shear = formulaGenerators(kernels, [[parse("u"), parse("0"), parse("0")]], chartOf(sine));
  test("are solved on both sides, steep and flat, up to where the graph folds", () => {
    for (const s of [0.7, -0.7]) {
      const { u, kept, folded } = resample(kernels, sine, shear, [s]);
      const worst = u.subarray(0, nx).reduce((most, value, i) => {
        const origin = sine.x[i]! - s * value; // where the place came from: ũ = sin(x − s ũ)
        return Math.max(most, Math.abs(value - Math.sin(origin)));
      }, 0);
      expect(worst).toBeLessThan(1e-7);
      expect([kept, folded]).toEqual([1, 0]);
    }
  });
  test("have the seam of the row that it is largest in", () => {
    const early = formulaGenerators(kernels, [[parse("exp(-5*t)*x"), parse("0"), parse("0")]], chartOf(sine));
    expect(resample(kernels, sine, early, [0.1]).seam).toBeGreaterThan(0.1); // of the first row; of the last it is 1e-7
  });
  test("say so where it has folded, and take nothing from the sheet that hangs over", () => {
    const { folded, support, u } = resample(kernels, sine, shear, [1.5]);
    expect(folded).toBeGreaterThan(0.1);
    expect(folded).toBeLessThan(0.5);
    const slopes = Array.from({ length: nx }, (_, i) => 1 + 1.5 * Math.cos(sine.x[i]! - 1.5 * u[i]!)); // ∂x̃/∂x where the place came from
    expect(slopes.filter((slope, i) => support[i] === 1 && !(slope > 0))).toEqual([]);
    expect(support.subarray(0, nx).filter((known) => known === 1).length).toBeGreaterThan(nx / 2);
  });
});

test("two components are moved together: the rotation of u_t = -v, v_t = u", () => {
  const [nt, nx] = [40, 32];
  const t = Float64Array.from({ length: nt }, (_, j) => j / 20);
  const x = Float64Array.from({ length: nx }, (_, i) => i / nx);
  const amplitude = (place: number): number => 1 + 0.3 * Math.sin(2 * Math.PI * place);
  const at = (angle: (place: number, time: number) => number): Float64Array =>
    Float64Array.from({ length: nt * 2 * nx }, (_, i) => {
      const [j, c, column] = [Math.floor(i / (2 * nx)), Math.floor(i / nx) % 2, i % nx];
      const phase = angle(x[column]!, t[j]!);
      return amplitude(x[column]!) * (c === 0 ? Math.cos(phase) : Math.sin(phase));
    });
  const system: Trajectories = { n: 1, nt, components: 2, nx, x, t, length: 1, u: at((_, time) => time) };
  const turn = formulaGenerators(kernels, [["0", "0", "-v", "u"].map((component) => parse(component))], {
    ...chartOf(system),
    names: ["x", "t", "u", "v"],
  });
  for (const by of [0.4, 1.2]) {
    const { u, kept } = resample(kernels, system, turn, [by]); // from 0.8 on, u and v change places as pivots
    const turned = at((_, time) => time + by);
    expect(farthest(u, turned)).toBeLessThan(1e-6 * (by / 0.4) ** 5); // RK4's
    expect(kept).toBe(1);
  }
});

describe("input that cannot be used", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["an amount too few", () => resample(kernels, data, exact, [1, 2, 3]), /pass 4 finite numbers/],
    ["an amount that is not finite", () => resample(kernels, data, exact, [1, 2, 3, NaN]), /pass 4 finite numbers/],
    ["no such trajectory", () => resample(kernels, data, exact, [0, 0, 0, 0], 2), /no trajectory 2; pass 0 to 1/],
    [
      "generators of another space",
      () => resample(kernels, { ...data, components: 2, nx: nx / 2 }, exact, [0, 0, 0, 0]),
      /2 components but the generators act on x, t, u/,
    ],
  ])("%s", (_, work, message) => {
    expect(work).toThrow(InputError);
    expect(work).toThrow(message);
  });
});

describe("random amounts", () => {
  test("repeat by seed and copy, within the reach of each generator", () => {
    const reach = [0.1, 0, 3];
    const first = randomAmounts(7, reach);
    expect([...randomAmounts(7, reach)]).toEqual([...first]);
    expect([...randomAmounts(8, reach)]).not.toEqual([...first]);
    expect([...randomAmounts(7, reach, 1)]).not.toEqual([...first]);
    const copies = Array.from({ length: 100 }, (_, copy) => randomAmounts(7, reach, copy));
    for (const copy of copies) expect(copy.every((s, k) => Math.abs(s) <= reach[k]!)).toBe(true);
    const backward = copies.filter((copy) => copy[2]! < 0).length; // as likely as forward
    expect(backward).toBeGreaterThan(30);
    expect(backward).toBeLessThan(70);
  });
});
