/** What a run's fields and their control are called, by the learner that made them. */
import type { RunRecord } from "./run.js";

type Method = RunRecord["method"];

/** "candidate 3" of the neural learner's slots, "V3" of the library's formulas. */
export const nameOf = (method: Method, slot: number): string =>
  method === "library" ? `V${slot}` : `candidate ${slot}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Tasks that are given as text or files, and so have no name of their own. */
const UNNAMED: ReadonlyMap<string, string> = new Map([
  ["pde", "the equation"],
  ["function", "the function"],
  ["dynamics", "the dynamics"],
  ["images", "the images"],
]);

const LONGEST = 60; // of a text within a heading

/** "kdv", "the function": what the symmetries are of. */
export const subject = (task: string): string => UNNAMED.get(task) ?? task;

/** "kdv", "the function x^2 + y^2": the same with the text that was given, where a heading has room for it. */
export function title({ task, equationText }: Pick<RunRecord, "task" | "equationText">): string {
  const text = equationText?.trim().replace(/\s+/g, " ");
  return UNNAMED.has(task) && text && text.length <= LONGEST ? `${subject(task)} ${text}` : subject(task);
}

/** The fields that learned nothing, which set the scale of the scores. */
export const controlName = (method: Method): string =>
  method === "library" ? "random members of the library" : "untrained networks";
