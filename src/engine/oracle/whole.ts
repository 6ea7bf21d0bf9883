/**
 * The whole oracle, for those who wait for it: where it is imported from here, dynamically, bundles hold it apart from the code that names
 * oracle.ts itself, and nobody whose SIMD starts loads it.
 */
export { oracleKernels } from "./oracle.js";
