import { beforeAll, describe, expect, test } from "@jest/globals";
import { InputError, NumericalError } from "../../../src/engine/error.js";
import { stream } from "../../../src/engine/random.js";
import { chooseBackend } from "../../../src/network/backend.js";
import { type Arithmetic, tfjsArithmetic } from "../../../src/network/operator/arithmetic.js";
import { chooseArithmetic, OperatorNetwork } from "../../../src/network/operator/network.js";
import { initialWeights, operatorDefaults, weightCount } from "../../../src/network/operator/shape.js";
import { engineMemory } from "../../../src/network/tensor.js";
import * as reference from "./reference.js";

/** Largest difference over the largest of `right`; NaN anywhere makes it NaN. */
function apart(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  let [most, scale] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    most = Math.max(most, Math.abs(left[i]! - right[i]!));
    scale = Math.max(scale, Math.abs(right[i]!));
  }
  return most / scale;
}

const { shape, input, target, weights } = reference;
const saved = { step: 0, arrays: weights };
const small = { nx: 12, inputs: 2, outputs: 3, width: 7, modes: 4, layers: 2, hidden: 5 };
const noise = (length: number, name: string): Float32Array => Float32Array.from({ length }, stream(4, name).normal);

const engines: readonly (readonly [string, "wasm" | "cpu", (own: Arithmetic) => Arithmetic])[] = [
  ["our kernels on wasm", "wasm", (own) => own],
  ["tfjs's kernels on wasm", "wasm", () => tfjsArithmetic],
  ["plain JavaScript", "cpu", (own) => own],
];

