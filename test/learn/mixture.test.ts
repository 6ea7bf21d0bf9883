import { beforeAll, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import { augmentedSupply, type MixtureOptions } from "../../src/learn/mixture.js";
import { simulate } from "../../src/simulate.js";

const adapter = nodeAdapter();
let data: Trajectories;
let options: MixtureOptions;
beforeAll(async () => {
  data = await simulate({ task: "heat", seed: 3, trajectories: 2, nx: 32, outputs: 30, workers: 0 }, adapter);
  options = {
    data,
    seed: 5,
    formulas: [["0", "1", "0"]],
    equation: null,
    copies: 3,
    windows: 10,
    sigma: 0.2,
    workers: 0,
  };
});

/** Where rows of `index` come from: "own", or their number. */
const drawn = async (of: Partial<MixtureOptions>, uses: number): Promise<string[]> => {
  const supply = await augmentedSupply({ ...options, ...of }, adapter);
  const rows = await Promise.all(Array.from({ length: uses }, (_, copy) => supply.rows(1, copy, 7)));
  const own = data.u.subarray(data.nt * data.nx);
  return rows.map((each) =>
    each.length === own.length && each.every((u, i) => u === own[i]) ? "own" : String(each.length),
  );
};

describe("windows are cut from", () => {
  test("the trajectory itself about as often as asked, and from every copy that was kept", async () => {
    const supply = await augmentedSupply(options, adapter);
    expect([supply.count, supply.nx, supply.record.kept]).toEqual([2, 32, 6]);
    const names = await drawn({}, 400);
    const own = names.filter((name) => name === "own").length;
    expect(own).toBeGreaterThan(150); // 200 ± 10 of 400: five deviations
    expect(own).toBeLessThan(250);
    expect(new Set(names).size).toBe(4); // itself and three copies, moved in time by amounts of their own
    expect(await drawn({}, 400)).toEqual(names);
    expect(await drawn({ seed: 6 }, 400)).not.toEqual(names);
    expect(new Set(await drawn({ original: 1 }, 20))).toEqual(new Set(["own"]));
    expect((await drawn({ original: 0 }, 20)).includes("own")).toBe(false);
  });
  test("rows that are known alone, long enough for a window", async () => {
    const supply = await augmentedSupply({ ...options, original: 0, sigma: 0.9, copies: 8 }, adapter);
    for (let copy = 0; copy < 40; copy++) {
      const rows = await supply.rows(0, copy, 0);
      expect(rows.length / data.nx).toBeGreaterThanOrEqual(13); // three sevenths of 30
      expect(rows.every(Number.isFinite)).toBe(true);
    }
  });
});

test.each<[string, Partial<MixtureOptions>, RegExp]>([
  ["a share that is none", { original: 1.5 }, /original is 1.5; pass the probability/],
  [
    "copies beyond memory",
    { copies: 200_000 },
    /200000 copies of 2 trajectories of 30 × 32 take 1465 MB; pass at most 139810 copies/,
  ],
  ["windows longer than trajectories", { windows: 31 }, /rows is 31 but the trajectories have 30/],
])("refuses %s", async (_, wrong, message) => {
  const started = augmentedSupply({ ...options, ...wrong }, adapter);
  await expect(started).rejects.toThrow(message);
  await expect(started).rejects.toThrow(InputError);
});
