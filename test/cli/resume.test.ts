import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import type { Work } from "../../src/cli/work.js";
import { encodeCheckpoint } from "../../src/learn/checkpoint.js";
import { kills, left, started } from "./kills.js";
import { inFreshDirectory, liefield, quickWork } from "./terminal.js";

const FILE = "checkpoint.safetensors";

test("runs killed at random moments and gone on end as the one left alone", async () => {
  const said = await kills(4, 3);
  expect(said).toMatchObject({ runs: 4, different: 0, strange: [] });
  expect(said.killed).toBeGreaterThan(0);
});

test.each<["SIGINT" | "SIGTERM", number]>([
  ["SIGINT", 130],
  ["SIGTERM", 143],
])("%s finishes the step, keeps the run, and exits %i", async (by, code) => {
  const directory = "build/resume";
  rmSync(directory, { recursive: true, force: true });
  const [alone, stopped] = [join(directory, "alone"), join(directory, by)];
  await started(alone);
  const first = await started(stopped, { said: /learning +40 %/, by });
  expect([first.code, first.signal]).toEqual([code, null]);
  expect(first.err).toMatch(/liefield: interrupted after step \d+ of 25; the same command with --resume goes on/);
  expect(readdirSync(stopped)).toEqual([FILE]);
  expect((await started(stopped)).err).not.toMatch(/begins anew/);
  expect(left(stopped)).toBe(left(alone));
  rmSync(directory, { recursive: true });
});

/** A run that hands out two checkpoints. */
const keeping: Pick<Work, "learn"> = {
  async learn(options, adapter, hooks) {
    for (const step of [1, 2]) await hooks.checkpoint?.save(Uint8Array.of(step), { step, of: 3 });
    return quickWork.learn(options, adapter, hooks);
  },
};
const some = encodeCheckpoint({
  settings: {},
  engine: "wasm, simd",
  phase: 0,
  done: { history: [], skipped: [] },
  seconds: 0,
  learner: {
    step: 1,
    skipped: [],
    network: { step: 1, births: [], arrays: {} },
    batches: [1],
    validity: [],
    history: [],
  },
});

describe("the checkpoint of a run", () => {
  test("is gone when the run is whole", async () => {
    await inFreshDirectory(async () => {
      const { code } = await liefield(["learn", "kdv"], { work: keeping });
      expect(code).toBe(0);
      expect(readdirSync("runs/kdv-1").sort()).toEqual(["field.safetensors", "report.html", "run.json"]);
    });
  });

  test("and what else was made for it are gone when the run fails, but nothing that was there before", async () => {
    const fail: Pick<Work, "learn"> = {
      async learn(_, __, hooks) {
        await hooks.checkpoint?.save(Uint8Array.of(1), { step: 1, of: 3 });
        throw new Error("no");
      },
    };
    const files = await inFreshDirectory(async () => {
      expect((await liefield(["learn", "kdv", "--out", "a"], { work: fail })).code).toBe(1);
      mkdirSync("b");
      writeFileSync("b/mine", "");
      expect((await liefield(["learn", "kdv", "--out", "b"], { work: fail })).code).toBe(1);
    });
    expect(files).toEqual(["b", "b/mine"]);
  });

  test("that cannot be written is said once; the run goes on and the last one stays", async () => {
    await inFreshDirectory(async () => {
      let writes = 0;
      const full = nodeAdapter();
      const adapter = {
        ...full,
        writeAtomic: async (path: string, bytes: Uint8Array | string) => {
          if (path.endsWith(FILE) && ++writes > 1) throw Object.assign(new Error("x"), { code: "ENOSPC" });
          await full.writeAtomic(path, bytes);
        },
      };
      let kept: Buffer | null = null;
      const learn: Work["learn"] = async (options, _, hooks) => {
        for (const step of [1, 2, 3]) await hooks.checkpoint?.save(Uint8Array.of(step), { step, of: 3 });
        kept = readFileSync(join("runs/kdv-1", FILE));
        return quickWork.learn(options, adapter, hooks);
      };
      const { code, err } = await liefield(["learn", "kdv"], { work: { adapter: async () => adapter, learn } });
      expect([code, kept]).toEqual([0, Buffer.of(1)]);
      expect(err.match(/a checkpoint cannot be written \(the disk is full\)/g)).toHaveLength(1);
    });
  });

  test("is handed to the run with --resume, and only then", async () => {
    await inFreshDirectory(async () => {
      const given: (Uint8Array | undefined)[] = [];
      const learn: Work["learn"] = (options, adapter, hooks) => {
        given.push(options.resume);
        return quickWork.learn(options, adapter, hooks);
      };
      mkdirSync("a");
      writeFileSync(join("a", FILE), some);
      const plain = await liefield(["learn", "kdv", "--out", "a"], { work: { learn } });
      expect(plain.err).toMatch(
        /a\/checkpoint.safetensors is left from a run before; this one begins anew, --resume would go on/,
      );
      writeFileSync(join("a", FILE), some);
      expect((await liefield(["learn", "kdv", "--out", "a", "--resume"], { work: { learn } })).err).not.toMatch(/anew/);
      const none = await liefield(["learn", "kdv", "--out", "b", "--resume"], { work: { learn } });
      expect(none.err).toMatch(/no checkpoint.safetensors in b: the run begins anew/);
      expect(given).toEqual([undefined, new Uint8Array(some), undefined]);
    });
  });

  test.each<[string, string[], RegExp]>([
    [
      "that is none",
      ["learn", "kdv", "--out", "a", "--resume"],
      /a\/checkpoint.safetensors: the safetensors file is damaged/,
    ],
    ["of the library learner", ["learn", "kdv", "--method", "library", "--resume"], /--resume is for --method neural/],
    ["every no seconds", ["learn", "kdv", "--checkpoint", "0"], /--checkpoint must be a positive number but is "0"/],
  ])("%s is refused in one line", async (_, words, said) => {
    await inFreshDirectory(async () => {
      mkdirSync("a");
      writeFileSync(join("a", FILE), "none");
      const { code, err } = await liefield(words);
      expect(code).toBe(2);
      expect(err).toMatch(said);
      expect(err.trimEnd().split("\n")).toHaveLength(1);
    });
  });

  test("what a killed process was writing is taken away, what a living one writes is not", async () => {
    await inFreshDirectory(async () => {
      mkdirSync("a");
      const dead = ".checkpoint.safetensors.999999999-3.tmp";
      const living = `.run.json.${process.pid}-3.tmp`;
      for (const name of [dead, living, ".mine.tmp"]) writeFileSync(join("a", name), "");
      await liefield(["learn", "kdv", "--out", "a"], { work: keeping });
      expect(readdirSync("a").sort()).toEqual(
        [".mine.tmp", living, "field.safetensors", "report.html", "run.json"].sort(),
      );
    });
  });
});
