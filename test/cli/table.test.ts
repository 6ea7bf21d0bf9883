import { describe, expect, test } from "@jest/globals";
import { runTable } from "../../src/cli/table.js";
import type { RunRecord } from "../../src/report/run.js";
import { solitonRun } from "../report/soliton-run.js";

const record: RunRecord = solitonRun().record;
const lines = (text: string): string[] => text.split("\n");

describe("the table", () => {
  test("has a row per generator, columns aligned", () => {
    const all = lines(runTable(record));
    const head = all.findIndex((line) => line.includes("verdict"));
    const rows = all.slice(head, head + 1 + record.generators.length);
    const start = rows[0]!.indexOf("verdict");
    for (const [i, generator] of record.generators.entries())
      expect(rows[i + 1]!.slice(start)).toMatch(new RegExp(`^${generator.verdict}`));
    const end = rows[0]!.indexOf("control") + "control".length; // numbers end under their title
    for (const row of rows.slice(1)) expect(row.slice(end - 1, end + 1)).toMatch(/^\d ?$/);
  });
  test("stays within 100 columns, whatever the run says", () => {
    const long = { ...record, warnings: ["a warning of many words ".repeat(20)], task: "reaction-diffusion-2d" };
    for (const line of lines(runTable(long))) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe("the count in words", () => {
  const said = (edit: Partial<RunRecord>): string => runTable({ ...record, ...edit }).replaceAll("\n", " ");
  const accepted = record.generators.map((g) => ({ ...g, accepted: true, verdict: "accepted" as const }));
  test.each<[string, Partial<RunRecord>, RegExp]>([
    ["exact", { count: 3, countIs: "exact", gap: 41 }, /3 symmetries: .* 41 times worse/],
    ["one", { count: 1, countIs: "exact", gap: 41 }, /1 symmetry: /],
    ["none", { count: 0, countIs: "exact", gap: null }, /No symmetries: no generator was accepted/],
    [
      "at least",
      { count: 4, countIs: "atLeast", gap: null, generators: accepted },
      /At least 4 symmetries: .* more --generators/,
    ],
    ["undecided", { count: null, countIs: "undecided", gap: 4 }, /undecided: .* gap to the rest is only 4/],
  ])("%s", (_, edit, message) => {
    expect(said(edit)).toMatch(message);
  });
});

describe("the truth in words", () => {
  const said = (truth: RunRecord["truth"]): string => runTable({ ...record, truth });
  test("angles in degrees", () => {
    expect(said({ dimension: 3, principalAnglesDegrees: [0.1, 0.3, 0.8], grassmann: 0.015 })).toMatch(
      /3 known symmetries; .*0\.10°, 0\.30°, 0\.80°/s,
    );
  });
  test("nothing where none is known", () => {
    expect(said({ dimension: null, principalAnglesDegrees: [], grassmann: 0 })).toMatch(/not on file/);
    expect(said(null)).not.toMatch(/known|on file/);
  });
});
