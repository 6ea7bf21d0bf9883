import { describe, expect, test } from "@jest/globals";
import type { GemmKernels } from "../../src/engine/kernels.js";
import { gemmOracle } from "../../src/engine/oracle/gemm.js";
import { stream } from "../../src/engine/random.js";
import { type GemmExports, gemmSimd } from "../../src/engine/simd/gemm.js";
import { type BuildName, build, ofBuilds } from "./build.js";

function simd(name: BuildName): GemmKernels & { bytes(): number } {
  const { arena, wasm, bytes } = build<GemmExports>(name);
  return { ...gemmSimd(arena, wasm), bytes };
}

const { normal } = stream(2, "gemm");
const noise = (length: number): Float32Array => Float32Array.from({ length }, normal);

/** Largest difference over √k, the size of a sum of k products of standard normals; NaN is infinitely far. */
function apart(left: Float32Array, right: Float32Array, k: number): number {
  let most = 0;
  left.forEach((x, i) => {
    const d = Math.abs(x - right[i]!);
    most = d <= most ? most : Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
  });
  return most / Math.sqrt(k || 1);
}

test("the oracle multiplies a product known by hand", () => {
  const c = new Float32Array(4);
  gemmOracle.gemm(2, 2, 3, Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9, 10, 11, 12), c);
  expect(Array.from(c)).toEqual([58, 64, 139, 154]);
});

describe.each(ofBuilds(simd))("%s", (_, kernels) => {
  test("agrees with the oracle at every rest of rows (4), columns (8) and blocks (64)", () => {
    for (const m of [0, 1, 3, 4, 5, 8, 63, 64, 65, 130]) {
      for (const n of [0, 1, 4, 7, 8, 9, 16, 33]) {
        for (const k of [0, 1, 2, 17]) {
          const [a, b] = [noise(m * k), noise(k * n)];
          const right = new Float32Array(m * n);
          gemmOracle.gemm(m, n, k, a, b, right);
          const c = new Float32Array(m * n).fill(NaN); // must be overwritten
          kernels.gemm(m, n, k, a, b, c);
          expect(apart(c, right, k)).toBeLessThan(3e-6); // f32 sums of ≤ 17 terms, largest of 4290 entries
        }
      }
    }
  });

  test("agrees with the oracle on a network's layer", () => {
    const [a, b] = [noise(768 * 128), noise(128 * 128)];
    const [c, right] = [new Float32Array(768 * 128), new Float32Array(768 * 128)];
    gemmOracle.gemm(768, 128, 128, a, b, right);
    kernels.gemm(768, 128, 128, a, b, c);
    expect(apart(c, right, 128)).toBeLessThan(5e-6); // rounding grows as √128 ulp, largest of 98304 entries
  });

  test("gives its memory back: a thousand products in one arena", () => {
    const [a, b, c] = [noise(64 * 64), noise(64 * 64), new Float32Array(64 * 64)];
    kernels.gemm(64, 64, 64, a, b, c);
    const before = kernels.bytes();
    for (let i = 0; i < 1000; i++) kernels.gemm(64, 64, 64, a, b, c);
    expect(kernels.bytes()).toBe(before);
  });

  test("refuses arrays that do not fit the sizes", () => {
    expect(() => kernels.gemm(2, 2, 2, noise(4), noise(4), noise(3))).toThrow("c has 3 numbers; expected 4");
  });
});
