/** A run as its methods see it. */
import type { Adapter } from "../engine/adapter.js";
import type { Machine } from "../engine/machine.js";
import { nextTurn } from "../engine/turn.js";
import type { Hooks, LearnOptions, Progress, Training } from "../learn.js";
import type { CertificateOptions, Thresholds } from "../reading/certificate.js";

export interface Run {
  readonly options: LearnOptions;
  readonly adapter: Adapter;
  readonly machine: Machine;
  readonly hooks: Partial<Hooks>;
  readonly limits: Thresholds;
  readonly certifying: CertificateOptions;
  readonly clock: () => number; // seconds since it was last asked
  readonly atEnd: (free: () => void) => void; // called when the run is over, however it ended
}

/** Reports progress of one stage. */
export const reporting =
  ({ hooks }: Run, stage: Progress["stage"]) =>
  (done: number, of: number, text?: string, training?: Training): void =>
    hooks.progress?.({ stage, done, of, ...(text === undefined ? {} : { text }), ...(training && { training }) });

/** What ran it, for the report. */
export const environmentOf = ({ adapter, machine: { kernels, pool } }: Run): (readonly [string, string])[] => [
  ["Runtime", adapter.runtime],
  ["Kernels", `${kernels.engine}, ${pool.workers > 0 ? `${pool.workers} workers` : "one thread"}`],
];

/** Lets others have their turn, an interrupt among them, between long stretches of arithmetic. Throws the signal's reason. */
export async function breath({ hooks: { signal } }: Run): Promise<void> {
  await nextTurn();
  signal?.throwIfAborted();
}
