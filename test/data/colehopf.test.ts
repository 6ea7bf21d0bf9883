import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { coleHopf } from "../../src/data/colehopf.js";
import { initialData } from "../../src/data/initial.js";
import { simulate } from "../../src/data/simulate.js";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { catalogue, equationOf, outputTimes, type SineSums } from "../../src/equation/catalogue.js";

const burgers = (nu: number) => equationOf({ name: "burgers", parameters: { nu } });

const kernels = await simdKernels(await WebAssembly.compile(readFileSync("build/kernels.release.wasm")));
const length = 2 * Math.PI;
const nx = 256;

describe("Burgers by Cole and Hopf", () => {
  test("agrees with ETDRK4 from its own first row", () => {
    const nu = 0.1; // fronts resolved on 256 points, which the direct solver needs
    const times = Float64Array.of(0, 0.2, 1, 4);
    const rows = initialData(stream(1, "cole-hopf"), { sines: 4, lowest: 1, above: 4 }, 3, nx);
    const exact = coleHopf(kernels, { nu, length, nx, times }, rows);
    const u0 = new Float64Array(3 * nx);
    for (let row = 0; row < 3; row++) u0.set(exact.u.subarray(row * 4 * nx, (row * 4 + 1) * nx), row * nx);
    const { u } = simulate(kernels, { equation: burgers(nu), length, nx, times, step: 0.0005 }, u0);
    const difference = Math.max(...u.map((value, i) => Math.abs(value - exact.u[i]!)));
    // ψ ranges over e^10 and its rounding is differentiated: 2ν · e^10 · 2e-16 · 512 modes is 5e-10; ETDRK4 errs less at this step
    expect(difference).toBeLessThan(2e-9);
    expect(Math.max(...u0.map(Math.abs))).toBeGreaterThan(0.5);
  });

  test("on a single sine it starts from −20 ν w_x and keeps the mean 0", () => {
    const row = Float64Array.from({ length: nx }, (_, i) => 3 * Math.sin((2 * Math.PI * i) / nx));
    const { u } = coleHopf(kernels, { nu: 0.01, length, nx, times: Float64Array.of(0, 2) }, row);
    for (let i = 0; i < nx; i++) expect(u[i]).toBeCloseTo(-0.1 * Math.cos((2 * Math.PI * i) / nx), 10); // e^10 times rounding
    const mean = u.slice(nx).reduce((sum, value) => sum + value, 0) / nx;
    expect(Math.abs(mean)).toBeLessThan(1e-10);
  });

  test("rows do not affect each other, to the last bit", () => {
    const rowOf = catalogue.burgers!;
    const rows = initialData(stream(2, "cole-hopf"), rowOf.initial as SineSums, 3, nx);
    const setup = { nu: 0.01, length, nx, times: outputTimes(rowOf) };
    const together = coleHopf(kernels, setup, rows);
    const alone = coleHopf(kernels, setup, rows.slice(2 * nx));
    expect(alone.u).toEqual(together.u.slice(2 * rowOf.outputs * nx));
    expect(together.u.every(Number.isFinite)).toBe(true);
  });

  test("a constant row is refused by number", () => {
    const run = (): unknown =>
      coleHopf(kernels, { nu: 1, length, nx: 8, times: Float64Array.of(1), first: 3 }, new Float64Array(8));
    expect(run).toThrow(InputError);
    expect(run).toThrow(/initial row 3 ranges over 0/);
  });
});
