/** What came of a comparison of classifiers, for a terminal. */
import type { Row } from "../use/classification.js";
import { aligned, type Column } from "./aligned.js";
import { wrap } from "./paragraph.js";

const columns: readonly Column<Row>[] = [
  ["augmentation", (row) => row.augmentation, "left"],
  ["seeds", (row) => String(row.seeds)],
  ["accuracy", (row) => figure(row)],
  ["range", (row) => `${percent(row.least)} to ${percent(row.most)}`],
  ["above the first", (row) => (row.gain ? figure(row.gain, true) : "–")],
  ["time", (row) => `${row.seconds.toFixed(0)} s`],
];

/** A line for each augmentation. */
export const classificationTable = (rows: readonly Row[]): string =>
  [
    aligned(rows, columns),
    ...wrap(
      "accuracy: share of held-out images that get their own label, mean ± deviation over seeds. above the first: points gained over the first line with the same seed, mean ± deviation. time: of one training.",
    ),
  ].join("\n");

const percent = (share: number): string => (100 * share).toFixed(1);

function figure({ mean, spread }: { mean: number; spread: number | null }, signed = false): string {
  const sign = signed && mean >= 0 ? "+" : "";
  return `${sign}${percent(mean)}${spread === null ? "" : ` ± ${percent(spread)}`}${signed ? "" : " %"}`;
}
