import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Trajectories } from "../../src/data/trajectories.js";
import { stream } from "../../src/engine/random.js";
import { type Predictor, persistencePredictor, rollout, rolloutError, zeroPredictor } from "../../src/use/rollout.js";

/** Waves that travel one place per output: u(j, i) = a + sin of i − j. */
function travelling(n: number, nt: number, nx: number): Trajectories {
  const { uniform } = stream(3, "travelling");
  const u = new Float64Array(n * nt * nx);
  for (let b = 0; b < n; b++) {
    const phase = 2 * Math.PI * uniform();
    for (let j = 0; j < nt; j++)
      for (let i = 0; i < nx; i++) u[(b * nt + j) * nx + i] = b + 0.5 + Math.sin((2 * Math.PI * (i - j)) / nx + phase);
  }
  return {
    ...{ u, n, nt, nx, components: 1, length: 1 },
    ...{ x: Float64Array.from({ length: nx }, (_, i) => i / nx), t: Float64Array.from({ length: nt }, (_, j) => j) },
  };
}

/** Knows that the waves travel: each time is the one before, a place on. */
const knowing = (inputs: number, outputs: number, nx: number): Predictor => ({
  inputs,
  outputs,
  predict: (windows) =>
    Float64Array.from({ length: (windows.length / inputs) * outputs }, (_, at) => {
      const [b, j, i] = [Math.floor(at / (outputs * nx)), Math.floor(at / nx) % outputs, at % nx];
      return windows[(b * inputs + inputs - 1) * nx + ((i - j - 1 + outputs * nx) % nx)]!;
    }),
});

const tail = ({ u, n, nt, nx }: Trajectories, from: number): Float64Array =>
  Float64Array.from({ length: n * (nt - from) * nx }, (_, at) => {
    const rows = (nt - from) * nx;
    return u[(Math.floor(at / rows) * nt + from) * nx + (at % rows)]!;
  });

const apart = (a: Float64Array, b: Float64Array): number =>
  a.length === b.length ? a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0) : Infinity;

describe("a rollout", () => {
  test("by a predictor that knows the solution is the solution, whatever the windows' lengths", async () => {
    const size = fc.integer({ min: 1, max: 5 });
    const property = fc.asyncProperty(size, size, fc.integer({ min: 1, max: 11 }), async (inputs, outputs, steps) => {
      const data = travelling(2, inputs + steps, 6);
      const predicted = await rollout(knowing(inputs, outputs, 6), data);
      expect(apart(predicted, tail(data, inputs))).toBeLessThan(1e-12);
      expect(rolloutError(predicted, data).mean).toBeLessThan(1e-24);
    });
    await fc.assert(property, { numRuns: 60, seed: 2 });
  });

  test("hands the predictor its own words, not the truth", async () => {
    const data = travelling(1, 8, 4);
    const seen: number[] = [];
    const counting: Predictor = {
      inputs: 2,
      outputs: 2,
      predict(windows) {
        seen.push(windows[4]!); // the later of the two times
        return new Float64Array(8).fill(seen.length);
      },
    };
    await rollout(counting, data);
    expect(seen.slice(1)).toEqual([1, 2]);
  });

  test("stops between predictions when its signal aborts", async () => {
    const controller = new AbortController();
    let calls = 0;
    const predictor: Predictor = {
      ...zeroPredictor(2, 1),
      predict(windows) {
        if (++calls === 2) controller.abort(new Error("enough"));
        return new Float64Array(windows.length / 2);
      },
    };
    await expect(rollout(predictor, travelling(1, 9, 4), controller.signal)).rejects.toThrow("enough");
    expect(calls).toBe(2);
  });

  test("refuses short and vector data, and a predictor that gives another size", async () => {
    const data = travelling(2, 4, 4);
    await expect(rollout(zeroPredictor(4, 1), data)).rejects.toThrow(
      "4 outputs in time came; pass at least one, of at least 5",
    );
    await expect(rollout(zeroPredictor(2, 1), { ...data, components: 2 })).rejects.toThrow("2 components");
    const odd: Predictor = { inputs: 2, outputs: 1, predict: () => new Float64Array(3) };
    await expect(rollout(odd, data)).rejects.toThrow("gave 3 numbers for 2 windows; expected 8");
  });
});

describe("the error of a rollout", () => {
  test("is the mean square of what is missed over that of the truth, by hand", () => {
    const data: Trajectories = {
      ...{ u: Float64Array.of(9, 9, 1, 2, 3, 4, 9, 9, 2, 2, 1, 1), n: 2, nt: 3, nx: 2, components: 1, length: 1 },
      ...{ x: Float64Array.of(0, 0.5), t: Float64Array.of(0, 1, 2) },
    };
    const predicted = Float64Array.of(1, 2, 0, 4, 2, 0, 2, 1); // misses: 0; 9 of 25; 4 of 8; 1 of 2
    const { perStep, perTrajectory, mean } = rolloutError(predicted, data);
    expect(Array.from(perStep)).toEqual([0.25, (9 / 25 + 0.5) / 2]);
    expect(Array.from(perTrajectory)).toEqual([9 / 50, 0.5]);
    expect(mean).toBeCloseTo((9 / 50 + 0.5) / 2, 14);
  });

  test("is exactly 1 for zero, does not change with the data's units, and persistence is right on what stands still", async () => {
    const data = travelling(3, 9, 8);
    const zero = rolloutError(await rollout(zeroPredictor(3, 2), data), data);
    expect([zero.mean, ...zero.perStep].every((e) => Math.abs(e - 1) < 1e-15)).toBe(true);
    const persistent = persistencePredictor(3, 2, 8);
    const error = rolloutError(await rollout(persistent, data), data);
    expect(error.perStep[0]).toBeGreaterThan(0.01);
    const scaled = { ...data, u: data.u.map((u) => -7 * u) };
    expect(apart(rolloutError(await rollout(persistent, scaled), scaled).perStep, error.perStep)).toBeLessThan(1e-14);
    const still = { ...data, u: data.u.map((_, at) => data.u[Math.floor(at / 72) * 72 + (at % 8)]!) };
    expect(rolloutError(await rollout(persistent, still), still).mean).toBe(0);
  });

  test("is infinite where a prediction is not finite, and refused where nothing can be relative to the truth", () => {
    const data = travelling(2, 4, 4);
    const predicted = tail(data, 2);
    predicted[5] = Number.NaN; // trajectory 0, step 1
    const { perStep, perTrajectory } = rolloutError(predicted, data);
    expect([Array.from(perStep), Array.from(perTrajectory)]).toEqual([[0, Infinity], [Infinity, 0]]); // biome-ignore format: two rows
    const vanished = { ...data, u: data.u.map((u, at) => (at >= 28 ? 0 : u)) };
    expect(() => rolloutError(tail(data, 2), vanished)).toThrow("trajectory 1 is zero everywhere at its time 3");
    expect(() => rolloutError(new Float64Array(9), data)).toThrow("the rollout has 9 numbers; pass [2, steps, 4]");
  });
});
