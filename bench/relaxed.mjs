/** Relaxed SIMD in the process at hand: Node 20 accepts it with a flag of its V8, which may be set late; others without. */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";

const FLAG = "--experimental-wasm-relaxed-simd";

/** Whether modules for relaxed SIMD are accepted from now on, and a note for the record. */
export function allowRelaxed() {
  const bytes = readFileSync(new URL("../dist/engine/simd/kernels.relaxed.wasm", import.meta.url));
  if (WebAssembly.validate(bytes)) return { accepted: true, note: "relaxed SIMD is accepted without a flag" };
  setFlagsFromString(FLAG);
  const accepted = WebAssembly.validate(bytes);
  return { accepted, note: accepted ? `relaxed SIMD by V8's ${FLAG}` : "this runtime refuses relaxed SIMD" };
}
