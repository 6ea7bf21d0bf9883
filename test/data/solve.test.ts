import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { dopri5, type RightHandSide } from "../../src/data/dopri5.js";
import { axis, type Grid, places, spectralJets } from "../../src/data/grid.js";
import { initialStates } from "../../src/data/initial.js";
import { simulate } from "../../src/data/simulate.js";
import { type Course, solve } from "../../src/data/solve.js";
import { splittingOf } from "../../src/data/splitting.js";
import { InputError } from "../../src/engine/error.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { equationOf } from "../../src/equation/catalogue.js";
import type { Equation } from "../../src/equation/equation.js";
import { readJet } from "../../src/equation/jet.js";
import { equationFromText } from "../../src/equation/text.js";
import { evaluate } from "../../src/expression/expression.js";
import { least, milliseconds } from "../patience.js";

const simd = await simdKernels(await WebAssembly.compile(readFileSync("build/kernels.release.wasm")));
const equation = (text: string): Equation => equationFromText("pde", text);
const LINE: Grid = { nx: 32, length: 2 * Math.PI };
const PLANE: Grid = { nx: 16, length: 2 * Math.PI, ny: 20, lengthY: 4 * Math.PI };
const smooth = (of: Equation, grid: Grid, mean = 0, count = 1): Float64Array =>
  initialStates(stream(3, "solve"), { kind: "fourier", modes: 3, amplitude: 0.5, mean }, count, of, grid);

function course(of: Equation, grid: Grid, times: number[], step: number): Course {
  return { splitting: splittingOf(of), grid, times: Float64Array.from(times), step, tail: 1 };
}

function distance(a: Float64Array, b: Float64Array): number {
  let [difference, size] = [0, 0];
  a.forEach((value, i) => {
    difference += (value - b[i]!) ** 2;
    size += b[i]! ** 2;
  });
  return a.length === b.length ? Math.sqrt(difference / size) : Infinity;
}

/** Values [states, places] of a formula per state. */
const sampled = (grid: Grid, ...states: ((x: number, y: number) => number)[]): Float64Array => {
  const [x, y] = [axis(grid.nx, grid.length), axis(grid.ny ?? 1, grid.lengthY ?? 1)];
  const size = places(grid);
  return Float64Array.from({ length: states.length * size }, (_, i) =>
    states[Math.floor(i / size)]!(x[Math.floor((i % size) / y.length)]!, y[i % y.length]!),
  );
};

describe.each([
  ["oracle", oracleKernels],
  ["simd", simd],
] as const)("the general integrator, %s", (_, kernels) => {
  test.each<[string, string, Grid, number, ((t: number) => (x: number, y: number) => number)[]]>([
    ["transport", "u_t = -2*u_x", LINE, 3, [(t) => (x) => Math.sin(3 * (x - 2 * t)) + Math.cos(x - 2 * t)]],
    [
      "heat in the plane",
      "u_t = 0.1*(u_xx + u_yy)",
      PLANE,
      2,
      [(t) => (x, y) => 1 + Math.exp(-0.1 * (4 + 1 / 4) * t) * Math.sin(2 * x - y / 2)],
    ],
    [
      "the wave equation",
      "u_tt = u_xx + u_yy",
      PLANE,
      5,
      [
        (t) => (x, y) => Math.cos(2 * x + 1.5 * y - 2.5 * t) + 0.3 * t,
        (t) => (x, y) => 2.5 * Math.sin(2 * x + 1.5 * y - 2.5 * t) + 0.3,
      ],
    ],
    [
      "Schrödinger's equation without a potential",
      "u_t = -v_xx - v_yy; v_t = u_xx + u_yy",
      PLANE,
      5,
      [
        (t) => (x, y) => Math.cos(3 * x - y / 2 - (9 + 1 / 4) * t),
        (t) => (x, y) => Math.sin(3 * x - y / 2 - (9 + 1 / 4) * t),
      ],
    ],
  ])("solves %s exactly in one step", (_, text, grid, time, states) => {
    const at = (t: number): Float64Array => sampled(grid, ...states.map((state) => state(t)));
    const { u, failure } = solve(kernels, course(equation(text), grid, [time], Infinity), at(0));
    expect(failure).toBeNull();
    expect(distance(u, at(time))).toBeLessThan(1e-13); // rounding
  });

  test("is the flux kernel's integrator on KdV, to rounding", () => {
    const kdv = equationOf({ name: "kdv", parameters: {} });
    const grid = { nx: 128, length: 32 };
    const u0 = smooth(kdv, grid, 0, 2);
    const times = [0, 0.5, 2];
    const { u } = solve(kernels, course(kdv, grid, times, 0.025), u0);
    const own = simulate(kernels, { equation: kdv, ...grid, times: Float64Array.from(times), step: 0.025 }, u0).u;
    expect(distance(u, own)).toBeLessThan(1e-11); // the same method; u u_x here and ∂x u² there differ by aliasing alone, 5e-9 on 64 points
  });

  test("gives the same numbers to the last bit however trajectories are shared out, an output at 0 untouched", () => {
    const of = equation("u_t = u_xx + (1 - u^2 - v^2)*u; v_t = 0.5*v_xx + (1 - u^2)*v + exp(-t)*u_xx");
    const u0 = smooth(of, LINE, 0, 3);
    const setup = course(of, LINE, [0, 0.1, 0.3], 0.01);
    const own = 2 * 32;
    const whole = solve(kernels, setup, u0).u;
    const parts = [u0.slice(0, own), u0.slice(own)].flatMap((part) => [...solve(kernels, setup, part).u]);
    expect(whole.every((value, i) => value === parts[i])).toBe(true);
    expect(u0.subarray(0, own).every((value, i) => value === whole[i])).toBe(true);
  });
});

