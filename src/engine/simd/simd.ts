/** The WebAssembly engine: one private instance of the kernels with its own memory. */
import { InputError } from "../error.js";
import type { Kernels } from "../kernels.js";
import { Arena } from "./arena.js";
import { type FlowExports, flowSimd } from "./flow.js";
import { type FourierExports, fourierSimd } from "./fourier.js";
import { type GridExports, gridSimd } from "./grid.js";
import { type ProductExports, productSimd } from "./product.js";
import { type SolverExports, solverSimd } from "./solver.js";
import { type SplineExports, splineSimd } from "./spline.js";
import { type TangentExports, tangentSimd } from "./tangent.js";
import { type TapeExports, tapeSimd } from "./tape.js";

type Exports = FlowExports &
  FourierExports &
  GridExports &
  ProductExports &
  SolverExports &
  SplineExports &
  TangentExports &
  TapeExports;

const PAGES = 16; // of 64 KiB at the start; the module's own data lie in the first

/** The release kernels, compiled from bytes that travel with the package. */
export async function simdModule(): Promise<WebAssembly.Module> {
  const { base64 } = await import("./bytes.js");
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (!WebAssembly.validate(bytes)) {
    throw new InputError("this runtime runs no SIMD WebAssembly; use the oracle kernels, or a newer runtime");
  }
  return WebAssembly.compile(bytes);
}

/** An engine on a given module (an injected one where bytes may not be compiled), or on the package's own. */
export async function simdKernels(module?: WebAssembly.Module): Promise<Kernels> {
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const instance = await WebAssembly.instantiate(module ?? (await simdModule()), { env: { memory, abort } });
  const wasm = instance.exports as unknown as Exports & { __heap_base: WebAssembly.Global };
  const arena = new Arena(memory, wasm.__heap_base.value as number);
  return {
    engine: "simd",
    bytes: () => memory.buffer.byteLength,
    ...fourierSimd(arena, wasm),
    ...solverSimd(arena, wasm),
    ...tapeSimd(arena, wasm),
    ...splineSimd(arena, wasm),
    ...flowSimd(arena, wasm),
    ...gridSimd(arena, wasm),
    ...tangentSimd(arena, wasm),
    ...productSimd(arena, wasm),
  };
}

function abort(): never {
  throw new Error("a kernel's assertion failed"); // debug builds only
}
