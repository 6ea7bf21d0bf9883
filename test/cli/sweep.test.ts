import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { gridOf, shardsOf } from "../../src/cli/grid.js";
import { slurmScript } from "../../src/cli/slurm.js";
import { rangesOf } from "../../src/cli/sweepfile.js";
import type { Work } from "../../src/cli/work.js";
import { NumericalError } from "../../src/engine/error.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/learn/checkpoint.js";
import type { LearnOptions } from "../../src/learn.js";
import type { SweepRecord } from "../../src/report/sweeprecord.js";
import { version } from "../../src/version.js";
import { inFreshDirectory, liefield, quickWork } from "./terminal.js";

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const six = { task: "kdv", vary: { seed: [1, 2, 3], steps: [100, 200] } };

/** A planned sweep in a fresh directory. */
const planned = (grid: unknown, body: () => Promise<void>): Promise<string[]> =>
  inFreshDirectory(async () => {
    writeFileSync("grid.json", JSON.stringify(grid));
    expect(await liefield(["sweep", "plan", "grid.json", "--out", "S"])).toMatchObject({ code: 0, out: "" });
    await body();
  });
const exec = (index: number | string, work: Partial<Work> = {}, more: string[] = []) =>
  liefield(["sweep", "exec", "S", "--index", String(index), ...more], { work });
const table = (): SweepRecord => JSON.parse(readFileSync("S/table.json", "utf8"));

describe("a grid", () => {
  test("is a product, the last key fastest, of options as the command line has them", () => {
    const shards = shardsOf(gridOf(bytes({ ...six, param: { nu: 0.1 }, snapshots: true }), "/a"));
    expect(shards.map(({ varied }) => varied)).toEqual(
      [1, 2, 3].flatMap((seed) => [100, 200].map((steps) => ({ seed, steps }))),
    );
    expect(shards[5]!.argv).toEqual(["kdv", "--param", "nu=0.1", "--snapshots", "--seed", "3", "--steps", "200"]);
  });
  test("without vary is one run; a path is taken from where the grid lies", () => {
    const [only, ...others] = shardsOf(gridOf(bytes({ task: "kdv", data: "a.npz" }), "/a/b"));
    expect([only!.argv, others]).toEqual([["kdv", "--data", "/a/b/a.npz"], []]);
  });
  test.each<[string, unknown, RegExp]>([
    ["no object", [1], /an object is expected but a list came/],
    ["no task", { seed: 1 }, /task is missing/],
    ["a task that is none", { task: "kvd" }, /^task: there is no task "kvd"; did you mean kdv/],
    ["an unknown key", { task: "kdv", sed: 1 }, /^sed is no option of learn; did you mean seed\?/],
    ["an unknown key to vary", { task: "kdv", vary: { sed: [1] } }, /^vary\.sed\[0\] is no option of learn/],
    ["what the sweep decides", { task: "kdv", out: "x" }, /^out is decided by the sweep/],
    ["a bad value", { task: "kdv", vary: { seed: [1, -2] } }, /^vary\.seed\[1\]: --seed must be a whole number/],
    ["a value of no kind", { task: "kdv", seed: [1, 2] }, /^seed must be a text, .* is a list; lists go into vary/],
    ["no list", { task: "kdv", vary: { seed: 3 } }, /^vary\.seed must be a list .* is the number 3/],
    ["an empty list", { task: "kdv", vary: { seed: [] } }, /^vary\.seed must be a list .* is empty/],
    ["a value twice", { task: "kdv", vary: { seed: [1, 2, 1] } }, /^vary\.seed\[2\] is vary\.seed\[0\] once more/],
    ["a key twice", { task: "kdv", seed: 1, vary: { seed: [2] } }, /^vary\.seed stands outside vary too/],
    [
      "too many runs",
      {
        task: "kdv",
        vary: { seed: Array.from({ length: 101 }, (_, i) => i), steps: Array.from({ length: 100 }, (_, i) => i + 1) },
      },
      /makes 10100 runs but at most 10000/,
    ],
  ])("with %s is refused by its key", (_, grid, message) => {
    expect(() => gridOf(bytes(grid), "/")).toThrow(message);
  });
  test("with a key of the prototype is refused", () => {
    expect(() => gridOf(new TextEncoder().encode('{"task":"kdv","vary":{"__proto__":[1]}}'), "/")).toThrow(/__proto__/);
    expect(({} as { seed?: number }).seed).toBeUndefined();
  });
  test("whose options do not go together names the run; nothing is written", async () => {
    const files = await inFreshDirectory(async () => {
      writeFileSync("grid.json", JSON.stringify({ task: "kdv", method: "library", vary: { steps: [1] } }));
      const { code, err } = await liefield(["sweep", "plan", "grid.json", "--out", "S"]);
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/grid\.json: run 0 \(steps 1\): --steps is for --method neural/),
      ]);
    });
    expect(files).toEqual(["grid.json"]);
  });
});

