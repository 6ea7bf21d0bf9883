/** Products of rows in plain TypeScript. */
import type { ProductKernels } from "../kernels.js";
import { checkLength } from "../shape.js";

export const productOracle: ProductKernels = {
  productTransposed(m, n, k, a, b, cInto) {
    checkLength("a", a, m * k);
    checkLength("b", b, n * k);
    checkLength("c", cInto, m * n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[j * k + p]!;
        cInto[i * n + j] = sum;
      }
    }
  },
};
