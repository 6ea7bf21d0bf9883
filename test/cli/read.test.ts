import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { runTable } from "../../src/cli/table.js";
import type { RunRecord } from "../../src/report/run.js";
import { fc } from "../property.js";
import { heatLibrary, kdvLibrary, rotations, waveLibrary } from "../report/formula-runs.js";
import { solitonRun } from "../report/soliton-run.js";
import { inFreshDirectory, liefield, type Said } from "./terminal.js";

/** `liefield read run`, of a run.json that holds this text. */
async function readOf(text: string | Uint8Array, ...more: string[]): Promise<Said> {
  let said: Said | undefined;
  await inFreshDirectory(async () => {
    mkdirSync("run");
    writeFileSync("run/run.json", text);
    said = await liefield(["read", "run", ...more]);
  });
  return said!;
}

const record = kdvLibrary().record;
const lostGpu = (run: RunRecord): RunRecord => ({
  ...run,
  engine: {
    ...run.engine,
    gpu: { name: "NVIDIA H100", software: false },
    switched: { from: "webgpu", to: "wasm", step: 57, reason: "destroyed" },
  },
});
const edited = (edit: object): string => JSON.stringify({ ...record, ...edit });

describe("a past run", () => {
  const runs: [string, RunRecord][] = [
    ["neural", solitonRun().record],
    ["neural, whose GPU was lost", lostGpu(solitonRun().record)],
    ["library", record],
    ["linear", heatLibrary().record],
    ["of a function", rotations().record],
    ["of twenty generators", waveLibrary().record],
  ];
  test.each(runs)("%s: the table on stderr, with --json the record on stdout", async (_, run) => {
    const plain = await readOf(JSON.stringify(run));
    expect([plain.code, plain.out, plain.err]).toEqual([0, "", `${runTable(run)}\n`]);
    const { code, out } = await readOf(JSON.stringify(run), "--json");
    expect(code).toBe(0);
    expect(out).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(run)));
  });
  test("is what learn printed", async () => {
    await inFreshDirectory(async () => {
      const learned = await liefield(["learn", "kdv", "--json"]);
      const read = await liefield(["read", "runs/kdv-1", "--json"]);
      expect(read.out).toBe(learned.out);
      expect(learned.err).toContain(read.err.trim());
    });
  });
  test("numbers that JSON wrote as null are numbers that are not finite", async () => {
    const [first, ...others] = record.generators;
    const run = { ...record, generators: [{ ...first!, tangent: Number.NaN }, ...others], spectrum: [Number.NaN, 1] };
    const { code, out, err } = await readOf(JSON.stringify(run), "--json");
    expect(code).toBe(0);
    expect(err).toMatch(/V1 +not finite/);
    expect(JSON.parse(out)).toMatchObject({ spectrum: [null, 1], generators: [{ tangent: null }, {}, {}, {}] });
  });
  test("keys that no record has are left out", async () => {
    const text = edited({}).replace("{", '{"__proto__":{"polluted":1},"constructor":{},"more":[1],');
    const { code, out } = await readOf(text, "--json");
    expect([code, JSON.parse(out)]).toEqual([0, JSON.parse(JSON.stringify(record))]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
  test("control characters in it do not reach the terminal", async () => {
    const evil = "\u001b[2J\u009b\u202e\n";
    const { code, out, err } = await readOf(edited({ task: evil, warnings: [evil], equationText: evil }), "--json");
    expect(code).toBe(0);
    for (const said of [err, out]) expect(said.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
});

describe("what is no run exits 2 with one line", () => {
  const refused = ({ code, out, err }: Said, message: RegExp): void => {
    expect(err).toMatch(message);
    expect(err).toMatch(/^liefield: [^\n]+\n$/);
    expect([code, out]).toEqual([2, ""]);
  };
  const [bracket] = record.algebra!.brackets;
  test.each<[string, string | Uint8Array, RegExp]>([
    ["empty", "", /run\/run\.json: it is not JSON \(.*\); make the run again/],
    ["cut off", edited({}).slice(0, 500), /it is not JSON/],
    ["no text", Uint8Array.of(0xff, 0xfe, 0), /it is not JSON/],
    ["another thing", "[1, 2]", /it is no record of a run: schema is missing/],
    ["null", "null", /it is no record of a run: it is null but Object is expected/],
    [
      "of a later schema",
      edited({ schema: 2 }),
      /it has schema 2 but this version reads schema 1; use the version that wrote it/,
    ],
    ["without a schema", edited({ schema: undefined }), /schema is missing/],
    [
      "with a schema by inheritance",
      edited({ schema: undefined }).replace("{", '{"__proto__":{"schema":1},'),
      /schema is missing/,
    ],
    ["with a text for a number", edited({ seed: "1" }), /seed is "1" but number is expected/],
    [
      "with a deep fault",
      edited({ seconds: { ...record.seconds, learn: "fast" } }),
      /seconds\.learn is "fast" but number/,
    ],
    [
      "with an unknown verdict",
      edited({ generators: [{ ...record.generators[0], verdict: "good" }] }),
      /generators\.0\.verdict is "good"/,
    ],
    ["with a count below 0", edited({ count: -1 }), /count is -1 but >=0 is expected/],
    [
      "with brackets of fields that are not there",
      edited({ algebra: { ...record.algebra, brackets: [{ ...bracket, j: 9 }] } }),
      /algebra is Object but brackets that fit their basis/,
    ],
    ["too large", edited({ more: "x".repeat(5e6) }), /above the limit of 4194304/],
    [
      "of a list without end",
      edited({ spectrum: new Array(20_000).fill(1) }),
      /spectrum is 20000 but <=10000 is expected/,
    ],
  ])("%s", async (_, text, message) => {
    refused(await readOf(text), message);
  });
  test.each<[string, () => void, RegExp]>([
    [
      "no directory",
      () => {},
      /run holds no run that can be read: run\.json: no such file or directory; name a directory that/,
    ],
    ["an empty one", () => mkdirSync("run"), /run\.json: no such file or directory/],
    ["a file", () => writeFileSync("run", ""), /a part of the path is not a directory/],
    ["a directory in its place", () => mkdirSync("run/run.json", { recursive: true }), /run\/run\.json is not a file/],
  ])("%s", async (_, before, message) => {
    await inFreshDirectory(async () => {
      before();
      refused(await liefield(["read", "run"]), message);
    });
  });
});

test("whatever stands anywhere in a run.json, read prints it or refuses it in one line", async () => {
  const whole = JSON.parse(JSON.stringify(record)) as object;
  const places = paths(whole);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.jsonValue(), async (path, value) => {
      const { code, err } = await readOf(JSON.stringify(replaced(whole, path, value)));
      expect([0, 2]).toContain(code);
      if (code === 2) expect(err).toMatch(/^liefield: [^\n]+\n$/);
    }),
    { numRuns: 200 },
  );
});

type Path = readonly string[];

/** Paths to every value inside a value. */
function paths(value: unknown, before: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [before];
  return [before, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...before, key]))];
}

function replaced(whole: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy = structuredClone(whole) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, value);
  return copy;
}
