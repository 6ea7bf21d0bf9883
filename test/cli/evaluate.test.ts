import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { work } from "../../src/cli/work.js";
import { inFreshDirectory, liefield, type Said } from "./terminal.js";

const real = { work: { evaluate: work.evaluate } };
const small =
  "--nx 32 --outputs 60 --trajectories 3 --test 2 --copies 1 --epochs 1 --width 4 --modes 4 --workers 0 --backend wasm --out out";
const words = (more: string, task = "heat"): string[] => ["evaluate", task, ...`${small} ${more}`.trim().split(/\s+/)];

describe("liefield evaluate", () => {
  test("writes each cell, the table and the page; interrupted it goes on with --resume, and takes more seeds", async () => {
    const said: Said[] = [];
    let kept: string | undefined;
    const files = await inFreshDirectory(async () => {
      let interrupt = (): void => {};
      let cells = 0;
      const evaluate: typeof work.evaluate = (options, adapter, hooks) =>
        work.evaluate(options, adapter, {
          ...hooks,
          async cell(...of) {
            await hooks.cell?.(...of);
            if (++cells === 1) interrupt();
          },
        });
      const none = words("--seeds 1-2 --methods none");
      said[0] = await liefield(none, {
        work: { evaluate },
        interrupter: (now) => {
          interrupt = now;
        },
      });
      kept = readFileSync("out/cell-3-1-none.json", "utf8");
      expect(existsSync("out/cell-3-2-none.json")).toBe(false);
      expect((await liefield(none, real)).err).toMatch(/out holds a table already; add --resume/);
      said[1] = await liefield([...words("--seeds 1-3 --methods none"), "--resume", "--json"], real);
      expect(readFileSync("out/cell-3-1-none.json", "utf8")).toBe(kept);
    });
    const [stopped, whole] = said;
    expect([stopped!.code, stopped!.err.split("\n").at(-2)]).toEqual([
      130,
      "liefield: interrupted after cell 1 of 2; the same command with --resume goes on from there",
    ]);
    expect(whole!.code).toBe(0);
    const table = JSON.parse(whole!.out);
    expect(table).toMatchObject({ schema: 1, task: "heat", seeds: [1, 2, 3], cells: { done: 3, of: 3 } });
    expect(table.rows[0].errors.length).toBe(3);
    expect(whole!.err).toMatch(/persistence/);
    expect(files).toEqual(
      ["", "/cell-3-1-none.json", "/cell-3-2-none.json", "/cell-3-3-none.json", "/plan.json", "/report.html"]
        .map((name) => `out${name}`)
        .concat("out/table.json"),
    );
  }, 60_000);

  test("dirichlet is another name of scatter, and the true generators are those on file", async () => {
    let said: Said | undefined;
    await inFreshDirectory(async () => {
      said = await liefield(
        [
          "evaluate",
          "kdv",
          ..."--outputs 60 --time 12 --trajectories 1 --test 1 --copies 1 --epochs 1 --width 2 --modes 2 --seeds 1 --workers 0 --backend wasm --out out --methods dirichlet --generators true --json".split(
            " ",
          ),
        ],
        real,
      );
    });
    expect(said!.code).toBe(0);
    expect(JSON.parse(said!.out).rows).toMatchObject([{ arm: "scatter true", generators: 3 }]);
  }, 60_000);

  test.each<[string, string[], RegExp]>([
    ["no task", ["evaluate"], /a task is expected but none came/],
    ["seeds that are none", words("--seeds 5-1"), /--seeds must be whole numbers or ranges of them/],
    ["an unknown method", words("--methods none,nearest"), /--methods must be none, preimage/],
    ["an unknown source", words("--generators mine"), /--generators must be true, learned or formulas/],
    ["epochs and steps", words("--steps 5"), /--epochs and --steps came together/],
    ["a single seed's option", words("--seed 5"), /unknown option --seed; did you mean --seeds/],
    ["symmetries that are not on file", words("--generators true"), /the symmetries of heat are not on file/],
    ["a field for nothing", words("--methods none --field b"), /--field came, but nothing is moved along learned/],
    ["a field that is not there", words("--generators learned --field b"), /--field b cannot be read/],
    ["an equation of two dimensions", words("--methods none", "wave-2d"), /one equation of first order in time/],
    [
      "a directory that is a file",
      [...words("--methods none"), "--out", "x.txt"].filter(
        (w, i, all) => !(w === "--out" && all[i + 1] === "out") && !(w === "out"),
      ),
      /x\.txt is a file/,
    ],
  ])("%s: exits with 2, one line and nothing written", async (_, line, message) => {
    let said: Said | undefined;
    const files = await inFreshDirectory(async () => {
      writeFileSync("x.txt", "");
      said = await liefield(line, real);
    });
    expect([said!.code, said!.err]).toEqual([2, expect.stringMatching(message)]);
    expect(said!.err.split("\n").filter((text) => text !== "").length).toBe(1);
    expect(files).toEqual(["x.txt"]);
  });
});
