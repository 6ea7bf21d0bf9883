import { describe, expect, test } from "@jest/globals";
import { parseHTML } from "linkedom";
import { evaluationTable } from "../../src/cli/evaluationtable.js";
import { renderEvaluation } from "../../src/report/evaluation.js";
import type { Cell } from "../../src/use/cell.js";
import { type EvaluationOf, evaluationOf } from "../../src/use/evaluation.js";

const of: EvaluationOf = {
  ...{
    task: "kdv",
    equation: "u_t = -u*u_x - u_xxx <b>",
    preset: "small",
    settings: { width: 32, epochs: 40 },
    steps: 3000,
  },
  ...{ trajectories: [8, 32], seeds: [1, 2, 3], sigma: 0.3, copies: 16, original: 0.5 },
  arms: [
    { name: "none", method: null, source: null },
    { name: "preimage true", method: "preimage", source: "true" },
    { name: "preimage learned", method: "preimage", source: "learned" },
  ],
  test: { trajectories: 64, seed: 9, steps: 3 },
};
const errorOf = (mean: number) => ({
  ...{ mean, perTrajectory: Float64Array.of(mean) },
  perStep: Float64Array.of(mean / 10, mean, 1.9 * mean),
});
const cell = (trajectories: number, seed: number, arm: string, mean: number): Cell => ({
  ...{ trajectories, seed, arm, along: "", generators: null, kept: null, history: [1], engine: "wasm" },
  ...{ seconds: { augment: 1, train: 2, rollout: 3 }, ...errorOf(mean) },
});
/** None 1, 2, 3; the true ones gain 0.5, 0.6, 0.7; the learned ones 0.1 less each. */
const cells = [1, 2, 3].flatMap((seed) => [
  cell(8, seed, "none", seed),
  cell(8, seed, "preimage true", seed - 0.4 - 0.1 * seed),
  cell(8, seed, "preimage learned", seed - 0.3 - 0.1 * seed),
]);
const baselines = { zero: errorOf(1), persistence: errorOf(1.5) };
const evaluation = evaluationOf(of, cells, baselines);
const text = (page: string): string => parseHTML(page).document.body.textContent!.replace(/\s+/g, " ");

describe("the table of an evaluation", () => {
  test("compares arms seed by seed, and the learned generators with what the true ones gain", () => {
    const [first, learned, between, ...rest] = evaluation.differences;
    expect(rest).toEqual([]);
    expect([first!.arm, first!.against, first!.pairs]).toEqual(["preimage true", "none", 3]);
    expect(first!.mean).toBeCloseTo(-0.6, 12);
    expect(first!.interval![1] - first!.interval![0]).toBeCloseTo((2 * 4.30265 * 0.1) / Math.sqrt(3), 5); // t of two degrees, deviation 0.1
    expect(learned!.mean).toBeCloseTo(-0.5, 12);
    expect([between!.against, between!.mean, between!.share]).toEqual([
      "preimage true",
      expect.closeTo(0.1, 12),
      expect.closeTo(1 / 6, 12),
    ]);
    expect(evaluation.cells).toEqual({ done: 9, of: 18 });
    expect(evaluation.seconds).toBe(54);
    expect(evaluation.rows[3]).toMatchObject({ trajectories: 32, mean: null, errors: [null, null, null], perStep: [] });
  });
  test("takes no difference where one side is missing, and no share where the true ones gain nothing", () => {
    const worse = evaluationOf(
      of,
      cells.map((each) => (each.arm === "preimage true" ? { ...each, mean: each.mean + 5 } : each)),
      baselines,
    );
    expect(worse.differences.map(({ share }) => share)).toEqual([undefined, undefined, undefined]);
    const alone = evaluationOf(of, cells.slice(0, 1), baselines);
    expect(alone.differences).toEqual([]);
  });
  test("says all of it on a terminal, within 100 columns", () => {
    const printed = evaluationTable(evaluation);
    expect(printed).toMatch(/8 {2}none +2\.00 +1\.0 +0\.20 +3\.8 +3 of 3/);
    expect(printed).toMatch(/– {2}persistence +1\.50/);
    expect(printed.replace(/\s+/g, " ")).toContain(
      "8 trajectories, preimage learned minus none: −0.50 (95 %: −0.75 to −0.25), 3 seeds; preimage learned is better.",
    );
    expect(printed.replace(/\s+/g, " ")).toMatch(
      /preimage learned minus preimage true: 0\.10 .* 17 % of what the true/,
    );
    expect(Math.max(...printed.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe("its page", () => {
  const page = renderEvaluation(evaluation, 'liefield evaluate "<i>"');
  test("has a table and a figure for each size that is there, baselines among them, and says what is missing", () => {
    const { document } = parseHTML(page);
    expect([...document.querySelectorAll("h2")].map((title) => title.textContent)).toEqual([
      "Trained on 8 trajectories",
      "Trained on 32 trajectories",
      "What differs",
      "How it was made",
    ]);
    const [of8] = [...document.querySelectorAll("#n8 tbody")];
    expect([...of8!.querySelectorAll("th")].map((th) => th.textContent!.trim())).toEqual([
      "1 none",
      "2 preimage true",
      "3 preimage learned",
      "zero",
      "persistence",
    ]);
    expect(document.querySelectorAll("#n8 .curve").length).toBe(5);
    expect(text(page)).toContain("9 of 18 cells are done");
    expect(text(page)).toContain("steps3000");
    expect(text(page)).not.toContain("epochs40"); // steps are given instead
  });
  test("escapes what is not its own, and runs nothing", () => {
    expect(page).not.toMatch(/<i>|<b>\s*<\/code>|<script|NaN|undefined|Infinity/);
    expect(page).toContain("u_xxx &lt;b&gt;");
  });
});
