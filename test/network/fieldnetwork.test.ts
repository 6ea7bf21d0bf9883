import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers tfjs's own gradients
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { layersOf } from "../../src/network/architecture.js";
import { chooseBackend } from "../../src/network/backend.js";
import { FieldNetwork, type FieldNetworkOptions } from "../../src/network/fieldnetwork.js";
import { registerGradients } from "../../src/network/mends/mends.js";
import { forward } from "../../src/network/perceptron.js";
import { download, engineMemory, upload } from "../../src/network/tensor.js";
import { control64, flatten } from "./double.js";

/** A periodic × open × open grid of knots. */
function knots(nx: number, nt: number, nu: number): Float64Array {
  const points: number[] = [];
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < nt; j++)
      for (let k = 0; k < nu; k++) points.push(i / nx, (j - 1) / (nt - 3), (k - 1) / (nu - 3) - 0.5);
  return Float64Array.from(points);
}

const small: FieldNetworkOptions = {
  knotPoints: knots(5, 4, 4),
  periodic: [true, false, false],
  dim: 3,
  generators: 3,
  width: 10,
  depth: 2,
  head: 5,
};
const inputs = 4;
const full: FieldNetworkOptions = {
  knotPoints: knots(12, 8, 8),
  periodic: [true, false, false],
  dim: 3,
  generators: 4,
};

const wave = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + 0.3));
const largest = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((m, x) => Math.max(m, Math.abs(x)), 0);
/** Largest difference over the largest of `right`; NaN anywhere makes it NaN. */
const apart = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  expect(left.length).toBe(right.length);
  return Array.from(left).reduce((m, x, i) => Math.max(m, Math.abs(x - right[i]!)), 0) / largest(right);
};
/** A generator's own part of the last layer's weight [generators · head, generators · dim], whose blocks lie on the diagonal. */
const ownOutputs = (arrays: Readonly<Record<string, Float32Array>>, b: number, of = ""): number[] => {
  const weight = arrays[`head.output.weight${of}`]!;
  return Array.from({ length: 15 }, (_, i) => weight[(5 * b + Math.floor(i / 3)) * 9 + 3 * b + (i % 3)]!);
};
const make = (options = small, seed = 1): FieldNetwork => FieldNetwork.create(options, stream(seed, "network"));

