import { describe, expect, test } from "@jest/globals";
import type { Trajectories } from "../../src/data/trajectories.js";
import { batchesOf, type Supply, supplyOf, type Windows, windowsOf } from "../../src/use/windows.js";

/** u names its place: 1000 · trajectory + 10 · time + place. */
const named: Trajectories = {
  u: Float64Array.from(
    { length: 3 * 12 * 4 },
    (_, at) => 1000 * Math.floor(at / 48) + 10 * (Math.floor(at / 4) % 12) + (at % 4),
  ),
  ...{ n: 3, nt: 12, nx: 4, components: 1, length: 1 },
  ...{ x: Float64Array.of(0, 1, 2, 3), t: Float64Array.from({ length: 12 }, (_, j) => j) },
};
const plan = { inputs: 3, outputs: 2, batch: 4, copies: 3 };
const unit = { mean: 0, deviation: 1 };

async function all(supply: Supply, seed: number, epoch: number, scale = unit): Promise<Windows[]> {
  const found: Windows[] = [];
  for await (const windows of windowsOf(supply, plan, scale, seed, epoch)) found.push(windows);
  return found;
}
const numbers = (batches: Windows[]): string => batches.map(({ input }) => input.join()).join();

describe("an epoch of windows", () => {
  test("uses every trajectory as often as asked, each target right after its input, places in order", async () => {
    const supply = supplyOf(named);
    const batches = await all(supply, 1, 0);
    expect(batches.map(({ size }) => size)).toEqual([4, 4, 1]);
    expect(batchesOf(supply, plan)).toBe(3);
    const uses = [0, 0, 0];
    for (const { input, target, size } of batches)
      for (let b = 0; b < size; b++) {
        const first = input[b * 12]!;
        const joined = [...input.subarray(b * 12, (b + 1) * 12), ...target.subarray(b * 8, (b + 1) * 8)];
        expect(joined).toEqual(joined.map((_, at) => first + 10 * Math.floor(at / 4) + (at % 4)));
        uses[Math.floor(first / 1000)]!++;
      }
    expect(uses).toEqual([3, 3, 3]);
  });

  test("is a matter of seed and epoch alone, and both change it", async () => {
    const supply = supplyOf(named);
    const [first, again, epoch, seed] = [
      await all(supply, 1, 0),
      await all(supply, 1, 0),
      await all(supply, 1, 1),
      await all(supply, 2, 0),
    ];
    expect(numbers(again)).toBe(numbers(first));
    expect(numbers(epoch)).not.toBe(numbers(first));
    expect(numbers(seed)).not.toBe(numbers(first));
  });

  test("starts anywhere from the first time to the last that leaves room", async () => {
    const starts = new Set<number>();
    for (let epoch = 0; epoch < 40; epoch++)
      for (const { input, size } of await all(supplyOf(named), 1, epoch))
        for (let b = 0; b < size; b++) starts.add((input[b * 12]! % 1000) / 10);
    expect([...starts].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("is scaled by mean and deviation", async () => {
    const [plain, scaled] = [
      await all(supplyOf(named), 1, 0),
      await all(supplyOf(named), 1, 0, { mean: 500, deviation: 4 }),
    ];
    expect(scaled[1]!.target[5]).toBe((plain[1]!.target[5]! - 500) / 4);
  });

  test("asks a supply for each use by its numbers, one batch at a time, and takes rows of any length that suffices", async () => {
    const asked: string[] = [];
    const supply: Supply = {
      ...{ count: 3, nx: 4 },
      async rows(index, copy, epoch) {
        asked.push(`${index} ${copy} ${epoch}`);
        return named.u.slice(0, 4 * (5 + copy));
      },
    };
    const windows = windowsOf(supply, plan, unit, 1, 7);
    await windows.next();
    expect(asked.length).toBe(4);
    for await (const _ of windows);
    const uses = [0, 1, 2].flatMap((index) => [0, 1, 2].map((copy) => `${index} ${copy} 7`));
    expect(asked.sort()).toEqual(uses);
  });

  test("of rows that are too short is refused with the numbers", async () => {
    const supply: Supply = { count: 1, nx: 4, rows: () => named.u.slice(0, 16) };
    await expect(all(supply, 1, 0)).rejects.toThrow("trajectory 0 has 4 times for training; at least 5 are needed");
  });
});
