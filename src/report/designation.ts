/** What a run's fields and their control are called, by the learner that made them. */
import type { RunRecord } from "./run.js";

type Method = RunRecord["method"];

/** "candidate 3" of the neural learner's slots, "V3" of the library's formulas. */
export const nameOf = (method: Method, slot: number): string =>
  method === "library" ? `V${slot}` : `candidate ${slot}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The fields that learned nothing, which set the scale of the scores. */
export const controlName = (method: Method): string =>
  method === "library" ? "random members of the library" : "untrained networks";
