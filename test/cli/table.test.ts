import { describe, expect, test } from "@jest/globals";
import { runTable } from "../../src/cli/table.js";
import type { RunRecord } from "../../src/report/run.js";
import { heatLibrary, kdvLibrary, rotations, solitonReading, waveLibrary } from "../report/formula-runs.js";
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
    ["exact", { count: 3, countIs: "exact", gap: 41 }, /3 symmetries, exactly: .* 41 times worse/],
    ["one", { count: 1, countIs: "exact", gap: 41 }, /1 symmetry, exactly: /],
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

describe("the engine in words", () => {
  const said = (edit: Partial<RunRecord["engine"]>): string =>
    runTable({ ...record, engine: { ...record.engine, passedOver: [], ...edit } }).replaceAll("\n", " ");
  test("names the GPU, and says of a software adapter that it is one", () => {
    expect(said({ network: "webgpu", gpu: { name: "NVIDIA H100", software: false } })).toContain(
      "engine: network webgpu on NVIDIA H100, kernels simd",
    );
    expect(said({ network: "webgpu", gpu: { name: "llvmpipe", software: true } })).toContain(
      "network webgpu on llvmpipe (a software adapter), kernels",
    );
  });
  test("says what ran before a device was lost", () => {
    const switched = { from: "webgpu", to: "wasm", step: 57, reason: "destroyed" };
    expect(said({ network: "wasm", gpu: { name: "NVIDIA H100", software: false }, switched })).toContain(
      "network webgpu on NVIDIA H100 until its device was lost, then wasm, kernels",
    );
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

describe("a library run", () => {
  const kdv = runTable(kdvLibrary().record);
  test("has a line per formula, with its scores and its fit", () => {
    expect(kdv).toMatch(/^ {2}V3 +\S+ +1\.6e-3 +accepted +6\.0e-11 {2}t ∂x \+ ∂u$/m);
    expect(kdv).toContain("V4");
    expect(kdv).not.toMatch(/slot|--generators/);
  });
  test("prints brackets as a table up to six generators, beyond only what they say", () => {
    expect(kdv).toMatch(/^ {2}V4 +−V1 +−3 V2 +2 V3 +0$/m);
    const heat = runTable(heatLibrary().record);
    expect(heat).not.toContain("[ , ]");
    expect(heat.replaceAll("\n", " ")).toContain("Brackets leave the span of the found fields by up to 100 %");
  });
  test("says the count and the jump it rests on", () => {
    expect(kdv).toContain("4 symmetries, exactly: the spectrum jumps by a factor 3.2e+7 after score 4.");
  });
  test("says why nothing was moved, where nothing was", () => {
    const said = runTable(rotations().record).replaceAll("\n", " ");
    expect(said).toContain("No flow certificate. A function has no equation to score moved data against.");
    expect(said).not.toMatch(/not finite|null|NaN/);
  });
  test("calls what has no name by what it is, and counts trivial fields out", () => {
    const { record } = rotations();
    const said = runTable({ ...record, task: "dynamics", trivial: ["∂t + p ∂x"] }).replaceAll("\n", " ");
    expect(said).toContain("Symmetries of the dynamics: library learner");
    expect(said).toContain(
      "not counted is one field before it that moves every solution only along itself (∂t + p ∂x).",
    );
  });
  test("goes on with a long formula beneath it, and loses nothing of it", () => {
    const { record } = kdvLibrary();
    const reads = `${"20 t^2 u ∂x + ".repeat(9)}∂u`;
    const read = record.formulas!.map((f) => ({ ...f, reads }));
    const near = [{ reads, score: 0.02 }];
    const all = lines(runTable({ ...record, formulas: read, approximate: near }));
    for (const line of all) expect(line.length).toBeLessThanOrEqual(100);
    const first = all.findIndex((line) => line.startsWith("  V1 "));
    const start = all[first]!.indexOf("20 t^2");
    const [one, two, three] = all.slice(first, first + 3);
    expect(two!.slice(0, start).trim()).toBe("");
    expect(two!.slice(start)).toMatch(/^\+ 20 t\^2 u ∂x \+ /);
    expect([one, two, three].map((line) => line!.slice(start)).join(" ")).toBe(reads);
    expect(all.join(" ").replace(/ +/g, " ").split(reads).length - 1).toBe(read.length + near.length);
  });
  test("stays within 100 columns with twenty generators", () => {
    for (const line of lines(runTable(waveLibrary().record))) expect(line.length).toBeLessThanOrEqual(100);
  });
  test.each<[string, Partial<RunRecord>, RegExp]>([
    ["none", { count: 0, gap: null }, /No symmetries: no field of the library scores near zero/],
    ["at least", { count: 30, countIs: "atLeast", gap: null }, /At least 30 symmetries: .* higher --degree/],
    [
      "undecided",
      { count: null, countIs: "undecided", gap: 6.4e6, spectrum: [1e-14, 6.4e-8, 1e-6] },
      /undecided: .*the largest is a factor 64\);/,
    ],
  ])("counts %s in its own words", (_, edit, words) => {
    expect(runTable({ ...kdvLibrary().record, ...edit }).replaceAll("\n", " ")).toMatch(words);
  });
});

test("a neural run that was read has its formulas, what has none, and what is only nearly a symmetry", () => {
  const said = runTable(solitonReading(32, 20).record);
  expect(said).toMatch(/^ {2}V1 +2\.1e-3 {2}∂x$/m);
  expect(said).toContain("V3 has no formula: the library leaves 31 % of the field unexpressed.");
  expect(said).toMatch(/Approximate, not counted:\n {2}0\.021 {2}x ∂x \+ 3 t ∂t - 2 u ∂u/);
});
