import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { work } from "../../src/cli/work.js";
import { chartOf } from "../../src/data/chart.js";
import { arraysOf, trajectoriesOf } from "../../src/data/check.js";
import { readNpz, writeNpz } from "../../src/data/npz.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { parse } from "../../src/expression/parse.js";
import { encodeFieldFile } from "../../src/field/fieldfile.js";
import { simulate } from "../../src/simulate.js";
import { inFreshDirectory, liefield, type Said } from "./terminal.js";

const real = { work: { augment: work.augment } };
let data: Trajectories;
let field: Uint8Array;
let nameless: Uint8Array; // of an equation that its record would name
beforeAll(async () => {
  data = await simulate({ task: "kdv", seed: 2, trajectories: 2, outputs: 40, workers: 0 }, nodeAdapter());
  const rows = [
    ["1", "0", "0"],
    ["t", "0", "1"],
    ["x", "3*t", "-2*u"],
  ];
  const fieldOf = (task: string): Uint8Array =>
    encodeFieldFile({
      ...{ version: "0.0.0", task, chart: chartOf(data), splines: null },
      verdicts: ["accepted", "accepted", "rejected"],
      formulas: rows.map((row) => row.map((component) => parse(component))),
    });
  [field, nameless] = [fieldOf("kdv"), fieldOf("pde")];
});

/** A command in a directory with a run and its data; what it said, which files are there afterwards, and what `look` saw. */
async function augmented<T>(words: string, look: () => T, change: (files: Map<string, Uint8Array>) => void = () => {}) {
  let said: Said | undefined;
  let seen: T | undefined;
  const files = await inFreshDirectory(async () => {
    const inputs = new Map<string, Uint8Array>([
      ["run/field.safetensors", field],
      ["a.npz", writeNpz(arraysOf(data))],
    ]);
    change(inputs);
    mkdirSync("run");
    for (const [name, bytes] of inputs) writeFileSync(name, bytes);
    said = await liefield(["augment", ...words.split(" ").filter((word) => word !== ""), "--workers", "0"], real);
    seen = said.code === 0 ? look() : undefined;
  });
  return { ...said!, files, seen };
}

describe("liefield augment", () => {
  test("writes what NumPy and learn can read, and says what it did", async () => {
    const { code, out, err, files, seen } = await augmented("run a.npz --copies 2 --json", () =>
      readNpz(new Uint8Array(readFileSync("run/augmented.npz"))),
    );
    expect([code, files]).toEqual([0, ["a.npz", "run", "run/augmented.npz", "run/field.safetensors"]]);
    const record = JSON.parse(out);
    expect(record).toMatchObject({ schema: 1, task: "kdv", asked: 4, kept: 4, out: "run/augmented.npz", seed: 1 });
    expect(record.residual.moved / record.residual.floor).toBeLessThan(3);
    const shapes = Object.fromEntries([...seen!].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      ...{ u: [4, 40, 256], x: [256], t: [40], L: [], support: [4, 40], rows: [4, 2], s: [4, 2], trajectory: [4] },
    });
    expect([...seen!.get("trajectory")!.data]).toEqual([0, 0, 1, 1]);
    expect(trajectoriesOf(seen!).n).toBe(4); // shifts and boosts leave nothing unknown
    for (const part of [
      "4 of 4 moved trajectories kept (100 %)",
      "the floor: 1",
      "differences of order 6",
      "written to",
    ])
      expect(err).toContain(part);
  });
  test("takes generators of one's own, those of the record, and the known ones", async () => {
    const width = async (words: string): Promise<number | undefined> =>
      (
        await augmented(
          `run a.npz --out o.npz --measure 0 ${words}`,
          () => readNpz(new Uint8Array(readFileSync("o.npz"))).get("s")!.shape[1],
        )
      ).seen;
    expect(await width("--generator 1,0,0")).toBe(1);
    expect(await width("--generators 2")).toBe(1);
    expect(await width("--true")).toBe(3);
    expect(await width("--sigma 0.1,0.02 --method scatter")).toBe(2);
  });
});

describe("exits with 2, one line and nothing written", () => {
  const gapped = (files: Map<string, Uint8Array>): void => {
    const u = data.u.slice();
    u[300] = Number.NaN;
    files.set("a.npz", writeNpz(arraysOf({ ...data, u })));
  };
  const stretched = (files: Map<string, Uint8Array>): void => {
    const x = data.x.map((place) => place / 2);
    files.set("a.npz", writeNpz(arraysOf({ ...data, x, length: data.length / 2 })));
  };
  test.each<[string, string, RegExp, ((files: Map<string, Uint8Array>) => void) | null]>([
    ["no run", "", /directory of a run is expected but none came/, null],
    ["no data", "run", /trajectories are expected after the run/, null],
    ["no such run", "elsewhere a.npz", /elsewhere holds no generators that can be read: .*no such file/, null],
    [
      "a damaged field",
      "run a.npz",
      /field\.safetensors: .*damaged/,
      (f) => f.set("run/field.safetensors", field.slice(9)),
    ],
    ["data with gaps", "run a.npz", /a\.npz: u\[0, 1, 44\] is NaN but every value must be finite/, gapped],
    ["data of other units", "run a.npz", /do not solve the equation of the generators.*residual 0\.\d+/, stretched],
    ["too far", "run a.npz --generators 3", /none of 2 moved trajectories can be used .*not periodic in x/, null],
    [
      "too few rows",
      "run a.npz --generator 0,1,0 --sigma 9",
      /none of 2 .*too few rows \(at most 0 of 40 known, 18 needed\)/,
      null,
    ],
    [
      "a parameter of no equation",
      "run a.npz --param nu=1",
      /--param nu came, but run names no equation that has it; give --equation too/,
      (f) => f.set("run/field.safetensors", nameless),
    ],
    ["two sources", "run a.npz --true --generators 1", /--true and --generators came together/, null],
    ["a sigma that is none", "run a.npz --sigma much", /--sigma must be one number/, null],
    ["a sigma for others", "run a.npz --sigma 1,1,1", /sigma is 1, 1, 1; pass one number from 0, or 2/, null],
    ["a formula that cannot be read", "run a.npz --generator 1,0,sin(", /sin\(/, null],
    [
      "an equation in other coordinates",
      "run a.npz --equation u_t=u_xx;v_t=v_xx",
      /act on x, t, u but the equation is in x, t, u, v/,
      null,
    ],
    ["a name that is no .npz", "run a.npz --out b", /must end in \.npz/, null],
    ["no method of that name", "run a.npz --method nearest", /--method must be preimage, scatter or bilinear/, null],
  ])("%s", async (_, words, message, change) => {
    const { code, err, files } = await augmented(words, () => readdirSync("."), change ?? undefined);
    expect(err.split("\n").filter((line) => line !== "").length).toBe(1);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    expect(files).toEqual(["a.npz", "run", "run/field.safetensors"]);
  });
});

test("an interrupt leaves nothing behind", async () => {
  const files = await inFreshDirectory(async () => {
    mkdirSync("run");
    writeFileSync("run/field.safetensors", field);
    writeFileSync("a.npz", writeNpz(arraysOf(data)));
    const words = ["augment", "run", "a.npz", "--copies", "100", "--workers", "0"];
    const said = await liefield(words, { ...real, interrupter: (interrupt) => void setTimeout(interrupt, 300) });
    expect([said.code, said.err.split("\n").at(-2)]).toEqual([130, "liefield: interrupted; nothing was written"]);
  });
  expect(files).toEqual(["a.npz", "run", "run/field.safetensors"]);
});
