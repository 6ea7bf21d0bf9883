import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { work } from "../../src/cli/work.js";
import { chartOf } from "../../src/data/chart.js";
import { arraysOf } from "../../src/data/check.js";
import { writeNpz } from "../../src/data/npz.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { parse } from "../../src/expression/parse.js";
import { encodeFieldFile } from "../../src/field/fieldfile.js";
import { simulate } from "../../src/simulate.js";
import { inFreshDirectory, liefield, type Said } from "./terminal.js";

const real = { work: { train: work.train, audit: work.audit } };
const small = ["--width", "4", "--modes", "4", "--epochs", "3", "--workers", "0", "--backend", "wasm"];
const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");
let data: Trajectories;
beforeAll(async () => {
  data = await simulate({ task: "heat", seed: 2, trajectories: 3, nx: 32, outputs: 60, workers: 0 }, nodeAdapter());
});

/** Commands one after another in a directory with a.npz and a field file; what the last one said, and the files there are then. */
async function following(...lines: readonly string[][]): Promise<Said & { files: readonly string[] }> {
  let said: Said | undefined;
  const field = encodeFieldFile({
    ...{ version: "0.0.0", task: "heat", chart: chartOf(data), splines: null },
    verdicts: ["accepted", "rejected"],
    formulas: [
      ["1", "0", "0"],
      ["0", "0", "1"],
    ].map((row) => row.map((component) => parse(component))),
  });
  const files = await inFreshDirectory(async () => {
    writeFileSync("a.npz", writeNpz(arraysOf(data)));
    writeFileSync("field.safetensors", field);
    for (const line of lines) said = await liefield(line, real);
  });
  return { ...said!, files };
}

const train = (more: string): string[] => ["train", "a.npz", ...small, ...words(more)];

describe("liefield train and audit", () => {
  test("train writes an operator that audit takes; both say what they did", async () => {
    const trained = await following(train("--field . --copies 2 --json"));
    expect([trained.code, trained.files]).toEqual([0, ["a.npz", "field.safetensors", "operator.safetensors"]]);
    expect(JSON.parse(trained.out)).toMatchObject({ generators: ["(1, 0, 0)"], kept: 6, engine: "wasm, simd" });
    expect(trained.err).toMatch(/trained on 3 trajectories of a\.npz and 6 copies moved along 1 generators/);
    const audited = await following(
      train(""),
      words(
        "audit operator.safetensors a.npz --trajectories 2 --generator 1,0,0 --generator 0,0,1 --json --backend wasm",
      ),
    );
    expect([audited.code, audited.err]).toEqual([0, expect.stringMatching(/predicts 2 trajectories with an error of/)]);
    const { error, generators } = JSON.parse(audited.out);
    expect(generators.map(({ name }: { name: string }) => name)).toEqual(["(1, 0, 0)", "(0, 0, 1)"]);
    expect(generators[0].defect).toBeLessThan(0.02 * error); // its layers commute with shifts of whole places, and these are resolved
    expect(generators[1].defect).toBeGreaterThan(generators[0].defect);
    expect(generators[0]).toMatchObject({ verdict: "commutes" });
  }, 60_000);

  test("an interrupted training goes on to the same bytes", async () => {
    let whole: Buffer | undefined;
    let again: Buffer | undefined;
    await inFreshDirectory(async () => {
      writeFileSync("a.npz", writeNpz(arraysOf(data)));
      await liefield(train(""), real);
      whole = readFileSync("operator.safetensors");
      const stop = new Error("stopped");
      const stopped = {
        work: {
          ...real.work,
          train: ((options, ...rest) =>
            work.train(
              {
                ...options,
                every: 0,
                async checkpoint(bytes, epoch) {
                  writeFileSync("b.safetensors.checkpoint", bytes);
                  if (epoch === 2) throw stop;
                },
              },
              ...rest,
            )) as typeof work.train,
        },
      };
      expect((await liefield(train("--out b.safetensors"), stopped)).code).toBe(1);
      const said = await liefield(train("--out b.safetensors --resume"), real);
      expect([said.code, said.err.includes("begins anew")]).toEqual([0, false]);
      again = readFileSync("b.safetensors");
      expect(existsSync("b.safetensors.checkpoint")).toBe(false);
    });
    expect(again!.equals(whole!)).toBe(true);
  }, 60_000);

  test.each<[string, string[], RegExp]>([
    ["no data", ["train"], /trajectories are expected but none came/],
    ["copies along nothing", train("--copies 3"), /--copies is for copies moved along generators/],
    ["two sources", train("--field . --generator 1,0,0"), /--field and --generator came together/],
    ["numbers of nothing", train("--generators 1"), /--generators names those of a --field, but none came/],
    ["a field that is not there", train("--field b"), /--field b holds no generators that can be read/],
    ["a number beyond", train("--field . --generators 3"), /generators are 3; pass distinct numbers from 1 to 2/],
    ["a file that is none", train("--out b"), /--out b must end in \.safetensors/],
    ["no operator", ["audit"], /the file of an operator is expected/],
    ["no generators", words("audit field.safetensors a.npz"), /no generators came; give --field/],
    ["no operator's file", words("audit field.safetensors a.npz --field ."), /"liefield operator 1" is expected/],
    ["sigma 0", words("audit field.safetensors a.npz --field . --sigma 0"), /--sigma must be a positive number/],
  ])("%s: exits with 2, one line and nothing written", async (_, line, message) => {
    const { code, err, files } = await following(line);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    expect(err.split("\n").filter((text) => text !== "").length).toBe(1);
    expect(files).toEqual(["a.npz", "field.safetensors"]);
  });
});
