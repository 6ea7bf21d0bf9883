import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../src/adapter/node/adapter.js";
import { InputError } from "../src/engine/error.js";
import { type Cell, type CellStore, type EvaluateOptions, type Evaluation, evaluate } from "../src/evaluate.js";

const adapter = nodeAdapter();
/** Heat on a coarse grid: 1 s for all of it. */
const options: EvaluateOptions = {
  ...{ task: "heat", nx: 32, outputs: 40, trajectories: [3, 6], seeds: [4, 1], test: 5 },
  ...{ methods: ["none", "preimage"], copies: 2, sigma: 0.1, workers: 0, backend: "wasm" },
  generators: [
    {
      name: "true",
      formulas: [
        ["1", "0", "0"],
        ["0", "0", "u"],
      ],
    },
  ],
  settings: { inputs: 6, outputs: 4, width: 8, modes: 4, layers: 1, hidden: 8, epochs: 2, copies: 4 },
};

function memory(): CellStore & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    read: async (name) => files.get(name) ?? null,
    write: async (name, bytes) => void files.set(name, Buffer.from(bytes)),
    remove: async (name) => void files.delete(name),
  };
}

/** Without what clocks say. */
const told = ({ seconds: _, ...evaluation }: Evaluation): string => JSON.stringify(evaluation);

