/** Residual of an evolution equation relative to its terms, and its adjoint, in plain TypeScript. O(terms · n). */
import { termCount } from "../gridshape.js";
import type { GridKernels } from "../kernels.js";

/** A place with mask 0 is left out altogether, so that what a folded cell holds there (even NaN) does not matter. */
export const residualOracle: Pick<GridKernels, "residual" | "residualPullback"> = {
  residual(ut, terms, mask) {
    const count = termCount(ut, terms, mask);
    const n = ut.length;
    let residual = 0;
    let scale = 0;
    let cells = 0;
    for (let i = 0; i < n; i++) {
      const weight = mask[i]!;
      if (weight === 0) continue;
      let rest = ut[i]!;
      let size = Math.abs(rest);
      for (let k = 0; k < count; k++) {
        rest -= terms[k * n + i]!;
        size += Math.abs(terms[k * n + i]!);
      }
      residual += weight * Math.abs(rest);
      scale += weight * size;
      cells += weight;
    }
    return [residual, scale, cells];
  },

  residualPullback(ut, terms, mask, a, b, utInto, termsInto) {
    const count = termCount(ut, terms, mask);
    termCount(utInto, termsInto, mask);
    const n = ut.length;
    for (let i = 0; i < n; i++) {
      const weight = mask[i]!;
      let rest = ut[i]!;
      for (let k = 0; k < count; k++) rest -= terms[k * n + i]!;
      const pull = weight === 0 ? 0 : weight * a * Math.sign(rest);
      const push = weight * b;
      utInto[i] = weight === 0 ? 0 : pull + push * Math.sign(ut[i]!);
      for (let k = 0; k < count; k++)
        termsInto[k * n + i] = weight === 0 ? 0 : push * Math.sign(terms[k * n + i]!) - pull;
    }
  },
};
