import { describe, expect, test } from "@jest/globals";
import type { ProductKernels } from "../../src/engine/kernels.js";
import { productOracle } from "../../src/engine/oracle/product.js";
import { stream } from "../../src/engine/random.js";
import { type ProductExports, productSimd } from "../../src/engine/simd/product.js";
import { type BuildName, build, ofBuilds } from "./build.js";

type Engine = ProductKernels & { bytes(): number };

function simd(name: BuildName): Engine {
  const { arena, wasm, bytes } = build<ProductExports>(name);
  return { ...productSimd(arena, wasm), bytes };
}

const { normal } = stream(2, "product");
const noise = (length: number): Float64Array => Float64Array.from({ length }, normal);

/** Largest difference over √k, the size of a sum of k products of standard normals; NaN is infinitely far. */
function apart(left: Float64Array, right: Float64Array, k: number): number {
  let most = 0;
  left.forEach((x, i) => {
    const d = Math.abs(x - right[i]!);
    most = d <= most ? most : Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
  });
  return most / Math.sqrt(k || 1);
}

const ENGINES: readonly (readonly [string, Engine])[] = [
  ["oracle", { ...productOracle, bytes: () => 0 }],
  ...ofBuilds(simd),
];

describe.each(ENGINES)("products of rows, %s", (_, kernels) => {
  test("multiply a product known by hand", () => {
    const c = new Float64Array(4);
    kernels.productTransposed(2, 2, 3, Float64Array.of(1, 2, 3, 4, 5, 6), Float64Array.of(7, 9, 11, 8, 10, 12), c);
    expect(Array.from(c)).toEqual([58, 64, 139, 154]);
  });

  test("agree with the oracle at every rest of rows (2 and 4) and columns (2 and 512)", () => {
    for (const m of [0, 1, 2, 3, 10]) {
      for (const n of [0, 1, 3, 4, 5, 30]) {
        for (const k of [0, 1, 2, 17, 511, 512, 513, 1025]) {
          const [a, b] = [noise(m * k), noise(n * k)];
          const right = new Float64Array(m * n);
          productOracle.productTransposed(m, n, k, a, b, right);
          const c = new Float64Array(m * n).fill(NaN); // must be overwritten
          kernels.productTransposed(m, n, k, a, b, c);
          expect(apart(c, right, k)).toBeLessThan(1e-14); // sums of up to 1025 terms in another order
        }
      }
    }
  });

  test("keep rows apart: what is not finite stays in its row and column", () => {
    const [m, n, k] = [5, 6, 7];
    const [a, b, c] = [noise(m * k), noise(n * k), new Float64Array(m * n)];
    a[3 * k + 6] = Number.POSITIVE_INFINITY;
    b[4 * k + 6] = Number.NaN;
    kernels.productTransposed(m, n, k, a, b, c);
    expect(Array.from(c, (x, at) => Number.isFinite(x) === (Math.floor(at / n) !== 3 && at % n !== 4))).not.toContain(
      false,
    );
  });

  test("give their memory back: a thousand products in one arena", () => {
    const [a, b, c] = [noise(10 * 600), noise(30 * 600), new Float64Array(300)];
    kernels.productTransposed(10, 30, 600, a, b, c);
    const before = kernels.bytes();
    for (let i = 0; i < 1000; i++) kernels.productTransposed(2, 3, 20, noise(40), noise(60), new Float64Array(6));
    kernels.productTransposed(10, 30, 600, a, b, c);
    expect(kernels.bytes()).toBe(before);
  });

  test("refuse arrays that do not fit the sizes", () => {
    expect(() => kernels.productTransposed(2, 2, 2, noise(4), noise(4), noise(3))).toThrow(
      "c has 3 numbers; expected 4",
    );
  });
});
