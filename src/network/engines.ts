/** The engines there are, in order of preference, and how each starts. */
import * as tf from "@tensorflow/tfjs-core";
import { describeAdapter, engineOn, findAdapter } from "./gpu.js";
import { injectedWasm } from "./injected.js";
import type { Gpu, GpuReport } from "./loss.js";
import type { EngineName, EngineOptions } from "./request.js";

/** An engine that started. */
export interface Started {
  readonly instance: tf.KernelBackend;
  readonly gpu?: Gpu;
}

/** One engine: `start` makes an instance of it, or gives the reason why this machine cannot run it. */
export interface Engine {
  readonly name: EngineName;
  readonly otherwise: string; // what to ask for instead
  readonly once?: true; // a start that failed cannot be tried again in this process
  /** Why `auto` passes over it where it would run, asked before and after the GPU is known. */
  unasked?(options: EngineOptions, gpu?: GpuReport): string | null;
  start(options: EngineOptions, named: boolean): Promise<Started | string>;
}

const webgpu: Engine = {
  name: "webgpu",
  otherwise: "wasm or auto",
  unasked({ openGpu }, gpu) {
    if (gpu?.software) return `software adapter: ${gpu.name}; asked for by name it runs`;
    return openGpu && (lent || !here())
      ? "navigator.gpu is missing; asked for by name it is taken from a package"
      : null;
  },
  async start(options, named) {
    const reason = named ? await lend(options) : this.unasked!(options);
    if (reason !== null) return reason;
    const adapter = await findAdapter();
    if (typeof adapter === "string") return adapter;
    const gpu = describeAdapter(adapter);
    const passed = named ? null : this.unasked!(options, gpu);
    if (passed !== null) return passed;
    const { instance, loss } = await engineOn(adapter);
    return { instance, gpu: { ...gpu, loss } };
  },
};

let lent = false; // navigator.gpu was put there by `openGpu`

const here = (): boolean => Boolean(globalThis.navigator?.gpu); // Node 20 has no navigator at all

async function lend({ openGpu }: EngineOptions): Promise<string | null> {
  if (here() || !openGpu) return null;
  const reason = await openGpu();
  lent = reason === null;
  return reason;
}

export const engines: readonly Engine[] = [
  webgpu,
  {
    name: "wasm",
    otherwise: "cpu or auto",
    once: true,
    async start({ wasmPath, wasmModule }) {
      if (typeof WebAssembly === "undefined") return "this runtime has no WebAssembly";
      if (wasmModule !== undefined) return { instance: await injectedWasm(wasmModule) };
      const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
      tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false); // its threads come from blobs: where those may not run it waits for ever
      if (wasmPath !== undefined) setWasmPaths(wasmPath);
      return registered("wasm");
    },
  },
  {
    name: "cpu",
    otherwise: "auto",
    async start() {
      await import("@tensorflow/tfjs-backend-cpu");
      return registered("cpu");
    },
  },
];

/** By the factory that tfjs's package registered on import, once: kept for a second start. */
async function registered(name: EngineName): Promise<Started | string> {
  const factory = factories.get(name) ?? tf.findBackendFactory(name);
  if (!factory) return `tfjs has no ${name} engine in this runtime`;
  factories.set(name, factory);
  return { instance: await factory() };
}

const factories = new Map<EngineName, ReturnType<typeof tf.findBackendFactory>>();
