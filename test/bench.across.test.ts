/** Benches across engines, runtimes and time: what they compute from figures, and that they really start what they say. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers tfjs's own gradients
// @ts-expect-error benches are plain JavaScript
import { comparison, gaps, headings, namesIn } from "../bench/compare/columns.mjs";
// @ts-expect-error likewise
import { crossing, inWords } from "../bench/compare/crossing.mjs";
// @ts-expect-error likewise
import { doubts, regressions } from "../bench/compare/regression.mjs";
// @ts-expect-error likewise
import { steps } from "../bench/compare/steps.mjs";
// @ts-expect-error likewise
import { familySeconds } from "../bench/environment.mjs";
import { chooseBackend } from "../src/network/backend.js";
import { CHROMIUM, DENO } from "./runtime/programs.js";

const out = mkdtempSync(join(tmpdir(), "liefield-across-test-"));
afterAll(() => rmSync(out, { recursive: true }));

const main = (flags: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, ["bench/main.mjs", "--quick", "--out", out, ...flags], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
const recordOf = (name: string) => JSON.parse(readFileSync(join(out, `${name}.json`), "utf8"));

describe("the size at which one engine overtakes another", () => {
  const amounts = [1, 2, 4, 8, 16];
  const rows = (of: (n: number) => number) => amounts.map((amount) => ({ amount, median: of(amount) }));

  test("is where powers of the amount meet", () => {
    const found = crossing(
      rows(() => 6),
      rows((n) => n),
    );
    expect(found).toMatchObject({ from: 8, smallest: 1, largest: 16, ratio: 6 / 16 });
    expect(found.near).toBeCloseTo(6, 12);
  });
  test("counts only from where it stays faster", () => {
    const right = rows((n) => (n === 2 || n === 16 ? 10 : 1)); // an early win, lost again
    expect(
      crossing(
        rows(() => 5),
        right,
      ),
    ).toMatchObject({ from: 16, near: expect.any(Number) });
  });
  test("is not given where the slower one stays slower, nor guessed beyond the sizes tried", () => {
    const found = crossing(
      rows((n) => 100 + n),
      rows((n) => n),
    );
    expect(found).toMatchObject({ from: null, near: null, largest: 16 });
    expect(inWords(found, "points", String)).toMatch(/^not within the sizes tried, 1 to 16 points: 7.25 times as long/);
  });
  test("is the smallest tried where it always was faster, and needs amounts that both have", () => {
    const fast = rows(() => 0.1);
    expect(
      crossing(
        fast,
        rows((n) => n),
      ),
    ).toMatchObject({ from: 1, near: null });
    expect(crossing(fast.slice(0, 2), rows((n) => n).slice(2))).toBeNull();
    expect(
      crossing(
        fast.slice(0, 3),
        rows((n) => n),
      ),
    ).toMatchObject({ largest: 4 });
  });
});

describe("regressions", () => {
  const stored = [
    { name: "a", median: 2 },
    { name: "b", median: 3 },
    { name: "c", median: 4 },
  ];
  test("are those beyond the threshold, a figure that is none among them; what became faster, new or missing is told apart", () => {
    const rows = [
      { name: "a", median: 2.6 },
      { name: "c", median: 3 },
      { name: "d", median: 1 },
    ];
    expect(regressions(stored, rows, 1.25)).toEqual({
      slower: [{ name: "a", change: 1.3 }],
      faster: [{ name: "c", change: 0.75 }],
      gone: ["b"],
      added: ["d"],
    });
    expect(regressions(stored, [{ name: "a", median: Number.NaN }], 1.25).slower).toHaveLength(1);
  });
  test("are none at the threshold itself", () => {
    const rows = stored.map(({ name, median }) => ({ name, median: 1.25 * median }));
    expect(regressions(stored, rows, 1.25)).toEqual({ slower: [], faster: [], gone: [], added: [] });
  });
  test("of another processor or V8 are doubted", () => {
    const here = { runtime: "node 20.1.0, V8 11.3.244", processor: "A" };
    expect(doubts(here, { ...here, runtime: "node 20.2.0, V8 11.3.250" })).toEqual([]);
    expect(doubts(here, { runtime: "node 22.0.0, V8 12.4.2", processor: "B" })).toEqual([
      expect.stringContaining("the baseline is of V8 11, this is V8 12"),
      expect.stringContaining("the baseline is of A, this is B"),
    ]);
  });
});

describe("a comparison", () => {
  const row = (name: string, median: number) => ({
    name,
    median,
    lower: 0.9 * median,
    upper: 1.1 * median,
    samples: 9,
  });
  const columns = [
    { in: "deno", runtime: "deno 2", engine: "webgpu", gpu: { name: "pipe", software: true }, rows: [row("a", 30)] },
    { in: "deno", runtime: "deno 2", engine: "wasm", rows: [row("a", 10), row("b", 5)] },
    { in: "deno", runtime: "deno 2", engine: "cpu", missing: "no luck" },
  ];
  test("has a column for every engine, what is missing with its reason and a software adapter by that name", () => {
    const { table, notes } = comparison(columns);
    expect(table).toEqual({
      columns: ["", "webgpu (software adapter)", "wasm", "cpu"],
      cells: [
        ["a", "30 [27–33] 3×", "10 [9–11] 1×", "–"],
        ["b", "–", "5 [4.5–5.5] 1×", "–"],
      ],
    });
    expect(notes).toContain("deno cpu: missing: no luck");
    expect(notes).toContainEqual(expect.stringMatching(/^deno webgpu: software adapter pipe; deno 2/));
  });
  test("across runtimes is headed by them; steps left out are told with the reason", () => {
    const other = { ...columns[1], in: "node", rows: [{ name: "a", missing: "too slow" }] };
    expect(headings([columns[1], other])).toEqual(["deno", "node"]);
    expect(headings([...columns, other])).toEqual([
      "deno webgpu (software adapter)",
      "deno wasm",
      "deno cpu",
      "node wasm",
    ]);
    expect(gaps([columns[1], other])).toEqual(["node wasm: too slow: a"]);
    expect(gaps([{ ...columns[1], rows: [{ ...row("a", 1), note: "by hand" }] }])).toEqual(["deno wasm: by hand: a"]);
    expect(comparison([{ in: "x", engine: "wasm", missing: "gone" }]).table.cells).toEqual([]);
  });
  test("of names that are unknown or given twice is refused", () => {
    expect(namesIn("wasm, cpu", ["wasm", "cpu"], "engine")).toEqual(["wasm", "cpu"]);
    expect(() => namesIn("metal", ["wasm"], "engine")).toThrow('no engine is named "metal"; known are wasm');
    expect(() => namesIn("wasm,wasm", ["wasm"], "engine")).toThrow("twice");
    const { status, stderr } = main(["--compare", "metal"]);
    expect([status, stderr.includes("known are webgpu, wasm, cpu")]).toEqual([2, true]);
  });
});

describe("the steps", () => {
  const step = (kind: RegExp) => steps.find((s: { kind: string; tiny: boolean }) => kind.test(s.kind) && s.tiny);

  test("of the operator give the same falling loss on wasm and cpu", async () => {
    const losses: number[][] = [];
    for (const engine of ["cpu", "wasm"] as const) {
      await chooseBackend(engine);
      const { work, end } = await step(/operator/).make(null, 1);
      const own: number[] = [];
      for (let i = 0; i < 5; i++) own.push(await work());
      end();
      losses.push(own);
    }
    const [cpu, wasm] = losses as [number[], number[]];
    cpu.forEach((loss, i) => {
      if (i > 0) expect(loss).toBeLessThan(cpu[i - 1]!);
      expect(Math.abs(loss / wasm[i]! - 1)).toBeLessThan(1e-5); // f32, five steps
    });
  });

  test.each([/field network/, /operator/, /image/])("%s leaves nothing behind", async (kind) => {
    await chooseBackend("wasm");
    const before = tf.memory().numTensors;
    for (let again = 0; again < 2; again++) {
      const { work, end } = await step(kind).make(null, 1);
      await work();
      await work();
      end();
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("processor time of children counts while they live and once they were waited for", async () => {
  const before = familySeconds();
  const burn =
    "const used = () => process.cpuUsage().user + process.cpuUsage().system; while (used() < 3e5); console.log(1); setTimeout(() => {}, 60_000)";
  const child = spawn(process.execPath, ["-e", burn]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const living = familySeconds() - before;
  child.kill();
  await new Promise((resolve) => child.once("exit", resolve));
  const ended = familySeconds() - before;
  if (!existsSync("/proc/self/stat")) return expect([living, ended]).toEqual([0, 0]);
  for (const seconds of [living, ended]) expect(seconds).toBeGreaterThan(0.275); // user's and system's are cut to hundredths, each
});

describe("started in earnest", () => {
  const deno = existsSync(DENO);
  const chromium = existsSync(CHROMIUM);

  test("engines and runtimes stand side by side in one table, what is not there with its reason", () => {
    const flags = ["--compare", "webgpu,wasm", "--runtimes", "deno,chromium,workerd"];
    const { status, stdout, stderr } = main(flags);
    expect([status, stderr.includes("failed")]).toEqual([0, false]);
    const { columns, tables, environment } = recordOf("compare");
    expect(columns.map((c: { in: string; engine: string }) => `${c.in} ${c.engine}`)).toEqual(
      ["deno", "chromium", "workerd"].flatMap((runtime) => [`${runtime} webgpu`, `${runtime} wasm`]),
    );
    for (const column of columns) {
      const { engine, gpu, rows, missing, runtime } = column;
      const there = { deno, chromium, workerd: engine === "wasm" }[column.in as "deno"];
      if (engine === "webgpu" && there && missing)
        expect(missing).toMatch(/adapter|not installed/); // no driver on this machine
      else expect(missing === undefined).toBe(there);
      expect(stdout).toContain(missing ? `${column.in} ${engine}: missing: ${missing}` : runtime);
      if (missing) continue;
      expect(runtime).toMatch(new RegExp(`^${column.in} \\d`));
      if (gpu) expect(gpu).toMatchObject({ name: expect.stringMatching(/./), software: expect.any(Boolean) });
      if (gpu?.software) expect(stdout).toContain(`${column.in} webgpu (software adapter)`);
      const timed = rows.filter((row: { missing?: string }) => !row.missing);
      expect(timed).toHaveLength(engine === "wasm" ? 5 : 3);
      for (const { median, lower, upper, samples } of timed) {
        expect([lower > 0, lower <= median, median <= upper, samples >= 1]).toEqual([true, true, true, true]);
      }
    }
    expect(tables[0].cells).toHaveLength(5);
    expect(stdout).toContain(`node ${process.versions.node}`);
    expect(stdout).toContain(environment.processor);
  });

  test("one runtime that is missing takes none of the others away", () => {
    const { status } = main(["--runtimes", "chromium,node"], { LIEFIELD_CHROMIUM: "/nowhere/chromium" });
    expect(status).toBe(0);
    const [absent, node] = recordOf("runtimes").columns;
    expect(absent).toMatchObject({
      in: "chromium",
      engine: "wasm",
      missing: expect.stringContaining("is not installed"),
    });
    expect(node.rows).toHaveLength(5);
  });

  test("a step slowed on purpose is reported against the baseline, it alone, and the exit is 1", () => {
    expect(main(["--baseline"]).status).toBe(2); // there is none yet
    expect(main(["--baseline", "--store"]).status).toBe(0);
    const stored = recordOf("baseline");
    expect(stored.rows).toHaveLength(6);
    // Far beyond what a few calls under load may differ by: the figures of quick runs are rough.
    const { status, stdout } = main(["--baseline", "--threshold", "5", "--slow", "spline flow=25"]);
    expect(status).toBe(1);
    const { slower, gone } = recordOf("regressions");
    expect(gone).toEqual([]);
    expect(slower.map(({ name }: { name: string }) => name)).toEqual([
      expect.stringMatching(/^spline flow .* wasm$/),
      expect.stringMatching(/^spline flow .* cpu$/),
    ]);
    expect(stdout).toMatch(/SLOWER: spline flow/);
    expect(recordOf("baseline")).toEqual(stored); // a check leaves it as it was
    const { status: unslowed, stdout: said } = main(["--baseline", "--threshold", "5"]);
    expect([unslowed, /nothing slower by more than 5 times/.test(said)]).toEqual([0, true]);
  });
});
