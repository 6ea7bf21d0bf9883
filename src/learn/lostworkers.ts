/** Workers that died during a run, as its warnings say it. */
import type { Machine } from "../engine/machine.js";

/** Nothing, or one sentence. */
export function lossWarning({ pool: { lost, workers } }: Machine): string[] {
  if (lost.length === 0) return [];
  const many = lost.length === 1 ? "1 worker" : `${lost.length} workers`;
  return [
    `${many} of ${workers} stopped (${[...new Set(lost)].join("; ")}); what they had begun was run again elsewhere, so the numbers are the same`,
  ];
}
