/** The kernels of a build on a memory of their own, and the distance that conformance is measured by. */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import type { Real } from "../../src/engine/kernels.js";
import { Arena } from "../../src/engine/simd/arena.js";

export type BuildName = "release" | "debug" | "relaxed";

/** The bytes of `build/kernels.<name>.wasm`; `npm run build` makes them. */
export const bytesOf = (name: BuildName): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(`build/kernels.${name}.wasm`));

/** Node 20 accepts relaxed SIMD with a flag of its V8 only, which may be set as late as this; an unknown flag would be printed. */
const accepted = (): boolean => WebAssembly.validate(bytesOf("relaxed"));
if (!accepted()) setFlagsFromString("--experimental-wasm-relaxed-simd");

/** Why the relaxed build takes part in no suite; null where it does. */
export const relaxedRefused = accepted() ? null : "this runtime refuses relaxed SIMD";

/** A row for every build that runs here: its name and what `make` makes of it. */
export const ofBuilds = <T>(make: (name: BuildName) => T): (readonly [string, T])[] => {
  const names: BuildName[] = ["release", "debug"];
  if (relaxedRefused === null) names.push("relaxed");
  return names.map((name) => [`simd ${name}`, make(name)] as const);
};

/** Exports and arena of a build. */
export function build<Exports>(name: BuildName): { arena: Arena; wasm: Exports; bytes: () => number } {
  const module = new WebAssembly.Module(bytesOf(name));
  const memory = new WebAssembly.Memory({ initial: 16 });
  const abort = (): never => {
    throw new Error("the kernel aborted");
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  const arena = new Arena(memory, (exports.__heap_base as WebAssembly.Global).value);
  // NaN where the first frames will lie: whatever is read before it is written shows
  arena.frame(() => arena.put(new Float64Array(2 ** 18).fill(Number.NaN)));
  return { arena, wasm: exports as unknown as Exports, bytes: () => memory.buffer.byteLength };
}

/** Largest difference over the largest expected value (or `unit`, if that is larger); NaN equals only NaN. */
export function distance(came: ArrayLike<number>, expected: ArrayLike<number>, unit = 0): number {
  let [most, largest] = [0, unit];
  if (came.length !== expected.length) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < came.length; i++) {
    if (Number.isNaN(came[i]) !== Number.isNaN(expected[i])) return Number.POSITIVE_INFINITY;
    if (Number.isNaN(came[i])) continue;
    most = Math.max(most, Math.abs(came[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return most === 0 ? 0 : most / largest;
}

export function dot(a: Real, b: Real): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
