import { describe, expect, test } from "@jest/globals";
import type { FourierKernels } from "../../src/engine/kernels.js";
import { fourierOracle } from "../../src/engine/oracle/fourier.js";
import { stream } from "../../src/engine/random.js";
import type { Arena } from "../../src/engine/simd/arena.js";
import { type FourierExports, fftPlan, fourierSimd } from "../../src/engine/simd/fourier.js";
import { type BuildName, build, distance, ofBuilds } from "./build.js";

const LENGTHS = [2, 4, 6, 8, 10, 16, 30, 64, 250, 256, 512];
const ROWS = [0, 1, 2, 3, 7];

function simd(name: BuildName): { arena: Arena; kernels: FourierKernels } {
  const { arena, wasm } = build<FourierExports>(name);
  return { arena, kernels: fourierSimd(arena, wasm) };
}

const ENGINES: readonly (readonly [string, FourierKernels])[] = [
  ["oracle", fourierOracle],
  ...ofBuilds((name) => simd(name).kernels),
];

function noise(name: string, count: number): Float64Array {
  const { normal } = stream(1, name);
  return Float64Array.from({ length: count }, normal);
}

const made = new Map<string, Float64Array>();

/** By the definition, O(n²), with roots e^{-2πi j/n}; made once for all engines. */
function definition(n: number, x: Float64Array): Float64Array {
  const rows = x.length / n;
  const known = made.get(`${n} ${rows}`);
  if (known) return known;
  const out = new Float64Array(rows * (n + 2));
  made.set(`${n} ${rows}`, out);
  const cos = Float64Array.from({ length: n }, (_, j) => Math.cos((2 * Math.PI * j) / n));
  const sin = Float64Array.from({ length: n }, (_, j) => Math.sin((2 * Math.PI * j) / n));
  for (let row = 0; row < rows; row++)
    for (let k = 0; k <= n / 2; k++)
      for (let j = 0; j < n; j++) {
        const turn = (j * k) % n;
        out[row * (n + 2) + 2 * k]! += x[row * n + j]! * cos[turn]!;
        out[row * (n + 2) + 2 * k + 1]! -= x[row * n + j]! * sin[turn]!;
      }
  return out;
}

describe.each(ENGINES)("Fourier kernels, %s", (_, kernels) => {
  test.each(LENGTHS)("the transform of %i numbers is the one of the definition", (n) => {
    for (const rows of ROWS) {
      const x = noise(`x ${n} ${rows}`, rows * n);
      const out = new Float64Array(rows * (n + 2));
      kernels.rfft(n, x, out);
      // the definition itself rounds at about n ulp of the row's norm
      expect(distance(out, definition(n, x))).toBeLessThan(1e-12);
    }
  });

  test.each(LENGTHS)("the inverse of %i numbers undoes the transform", (n) => {
    for (const rows of ROWS) {
      const x = noise(`x ${n} ${rows}`, rows * n);
      const X = new Float64Array(rows * (n + 2));
      const back = new Float64Array(rows * n);
      kernels.rfft(n, x, X);
      kernels.irfft(n, X, back);
      expect(distance(back, x)).toBeLessThan(1e-14); // a few roundings of 2e-16 per pass
    }
  });

  test("the inverse ignores imaginary parts of the modes 0 and n/2", () => {
    const X = noise("X", 18);
    const Y = X.slice();
    Y[1] = 5;
    Y[17] = -7;
    const x = new Float64Array(16);
    const y = new Float64Array(16);
    kernels.irfft(16, X, x);
    kernels.irfft(16, Y, y);
    expect(y).toEqual(x);
  });

  test.each([0, -2, 3, 14, 2.5, Number.NaN, 2 ** 23])("length %p is refused by name", (n) => {
    expect(() => kernels.rfft(n, new Float64Array(0), new Float64Array(0))).toThrow(
      expect.objectContaining({ name: "InputError", message: expect.stringContaining(`n is ${n}`) }),
    );
  });

  test("arrays that are not whole rows are refused", () => {
    expect(() => kernels.rfft(8, new Float64Array(12), new Float64Array(15))).toThrow(/\[rows, 8\]/);
    expect(() => kernels.irfft(8, new Float64Array(10), new Float64Array(16))).toThrow(/rows/);
  });
});

describe.each(ofBuilds(simd))("%s and oracle", (_, { arena, kernels }) => {
  test.each(LENGTHS)("agree at n = %i", (n) => {
    for (const rows of ROWS) {
      const x = noise(`x ${n} ${rows}`, rows * n);
      const X = noise(`X ${n} ${rows}`, rows * (n + 2));
      const out = [0, 1].map(() => new Float64Array(rows * (n + 2))) as [Float64Array, Float64Array];
      const back = [0, 1].map(() => new Float64Array(rows * n)) as [Float64Array, Float64Array];
      kernels.rfft(n, x, out[0]);
      fourierOracle.rfft(n, x, out[1]);
      kernels.irfft(n, X, back[0]);
      fourierOracle.irfft(n, X, back[1]);
      expect(distance(out[0], out[1])).toBeLessThan(1e-12); // the conformance bound of f64 kernels
      expect(distance(back[0], back[1])).toBeLessThan(1e-12);
    }
  });

  test("a row's transform does not depend, to the last bit, on the rows beside it", () => {
    const n = 250;
    const x = noise("rows", 5 * n);
    const together = new Float64Array(5 * (n + 2));
    kernels.rfft(n, x, together);
    for (let row = 0; row < 5; row++) {
      const alone = new Float64Array(n + 2);
      kernels.rfft(n, x.slice(row * n, (row + 1) * n), alone);
      expect(alone).toEqual(together.slice(row * (n + 2), (row + 1) * (n + 2)));
    }
  });

  test("plans are made once and frames give everything else back", () => {
    const plan = fftPlan(arena, 30);
    const top = arena.room(0);
    kernels.rfft(30, new Float64Array(30), new Float64Array(32));
    expect(fftPlan(arena, 30)).toBe(plan);
    expect(arena.room(0)).toBe(top);
  });
});
