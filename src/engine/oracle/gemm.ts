/** Matrix product in plain TypeScript: f32 in and out, sums in f64. */
import type { GemmKernels } from "../kernels.js";
import { checkLength } from "../shape.js";

export const gemmOracle: GemmKernels = {
  gemm(m, n, k, a, b, cInto) {
    checkLength("a", a, m * k);
    checkLength("b", b, k * n);
    checkLength("c", cInto, m * n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!;
        cInto[i * n + j] = sum;
      }
    }
  },
};
