import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
// @ts-expect-error likewise
import { measure as bySampler } from "../bench/compare/sampler.mjs";
// @ts-expect-error benches are plain JavaScript
import { measure as byBenny, paired, perSecond, quartiles, questionOf } from "../bench/harness.mjs";

const shared = ["cases.mjs", "environment.mjs", "harness.mjs", "main.mjs", "quartiles.mjs", "setting.mjs", "table.mjs"];
const benches = readdirSync("bench").filter((file) => file.endsWith(".mjs") && !shared.includes(file));

const busy = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

describe("quartiles", () => {
  test.each([
    [[3, 1, 5, 2, 4], 3, 2, 4],
    [[4, 3, 2, 1], 2.5, 1.75, 3.25], // quantile(1:4) of R
    [[9, 10, 100], 10, 9.5, 55], // by size, not as text
    [[7], 7, 7, 7],
  ])("of %j", (samples, median, lower, upper) => {
    expect(quartiles(samples)).toEqual({ median, lower, upper, samples: samples.length });
  });
  test("leave the samples as they were, and of none there are none", () => {
    const samples = [3, 1, 2];
    quartiles(samples);
    expect(samples).toEqual([3, 1, 2]);
    expect(() => quartiles([])).toThrow("measure at least once");
  });
  test("turned into rates, the slower quarter becomes the lower one", () => {
    const row = { name: "a", unit: "ms", median: 4, lower: 2, upper: 8, samples: 5 };
    expect(perSecond(row, 16, "GB/s")).toEqual({
      name: "a",
      unit: "GB/s",
      median: 4000,
      lower: 2000,
      upper: 8000,
      samples: 5,
    });
  });
});

describe.each([
  ["by benny", byBenny],
  ["by our own, where benny cannot run,", bySampler],
])("measuring %s", (_, measure) => {
  const budget = { seconds: 0, samples: 4, warm: 2 };

  test("times one call of each case, in milliseconds, whether or not it returns a promise", async () => {
    const cases = [
      { name: "at once", work: () => busy(6) },
      { name: "later", work: () => new Promise((resolve) => setTimeout(() => resolve(busy(9)))) },
      { name: "many a sample", work: () => busy(0.2) },
    ];
    const rows = await measure("test", cases, budget);
    expect(rows.map((r: { name: string }) => r.name)).toEqual(["at once", "later", "many a sample"]);
    const least = [6, 9, 0.2];
    rows.forEach((row: { unit: string; median: number; lower: number; upper: number; samples: number }, i: number) => {
      expect(row.unit).toBe("ms");
      expect(row.samples).toBeGreaterThanOrEqual(4);
      expect(row.lower).toBeGreaterThanOrEqual(0.99 * least[i]!); // never faster than the work is, but for the clock's rounding
      expect(row.lower).toBeLessThanOrEqual(row.median);
      expect(row.median).toBeLessThanOrEqual(row.upper);
    });
    expect(rows[2].median).toBeLessThan(3); // a group of 25 calls would be 5 ms
  });

  test("work of one suite never overlaps, and is warmed up as often as asked", async () => {
    let running = 0;
    let most = 0;
    let calls = 0;
    const work = async (): Promise<void> => {
      calls++;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 6)); // longer than what is grouped
      running--;
    };
    const rows = await measure(
      "test",
      [
        { name: "a", work },
        { name: "b", work },
      ],
      budget,
    );
    expect(most).toBe(1);
    expect(calls).toBe(rows[0].samples + rows[1].samples + 2 * budget.warm);
  });

  test.each([
    ["at once", (): void => fail()],
    ["later", async (): Promise<void> => fail()],
  ])("work that fails %s after its warm-up fails the bench with its error", async (_, work) => {
    left = 3;
    await expect(measure("test", [{ name: "a", work }], budget)).rejects.toThrow("out of luck");
  });
  let left = 0;
  function fail(): void {
    busy(6);
    if (left-- <= 0) throw new Error("out of luck");
  }
});

test("paired works give their ratio, in groups that take turns, the order changing", async () => {
  let clock = 0; // µs, of our own: the machine is shared
  jest
    .spyOn(process, "cpuUsage")
    .mockImplementation((from) => ({ user: clock - (from?.user ?? 0), system: -(from?.system ?? 0) }));
  const order: string[] = [];
  const work = (name: string, ms: number) => () => {
    order.push(name);
    clock += 1000 * ms;
  };
  const result = await paired("a", work("slow", 1.5), async () => work("fast", 0.5)(), { rounds: 2 });
  jest.restoreAllMocks();
  expect(result).toEqual({ name: "a", unit: "×", median: 3, lower: 3, upper: 3, samples: 2 });
  const group = { slow: Array(4).fill("slow"), fast: Array(8).fill("fast") }; // of 4 ms at least, doubled: 4 · 1.5 and 8 · 0.5
  expect(order.slice(-24)).toEqual([...group.slow, ...group.fast, ...group.fast, ...group.slow]);
});

describe("benches", () => {
  const out = mkdtempSync(join(tmpdir(), "liefield-bench-test-"));
  afterAll(() => rmSync(out, { recursive: true }));
  const main = (...flags: string[]) => spawnSync(process.execPath, ["bench/main.mjs", ...flags], { encoding: "utf8" });

  test.each(benches)("%s starts with its question", (file) => {
    expect(questionOf(join("bench", file))).toMatch(/^(How|What) .{20,}\?$/);
  });

  test("main knows every one of them, and the README lists it", () => {
    const { status, stderr } = main("no-such");
    expect(status).toBe(2);
    const readme = readFileSync("bench/README.md", "utf8");
    for (const file of benches) {
      expect(stderr).toContain(file.replace(".mjs", ""));
      expect(readme).toMatch(new RegExp(`^\\| \`${file}\` +\\|`, "m"));
    }
  });

  test("the two cheapest run, print a table with their environment and write all that a result needs", () => {
    const { status, stdout } = main("data", "tape", "--quick", "--seed", "3", "--out", out);
    expect(status).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["data.json", "tape.json"]); // nothing half-written beside them
    for (const name of ["data", "tape"]) {
      const record = JSON.parse(readFileSync(join(out, `${name}.json`), "utf8"));
      expect(record).toMatchObject({ schema: 1, name, seed: 3, quick: true, goals: [] });
      expect(record.question).toBe(questionOf(join("bench", `${name}.mjs`)));
      expect(Date.parse(record.date)).toBeGreaterThan(Date.parse("2026-01-01"));
      expect(record.environment).toEqual({
        commit: record.environment.commit, // looked at below
        changed: record.environment.commit === null ? null : expect.any(Boolean),
        runtime: `node ${process.versions.node}, V8 ${process.versions.v8}`,
        processor: expect.stringContaining(process.arch),
        cores: expect.any(Number),
        memory: expect.any(Number),
        flags: expect.any(Array),
        load: [expect.any(Number), expect.any(Number), expect.any(Number)],
        others: expect.any(Number),
        quiet: expect.any(Boolean),
      });
      expect(record.environment.commit ?? "0".repeat(40)).toMatch(/^[0-9a-f]{40}$/); // null without a repository
      expect(record.rows.length).toBeGreaterThan(1);
      for (const { lower, median, upper, samples, unit } of record.rows) {
        expect([lower, median, upper].every((value) => value > 0)).toBe(true);
        expect(samples).toBeGreaterThanOrEqual(2);
        expect(["ms", "GFLOP/s"]).toContain(unit);
      }
      expect(stdout).toContain(record.question);
    }
    expect(stdout).toContain(`node ${process.versions.node}`);
  });
});
