/** What may be asked of the network's engines. It names nothing of tfjs, whose types do not pass a strict check: these are the package's own. */
import type { OpenGpu } from "./loss.js";

export type EngineName = "webgpu" | "wasm" | "cpu";

export interface EngineOptions {
  /**
   * Where tfjs's `.wasm` files lie: a directory ending in "/", a path in Node and Deno, a URL in browsers; or each file by name.
   * Without it they are looked for beside tfjs's own script, which is right in Node and Deno and wrong in a bundle.
   */
  readonly wasmPath?: string | Readonly<Record<string, string>>;
  /**
   * tfjs's `tfjs-backend-wasm-simd.wasm` (or the plain one), compiled, where bytes may not be compiled or fetched. One that does not
   * start is an error, with `auto` too.
   */
  readonly wasmModule?: WebAssembly.Module;
  /** Our own kernels for neural operators and residual classifiers, compiled, where bytes may not be compiled. */
  readonly networkKernels?: WebAssembly.Module;
  /** Where WebGPU comes from in a runtime without its own; asked only when webgpu is named. */
  readonly openGpu?: OpenGpu;
}
