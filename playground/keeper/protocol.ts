/** What passes between the page and the worker that keeps what was learned: one answer to each request. */
import type { Chart } from "../../src/data/chart.js";
import type { SplineShape } from "../../src/engine/kernels.js";
import type { Verdict } from "../../src/field/fieldfile.js";
import type { Learned } from "../../src/learn.js";

export type Request =
  | { readonly kind: "keep"; readonly learned: Learned; readonly setting: Setting }
  | { readonly kind: "open"; readonly bytes: Uint8Array }
  | { readonly kind: "move"; readonly field: number; readonly s: number; readonly grid: Grid }
  | { readonly kind: "field" }
  | { readonly kind: "report" };

/** Where an equation was solved, besides what its name or text says. */
export interface Setting {
  readonly parameters: Readonly<Record<string, number>>;
  readonly length?: number;
  readonly time?: number;
}

/** Columns and rows of a moved solution: few while the slider is dragged, more when it rests. */
export type Grid = readonly [columns: number, rows: number];

export interface Answers {
  readonly keep: Movable;
  readonly open: Opened;
  readonly move: Moved;
  readonly field: Uint8Array;
  readonly report: string;
}

export type Answer<K extends Request["kind"] = Request["kind"]> =
  | { readonly id: number; readonly value: Answers[K] }
  | { readonly id: number; readonly name: string; readonly message: string };

/** A solution that fields can move, or why there is none. */
export interface Movable {
  readonly reason: string | null; // why there is nothing to move; then the rest is empty
  readonly x: readonly [lo: number, hi: number];
  readonly t: readonly [lo: number, hi: number];
  readonly u: readonly [lo: number, hi: number]; // extent of colours
  readonly reach: readonly number[]; // of each field: s up to which it is shown
}

export interface Moved {
  readonly u: Float32Array; // [rows, columns], t upwards; NaN where nothing is known
  readonly grid: Grid;
  readonly s: number;
  readonly field: number;
  readonly kept: number; // share of places where u is known
  readonly folded: number; // share of the data's cells that were turned over
}

/** What a field file says, ready to be shown. */
export interface Opened extends Movable {
  readonly task: string;
  readonly equation: string | null;
  readonly version: string;
  readonly chart: Chart;
  readonly verdicts: readonly Verdict[];
  readonly formulas: readonly { readonly reads: string; readonly mathml: string | null }[];
  readonly components: readonly (readonly string[])[]; // of each formula as text, one per coordinate
  readonly splines: { readonly shape: SplineShape; readonly control: Float64Array } | null;
}
