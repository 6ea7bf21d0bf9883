/** An evaluation for a terminal. */
import type { Evaluation } from "../evaluate.js";
import { METRIC, SPREAD, sentencesOf } from "../report/evaluationwords.js";
import { numeral } from "../report/numeral.js";
import { aligned, type Column } from "./aligned.js";
import { wrap } from "./paragraph.js";
import { visible } from "./visible.js";

interface Line {
  readonly size: string;
  readonly arm: string;
  readonly error: string;
  readonly spread: string;
  readonly first: string;
  readonly last: string;
  readonly seeds: string;
}

/** Errors by size and arm with their baselines, then what differs, in sentences. */
export function evaluationTable(evaluation: Evaluation): string {
  const { baselines, rows, cells, preset, task, test, seeds } = evaluation;
  const lines: Line[] = [
    ...rows.map(({ trajectories, arm, mean, deviation, perStep, errors }) => ({
      ...{ size: String(trajectories), arm, error: numeral(mean, 3), spread: numeral(deviation) },
      ...{ first: numeral(perStep[0]), last: numeral(perStep.at(-1)) },
      seeds: `${errors.filter((error) => error !== null).length} of ${seeds.length}`,
    })),
    ...Object.entries(baselines).map(([arm, { mean, perStep }]) => ({
      ...{ size: "–", arm, error: numeral(mean, 3), spread: "–" },
      ...{ first: numeral(perStep[0]), last: numeral(perStep.at(-1)), seeds: "–" },
    })),
  ];
  const columns: Column<Line>[] = [
    ["trained on", ({ size }) => size],
    ["augmentation", ({ arm }) => arm, "left"],
    ["error", ({ error }) => error],
    ["± seeds", ({ spread }) => spread],
    ["first step", ({ first }) => first],
    ["last step", ({ last }) => last],
    ["seeds", ({ seeds: done }) => done],
  ];
  const paragraphs = [
    `Rollouts of ${visible(task)}, preset ${preset}: ${test.trajectories} trajectories, ${test.steps} steps each; ${cells.done} of ${cells.of} cells`,
    aligned(lines, columns),
    ...[METRIC, SPREAD].map((line) => wrap(line).join("\n")),
    sentencesOf(evaluation)
      .flatMap((sentence) => wrap(sentence))
      .join("\n"),
  ];
  return `\n${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`;
}