describe("an evaluation", () => {
  test("has a cell for each arm, size and seed, over the same test trajectories, with both baselines", async () => {
    const seen: Cell[] = [];
    const places: number[] = [];
    const evaluation = await evaluate(options, adapter, {
      cell: (cell) => void seen.push(cell),
      progress: ({ done, of }) => places.push(done / of),
    });
    expect(seen.map(({ trajectories, seed, arm }) => `${trajectories} ${seed} ${arm}`)).toEqual(
      [4, 1].flatMap((seed) => [3, 6].flatMap((n) => ["none", "preimage true"].map((arm) => `${n} ${seed} ${arm}`))),
    );
    expect(evaluation.cells).toEqual({ done: 8, of: 8 });
    expect(evaluation.baselines.zero.mean).toBeCloseTo(1, 12);
    const { steps } = evaluation.test;
    for (const { perStep, perTrajectory, mean } of seen) {
      expect([perStep.length, perTrajectory.length]).toEqual([steps, 5]);
      expect(perTrajectory.reduce((sum, error) => sum + error / 5, 0)).toBeCloseTo(mean, 12);
    }
    expect(evaluation.rows.map(({ arm, errors }) => [arm, errors])).toEqual(
      [3, 6].flatMap((n) =>
        ["none", "preimage true"].map((arm) => [
          arm,
          [4, 1].map((seed) => seen.find((c) => c.trajectories === n && c.arm === arm && c.seed === seed)!.mean),
        ]),
      ),
    );
    const [none, moved] = evaluation.rows.map(({ mean }) => mean!);
    expect(
      evaluation.differences.map(({ trajectories, arm, against, pairs }) => [trajectories, arm, against, pairs]),
    ).toEqual([
      [3, "preimage true", "none", 2],
      [6, "preimage true", "none", 2],
    ]);
    expect(evaluation.differences[0]!.mean).toBeCloseTo(moved! - none!, 12);
    expect(moved).not.toBe(none);
    expect(places.every((place, i) => i === 0 || place >= places[i - 1]!)).toBe(true);
    expect(places.at(-1)).toBe(1);
  }, 60_000);

  test("goes on from what is kept, after an abort too, to the same table, and takes more seeds", async () => {
    const whole = told(await evaluate({ ...options, trajectories: [3] }, adapter));
    const store = memory();
    const controller = new AbortController();
    let cells = 0;
    const stopped = evaluate({ ...options, trajectories: [3], seeds: [4] }, adapter, {
      store,
      signal: controller.signal,
      cell: () => void cells++,
      progress: ({ text }) => {
        if (cells === 1 && text.includes("epoch 2")) controller.abort(new Error("enough"));
      },
    });
    await expect(stopped).rejects.toThrow("enough");
    expect([...store.files.keys()].sort()).toEqual(["cell-3-4-none.json", "plan.json"]);
    const first = Buffer.from(store.files.get("cell-3-4-none.json")!).toString();
    const again = await evaluate({ ...options, trajectories: [3] }, adapter, { store });
    expect(told(again)).toBe(whole);
    expect(Buffer.from(store.files.get("cell-3-4-none.json")!).toString()).toBe(first); // and was not made again
  }, 60_000);

  test("goes on within a cell from its checkpoint, and takes it away", async () => {
    let clock = 0;
    const slow = { ...adapter, now: () => (clock += 100) }; // each look at the clock is 100 s later: every epoch is kept
    const small = { ...options, trajectories: [3], seeds: [4], methods: ["none"] } as const;
    const whole = told(await evaluate(small, adapter));
    const store = memory();
    const controller = new AbortController();
    const stopped = evaluate(small, slow, {
      store,
      signal: controller.signal,
      progress: ({ text }) => {
        if (text.includes("epoch 2")) controller.abort(new Error("enough"));
      },
    });
    await expect(stopped).rejects.toThrow("enough");
    expect([...store.files.keys()].sort()).toEqual(["checkpoint-3-4-none.safetensors", "plan.json"]);
    const steps: number[] = [];
    const again = await evaluate(small, adapter, { store, progress: ({ done }) => steps.push(done) });
    expect(told(again)).toBe(whole);
    expect(steps.filter((step) => step > 0)[0]).toBeGreaterThan(1); // the first epoch was not made again
    expect([...store.files.keys()].sort()).toEqual(["cell-3-4-none.json", "plan.json"]);
  }, 60_000);

  test("refuses what is kept of other settings, and files that are no cells", async () => {
    const small = { ...options, trajectories: [3], seeds: [4], methods: ["none"] } as const;
    const store = memory();
    await evaluate(small, adapter, { store });
    await expect(evaluate({ ...small, sigma: 0.2 }, adapter, { store })).rejects.toThrow(
      /cells of other settings are there: .*"sigma":0.1.* came before, .*"sigma":0.2/,
    );
    const moved = { ...small, methods: ["none", "preimage"] } as const; // more of the same table
    await evaluate(moved, adapter, { store });
    const other = { ...moved, generators: [{ name: "true", formulas: [["1", "0", "0"]] }] };
    await expect(evaluate(other, adapter, { store })).rejects.toThrow(
      /cell-3-4-preimage-true.json was made along other generators: \[\["1","0","0"\],\["0","0","u"\]\] came before/,
    );
    for (const [text, message] of [
      ["", /cell-3-4-none.json is no cell of a table: its format/],
      ['{"format":"liefield cell 1"}', /trajectories is no number/],
      [
        Buffer.from(store.files.get("cell-3-4-none.json")!).toString().replace('"seed":4', '"seed":5'),
        /holds the cell of 3, 5, none/,
      ],
    ] as const) {
      await store.write("cell-3-4-none.json", text);
      const started = evaluate(small, adapter, { store });
      await expect(started).rejects.toThrow(message);
      await expect(started).rejects.toThrow(InputError);
    }
  }, 60_000);

  test("learns generators once for all arms, from the trajectories that the operator is trained on", async () => {
    const store = memory();
    const { rows } = await evaluate(
      {
        ...options,
        ...{ trajectories: [3], seeds: [4], methods: ["preimage", "scatter"], time: 5 },
        generators: [{ name: "formulas", learned: "formulas" }],
        learning: { method: "library", library: "fourier" },
      },
      adapter,
      { store },
    );
    expect([...store.files.keys()].filter((name) => name.startsWith("field"))).toEqual(["field-3-4.safetensors"]);
    expect(rows.map(({ arm, generators }) => [arm, generators! > 0])).toEqual([
      ["preimage formulas", true],
      ["scatter formulas", true],
    ]);
  }, 60_000);

  test.each<[string, Partial<EvaluateOptions>, RegExp]>([
    ["no seed", { seeds: [] }, /seeds is empty/],
    ["a seed twice", { seeds: [1, 1] }, /seeds are 1, 1; pass each once/],
    ["the test trajectories' seed", { seeds: [7], testSeed: 7 }, /seed 7 is that of the test trajectories/],
    ["a method twice", { methods: ["none", "none"] }, /methods are none, none/],
    ["two dimensions", { task: "wave-2d" }, /one equation of first order in time, in one space dimension/],
    [
      "too few to learn from",
      { trajectories: [2], generators: [{ name: "learned", learned: "slots" }] },
      /generators are learned from at least 3/,
    ],
    ["generators from nowhere", { generators: [{ name: "mine" }] }, /"mine" must be formulas, a field, or learned/],
    ["more than a table", { seeds: Array.from({ length: 9000 }, (_, i) => i) }, /at most 10000 cells/],
  ])("refuses %s", async (_, wrong, message) => {
    const started = evaluate({ ...options, ...wrong }, adapter);
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toThrow(InputError);
  });
});