describe("plan", () => {
  test("again is the same; another grid into the same directory is refused", async () => {
    await planned(six, async () => {
      const again = await liefield(["sweep", "plan", "grid.json", "--out", "S"]);
      expect([again.code, again.err]).toEqual([
        0,
        expect.stringContaining("6 runs (3 of seed × 2 of steps) are planned already"),
      ]);
      writeFileSync("grid.json", JSON.stringify({ task: "kdv" }));
      const other = await liefield(["sweep", "plan", "grid.json", "--out", "S"]);
      expect([other.code, other.err]).toEqual([2, expect.stringContaining("S holds another sweep")]);
    });
  });
  test("a file that the runs would not find is refused at once", async () => {
    await inFreshDirectory(async () => {
      mkdirSync("a");
      writeFileSync("a/grid.json", JSON.stringify({ task: "kdv", vary: { data: ["b.npz", "none.npz"] } }));
      writeFileSync("a/b.npz", "");
      const { code, err } = await liefield(["sweep", "plan", "a/grid.json"]);
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/grid\.json: data: \S+\/a\/none\.npz cannot be read: no such/),
      ]);
    });
  });
  test("--slurm prints an array script that a shell takes", () => {
    const grid = gridOf(bytes({ ...six, workers: 2 }), "/");
    const script = slurmScript({ directory: "/a b/it's", grid, shards: shardsOf(grid) }, ["/usr/bin/node", "main.js"]);
    expect(script).toContain("#SBATCH --array=0-5\n#SBATCH --cpus-per-task=2\n");
    expect(script).not.toContain("--output"); // the name holds a quote
    expect(script).toContain(`exec /usr/bin/node main.js sweep exec "/a b/it's" --index "$SLURM_ARRAY_TASK_ID"\n`);
  });
});

