import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { controlLength } from "../../src/engine/shape.js";
import { fieldsOf, generatorsOf, readField, writeField } from "../../src/index.js";
import { type Learned, learn } from "../../src/learn.js";
import { version } from "../../src/version.js";

const short = { task: "kdv", seed: 1, workers: 0, trajectories: 3, certificate: { controls: 1, stops: [0.2] } };
const points = Float64Array.from({ length: 3 * 20 }, (_, i) => [6 * i, 45 + i / 3, Math.sin(i)][i % 3]!);
const same = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

/** What was learned beside the same read from its file: values and flows agree to the last bit. */
function comparedWithFile(learned: Learned): ReturnType<typeof readField> {
  const read = readField(writeField(learned));
  const own = fieldsOf(learned);
  expect(read.generators.fields).toHaveLength(own.length);
  own.forEach((field, k) => {
    expect(same(read.generators.fields[k]!.value(points), field.value(points))).toBe(true);
  });
  const amounts = own.map((_, k) => 0.01 * (k + 1));
  const moved = generatorsOf(learned).flow(amounts).move(points);
  expect(same(read.generators.flow(amounts).move(points), moved)).toBe(true);
  expect(same(moved, points)).toBe(false);
  return read;
}

describe("a run's generators as a file", () => {
  test("of the library learner: its formulas", async () => {
    const learned = await learn({ ...short, method: "library" }, nodeAdapter());
    const read = comparedWithFile(learned);
    expect(read).toMatchObject({ version, task: "kdv", splines: null, verdicts: new Array(4).fill("accepted") });
    expect(writeField(learned).length).toBeLessThan(1000);
  });
  test("of the neural learner: its slots, in the order of the record", async () => {
    const learner = { orthogonality: "penalty" } as const; // nothing sorts these slots
    const learned = await learn({ ...short, backend: "wasm", steps: 6, generators: 4, learner }, nodeAdapter());
    const read = comparedWithFile(learned);
    const { generators } = learned.record;
    expect(generators.map(({ slot }) => slot)).not.toEqual([1, 2, 3, 4]);
    const size = controlLength(read.splines!.shape);
    generators.forEach(({ slot }, k) => {
      const own = learned.splines!.control.slice((slot - 1) * size, slot * size);
      expect(same(read.splines!.control.slice(k * size, (k + 1) * size), own)).toBe(true);
    });
    expect(read.verdicts).toEqual(generators.map(({ verdict }) => verdict));
    expect(read.chart).toEqual(learned.chart);
    const bytes = writeField(learned, { dtype: "F32" });
    expect(bytes.length).toBeLessThan(4 * learned.splines!.control.length + 2000);
    expect(readField(bytes).splines!.control.length).toBe(learned.splines!.control.length);
  });
});
