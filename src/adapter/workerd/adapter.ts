/**
 * What workerd lends (Cloudflare Workers, `workerd serve`): a clock. No files, no threads, and no compilation of bytes: WebAssembly comes as
 * modules that the deployment holds, imported by their names.
 */
import type { Adapter } from "../../engine/adapter.js";
import { InputError } from "../../engine/error.js";

export interface WorkerdOptions {
  /** `import kernels from "liefield/kernels.wasm"`; without it plain TypeScript runs, about a tenth as fast. */
  readonly kernels?: WebAssembly.Module;
  /** `import network from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"`; without it learning takes plain JavaScript. */
  readonly network?: WebAssembly.Module;
  /** `import networkKernels from "liefield/network.wasm"`; without it neural operators and residual classifiers take tfjs's kernels, 3 to 7 times as long. */
  readonly networkKernels?: WebAssembly.Module;
}

/**
 * One thread, whatever is asked for. In production the clock stands still while a request computes and goes on when it waits for something: the
 * seconds of a run's record are then too few, so measure from outside. `workerd serve` lets it run.
 */
export function workerdAdapter(options: WorkerdOptions = {}): Adapter {
  const { kernels, network, networkKernels } = options;
  return {
    runtime: "workerd",
    readFile: async (path) => {
      throw new InputError(`${path} cannot be read: workerd has no files; pass bytes, from the request or a binding`);
    },
    writeAtomic: async (path) => {
      throw new InputError(`${path} cannot be written: workerd has no files; answer with the bytes, or bind a store`);
    },
    now: () => performance.now() / 1000,
    spawnWorker: () => null,
    cores: 1,
    ...(kernels && { kernels }),
    ...(network && { network }),
    ...(networkKernels && { networkKernels }),
  };
}

export { workerdAdapter as adapter };
