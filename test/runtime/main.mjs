/** Runs the cases as a program, in Node or Deno: options as JSON in the first argument, numbers as JSON on standard output. */
import * as liefield from "../../dist/index.js";
import { conformance } from "./conformance.mjs";

const { adapter } =
  "Deno" in globalThis
    ? await import("../../dist/adapter/deno/adapter.js")
    : await import("../../dist/adapter/node/adapter.js");
const { oracle, ...options } = JSON.parse(process.argv[2] ?? "{}");
const own = adapter();
const kernels = oracle ? { kernels: liefield.oracleKernels } : {};
console.log(
  JSON.stringify({ runtime: own.runtime, ...(await conformance(liefield, own, { ...options, ...kernels })) }),
);