describe.each(["wasm", "cpu"] as const)("the field network on %s", (engine) => {
  beforeAll(async () => {
    await chooseBackend(engine);
  });

  test("its control points agree with the network written out in f64", async () => {
    const network = make();
    const right = control64(small, flatten((await network.state()).arrays));
    expect(apart(await network.forward(), right)).toBeLessThan(2e-6); // f32: four layers of sums over ≤ 15 terms
    network.dispose();
  });

  test("its gradient agrees with central differences in f64, for every parameter", async () => {
    const network = make();
    const parameters = flatten((await network.state()).arrays);
    const cotangent = wave(network.size);
    const loss = (): number => control64(small, parameters).reduce((sum, c, i) => sum + c * cotangent[i]!, 0);
    const step = 1e-5; // truncation 1e-10, rounding 1e-10 of a loss of order 10
    const right = parameters.map((p, i) => {
      parameters[i] = p + step;
      const up = loss();
      parameters[i] = p - step;
      const down = loss();
      parameters[i] = p;
      return (up - down) / (2 * step);
    });
    for (const i of offBlock()) right[i] = 0; // not parameters: the structure holds them at zero
    expect(apart(await network.gradient(cotangent), right)).toBeLessThan(1e-5); // f32 sums over 80 points
    network.dispose();
  });

  test("the linear path starts at zero, so that fields start as they do without one, and learns", async () => {
    const [with_, without] = [make(), make({ ...small, linear: false })];
    expect(apart(await with_.forward(), await without.forward())).toBe(0);
    await with_.step(wave(with_.size), 1e-2);
    const { arrays } = await with_.state();
    expect(largest(arrays["linear.weight"]!)).toBeCloseTo(1e-2, 4); // Adam's first step
    expect(Object.keys((await without.state()).arrays)).not.toContain("linear.weight");
    with_.dispose();
    without.dispose();
  });

  test("a restart gives one generator other fields and no moments, and leaves the others to the last bit", async () => {
    const network = make();
    for (let i = 0; i < 3; i++) await network.step(wave(network.size), 1e-2);
    const before = await network.forward();
    await network.restart(1, stream(9, "restart"), 20);
    const after = await network.forward();
    const size = before.length / 3;
    const changed = [0, 1, 2].map((b) =>
      before.subarray(b * size, (b + 1) * size).some((c, i) => c !== after[b * size + i]),
    );
    expect(changed).toEqual([false, true, false]);
    const { arrays } = await network.state();
    const own = (b: number): number => largest(ownOutputs(arrays, b, ".second"));
    expect([own(0) > 0, own(1), own(2) > 0]).toEqual([true, 0, true]);
    network.dispose();
  });

  test("its gradient agrees with tfjs's own tape", async () => {
    await registerGradients();
    const network = make();
    const cotangent = wave(network.size);
    const shape = { inputs, width: 10, depth: 2, head: 5, generators: 3, dim: 3, linear: true };
    const { arrays } = await network.state();
    const taped = tf.tidy(() => {
      const parameters = upload<tf.Rank.R1>(flatten(arrays), [flatten(arrays).length]);
      const points = upload<tf.Rank.R2>(featuresOf(small), [80, inputs]);
      const by = tf.reshape(tf.transpose(upload<tf.Rank.R3>(cotangent, [3, 80, 3]), [1, 0, 2]), [80, 9]);
      return tf.grad((p) => tf.sum(tf.mul(forward(layersOf(shape), p as tf.Tensor1D, points).output, by)))(parameters);
    });
    const right = await download(taped);
    for (const i of offBlock()) right[i] = 0;
    expect(apart(await network.gradient(cotangent), right)).toBeLessThan(1e-5); // both f32, in another order
    taped.dispose();
    network.dispose();
  });

  test("steps follow Adam written out in f64, clipped to the global norm", async () => {
    const clip = 0.5;
    const network = make({ ...small, clip });
    const parameters = Float64Array.from(flatten((await network.state()).arrays));
    const first = parameters.map(() => 0);
    const second = parameters.map(() => 0);
    const cotangent = wave(network.size);
    for (let step = 1; step <= 5; step++) {
      const gradient = Float64Array.from(await network.gradient(cotangent));
      const norm = Math.hypot(...gradient);
      expect(norm).toBeGreaterThan(clip); // else nothing is clipped
      gradient.forEach((raw, i) => {
        const g = (raw * clip) / norm;
        first[i] = 0.9 * first[i]! + 0.1 * g;
        second[i] = 0.999 * second[i]! + 0.001 * g * g;
        const size = Math.sqrt(second[i]! / (1 - 0.999 ** step)) + 1e-8;
        parameters[i] = parameters[i]! - (0.01 * first[i]!) / (1 - 0.9 ** step) / size;
      });
      expect(await network.step(cotangent, 0.01)).toBe(true);
    }
    const { step, arrays } = await network.state();
    expect(step).toBe(5);
    expect(apart(flatten(arrays), parameters)).toBeLessThan(1e-5); // gradients near ε are f32 noise, and Adam divides by them
    expect(apart(flatten(arrays, ".first"), first)).toBeLessThan(1e-5);
    expect(apart(flatten(arrays, ".second"), second)).toBeLessThan(1e-5);
    network.dispose();
  });

  test("after a restart the generator's own steps begin small and never exceed the rate, as those of a new network", async () => {
    const network = make();
    const cotangent = wave(network.size);
    const rate = 0.01;
    for (let step = 0; step < 5; step++) await network.step(cotangent, rate);
    await network.restart(1, stream(9, "restart"), 20);
    let before = await network.state();
    expect(before.births.map(({ step }) => step)).toEqual([0, 5, 0]);
    const other = make();
    other.restore(before);
    for (let age = 1; age <= 25; age++) {
      await network.step(cotangent, rate);
      await other.step(cotangent, rate);
      const after = await network.state();
      const [was, is] = [before, after].map((state) => ownOutputs(state.arrays, 1));
      const moved = largest(is!.map((value, i) => value - was![i]!));
      if (age === 1) expect(moved / (rate / 20)).toBeCloseTo(1, 2); // Adam's first step is the rate itself, here a twentieth of it
      expect(moved).toBeLessThan(1.5 * rate * Math.min(1, age / 20)); // six times the rate with the corrections of the run; gradients change some
      before = after;
    }
    expect((await other.state()).arrays).toEqual(before.arrays);
    network.dispose();
    other.dispose();
  });

  test("descent works: the sum of squares of the control points falls by a factor of ten in 60 steps", async () => {
    const network = make();
    const energy = (c: Float32Array): number => c.reduce((sum, x) => sum + x * x, 0);
    const before = energy(await network.forward());
    for (let i = 0; i < 60; i++) await network.step(await network.forward(), 0.01);
    expect(energy(await network.forward())).toBeLessThan(before / 10);
    network.dispose();
  });

  test("a cotangent that is not finite, or overflows on the way, changes nothing and is counted", async () => {
    const network = make();
    await network.step(wave(network.size), 1e-3);
    const before = await network.state();
    const bad = wave(network.size);
    bad[7] = NaN;
    expect(await network.step(bad, 1e-3)).toBe(false);
    const huge = wave(network.size).map((x) => 3e38 * x);
    expect(await network.step(huge, 1e-3)).toBe(true); // finite as it comes; its gradient is not
    const control = await network.forward();
    expect(network.skipped).toBe(2);
    expect(await network.state()).toEqual(before);
    expect(control).toEqual(await network.forward());
    expect(control.every(Number.isFinite)).toBe(true);
    network.dispose();
  });

  test("the same seed gives the same bits after ten steps, another seed another network", async () => {
    const run = async (seed: number): Promise<Float32Array> => {
      const network = make(small, seed);
      for (let i = 0; i < 10; i++) await network.step(await network.forward(), 0.01);
      const control = await network.forward();
      network.dispose();
      return control;
    };
    expect(await run(3)).toEqual(await run(3));
    expect(apart(await run(3), await run(4))).toBeGreaterThan(0.1);
  });

  test("a saved state goes on to the same bits as the run it was saved from", async () => {
    const network = make();
    for (let i = 0; i < 4; i++) await network.step(await network.forward(), 0.01);
    const saved = structuredClone(await network.state());
    for (let i = 0; i < 4; i++) await network.step(await network.forward(), 0.01);
    const other = make(small, 99);
    await other.step(await other.forward(), 0.01); // leaves a provisional update behind
    other.restore(saved);
    for (let i = 0; i < 4; i++) await other.step(await other.forward(), 0.01);
    expect(await other.forward()).toEqual(await network.forward());
    expect(await other.state()).toEqual(await network.state());
    other.dispose();
    network.dispose();
  });

  test("a state of another shape is refused by name and leaves the network as it was", async () => {
    const network = make();
    const other = make({ ...small, head: 6 });
    const before = await network.state();
    const foreign = await other.state();
    expect(() => network.restore(foreign)).toThrow(InputError);
    expect(() => network.restore(foreign)).toThrow(/180 numbers for head.hidden.weight where 150 are expected/);
    expect(await network.state()).toEqual(before);
    other.dispose();
    network.dispose();
  });

  test("a cotangent of the wrong length is refused", async () => {
    const network = make();
    await expect(network.step(new Float32Array(5), 0.01)).rejects.toThrow("pass [3, 80, 3]");
    network.dispose();
  });

  test("nothing is left when it is disposed", async () => {
    const before = engineMemory();
    const network = make();
    await network.step(await network.forward(), 0.01);
    await network.step(await network.forward(), 0.01);
    network.restore(await network.state());
    await network.step(wave(network.size), 0.01);
    network.dispose();
    expect({ ...engineMemory(), heap: 0 }).toEqual({ ...before, heap: 0 }); // linear memory never shrinks
  });
});

