/** The WebAssembly engine: one private instance of the kernels with its own memory. */
import { InputError } from "../error.js";
import type { Kernels } from "../kernels.js";
import { Arena } from "./arena.js";
import { type Exports, VERSION } from "./exports.js";
import { flowSimd } from "./flow.js";
import { fourierSimd } from "./fourier.js";
import { gridSimd } from "./grid.js";
import { checkModule, compiled, runs } from "./module.js";
import { passageSimd } from "./passage.js";
import { productSimd } from "./product.js";
import { solverSimd } from "./solver.js";
import { splineSimd } from "./spline.js";
import { tangentSimd } from "./tangent.js";
import { tapeSimd } from "./tape.js";
import { unpacked } from "./unpack.js";
import { warpSimd } from "./warp.js";

/** The package's two builds of one source: plain SIMD, the same bits everywhere, and relaxed, with fused multiply-add. */
export type Build = "simd" | "relaxed";

const PAGES = 16; // of 64 KiB at the start; the module's own data lie in the first

/** A build of the package's own, compiled from bytes that travel with it. Throws InputError where the runtime refuses them. */
export async function simdModule(build: Build = "simd"): Promise<WebAssembly.Module> {
  const { base64 } = await (build === "simd" ? import("./bytes.js") : import("./relaxedbytes.js"));
  const bytes = await unpacked(
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    '"liefield/kernels.wasm" as kernels',
  );
  if (build === "relaxed" && typeof WebAssembly !== "undefined" && runs("simd") && !runs("relaxed"))
    throw new InputError(
      'this runtime refuses relaxed SIMD; use kernels "simd", or a newer runtime (Node 20: with --experimental-wasm-relaxed-simd)',
    );
  return compiled(bytes, `"liefield/kernels.${build === "simd" ? "" : "relaxed."}wasm"`);
}

/**
 * An engine on a given module (an injected one where bytes may not be compiled), or on the package's own for plain SIMD. Its
 * memory is its own. Throws InputError for another module and where there is no memory.
 */
export async function simdKernels(module?: WebAssembly.Module): Promise<Kernels> {
  const { memory, wasm } = await start(module ? checkModule(module) : await simdModule());
  const version = wasm.version();
  if (version !== VERSION)
    throw new InputError(
      `these kernels are of version ${version}, but version ${VERSION} is expected; pass "liefield/kernels.wasm" of this version of the package`,
    );
  const arena = new Arena(memory, wasm.__heap_base.value as number);
  return {
    engine: wasm.relaxed() === 1 ? "relaxed" : "simd",
    bytes: () => memory.buffer.byteLength,
    ...fourierSimd(arena, wasm),
    ...solverSimd(arena, wasm),
    ...tapeSimd(arena, wasm),
    ...splineSimd(arena, wasm),
    ...flowSimd(arena, wasm),
    ...gridSimd(arena, wasm),
    ...tangentSimd(arena, wasm),
    ...passageSimd(arena, wasm),
    ...productSimd(arena, wasm),
    ...warpSimd(arena, wasm),
  };
}

async function start(module: WebAssembly.Module): Promise<{ memory: WebAssembly.Memory; wasm: Exports }> {
  try {
    const memory = new WebAssembly.Memory({ initial: PAGES });
    const { exports } = await WebAssembly.instantiate(module, { env: { memory, abort } });
    return { memory, wasm: exports as unknown as Exports };
  } catch (error) {
    throw new InputError(
      `the kernels want ${PAGES / 16} MiB to start with and did not get it (${(error as Error).message}); take fewer workers, or close what else runs`,
    );
  }
}

function abort(): never {
  throw new Error("a kernel's assertion failed"); // debug builds only
}
