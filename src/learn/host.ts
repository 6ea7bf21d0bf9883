/** What ran the network, as the record and the report say it. */
import type { Machine } from "../engine/machine.js";
import type { NetworkHost } from "../network/host.js";
import type { RunRecord } from "../report/run.js";

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
export function lossWarning({ pool: { lost, workers } }: Machine): string[] {
  if (lost.length === 0) return [];
  const many = lost.length === 1 ? "1 worker" : `${lost.length} workers`;
  return [
    `${many} of ${workers} stopped (${[...new Set(lost)].join("; ")}); what they had begun was run again elsewhere, so the numbers are the same`,
  ];
}

/** Nothing, or one sentence. */
export function switchWarning({ switched }: NetworkHost): string[] {
  if (!switched) return [];
  const { from, to, step, reason } = switched;
  return [
    `the ${from} device was lost after training step ${step} (${reason}); the network went on with ${to} from there`,
  ];
}