describe("exec", () => {
  test("makes a run with the options of its index, under its final name, and does nothing the second time", async () => {
    const asked: LearnOptions[] = [];
    const work: Partial<Work> = {
      learn(options, adapter, hooks) {
        asked.push(options);
        expect(readdirSync("S/shards").filter((name) => !name.startsWith("."))).toEqual([]);
        return quickWork.learn(options, adapter, hooks);
      },
    };
    const files = await planned(six, async () => {
      const first = await exec(3, work, ["--json"]);
      expect([first.code, JSON.parse(first.out).report]).toEqual([0, join(process.cwd(), "S/shards/3/report.html")]);
      const second = await exec(3, work, ["--json"]);
      expect([second.code, second.out]).toEqual([0, first.out]);
      expect(second.err).toMatch(/run 3 of 6 is done already/);
    });
    expect(asked).toMatchObject([{ task: "kdv", seed: 2, steps: 200, workers: 1 }]);
    expect(asked[0]!.command).toMatch(/^liefield learn kdv --seed 2 --steps 200 --out \S+S\/shards\/3$/);
    expect(files.filter((file) => /shards/.test(file)).length).toBe(5); // the folder, the run's, its three files
  });

  test("twice at once leaves one whole run and nothing else", async () => {
    await planned(six, async () => {
      const both = await Promise.all([exec(1), exec(1), exec(1)]);
      expect(both.map(({ code }) => code)).toEqual([0, 0, 0]);
      expect(readdirSync("S/shards")).toEqual(["1"]);
      expect(readdirSync("S/shards/1").sort()).toEqual(["field.safetensors", "report.html", "run.json"]);
    });
  });

  test("goes on from the furthest checkpoint of this version, whoever left it, and takes what is left away", async () => {
    await planned(six, async () => {
      const checkpoint = (step: number, of = version): Uint8Array =>
        encodeCheckpoint({
          settings: { version: JSON.stringify(of) },
          ...{ engine: "wasm, simd", phase: 0, done: { history: [], skipped: [] }, seconds: 0 },
          learner: {
            ...{ step, skipped: [], network: { step, births: [], arrays: {} } },
            ...{ batches: [1], validity: [], history: [] },
          },
        });
      const left: [string, Uint8Array][] = [
        [`.1.${hostname()}.999999999.a`, checkpoint(5)],
        [".1.elsewhere.7.b", checkpoint(9)],
        [".1.elsewhere.8.c", checkpoint(20, "0.0.1")],
        [".1.elsewhere.9.d", checkpoint(30).subarray(0, 99)],
        [".11.elsewhere.9.d", checkpoint(40)], // another run's
      ];
      for (const [name, bytes] of left) {
        mkdirSync(join("S/shards", name), { recursive: true });
        writeFileSync(join("S/shards", name, "checkpoint.safetensors"), bytes);
      }
      let resumed: Uint8Array | undefined;
      const work: Partial<Work> = {
        learn(options, adapter, hooks) {
          resumed = options.resume;
          return quickWork.learn(options, adapter, hooks);
        },
      };
      expect((await exec(1, work)).code).toBe(0);
      expect(decodeCheckpoint(resumed!).learner.step).toBe(9);
      expect(readdirSync("S/shards").sort()).toEqual([".11.elsewhere.9.d", "1"]);
    });
  });

  test("a run that fails leaves its reason for the table, and is made when it can be", async () => {
    await planned(six, async () => {
      const fail: Partial<Work> = { learn: () => Promise.reject(new NumericalError("it grew; pass less")) };
      expect(await exec(2, fail)).toMatchObject({ code: 3, err: "liefield: it grew; pass less\n" });
      expect(readdirSync("S/shards")).toEqual([]);
      await liefield(["sweep", "merge", "S", "--partial"]);
      expect(table().rows[2]).toMatchObject({ outcome: "failed", sentence: "it grew; pass less" });
      expect([table().failed, table().missing]).toEqual([1, "0-1,3-5"]);
      expect((await exec(2)).code).toBe(0);
      await liefield(["sweep", "merge", "S", "--partial"]);
      expect([table().failed, table().done]).toEqual([0, 1]);
    });
  });

  test.each<[string, string[], RegExp]>([
    ["no sweep", ["exec", "none", "--index", "0"], /none holds no sweep: sweep.json: no such file/],
    ["no directory", ["exec"], /the directory of a sweep is expected/],
    ["no index", ["exec", "S"], /--index must be a whole number from 0; pass/],
    ["an index beyond", ["exec", "S", "--index", "6"], /from 0 to 5 but is 6/],
    ["no subcommand", [], /sweep by itself is no command; after sweep comes one of plan, exec, merge/],
    ["another one", ["make"], /sweep make is no command/],
  ])("of %s is refused in one line", async (_, words, message) => {
    await planned(six, async () => {
      const { code, err } = await liefield(["sweep", ...words]);
      expect([code, err.trimEnd().split("\n").length]).toEqual([2, 1]);
      expect(err).toMatch(message);
    });
  });

  test("a sweep.json that was changed is looked through again", async () => {
    await planned(six, async () => {
      writeFileSync("S/sweep.json", JSON.stringify({ schema: 1, base: { task: "kdv", resume: true }, vary: {} }));
      expect((await exec(0)).err).toMatch(/sweep\.json: resume is decided by the sweep/);
      writeFileSync("S/sweep.json", "null");
      expect((await exec(0)).err).toMatch(/schema 1 is expected but undefined came/);
    });
  });
});

