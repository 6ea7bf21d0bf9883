import { describe, expect, test } from "@jest/globals";
import { etdrk4Tables, symbol } from "../../src/data/tables.js";
import type { Kernels } from "../../src/engine/kernels.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { bytesOf, distance, ofBuilds } from "./build.js";

const burgers = (nu: number) => equationOf({ name: "burgers", parameters: { nu } });
const heat = (nu: number) => equationOf({ name: "heat", parameters: { nu } });
const kdv = equationOf({ name: "kdv", parameters: {} });
const ks = equationOf({ name: "ks", parameters: {} });

const LENGTHS = [2, 4, 6, 8, 10, 16, 30, 64, 250, 256, 512];
const ROWS = [0, 1, 2, 3, 7];
const EQUATIONS = [kdv, ks, burgers(0.1)];
const BUILDS: readonly (readonly [string, Kernels])[] = await Promise.all(
  ofBuilds((name) => simdKernels(new WebAssembly.Module(bytesOf(name)))).map(
    async ([name, kernels]) => [name, await kernels] as const,
  ),
);

/** Spectra of white noise with deviation 1 in x: every mode takes part, the highest too. */
function noise(n: number, rows: number): Float64Array {
  const { normal } = stream(2, `${n} ${rows}`);
  const spectra = new Float64Array(rows * (n + 2));
  oracleKernels.rfft(n, Float64Array.from({ length: rows * n }, normal), spectra);
  return spectra;
}

describe.each(BUILDS)("ETDRK4, %s", (_, simd) => {
  test.each(LENGTHS)("agrees with the oracle over a few steps of each equation at n = %i", (n) => {
    for (const equation of EQUATIONS) {
      const tables = etdrk4Tables(equation, n, n / 2, 0.01);
      for (const rows of ROWS) {
        const a = noise(n, rows);
        const b = a.slice();
        simd.etdrk4(tables, a, 3);
        oracleKernels.etdrk4(tables, b, 3);
        expect(distance(a, b)).toBeLessThan(1e-12); // the conformance bound of f64 kernels
      }
    }
  });

  test("a row's steps do not depend, to the last bit, on the rows beside it", () => {
    const tables = etdrk4Tables(kdv, 64, 32, 0.01);
    const together = noise(64, 5);
    const alone = Array.from({ length: 5 }, (_, row) => together.slice(66 * row, 66 * (row + 1)));
    simd.etdrk4(tables, together, 4);
    for (const [row, spectra] of alone.entries()) {
      simd.etdrk4(tables, spectra, 4);
      expect(spectra).toEqual(together.slice(66 * row, 66 * (row + 1)));
    }
  });

  test("no steps change nothing, and four are two and two", () => {
    const tables = etdrk4Tables(ks, 30, 15, 0.02);
    const spectra = noise(30, 3);
    const start = spectra.slice();
    simd.etdrk4(tables, spectra, 0);
    expect(spectra).toEqual(start);
    simd.etdrk4(tables, spectra, 4);
    simd.etdrk4(tables, start, 2);
    simd.etdrk4(tables, start, 2);
    expect(spectra).toEqual(start);
  });

  test("memory does not grow with the number of calls", () => {
    const tables = etdrk4Tables(kdv, 256, 128, 0.01);
    const spectra = noise(256, 3);
    simd.etdrk4(tables, spectra, 1);
    const bytes = simd.bytes();
    for (let call = 0; call < 200; call++) simd.etdrk4(tables, spectra, 1);
    expect(simd.bytes()).toBe(bytes);
  });

  test("arrays that are not whole spectra are refused", () => {
    expect(() => simd.etdrk4(etdrk4Tables(kdv, 8, 1, 0.1), new Float64Array(12), 1)).toThrow(/\[rows, 5, 2\]/);
  });
});

describe("the coefficients of ETDRK4", () => {
  test("the symbol of KdV is i k³, of KS k² − k⁴, and odd orders vanish at mode n/2", () => {
    const k = (2 * Math.PI * 3) / 5;
    expect([...symbol(kdv.linear[0]!, 8, 5).slice(6, 8)]).toEqual([0, k ** 3]);
    expect([...symbol(ks.linear[0]!, 8, 5).slice(6, 8)]).toEqual([k ** 2 - k ** 4, 0]);
    expect([...symbol(kdv.linear[0]!, 8, 5).slice(8)]).toEqual([0, 0]);
    expect(symbol(ks.linear[0]!, 8, 5)[8]).toBeLessThan(0);
  });

  test("at λ = 0 they are those of classical RK4", () => {
    const tables = etdrk4Tables(kdv, 8, 5, 0.3);
    const first = (table: Float64Array): number => table[0]!;
    expect(first(tables.E)).toBe(1);
    for (const [table, share] of [
      [tables.Q, 1 / 2],
      [tables.f1, 1 / 6],
      [tables.f2, 1 / 6],
      [tables.f3, 1 / 6],
    ] as const) {
      expect(first(table)).toBeCloseTo(0.3 * share, 14);
      expect(table[1]).toBeCloseTo(0, 15);
    }
  });

  test("away from λ = 0 they equal their formulas, for real λ and for imaginary", () => {
    const h = 0.5;
    const real = etdrk4Tables(heat(1), 16, 2, h);
    for (let m = 1; m <= 4; m++) {
      const z = -h * (Math.PI * m) ** 2;
      const e = Math.exp(z);
      expect(real.E[2 * m]).toBeCloseTo(e, 14);
      expect(real.E2[2 * m]).toBeCloseTo(Math.exp(z / 2), 14);
      expect(real.Q[2 * m]).toBeCloseTo((h * (Math.exp(z / 2) - 1)) / z, 14);
      expect(real.f1[2 * m]).toBeCloseTo((h * (-4 - z + e * (4 - 3 * z + z * z))) / z ** 3, 14);
      expect(real.f2[2 * m]).toBeCloseTo((h * (2 + z + e * (z - 2))) / z ** 3, 14);
      expect(real.f3[2 * m]).toBeCloseTo((h * (-4 - 3 * z - z * z + e * (4 - z))) / z ** 3, 14);
    }
    const imaginary = etdrk4Tables(kdv, 16, 2, h);
    for (let m = 1; m <= 4; m++) {
      const y = h * (Math.PI * m) ** 3; // z = iy
      expect(imaginary.Q[2 * m]).toBeCloseTo((h * Math.sin(y / 2)) / y, 14);
      expect(imaginary.Q[2 * m + 1]).toBeCloseTo((h * (1 - Math.cos(y / 2))) / y, 14);
      // f2 = h (2 + z + e^z (z − 2))/z³ with z³ = −i y³
      const re = 2 - y * Math.sin(y) - 2 * Math.cos(y);
      const im = y + y * Math.cos(y) - 2 * Math.sin(y);
      expect(imaginary.f2[2 * m]).toBeCloseTo((-h * im) / y ** 3, 14);
      expect(imaginary.f2[2 * m + 1]).toBeCloseTo((h * re) / y ** 3, 14);
    }
  });

  test("an equation without the form is refused by name", () => {
    expect(() => etdrk4Tables({ ...kdv, quadraticFlux: null }, 8, 1, 0.1)).toThrow(/kdv is u_t = -u\*u_x - u_xxx/);
  });
});
