/** What runs networks: opened for a run, and as the record and the report say it. */
import type { Adapter } from "../engine/adapter.js";
import type { Machine } from "../engine/machine.js";
import { NetworkHost } from "../network/host.js";
import type { RunRecord } from "../report/run.js";
import type { OperatorEngine } from "./operator.js";

/** The engine asked for, with what the adapter knows of files and devices. InputError if none starts. */
export async function openHost(
  { backend, wasmPath, network, networkKernels: own }: OperatorEngine,
  adapter: Adapter,
): Promise<NetworkHost> {
  const path = wasmPath ?? adapter.networkFiles;
  const module = network ?? adapter.network;
  const networkKernels = own ?? adapter.networkKernels;
  return NetworkHost.open(backend ?? "auto", {
    ...(path === undefined ? {} : { wasmPath: path }),
    ...(module === undefined ? {} : { wasmModule: module }),
    ...(networkKernels === undefined ? {} : { networkKernels }),
    ...(adapter.openGpu && { openGpu: () => adapter.openGpu!() }),
  });
}

export function networkEngine({ backend, first, switched }: NetworkHost, machine: Machine): RunRecord["engine"] {
  return {
    network: backend.engine,
    ...(first.gpu && { gpu: { name: first.gpu.name, software: first.gpu.software } }),
    ...(switched && { switched }),
    kernels: machine.kernels.engine,
    passedOver: [...backend.passedOver, ...machine.passedOver],
  };
}

/** Nothing, or one sentence. */
export function switchWarning({ switched }: NetworkHost): string[] {
  if (!switched) return [];
  const { from, to, step, reason } = switched;
  return [
    `the ${from} device was lost after training step ${step} (${reason}); the network went on with ${to} from there`,
  ];
}
