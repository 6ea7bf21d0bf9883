/**
 * Which engine runs the network: WebGPU, else WASM, else plain JavaScript. The first that starts wins and the reasons of
 * those before it are kept; one asked for by name that does not start is an error, never a silent fall-back.
 */
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../engine/error.js";
import { injectedWasm } from "./injected.js";
import { installMends } from "./mends/mends.js";
import { quietly } from "./quiet.js";

export type EngineName = "webgpu" | "wasm" | "cpu";
export type BackendRequest = "auto" | EngineName;

export interface PassedOver {
  readonly engine: EngineName;
  readonly reason: string;
}

export interface Backend {
  readonly engine: EngineName;
  readonly passedOver: readonly PassedOver[];
}

export interface BackendOptions {
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
}

type Factory = () => tf.KernelBackend | Promise<tf.KernelBackend>;

/** One engine: `load` gives what makes an instance of it, or the reason why this machine cannot run it. */
interface Engine {
  readonly name: EngineName;
  readonly otherwise: string; // what to ask for instead
  readonly once?: true; // a start that failed cannot be tried again in this process
  load(options: BackendOptions): Promise<Factory | string>;
}

/** In order of preference. */
const engines: readonly Engine[] = [
  {
    name: "webgpu",
    otherwise: "wasm or auto",
    async load() {
      const gpu = globalThis.navigator?.gpu; // Node 20 has no navigator at all
      if (!gpu) return "this machine offers no WebGPU adapter (navigator.gpu is missing)";
      if (!(await gpu.requestAdapter())) return "this machine offers no WebGPU adapter (requestAdapter found none)";
      await import("@tensorflow/tfjs-backend-webgpu");
      return registered("webgpu");
    },
  },
  {
    name: "wasm",
    otherwise: "cpu or auto",
    once: true,
    async load(options) {
      if (typeof WebAssembly === "undefined") return "this runtime has no WebAssembly";
      const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
      const { wasmPath, wasmModule } = options;
      if (wasmModule !== undefined) return () => injectedWasm(wasmModule);
      if (wasmPath !== undefined) setWasmPaths(wasmPath);
      return registered("wasm");
    },
  },
  {
    name: "cpu",
    otherwise: "auto",
    async load() {
      await import("@tensorflow/tfjs-backend-cpu");
      return registered("cpu");
    },
  },
];

/** The factory that tfjs's package registered on import. */
const registered = (name: EngineName): Factory | string =>
  (tf.findBackendFactory(name) as Factory | undefined) ?? `tfjs has no ${name} engine in this runtime`;

/** Starts the engine asked for, or the best there is, makes it tfjs's current one and mends its kernels. InputError if none starts. */
export async function chooseBackend(request: BackendRequest, options: BackendOptions = {}): Promise<Backend> {
  const wanted = request === "auto" ? engines : engines.filter((engine) => engine.name === request);
  if (wanted.length === 0) {
    const names = ["auto", ...engines.map((engine) => engine.name)].join(", ");
    throw new InputError(`--backend ${request}: no such engine; use one of ${names}`);
  }
  const passedOver: PassedOver[] = [];
  for (const engine of wanted) {
    const reason = await open(engine, options);
    if (reason === null && (await tf.setBackend(engine.name))) {
      installMends(engine.name);
      return { engine: engine.name, passedOver };
    }
    passedOver.push({ engine: engine.name, reason: reason ?? "tfjs could not switch to it" });
  }
  if (request !== "auto") {
    throw new InputError(`--backend ${request}: ${passedOver[0]!.reason}; use --backend ${wanted[0]!.otherwise}`);
  }
  const reasons = passedOver.map(({ engine, reason }) => `${engine}: ${reason}`).join("; ");
  throw new InputError(
    `--backend auto: no engine starts (${reasons}); check that the @tensorflow packages are installed`,
  );
}

export interface EngineReport {
  readonly engine: EngineName;
  readonly available: boolean;
  readonly reason: string | null; // why not
}

/** What this machine has, in order of preference. Starts each engine, leaves tfjs's current one as it was. */
export async function describeBackends(options: BackendOptions = {}): Promise<EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const engine of engines) {
    const reason = await open(engine, options);
    reports.push({ engine: engine.name, available: reason === null, reason });
  }
  return reports;
}

const isOpen = (name: EngineName): boolean => opened.has(name);
const opened = new Set<EngineName>();
const broken = new Map<EngineName, string>(); // why, of those that start once

/**
 * Starts an engine without making it the current one; null, or why it did not start. tfjs's own start-up answers a failure
 * with `false` and a log line and keeps the dead engine as current, so its factory is called here and only a living instance
 * is registered.
 */
async function open(engine: Engine, options: BackendOptions): Promise<string | null> {
  if (isOpen(engine.name)) return null;
  const injected = engine.name === "wasm" && options.wasmModule !== undefined;
  if (broken.has(engine.name) && !injected) return broken.get(engine.name)!;
  tf.enableProdMode(); // silences the banner and the notes on re-registered kernels
  return quietly(async (said) => {
    try {
      const factory = await engine.load(options);
      if (typeof factory === "string") return factory;
      const instance = await factory();
      tf.removeBackend(engine.name);
      tf.registerBackend(engine.name, () => instance);
      opened.add(engine.name);
      return null;
    } catch (error) {
      if (error instanceof InputError) throw error;
      const reason = oneLine(said[0] ?? (error as Error).message); // what is printed first lies nearest to the cause
      if (engine.once) broken.set(engine.name, reason);
      return reason;
    }
  });
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, 200);
