/**
 * Which engine runs the kernels: plain SIMD WebAssembly, else plain TypeScript, the reason kept. Relaxed SIMD only where it is asked
 * for: its results differ from machine to machine in the last bits. One asked for by name that does not start is an error.
 */
import { InputError } from "./error.js";
import type { Kernels } from "./kernels.js";
import { simdKernels, simdModule } from "./simd/simd.js";

export type KernelName = Kernels["engine"];

/** An engine by name, the best that gives the same bits everywhere, or compiled kernels of one's own (`kernelModule`). */
export type KernelRequest = "auto" | KernelName | WebAssembly.Module;

export interface Chosen {
  readonly kernels: Kernels;
  /** What workers are given for instances of their own; null for the plain-TypeScript oracle. */
  readonly module: WebAssembly.Module | null;
  readonly passedOver: readonly { readonly engine: KernelName; readonly reason: string }[];
}

/** One engine: starts, or throws an error that says why this machine cannot run it. */
interface Engine {
  readonly name: KernelName;
  readonly asked?: true; // never chosen by "auto"
  start(): Promise<Omit<Chosen, "passedOver">>;
}

/** In order of preference. */
const engines: readonly Engine[] = [
  { name: "simd", start: async () => started(await simdModule()) },
  { name: "relaxed", asked: true, start: async () => started(await simdModule("relaxed")) },
  { name: "oracle", start: async () => ({ kernels: (await import("./oracle/whole.js")).oracleKernels, module: null }) },
];

const started = async (module: WebAssembly.Module): Promise<Omit<Chosen, "passedOver">> => ({
  kernels: await simdKernels(module),
  module,
});

/** Starts the engine asked for. Throws InputError for an unknown name, one that does not start, or a module that is not the kernels. */
export async function chooseKernels(request: KernelRequest = "auto"): Promise<Chosen> {
  if (typeof request === "object" && request !== null) return { ...(await injected(request)), passedOver: [] };
  const wanted = engines.filter(({ name, asked }) => (request === "auto" ? !asked : name === request));
  if (wanted.length === 0)
    throw new InputError(
      `no kernels are called ${JSON.stringify(request)}; use auto, ${engines.map(({ name }) => name).join(", ")} or a WebAssembly.Module`,
    );
  const passedOver: { engine: KernelName; reason: string }[] = [];
  for (const { name, start } of wanted) {
    try {
      return { ...(await start()), passedOver };
    } catch (error) {
      if (request !== "auto") throw new InputError(`kernels ${request}: ${(error as Error).message}`);
      passedOver.push({ engine: name, reason: (error as Error).message });
    }
  }
  throw new Error("the oracle did not start"); // it has nothing to fail at
}

async function injected(module: WebAssembly.Module): Promise<Omit<Chosen, "passedOver">> {
  const what = Object.prototype.toString.call(module).slice(8, -1); // `instanceof` fails across realms
  if (what !== "WebAssembly.Module")
    throw new InputError(
      `kernels must be a name or a WebAssembly.Module, but ${what} came; make one of it by kernelModule`,
    );
  return started(module);
}

/** What this machine has, in order of preference. Starts each. */
export async function describeKernels(): Promise<
  { readonly engine: KernelName; readonly available: boolean; readonly reason: string | null }[]
> {
  return Promise.all(
    engines.map(async ({ name, start }) => {
      const reason = await start().then(
        () => null,
        (error: Error) => error.message,
      );
      return { engine: name, available: reason === null, reason };
    }),
  );
}
