/** Products of rows in SIMD, some columns of both factors at a time (`assembly/product_f64.ts`). */
import type { ProductKernels } from "../kernels.js";
import { checkLength } from "../shape.js";
import type { Arena } from "./arena.js";

export interface ProductExports {
  product_f64(m: number, n: number, k: number, a: number, b: number, stride: number, c: number): void;
}

const COLUMNS = 512; // of A and B at a time: six rows of them fit the first-level cache, all rows the second

export function productSimd(arena: Arena, wasm: ProductExports): ProductKernels {
  return {
    productTransposed(m, n, k, a, b, cInto) {
      checkLength("a", a, m * k);
      checkLength("b", b, n * k);
      checkLength("c", cInto, m * n);
      const [rows, columns] = [2 * Math.ceil(m / 2), 4 * Math.ceil(n / 4)]; // whole tiles; what lies beyond stays zero
      const width = Math.min(COLUMNS, 2 * Math.ceil(k / 2));
      arena.frame(() => {
        const bytes = 8 * ((rows + columns) * width + rows * columns);
        const base = arena.room(bytes);
        const numbers = new Float64Array(arena.memory.buffer, base, bytes / 8).fill(0);
        const fromB = rows * width;
        const fromC = fromB + columns * width;
        for (let left = 0; left < k; left += width) {
          const count = Math.min(width, k - left);
          copyRows(numbers, 0, a, m, k, left, count, width);
          copyRows(numbers, fromB, b, n, k, left, count, width);
          const even = 2 * Math.ceil(count / 2);
          wasm.product_f64(rows, columns, even, base, base + 8 * fromB, 8 * width, base + 8 * fromC);
        }
        for (let i = 0; i < m; i++) {
          const from = fromC + i * columns;
          cInto.set(numbers.subarray(from, from + n), i * n);
        }
      });
    },
  };
}

/** Columns left … left + count of x [rows, k] → rows of `width` numbers from `at` on; an odd count is filled up with a zero. */
function copyRows(
  into: Float64Array,
  at: number,
  x: Float64Array,
  rows: number,
  k: number,
  left: number,
  count: number,
  width: number,
): void {
  for (let i = 0; i < rows; i++) {
    into.set(x.subarray(i * k + left, i * k + left + count), at + i * width);
    if (count % 2 === 1) into[at + i * width + count] = 0;
  }
}
