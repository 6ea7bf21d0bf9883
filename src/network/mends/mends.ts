/** All mends of tfjs 4.22 and when they go in: kernels with their backend, gradients when gradients are asked for. */
import * as tf from "@tensorflow/tfjs-core";
import { convolutionByFilter, convolutionByInput } from "./convolution.js";
import { curvature } from "./curvature.js";
import { matmul } from "./matmul.js";
import type { Mend } from "./mend.js";
import { slice } from "./slice.js";
import { sum } from "./sum.js";
import { tanh } from "./tanh.js";
import { views } from "./views.js";

export const mends: readonly Mend[] = [
  ...[matmul, ...views], // the last one sees what comes first
  ...[sum, slice, tanh, convolutionByFilter, convolutionByInput],
  ...curvature,
];

const installed = new Set<Mend>();

/** Installs the mends of one backend's kernels, or with null those of gradients. A second call does nothing. */
export function installMends(backend: string | null): void {
  for (const mend of mends) {
    if (mend.backend !== backend || installed.has(mend)) continue;
    mend.install();
    installed.add(mend);
  }
}

/**
 * Mends tfjs's own gradients, for `tf.grad` and its kin. They must be registered before, which tfjs-core does not do by itself:
 * tfjs-layers does so on import, or in bundles tfjs-core's `dist/register_all_gradients.js`. Nothing in the package
 * needs them, all passes are written out; tests and benches compare with them.
 */
export async function registerGradients(): Promise<void> {
  if (!tf.getGradient("BatchMatMul")) throw new Error("tfjs's gradients are not registered; load tfjs-layers before");
  installMends(null);
}