/** The right-hand sides on spectral derivatives, term by term as written: shares no splitting with the integrator. */
function methodOfLines(of: Equation, grid: Grid): RightHandSide {
  const size = places(grid);
  const { components, timeOrder, right } = of;
  const [x, y] = [axis(grid.nx, grid.length), axis(grid.ny ?? 1, grid.lengthY ?? 1)];
  const orders = Array.from({ length: 15 }, (_, i) => [Math.floor(i / 3), i % 3] as const).filter(
    ([, b]) => grid.ny !== undefined || b === 0,
  );
  return (t, states, into) => {
    const jets = Array.from({ length: states.length / size }, (_, s) =>
      spectralJets(oracleKernels, states.subarray(s * size, (s + 1) * size), grid, orders),
    );
    const value = (name: string, i: number): number => {
      if (name === "t") return t;
      if (name === "x") return x[Math.floor(i / y.length)]!;
      if (name === "y") return y[i % y.length]!;
      const jet = readJet(components, name)!;
      return jets[jet.component + components.length * jet.t]![
        orders.findIndex(([a, b]) => a === jet.x && b === jet.y)
      ]![i]!;
    };
    const first = components.length * (timeOrder - 1);
    if (timeOrder === 2) into.set(states.subarray(first * size));
    right.forEach((e, c) => {
      for (let i = 0; i < size; i++) into[(first + c) * size + i] = evaluate(e, (name) => value(name, i));
    });
  };
}

