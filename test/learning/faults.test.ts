import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { NumericalError } from "../../src/engine/error.js";
import { openMachine } from "../../src/engine/machine.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { knotPoints } from "../../src/field/spline.js";
import { CAREFUL, type LearnerState, neuralDefaults, rate, trainNeural } from "../../src/learning/neural.js";
import { chooseBackend } from "../../src/network/backend.js";
import { FieldNetwork } from "../../src/network/fieldnetwork.js";
import type { Validity } from "../../src/validity/validity.js";

const shape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 4 },
    { kind: "open", lo: 0, hi: 1, knots: 4 },
  ],
  width: 2,
} as const;
const slots = 2;
const steps = 60;
const settings = { ...neuralDefaults, generators: slots, steps, learningRate: 1e-2 };
const draw = stream(1, "points");
const points = Float64Array.from({ length: 200 }, () => draw.uniform());
const places = { points, pairs: { points, neighbours: points.map((z) => z + 0.01) } };

type Fault = "score" | "gradient" | "overflow";

interface Trained {
  readonly rates: readonly number[]; // of the steps that the network took
  readonly skipped: readonly number[];
  readonly saved: LearnerState | null; // after step `saveAt`
  readonly control: Float64Array;
}

/** A training whose score or gradient is broken at some steps, counted from 1. */
async function trained(faults: Readonly<Record<number, Fault>>, saveAt = 0, from?: LearnerState): Promise<Trained> {
  const { kernels } = await openMachine(nodeAdapter(), { workers: 0 });
  await chooseBackend("wasm");
  let step = from?.step ?? 0;
  const validity: Validity = {
    name: "flow",
    sums: null,
    prepare: async () => {},
    release: async () => {},
    state: () => [],
    restore: () => {},
    value: () => Promise.reject(new Error("not asked")),
    async gradient({ control }) {
      const fault = faults[++step];
      const gradient = control.map((c, i) => c - Math.sin(i));
      if (fault === "gradient") gradient[3] = Number.NaN;
      if (fault === "overflow") gradient.fill(1e38); // finite here, infinite on the way back through the network
      return { score: Float64Array.of(-1, fault === "score" ? Number.NaN : -2), charge: 0, gradient };
    },
  };
  const options = { knotPoints: knotPoints(shape), periodic: [true, false], dim: 2, generators: slots, width: 8 };
  const network = FieldNetwork.create(options, stream(from ? 9 : 1, "weights"));
  const rates: number[] = [];
  const watched = {
    get skipped() {
      return network.skipped;
    },
    forward: () => network.forward(),
    step(cotangent: Float32Array, learningRate: number) {
      rates.push(learningRate);
      return network.step(cotangent, learningRate);
    },
    restart: () => Promise.reject(new Error("not asked")),
    state: () => network.state(),
    restore: (state: LearnerState["network"]) => network.restore(state),
  };
  let saved: LearnerState | null = null;
  try {
    const training = trainNeural(kernels, shape, watched, validity, places, 1, settings, undefined, from);
    let turn = await training.next();
    for (; !turn.done; turn = await training.next())
      if (turn.value.step === saveAt) saved = structuredClone(await turn.value.state());
    expect(turn.value.control.length).toBe(slots * controlLength(shape));
    return { rates, skipped: turn.value.skipped, saved, control: turn.value.control };
  } finally {
    network.dispose();
  }
}

describe("a step whose score or gradient is not finite", () => {
  test.each<Fault>(["score", "gradient", "overflow"])("is left out, and said: %s", async (fault) => {
    const { skipped, control } = await trained({ 7: fault });
    expect([skipped, control.every(Number.isFinite)]).toEqual([[7], true]);
  });

  test("halves the learning rate for a while, two quarter it", async () => {
    const { rates } = await trained({ 5: "gradient", 8: "gradient" });
    const factors = rates.map((r, i) => r / rate(settings.learningRate, i / steps));
    const expected = Array.from({ length: steps }, (_, i) => {
      const careful = (fault: number): boolean => i >= fault && i < fault + CAREFUL;
      return (careful(5) ? 0.5 : 1) * (careful(8) ? 0.5 : 1);
    });
    expect(factors).toEqual(expected); // halving is exact
  });

  test("is remembered by a run that goes on: it ends in the bits of an unbroken one", async () => {
    const faults = { 5: "overflow", 20: "score", 22: "gradient" } as const;
    const whole = await trained(faults);
    expect(whole.skipped).toEqual([5, 20, 22]);
    for (const at of [5, 6, 21]) {
      const { saved } = await trained(faults, at);
      const resumed = await trained(faults, 0, saved!);
      expect(resumed.skipped).toEqual(whole.skipped);
      expect(resumed.control.every((c, i) => c === whole.control[i])).toBe(true);
    }
  });

  test("ends the run once there were more than ten", async () => {
    const faults = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [i + 3, "score" as const]));
    await expect(trained(faults)).rejects.toThrow(NumericalError);
    await expect(trained(faults)).rejects.toThrow(
      /not finite in 11 of 13 steps \(3, 4, .*\), .*lower the learning rate/,
    );
  });
});