describe("merge", () => {
  test.each<[number[], string]>([
    [[], ""],
    [[3], "3"],
    [[3, 7, 8, 9], "3,7-9"],
    [[0, 1, 3, 4], "0-1,3-4"],
  ])("says %j as %j", (indices, said) => expect(rangesOf(indices)).toBe(said));

  test("names what is missing and writes nothing; then one table of all, each run once", async () => {
    await planned(six, async () => {
      for (const index of [0, 1, 2, 4]) await exec(index);
      const early = await liefield(["sweep", "merge", "S"]);
      expect([early.code, early.err]).toEqual([
        2,
        expect.stringMatching(/runs are missing: 3,5; .*sbatch --array=3,5/),
      ]);
      expect(existsSync("S/table.json")).toBe(false);
      for (const index of [3, 5]) await exec(index);
      const { code, out } = await liefield(["sweep", "merge", "S", "--json"]);
      expect([code, JSON.parse(out)]).toEqual([0, table()]);
      expect(table().rows.map(({ index, options, seed }) => [index, options.seed, String(seed)])).toEqual(
        [1, 1, 2, 2, 3, 3].map((seed, index) => [index, String(seed), String(seed)]),
      );
      expect(table().groups.map(({ options, runs, done }) => [options, runs, done])).toEqual([
        [{ steps: "100" }, 3, 3],
        [{ steps: "200" }, 3, 3],
      ]);
      const csv = readFileSync("S/table.csv", "utf8").trimEnd().split("\r\n");
      expect([csv.length, csv[0]!.split(",").slice(0, 4)]).toEqual([7, ["run", "seed", "steps", "outcome"]]);
      const page = readFileSync("S/report.html", "utf8");
      expect(page.match(/href="shards\/\d\/report.html"/g)).toHaveLength(6);
      expect(page).toContain("6 of 6 runs are done.");
    });
  });

  test("what runs say is text on the page and in the table, never markup or a formula of a spreadsheet", async () => {
    await planned({ task: "kdv", vary: { seed: [1] } }, async () => {
      const fail: Partial<Work> = { learn: () => Promise.reject(new NumericalError('=1+1,<b>"')) };
      await exec(0, fail);
      expect((await liefield(["sweep", "merge", "S"])).code).toBe(0); // a failure is an outcome
      expect(readFileSync("S/report.html", "utf8")).toContain("=1+1,&lt;b&gt;&quot;");
      expect(readFileSync("S/table.csv", "utf8")).toContain(`"'=1+1,<b>"""`);
    });
  });
});

test("a run killed half-way goes on from its checkpoint and ends as one left alone, whoever else works on it", async () => {
  const directory = "build/sweep";
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const neural = { task: "kdv", time: 20, outputs: 60, trajectories: 2, steps: 25, backend: "wasm", checkpoint: 0.05 };
  writeFileSync(join(directory, "grid.json"), JSON.stringify({ ...neural, vary: { seed: [1, 2] } }));
  const program = (words: string[], kill?: RegExp): Promise<{ code: number | null; err: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ["dist/cli/main.js", "sweep", ...words], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      let err = "";
      child.stderr.on("data", (text) => {
        err += text;
        if (kill?.test(err)) child.kill("SIGKILL");
      });
      child.on("close", (code) => resolve({ code, err }));
    });
  for (const out of ["alone", "killed"])
    expect((await program(["plan", join(directory, "grid.json"), "--out", join(directory, out)])).code).toBe(0);
  const [alone, killed] = ["alone", "killed"].map((out) => ["exec", join(directory, out), "--index", "1"]);
  expect((await program(alone!)).code).toBe(0);
  expect((await program(killed!, /learning +60 %/)).code).toBe(null);
  expect(readdirSync(join(directory, "killed/shards"))).toEqual([expect.stringMatching(/^\.1\./)]);
  const [one, two] = await Promise.all([program(killed!), program(killed!)]);
  expect([one.code, two.code]).toEqual([0, 0]);
  expect(one.err).not.toMatch(/learning +0 %/); // it went on
  expect(readdirSync(join(directory, "killed/shards"))).toEqual(["1"]);
  const field = (out: string): string => readFileSync(join(directory, out, "shards/1/field.safetensors"), "base64");
  expect(field("killed")).toBe(field("alone"));
  rmSync(directory, { recursive: true });
});