describe("random fields as they start", () => {
  afterAll(() => chooseBackend("cpu"));

  test.each([1, 2, 3])(
    "seed %i: every slot is of order 1, varies over the knots, and points its own way",
    async (seed) => {
      await chooseBackend("wasm");
      const network = make(full, seed);
      const control = await network.forward();
      const slots = Array.from({ length: 4 }, (_, k) =>
        control.slice((k * control.length) / 4, ((k + 1) * control.length) / 4),
      );
      const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
      const size = (a: Float32Array): number => Math.sqrt(dot(a, a));
      for (const slot of slots) {
        const rms = size(slot) / Math.sqrt(768 * 3);
        expect(rms).toBeGreaterThan(0.2);
        expect(rms).toBeLessThan(3);
        const mean = [0, 1, 2].map((c) => slot.reduce((sum, x, i) => sum + (i % 3 === c ? x : 0), 0) / 768);
        const varying = size(slot.map((x, i) => x - mean[i % 3]!)) / size(slot);
        expect(varying).toBeGreaterThan(0.3);
      }
      for (let a = 0; a < 4; a++) {
        for (let b = 0; b < a; b++) {
          expect(Math.abs(dot(slots[a]!, slots[b]!)) / size(slots[a]!) / size(slots[b]!)).toBeLessThan(0.95); // 18° at least
        }
      }
      network.dispose();
    },
  );

  test("tensors, bytes and linear memory are the same at steps 100 and 1000", async () => {
    await chooseBackend("wasm");
    const network = make({ ...small, clip: 1 });
    const at: unknown[] = [];
    for (let i = 1; i <= 1000; i++) {
      await network.step(await network.forward(), 1e-3);
      if (i === 100 || i === 1000) at.push(engineMemory());
    }
    expect(at[1]).toEqual(at[0]);
    network.dispose();
  });
});

/** Places of the flat vector that lie outside the blocks of the last weight. */
function offBlock(): number[] {
  const layers = layersOf({ inputs, width: 10, depth: 2, head: 5, generators: 3, dim: 3, linear: false });
  const last = layers.at(-1)!;
  const places = Array.from({ length: last.rows * last.columns }, (_, j) => j);
  return places
    .filter((j) => Math.floor(Math.floor(j / last.columns) / 5) !== Math.floor((j % last.columns) / 3))
    .map((j) => last.weight + j);
}

/** The features of the small network's knots, written out. */
function featuresOf({ knotPoints }: FieldNetworkOptions): Float32Array {
  const out: number[] = [];
  for (let i = 0; i < knotPoints.length; i += 3) {
    const x = 2 * Math.PI * knotPoints[i]!;
    out.push(Math.cos(x), Math.sin(x), (knotPoints[i + 1]! + 1) / 1.5 - 1, (knotPoints[i + 2]! + 1.5) / 1.5 - 1);
  }
  return Float32Array.from(out);
}
