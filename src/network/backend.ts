/**
 * Which engine runs the network: WebGPU, else WASM, else plain JavaScript. The first that starts wins and the reasons of
 * those before it are kept; one asked for by name that does not start is an error, never a silent fall-back.
 */
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../engine/error.js";
import { type Engine, engines, type Started } from "./engines.js";
import { offerKernels } from "./heap.js";
import type { Gpu, GpuReport } from "./loss.js";
import { installMends } from "./mends/mends.js";
import { quietly } from "./quiet.js";
import type { EngineName, EngineOptions } from "./request.js";

export type { EngineName, EngineOptions as BackendOptions } from "./request.js";
export type BackendRequest = "auto" | EngineName;

export interface PassedOver {
  readonly engine: EngineName;
  readonly reason: string;
}

export interface Backend {
  readonly engine: EngineName;
  readonly passedOver: readonly PassedOver[];
  readonly gpu?: Gpu; // webgpu's
}

/** Starts the engine asked for, or the best there is, makes it tfjs's current one and mends its kernels. InputError if none starts. */
export async function chooseBackend(request: BackendRequest, options: EngineOptions = {}): Promise<Backend> {
  if (request === "auto") return choose(engines, options, false);
  const engine = engines.find(({ name }) => name === request);
  if (!engine) {
    const names = ["auto", ...engines.map(({ name }) => name)].join(", ");
    throw new InputError(`--backend ${request}: no such engine; use one of ${names}`);
  }
  return choose([engine], options, true);
}

/** The best engine besides one that was lost, which is let go. */
export async function takeOver(lost: EngineName, options: EngineOptions = {}): Promise<Backend> {
  const others = engines.filter(({ name }) => name !== lost);
  const backend = await choose(others, options, false);
  if (opened.delete(lost)) tf.removeBackend(lost);
  return backend;
}

async function choose(wanted: readonly Engine[], options: EngineOptions, named: boolean): Promise<Backend> {
  const passedOver: PassedOver[] = [];
  if (options.networkKernels) offerKernels(options.networkKernels);
  for (const engine of wanted) {
    const started = await open(engine, options, named);
    if (typeof started !== "string" && (await tf.setBackend(engine.name))) {
      installMends(engine.name);
      return { engine: engine.name, passedOver, ...(started.gpu && { gpu: started.gpu }) };
    }
    passedOver.push({
      engine: engine.name,
      reason: typeof started === "string" ? started : "tfjs could not switch to it",
    });
  }
  if (named) {
    const { name, otherwise } = wanted[0]!;
    throw new InputError(`--backend ${name}: ${passedOver[0]!.reason}; use --backend ${otherwise}`);
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
  readonly gpu?: GpuReport; // webgpu's
  readonly byName?: string; // available, but `auto` passes over it: why
}

/** What this machine has, in order of preference. Starts each engine, leaves tfjs's current one as it was. */
export async function describeBackends(options: EngineOptions = {}): Promise<EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const engine of engines) {
    const started = await open(engine, options, true);
    const available = typeof started !== "string";
    const gpu = available ? started.gpu && { name: started.gpu.name, software: started.gpu.software } : undefined;
    const byName = available ? engine.unasked?.(options, gpu) : null;
    reports.push({
      ...{ engine: engine.name, available, reason: available ? null : started },
      ...(gpu && { gpu }),
      ...(byName && { byName }),
    });
  }
  return reports;
}

const opened = new Map<EngineName, Started>();
const broken = new Map<EngineName, string>(); // why, of those that start once

const queue = new Map<EngineName, Promise<unknown>>();

/** One start of an engine after another: of two at once the second would take the first one's tensors away. */
function open(engine: Engine, options: EngineOptions, named: boolean): Promise<Started | string> {
  const before = queue.get(engine.name) ?? Promise.resolve();
  const started = before.then(() => startUp(engine, options, named));
  queue.set(
    engine.name,
    started.catch(() => {}),
  );
  return started;
}

/**
 * Starts an engine without making it the current one; or says why it did not start. tfjs's own start-up answers a failure
 * with `false` and a log line and keeps the dead engine as current, so an instance is made here and only a living one is
 * registered.
 */
async function startUp(engine: Engine, options: EngineOptions, named: boolean): Promise<Started | string> {
  const running = opened.get(engine.name);
  if (running && running.gpu?.loss.reason == null)
    return (named ? null : engine.unasked?.(options, running.gpu)) ?? running;
  const injected = engine.name === "wasm" && options.wasmModule !== undefined;
  if (broken.has(engine.name) && !injected) return broken.get(engine.name)!;
  tf.enableProdMode(); // silences the banner and the notes on re-registered kernels
  return quietly(async (said) => {
    try {
      const started = await engine.start(options, named);
      if (typeof started === "string") return started;
      if (tf.findBackendFactory(engine.name)) tf.removeBackend(engine.name);
      tf.registerBackend(engine.name, () => started.instance);
      opened.set(engine.name, started);
      return started;
    } catch (error) {
      if (error instanceof InputError) throw error;
      const first = oneLine(said[0] ?? (error as Error).message); // what is printed first lies nearest to the cause
      const reason = first + remedy(first, options);
      if (engine.once) broken.set(engine.name, reason);
      return reason;
    }
  });
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, 200);

/** What to do about tfjs's .wasm file, where a browser's words tell why it did not start. */
function remedy(reason: string, { wasmPath }: EngineOptions): string {
  if (/Content Security Policy|\bCSP\b/i.test(reason))
    return "; allow 'wasm-unsafe-eval' in the page's Content-Security-Policy";
  if (!/status|MIME type|magic/.test(reason)) return "";
  const place = typeof wasmPath === "object" ? Object.values(wasmPath).join(", ") : wasmPath;
  return `; tfjs's .wasm files were looked for ${place === undefined ? "beside the script" : `at ${place}`}: copy them there, or say by wasmPath where they are`;
}