describe("the general integrator agrees with Dormand–Prince on the method of lines", () => {
  test.each<[string, string, Grid, number, number, number]>([
    ["mKdV", "u_t = -6*u^2*u_x - u_xxx", { nx: 48, length: 16 }, 0, 0.5, 0.002],
    ["a coefficient in x", "u_t = -(1 + 0.3*sin(x))*u*u_x - u_xxx", { nx: 48, length: 4 * Math.PI }, 0, 0.5, 0.002],
    ["Fisher–KPP", "u_t = u_xx + u - u^2", LINE, 1, 0.5, 0.01],
    ["a porous medium", "u_t = 2*u*u_x^2 + u^2*u_xx", { nx: 24, length: 2 * Math.PI }, 2, 0.05, 0.0005],
    ["nKdV", "u_t = -exp(t/2)*(u*u_x + u_xxx)", { nx: 48, length: 16 }, 0, 0.5, 0.002],
    ["cKdV", "u_t = -u*u_x - u_xxx - u/(2*t + 2)", { nx: 48, length: 16 }, 0, 0.5, 0.002],
    ["sine–Gordon", "u_tt = u_xx - sin(u) - 0.1*u_t", LINE, 0, 1, 0.01],
    ["a driven system", "u_t = 0.1*u_xx - u*v + sin(t)*v_x; v_t = 0.2*v_xx + u*v - v", LINE, 0, 0.5, 0.005],
    [
      "a cubic Schrödinger equation",
      "u_t = -v_xx - v_yy - (u^2 + v^2)*v; v_t = u_xx + u_yy + (u^2 + v^2)*u",
      { nx: 12, length: 2 * Math.PI, ny: 16, lengthY: 2 * Math.PI },
      0,
      0.2,
      0.001,
    ],
  ])("%s", (_, text, grid, mean, time, step) => {
    const of = equation(text);
    const u0 = smooth(of, grid, mean);
    const times = Float64Array.of(time / 2, time);
    const { u, failure } = solve(simd, course(of, grid, [...times], step), u0);
    expect(failure).toBeNull();
    const exact = dopri5(methodOfLines(of, grid), u0, times, { relative: 1e-11, absolute: 1e-11 });
    for (const [i, state] of exact.entries())
      expect(distance(u.subarray(i * state.length, (i + 1) * state.length), state)).toBeLessThan(1e-8); // the requirement is 1e-6
  });

  test("with an error that falls with the fourth power of the step, where L is held too", () => {
    const of = equation("u_t = -u*u_x - (1 + t)*u_xxx - u/(2*t + 2)");
    const grid = { nx: 48, length: 16 };
    const u0 = smooth(of, grid);
    const at = (step: number): Float64Array => solve(simd, course(of, grid, [1], step), u0).u;
    const exact = dopri5(methodOfLines(of, grid), u0, Float64Array.of(1), { relative: 1e-12, absolute: 1e-12 })[0]!;
    const order = Math.log2(distance(at(1 / 64), exact) / distance(at(1 / 128), exact));
    expect(Math.abs(order - 4)).toBeLessThan(0.4);
  });
});

describe("a trajectory that ceases to be a solution", () => {
  const run = (text: string, grid: Grid, times: number[], step: number, tail: number, mean = 0) => {
    const of = equation(text);
    const quiet = new Float64Array(places(grid) * of.components.length * of.timeOrder);
    const u0 = Float64Array.from([...quiet.fill(0.01), ...smooth(of, grid, mean)]);
    return solve(simd, { ...course(of, grid, times, step), tail }, u0).failure;
  };
  test("is named with the time at which it grew: u_t = u² from 2 + … ends before t = 1/2", () => {
    const failure = run("u_t = u^2", LINE, [0, 1], 0.001, 1, 2)!;
    expect([failure.row, failure.kind]).toEqual([1, "growth"]);
    expect(failure.time).toBeGreaterThan(0.2);
    expect(failure.time).toBeLessThan(0.5);
  });
  test("has grown at once where the equation is ill-posed", async () => {
    const grown = (): void =>
      expect(run("u_t = -u_xx", { nx: 256, length: 2 * Math.PI }, [0, 0.1, 50], 1, 1)).toEqual({
        row: 0, // rounding of its constant grows: e^1600
        time: 0.1,
        kind: "growth",
      });
    expect(await least(1000, () => milliseconds(grown))).toBeLessThan(1000); // one step
  });
  test("is no longer resolved where a wave has broken", () => {
    const times = Array.from({ length: 21 }, (_, i) => i / 10);
    const failure = run("u_t = -u*u_x", { nx: 64, length: 2 * Math.PI }, times, 0.01, 0.03)!;
    expect([failure.row, failure.kind]).toEqual([1, "resolution"]);
    expect(failure.time).toBeLessThan(1);
  });
});

describe("the general integrator refuses", () => {
  const of = equation("u_t = sqrt(u)*u_x");
  test("initial data on which the equation is not defined", () => {
    const run = (): unknown => solve(simd, course(of, LINE, [1], 0.1), smooth(of, LINE));
    expect(run).toThrow(InputError);
    expect(run).toThrow(/not defined on the initial data: its right-hand side is NaN at t = 0 where u = -0\.\d+/);
  });
  test("initial data that are not finite, and steps that are not positive", () => {
    const u0 = smooth(of, LINE, 3, 2).fill(Number.NaN, 32 + 4, 32 + 5);
    expect(() => solve(simd, { ...course(of, LINE, [1], 0.1), first: 6 }, u0)).toThrow(/initial row 7 holds NaN/);
    expect(() => solve(simd, course(of, LINE, [1], 0), u0)).toThrow(/must be positive, but is 0/);
  });
});
