import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { initialData } from "../../src/data/initial.js";
import { type Simulation, simulate } from "../../src/data/simulate.js";
import { InputError, NumericalError } from "../../src/engine/error.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { equationOf } from "../../src/equation/catalogue.js";

const heat = (nu: number) => equationOf({ name: "heat", parameters: { nu } });
const kdv = equationOf({ name: "kdv", parameters: {} });

const simd = await simdKernels(await WebAssembly.compile(readFileSync("build/kernels.release.wasm")));
const SINES = { sines: 4, lowest: 1, above: 3 };

describe.each([
  ["oracle", oracleKernels],
  ["simd", simd],
] as const)("simulation, %s", (_, kernels) => {
  test("the numbers are the same to the last bit however rows are shared out", () => {
    const nx = 64;
    const setup: Simulation = { equation: kdv, length: 32, nx, times: Float64Array.of(0, 0.3, 0.6), step: 0.05 };
    const u0 = initialData(stream(1, "shards"), SINES, 5, nx);
    const whole = simulate(kernels, setup, u0);
    for (const sizes of [
      [1, 1, 1, 1, 1],
      [2, 3],
      [4, 1],
    ]) {
      let row = 0;
      const parts = sizes.flatMap((size) => {
        const part = simulate(kernels, setup, u0.slice(row * nx, (row += size) * nx));
        return [...part.u];
      });
      expect(Float64Array.from(parts)).toEqual(whole.u);
    }
    expect(simulate(kernels, setup, new Float64Array(0)).u).toHaveLength(0);
  });

  test("the layout is [n, nt, nx]; an output at 0 is the initial row itself, and the first output may come later", () => {
    const nx = 16;
    const u0 = initialData(stream(2, "layout"), SINES, 2, nx);
    const setup: Simulation = { equation: kdv, length: 8, nx, times: Float64Array.of(0, 0.1, 0.2), step: 0.1 };
    const all = simulate(kernels, setup, u0);
    expect([all.n, all.nt, all.components, all.nx, all.length]).toEqual([2, 3, 1, nx, 8]);
    expect([all.x[1], [...all.t]]).toEqual([0.5, [0, 0.1, 0.2]]);
    expect(all.u.slice(3 * nx, 4 * nx)).toEqual(u0.slice(nx));
    const late = simulate(kernels, { ...setup, times: Float64Array.of(0.1, 0.2) }, u0);
    expect(late.u.slice(0, 2 * nx)).toEqual(all.u.slice(nx, 3 * nx));
  });

  test("heat is solved exactly in one step", () => {
    const nx = 32;
    const u0 = Float64Array.from({ length: nx }, (_, i) => 1 + Math.sin((6 * Math.PI * i) / nx));
    const times = Float64Array.of(2);
    const { u } = simulate(kernels, { equation: heat(0.3), length: 2 * Math.PI, nx, times, step: 5 }, u0);
    // the solution 1 + e^{−9 ν t} sin 3x, to rounding
    for (let i = 0; i < nx; i++) expect(u[i]).toBeCloseTo(1 + Math.exp(-5.4) * (u0[i]! - 1), 14);
  });

  test("KdV keeps mass, momentum and energy", () => {
    const nx = 64;
    const u0 = initialData(stream(3, "invariants"), SINES, 1, nx).map((u) => u + 0.2);
    const times = Float64Array.of(0, 2);
    const { u } = simulate(kernels, { equation: kdv, length: 32, nx, times, step: 0.01 }, u0);
    const mean = (row: Float64Array): number => row.reduce((sum, value) => sum + value, 0) / nx;
    const [first, last] = [u.slice(0, nx), u.slice(nx)];
    expect(Math.abs(mean(last) - mean(first))).toBeLessThan(1e-13); // exact in each step, but for rounding
    // kept by the equation, so as good as the solution: about 1e-9 at this step
    expect(Math.abs(mean(last.map((v) => v * v)) - mean(first.map((v) => v * v)))).toBeLessThan(1e-8);
  });

  test("a solution that ceases to be finite is reported with its time and number", () => {
    const nx = 32;
    const u0 = new Float64Array(3 * nx);
    u0.set(initialData(stream(4, "blow-up"), SINES, 1, nx), 2 * nx); // zero rows stay zero
    const setup: Simulation = {
      equation: heat(-1), // grows like e^{k² t}
      length: 1,
      nx,
      times: Float64Array.of(0, 0.001, 1),
      step: 0.001,
      first: 10,
    };
    expect(() => simulate(kernels, setup, u0)).toThrow(NumericalError);
    expect(() => simulate(kernels, setup, u0)).toThrow(/trajectory 12 ceased to be finite between t = 0.001 and 1/);
  });
});

describe("simulation refuses", () => {
  const good: Simulation = { equation: kdv, length: 8, nx: 16, times: Float64Array.of(0, 1), step: 0.5 };
  test.each<[string, Partial<Simulation>, Float64Array, RegExp]>([
    ["a step of 0", { step: 0 }, new Float64Array(16), /step must be positive, but is 0/],
    ["a step that is no number", { step: Number.NaN }, new Float64Array(16), /but is NaN/],
    ["times that do not increase", { times: Float64Array.of(1, 1) }, new Float64Array(16), /1 follows 1/],
    ["times before 0", { times: Float64Array.of(-1) }, new Float64Array(16), /-1/],
    ["times without end", { times: Float64Array.of(Number.POSITIVE_INFINITY) }, new Float64Array(16), /Infinity/],
    ["rows that are not whole", {}, new Float64Array(20), /whole rows of 16/],
    ["rows that hold NaN", {}, new Float64Array(32).fill(Number.NaN, 20, 21), /initial row 1 holds NaN/],
    ["a length without FFT", { nx: 14 }, new Float64Array(14), /n is 14/],
  ])("%s", (_, change, u0, message) => {
    const run = (): unknown => simulate(oracleKernels, { ...good, ...change }, u0);
    expect(run).toThrow(InputError);
    expect(run).toThrow(message);
  });
});
