/**
 * tfjs's wasm engine on a module that is compiled already, for runtimes and policies that compile no bytes. What tfjs does around
 * the module once it has its bytes, is done here: the names it calls are bound, and its own class is built on them.
 */
import type { KernelBackend } from "@tensorflow/tfjs-core";
import { InputError } from "../engine/error.js";

/** What emscripten makes of the module, as far as it is asked here. */
interface Emscripten {
  cwrap(name: string, result: "number" | null, of: readonly "number"[]): (...numbers: number[]) => number;
  tfjs?: Readonly<Record<string, (...numbers: number[]) => number>>;
}

interface FactoryOptions {
  instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): object;
}

type Factory = (options: FactoryOptions) => Promise<Emscripten>;

const EXPORT = "init_with_threads_count"; // tfjs's alone

/** Throws InputError where the module is another one; the threaded build is refused, for it wants a memory to share. */
export async function injectedWasm(module: WebAssembly.Module): Promise<KernelBackend> {
  const refuse = (came: string): InputError =>
    new InputError(
      `the compiled module for the network ${came}; pass that of @tensorflow/tfjs-backend-wasm 4.22's dist/tfjs-backend-wasm-simd.wasm or tfjs-backend-wasm.wasm`,
    );
  const tag = Object.prototype.toString.call(module); // `instanceof` fails across realms
  if (tag !== "[object WebAssembly.Module]") throw refuse(`is ${tag}, no WebAssembly.Module`);
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === EXPORT)) throw refuse(`exports no ${EXPORT}`);
  const { BackendWasm } = await import("@tensorflow/tfjs-backend-wasm");
  const imported: unknown = await import("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js");
  const wasm = await new Promise<Emscripten>((resolve, reject) => {
    const made = withoutNode(() =>
      factoryOf(imported)({
        instantiateWasm(imports, done) {
          WebAssembly.instantiate(module, imports).then(done, ({ message }: Error) =>
            reject(refuse(`does not fit (${message})`)),
          );
          return {};
        },
      }),
    );
    made.then(resolve, reject);
  });
  wasm.tfjs = {
    init: wasm.cwrap("init", null, []),
    initWithThreadsCount: wasm.cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: wasm.cwrap("get_threads_count", "number", []),
    registerTensor: wasm.cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: wasm.cwrap("dispose_data", null, ["number"]),
    dispose: wasm.cwrap("dispose", null, []),
  };
  return new BackendWasm(wasm as unknown as ConstructorParameters<typeof BackendWasm>[0]);
}

/**
 * Emscripten takes a `process` with versions of Node for Node, also in workerd, where its `__dirname` and files are missing. A module
 * that is compiled already needs none of these, nor the handlers it would set on the process. The work is synchronous: nothing else sees it.
 */
function withoutNode<T>(work: () => T): T {
  const own = Object.getOwnPropertyDescriptor(globalThis, "process");
  if (own && !own.configurable) return work();
  Object.defineProperty(globalThis, "process", { value: undefined, configurable: true, writable: true });
  try {
    return work();
  } finally {
    if (own) Object.defineProperty(globalThis, "process", own);
    else Reflect.deleteProperty(globalThis, "process");
  }
}

/** The factory is CommonJS: runtimes and bundlers wrap it in one `default` or two. */
function factoryOf(imported: unknown): Factory {
  let found = imported;
  while (typeof found === "object" && found !== null && "default" in found) found = found.default;
  return found as Factory;
}
