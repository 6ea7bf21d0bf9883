import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chartOf } from "../../src/data/chart.js";
import type { SplineShape } from "../../src/engine/kernels.js";
import { openMachine } from "../../src/engine/machine.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { pick } from "../../src/validity/characteristic.js";
import { drawSnapshots } from "../../src/validity/selection.js";
import { tangentJob, tangentScores, widening } from "../../src/validity/tangent.js";
import { randomStates } from "./snapshots.js";

const { kernels, pool } = await openMachine(nodeAdapter(), { workers: 0 });
const shape: SplineShape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 4 },
    { kind: "open", lo: -0.6, hi: 1.6, knots: 4 },
    { kind: "open", lo: -3, hi: 3, knots: 4 },
  ],
  width: 3,
};
const size = controlLength(shape);
const draw = stream(1, "fields");
const wild = Float64Array.from({ length: size }, () => draw.normal());
const alongU = Float64Array.from({ length: size }, (_, i) => (i % 3 === 2 ? 1 : 0));
const snapshotsOf = (name: string, count: number) => {
  const equation = equationOf({ name, parameters: {} });
  const { data } = randomStates(equation, 1, { grid: { nx: 64, length: 20 }, count, modes: 5 });
  return drawSnapshots(kernels, equation, chartOf(data, equation), data, count, stream(1, "s"));
};

describe("tangent scores over many snapshots", () => {
  test("are those of all of them at once, however the shards divide them", async () => {
    const from = snapshotsOf("kdv", 37); // a shard of 32 and one of 5
    const indices = Int32Array.from({ length: 37 }, (_, b) => b);
    const args = { indices, control: wild, epsilon2: 0, gradient: false };
    const whole = tangentJob.run(kernels, { shape, snapshots: from }, args);
    const [score] = await tangentScores(pool, shape, from, wild);
    expect(score! / Math.exp(whole.score[0]!)).toBeCloseTo(1, 5); // ε² is 1e-6 of the terms
    const [, few] = [0, 32].map((at) => pick(from, indices.subarray(at))); // the second shard alone scores otherwise
    const [other] = await tangentScores(pool, shape, few!, wild);
    expect(Math.abs(other! / score! - 1)).toBeGreaterThan(1e-3);
  });

  test("of a field for which both terms vanish is 0: ∂u of the heat equation", async () => {
    const scores = await tangentScores(pool, shape, snapshotsOf("heat", 4), Float64Array.from([...alongU, ...wild]));
    expect(scores[0]).toBeLessThan(1e-6); // rounding over ε
    expect(scores[1]).toBeGreaterThan(0.01);
  });
});

test("ε² falls from 1 to its final 1e-6 over seven tenths of the steps, evenly in its logarithm", () => {
  for (const [fraction, power] of [
    [0, 6],
    [0.35, 3],
    [0.7, 0],
    [1, 0],
  ] as const)
    expect(Math.log10(widening(fraction))).toBeCloseTo(power, 5);
});
