/** What moving a solution asks of an engine. */
import { chooseKernels } from "../../src/engine/engines.js";
import type { Kernels } from "../../src/engine/kernels.js";

let chosen: Promise<Kernels> | null = null;

/** SIMD, or plain TypeScript where it does not start; once for this worker. */
export function kernelsHere(): Promise<Kernels> {
  chosen ??= chooseKernels("auto").then(({ kernels }) => kernels);
  return chosen;
}