describe.each(engines)("the neural operator by %s", (name, backend, pick) => {
  let arithmetic: Arithmetic;
  beforeAll(async () => {
    await chooseBackend(backend);
    const chosen = await chooseArithmetic();
    expect(chosen.reason).toBeNull();
    arithmetic = pick(chosen.arithmetic);
    expect(arithmetic.name).toBe(name.startsWith("our") ? "simd" : "tfjs");
  });
  const make = (from: Parameters<typeof OperatorNetwork.create>[1] = 3, of = small): OperatorNetwork =>
    OperatorNetwork.create(of, from, arithmetic);

  test("output, loss and every weight gradient agree with PyTorch in float64 to 1e-5", async () => {
    const operator = make(saved, shape);
    const { loss, output, gradients } = await operator.gradient(input, target);
    expect(Math.abs(loss / reference.loss - 1)).toBeLessThan(1e-5);
    expect(apart(output, reference.output)).toBeLessThan(1e-5);
    expect(apart(await operator.predict(input), reference.output)).toBeLessThan(1e-5);
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(reference.gradients).sort());
    for (const [weight, right] of Object.entries(reference.gradients))
      expect([weight, apart(gradients[weight]!, right) < 1e-5]).toEqual([weight, true]);
    operator.dispose();
  });

  test("the gradient agrees with central differences of the loss along random directions, at odd sizes", async () => {
    const [x, y] = [noise(5 * 2 * 12, "input"), noise(5 * 3 * 12, "target")];
    const { step, arrays } = { step: 0, arrays: initialWeights(small, stream(6, "operator")) };
    const operator = make({ step, arrays });
    const { gradients } = await operator.gradient(x, y);
    operator.dispose();
    const lossAt = async (moved: Record<string, Float32Array>): Promise<number> => {
      const other = make({ step, arrays: moved });
      const { loss } = await other.gradient(x, y);
      other.dispose();
      return loss;
    };
    for (const weight of Object.keys(arrays)) {
      const direction = noise(arrays[weight]!.length, weight);
      const h = 0.02; // truncation h², rounding of a loss of order 1 in f32 over h: 3e-6
      const at = (sign: number): Promise<number> =>
        lossAt({ ...arrays, [weight]: arrays[weight]!.map((w, i) => w + sign * h * direction[i]!) });
      const slope = ((await at(1)) - (await at(-1))) / (2 * h);
      const right = gradients[weight]!.reduce((sum, g, i) => sum + g * direction[i]!, 0);
      const size = Math.hypot(...gradients[weight]!) * Math.hypot(...direction);
      expect([weight, Math.abs(slope - right) < 1e-3 * size + 2e-5]).toEqual([weight, true]);
    }
  });

  test("it commutes with shifts of the grid", async () => {
    const operator = make(saved, shape);
    const moved = (windows: Float32Array, by: number): Float32Array =>
      windows.map((_, i) => windows[i - (i % 32) + (((i % 32) + by) % 32)]!);
    const shifted = await operator.predict(moved(input, 5));
    expect(apart(shifted, moved(await operator.predict(input), 5))).toBeLessThan(3e-6); // f32
    operator.dispose();
  });

  test("steps follow AdamW written out in f64, decay apart from the gradient", async () => {
    const operator = make(saved, shape);
    const [rate, decay] = [0.01, 0.1];
    const right: Record<string, Float64Array> = {};
    const moments: Record<string, [Float64Array, Float64Array]> = {};
    for (const [weight, array] of Object.entries(weights)) {
      right[weight] = Float64Array.from(array);
      moments[weight] = [new Float64Array(array.length), new Float64Array(array.length)];
    }
    for (let step = 1; step <= 4; step++) {
      const { loss, gradients } = await operator.gradient(input, target);
      expect(await operator.step(input, target, rate, decay)).toBe(loss);
      for (const [weight, gradient] of Object.entries(gradients)) {
        const [first, second] = moments[weight]!;
        gradient.forEach((g, i) => {
          first[i] = 0.9 * first[i]! + 0.1 * g;
          second[i] = 0.999 * second[i]! + 0.001 * g * g;
          const direction = first[i]! / (1 - 0.9 ** step) / (Math.sqrt(second[i]! / (1 - 0.999 ** step)) + 1e-8);
          right[weight]![i] = right[weight]![i]! * (1 - rate * decay) - rate * direction;
        });
      }
    }
    const { step, arrays } = await operator.state();
    expect(step).toBe(4);
    for (const weight of Object.keys(weights)) {
      expect([weight, apart(arrays[weight]!, right[weight]!) < 1e-5]).toEqual([weight, true]); // f32
      expect([weight, apart(arrays[`${weight}.first`]!, moments[weight]![0]) < 1e-5]).toEqual([weight, true]);
      expect([weight, apart(arrays[`${weight}.second`]!, moments[weight]![1]) < 1e-5]).toEqual([weight, true]);
    }
    operator.dispose();
  });

  test("it learns: the loss falls by a factor of ten in 150 steps on what a shift does", async () => {
    const operator = make(1, { ...small, inputs: 1, outputs: 1, width: 8 });
    const wave = (batch: number): [Float32Array, Float32Array] => {
      const { uniform } = stream(batch, "wave");
      const phase = Array.from({ length: 8 }, () => 2 * Math.PI * uniform());
      const at = (by: number): Float32Array =>
        Float32Array.from({ length: 96 }, (_, i) =>
          Math.sin((2 * Math.PI * ((i % 12) + by)) / 12 + phase[Math.floor(i / 12)]!),
        );
      return [at(0), at(1)];
    };
    const first = (await operator.gradient(...wave(999))).loss;
    for (let i = 0; i < 150; i++) await operator.step(...wave(i), 0.01, 0);
    expect((await operator.gradient(...wave(999))).loss).toBeLessThan(first / 10);
    operator.dispose();
  });

  test("a saved state goes on to the same bits as the operator it was saved from", async () => {
    const [x, y] = [noise(2 * 24, "x"), noise(2 * 36, "y")];
    const operator = make();
    for (let i = 0; i < 3; i++) await operator.step(x, y, 0.01, 0.01);
    const state = structuredClone(await operator.state());
    for (let i = 0; i < 3; i++) await operator.step(x, y, 0.01, 0.01);
    const other = make(state);
    for (let i = 0; i < 3; i++) await other.step(x, y, 0.01, 0.01);
    expect(Buffer.from((await other.predict(x)).buffer).equals(Buffer.from((await operator.predict(x)).buffer))).toBe(
      true,
    );
    expect((await other.state()).step).toBe(6);
    operator.dispose();
    other.dispose();
  });

  test("windows of other sizes, and a state that does not fit, are refused with what is expected", async () => {
    const operator = make();
    await expect(operator.predict(new Float32Array(25))).rejects.toThrow("pass [batch, 2, 12]");
    await expect(operator.predict(new Float32Array(0))).rejects.toThrow(InputError);
    await expect(operator.step(new Float32Array(24), new Float32Array(72), 1, 0)).rejects.toThrow("one for each");
    const { arrays } = await operator.state();
    operator.dispose();
    expect(() => make({ step: 1, arrays: { ...arrays, "skip1.b": new Float32Array(6) } })).toThrow(
      "the saved operator has 6 numbers for skip1.b where 7 are expected",
    );
    const { "lift.w.first": _, ...others } = arrays;
    expect(() => make({ step: 1, arrays: others })).toThrow("no numbers for lift.w.first");
    expect(() => make({ step: -1, arrays })).toThrow("the saved operator's step is -1");
  });

  test("a loss that is not finite stops the training with its reason", async () => {
    const operator = make();
    const x = noise(24, "x");
    x[5] = Number.NaN;
    await expect(operator.step(x, noise(36, "y"), 0.01, 0)).rejects.toThrow(NumericalError);
    operator.dispose();
  });

  test("nothing is left when it is disposed", async () => {
    const [x, y] = [noise(48, "x"), noise(72, "y")];
    const before = engineMemory();
    const operator = make();
    await operator.step(x, y, 0.01, 0.01);
    await operator.gradient(x, y);
    await operator.predict(x);
    await operator.step(x, y, 0.01, 0.01);
    operator.dispose();
    expect({ ...engineMemory(), heap: 0 }).toEqual({ ...before, heap: 0 }); // linear memory never shrinks
  });
});

test("the paper's operator has 21.4 million weights, and sizes that make none are refused", async () => {
  expect(weightCount({ nx: 256, ...operatorDefaults })).toBe(21_341_332);
  for (const [sizes, message] of [
    [{ modes: 7 }, "7 modes on 12 places; pass at most 6"],
    [{ width: 0 }, "width is 0"],
    [{ layers: 1.5 }, "layers is 1.5"],
    [{ width: 40_000 }, "above the limit"],
  ] as const)
    expect(() => OperatorNetwork.create({ ...small, ...sizes }, 1, tfjsArithmetic)).toThrow(message);
});
