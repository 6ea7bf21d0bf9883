/** Rows as CSV (RFC 4180), with the precautions that spreadsheets need. */
import type { SweepRecord } from "./sweeprecord.js";

/** A sweep's table, one line a run; numbers in full. */
export function sweepCsv({ rows, varied }: SweepRecord): string {
  const head = [
    ...["run", ...varied, "outcome", "count", "count_is", "gap", "accepted", "largest_angle_degrees", "grassmann"],
    ...["seconds", "reads", "warnings", "engine", "version", "sentence"],
  ];
  const lines = rows.map((row) => [
    ...[row.index, ...varied.map((name) => row.options[name] ?? ""), row.outcome, row.count, row.countIs, row.gap],
    ...[row.accepted, row.largestAngleDegrees, row.grassmann, row.seconds, row.reads.join("; ")],
    ...[row.warnings.join("; "), row.engine, row.version, row.sentence],
  ]);
  return [head, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number | null): string {
  if (value === null || typeof value === "number")
    return value === null || !Number.isFinite(value) ? "" : String(value);
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(value) ? `'${value}` : value; // else a spreadsheet would run it as a formula
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
