/** Many runs as one table: a row each, and a line for every setting that differs in more than its seed. */
import { version } from "../version.js";
import type { RunRecord } from "./run.js";

export interface SweepRow {
  readonly index: number;
  readonly options: Readonly<Record<string, string>>; // what tells the run from the others
  readonly outcome: "done" | "failed" | "missing";
  readonly sentence: string | null; // why it failed
  readonly task: string | null; // from here on null unless done
  readonly seed: number | null;
  readonly count: number | null;
  readonly countIs: RunRecord["countIs"] | null;
  readonly gap: number | null;
  readonly accepted: number | null; // generators
  readonly reads: readonly string[]; // the formulas
  readonly largestAngleDegrees: number | null; // between what was found and the truth, where it is known
  readonly grassmann: number | null;
  readonly seconds: number | null;
  readonly warnings: readonly string[];
  readonly engine: string | null;
  readonly version: string | null;
  readonly report: string | null; // from the sweep's directory
}

export interface SweepGroup {
  readonly options: Readonly<Record<string, string>>; // without the seed
  readonly runs: number;
  readonly done: number;
  readonly counts: Readonly<Record<string, number>>; // how many runs counted "3", "4+" or "undecided"
  readonly angleDegrees: Spread | null; // of the largest angles
  readonly seconds: Spread | null;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** What `sweep merge` writes as table.json. */
export interface SweepRecord {
  readonly schema: 1;
  readonly version: string;
  readonly runs: number;
  readonly done: number;
  readonly failed: number;
  readonly missing: string; // as an array range: "3,7-9"; empty where none is
  readonly varied: readonly string[];
  readonly warnings: readonly string[];
  readonly groups: readonly SweepGroup[];
  readonly rows: readonly SweepRow[];
}

/** A run's row from its record; null where it is still to come, a sentence where it failed. */
export function rowOf(index: number, options: SweepRow["options"], of: RunRecord | string | null): SweepRow {
  const none = {
    ...{ task: null, seed: null, count: null, countIs: null, gap: null, accepted: null, reads: [], seconds: null },
    ...{ largestAngleDegrees: null, grassmann: null, warnings: [], engine: null, version: null, report: null },
  };
  if (of === null) return { index, options, outcome: "missing", sentence: null, ...none };
  if (typeof of === "string") return { index, options, outcome: "failed", sentence: of, ...none };
  const { task, seed, count, countIs, gap, generators, formulas, truth, seconds, warnings, engine } = of;
  const angles = truth?.dimension == null ? [] : truth.principalAnglesDegrees;
  return {
    ...{ index, options, outcome: "done", sentence: null, task, seed, count, countIs, gap, warnings },
    accepted: generators.filter((g) => g.accepted).length,
    reads: (formulas ?? []).map(({ reads }) => reads),
    largestAngleDegrees: angles.length > 0 ? Math.max(...angles) : null,
    grassmann: truth?.dimension == null ? null : truth.grassmann,
    seconds: seconds.total,
    engine: `${engine.network}, ${engine.kernels}`,
    version: of.version,
    report: `shards/${index}/report.html`,
  };
}

/** Rows in the order of their numbers, put together. */
export function sweepRecordOf(varied: readonly string[], rows: readonly SweepRow[], missing: string): SweepRecord {
  const groups = new Map<string, SweepRow[]>();
  for (const row of rows) {
    const { seed: _, ...setting } = row.options;
    const key = JSON.stringify(setting);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const number = (outcome: SweepRow["outcome"]): number => rows.filter((row) => row.outcome === outcome).length;
  return {
    schema: 1,
    version,
    runs: rows.length,
    done: number("done"),
    failed: number("failed"),
    missing,
    varied,
    warnings: [
      ...differing("versions", rows, (row) => row.version),
      ...differing("engines", rows, (row) => row.engine),
    ],
    groups: [...groups.values()].map(group),
    rows,
  };
}

function group(rows: readonly SweepRow[]): SweepGroup {
  const { seed: _, ...options } = rows[0]!.options;
  const done = rows.filter((row) => row.outcome === "done");
  const counts = new Map<string, number>();
  for (const { countIs, count } of done) {
    const said = countOf({ countIs, count });
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return {
    options,
    runs: rows.length,
    done: done.length,
    counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    angleDegrees: spread(done.map((row) => row.largestAngleDegrees)),
    seconds: spread(done.map((row) => row.seconds)),
  };
}

/** "3", "4+" where there may be more, "undecided". */
export const countOf = ({ countIs, count }: Pick<SweepRow, "count" | "countIs">): string =>
  count === null ? "undecided" : `${count}${countIs === "atLeast" ? "+" : ""}`;

function spread(values: readonly (number | null)[]): Spread | null {
  const sorted = values
    .filter((value): value is number => value !== null && Number.isFinite(value))
    .sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
  return { median: middle, least: sorted[0]!, most: sorted.at(-1)! };
}

/** Nothing, or a sentence: runs that were not made alike do not agree to the last bit. */
function differing(what: string, rows: readonly SweepRow[], of: (row: SweepRow) => string | null): string[] {
  const found = [...new Set(rows.map(of).filter((each) => each !== null))];
  if (found.length < 2) return [];
  return [`the runs were made by different ${what} (${found.join("; ")}), so they agree only to rounding`];
}
