import { beforeAll, describe, expect, test } from "@jest/globals";
import { stream } from "../../../src/engine/random.js";
import { chooseBackend } from "../../../src/network/backend.js";
import type { ImageBatch } from "../../../src/network/imagefeatures.js";
import { ResidualClassifier } from "../../../src/network/residual/classifier.js";
import { type ResidualShape, residualLayers, residualSpans } from "../../../src/network/residual/shape.js";
import { engineMemory } from "../../../src/network/tensor.js";

const shape: ResidualShape = { height: 6, width: 5, channels: 2, stages: [8, 16], blocks: 1, classes: 3 };
const draw = stream(4, "residual");
const { floor, max, ceil, sqrt } = Math; // looked up once: jest's globals are slow
const EPSILON = 1e-5;

const batchOf = (n: number): ImageBatch => {
  const { height, width, channels } = shape;
  const values = Float32Array.from({ length: n * height * width * channels }, () => draw.uniform());
  return { n, height, width, channels, values };
};

interface Plane {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float64Array; // [n, height, width, channels]
}

/** Logits of a batch in plain f64, written apart from `src/network/`; `training`: standardised by the batch. */
function logits64(batch: ImageBatch, weights: ReadonlyMap<string, Float64Array>, training: boolean): Float64Array {
  const { n } = batch;
  const convolve = (x: Plane, name: string, size: number, stride: number, outputs: number): Plane => {
    const [filter, gain, bias] = ["weight", "gain", "bias"].map((part) => weights.get(`${name}.${part}`)!);
    const [height, width] = [ceil(x.height / stride), ceil(x.width / stride)];
    const top = max((height - 1) * stride + size - x.height, 0) >> 1;
    const left = max((width - 1) * stride + size - x.width, 0) >> 1;
    const data = new Float64Array(n * height * width * outputs);
    for (let i = 0; i < data.length; i++) {
      const [k, column, row, image] = [
        i % outputs,
        floor(i / outputs) % width,
        floor(i / outputs / width) % height,
        floor(i / outputs / width / height),
      ];
      for (let j = 0; j < size * size * x.channels; j++) {
        const y = row * stride - top + floor(j / x.channels / size);
        const z = column * stride - left + (floor(j / x.channels) % size);
        if (y >= 0 && y < x.height && z >= 0 && z < x.width)
          data[i]! +=
            filter![j * outputs + k]! * x.data[((image * x.height + y) * x.width + z) * x.channels + (j % x.channels)]!;
      }
    }
    for (let k = 0; k < outputs; k++) {
      const own = data.filter((_, i) => i % outputs === k);
      const mean = training ? own.reduce((sum, v) => sum + v, 0) / own.length : 0;
      const variance = training ? own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / own.length : 1 - EPSILON;
      for (let i = k; i < data.length; i += outputs)
        data[i] = ((data[i]! - mean) / sqrt(variance + EPSILON)) * gain![k]! + bias![k]!;
    }
    return { height, width, channels: outputs, data };
  };
  const cut = (x: Plane, plus?: Plane): Plane => ({
    ...x,
    data: x.data.map((v, i) => max(0, v + (plus?.data[i] ?? 0))),
  });
  const { height, width, channels } = shape;
  const grey = Float64Array.from(batch.values, (v) => 4 * (v - 0.5));
  let x = cut(convolve({ height, width, channels, data: grey }, "stem", 3, 1, 8));
  const first = cut(convolve(x, "stage.0.0.first", 3, 1, 8));
  x = cut(convolve(first, "stage.0.0.second", 3, 1, 8), x);
  const second = cut(convolve(x, "stage.1.0.first", 3, 2, 16));
  x = cut(convolve(second, "stage.1.0.second", 3, 1, 16), convolve(x, "stage.1.0.beside", 1, 2, 16));
  const [weight, bias] = [weights.get("classes.weight")!, weights.get("classes.bias")!];
  const places = x.height * x.width;
  return Float64Array.from({ length: n * shape.classes }, (_, i) => {
    const [image, k] = [floor(i / shape.classes), i % shape.classes];
    let sum = bias[k]!;
    for (let p = 0; p < places; p++)
      for (let c = 0; c < 16; c++)
        sum += (x.data[(image * places + p) * 16 + c]! / places) * weight[c * shape.classes + k]!;
    return sum;
  });
}

const named = (flat: Float64Array): Map<string, Float64Array> =>
  new Map(residualSpans(residualLayers(shape)).map(({ name, from, to }) => [name, flat.subarray(from, to)]));

function entropy64(batch: ImageBatch, labels: readonly number[], flat: Float64Array, training: boolean): number {
  const logits = logits64(batch, named(flat), training);
  return labels.reduce((sum, label, i) => {
    const own = logits.subarray(i * shape.classes, (i + 1) * shape.classes);
    const most = Math.max(...own);
    return sum + (most + Math.log(own.reduce((all, z) => all + Math.exp(z - most), 0)) - own[label]!) / labels.length;
  }, 0);
}

const apart = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  let [most, size] = [left.length === right.length ? 0 : Infinity, 0];
  for (let i = 0; i < right.length; i++) {
    most = Math.max(most, Math.abs(left[i]! - right[i]!));
    size = Math.max(size, Math.abs(right[i]!));
  }
  return most / size;
};

const flatOf = async (network: ResidualClassifier): Promise<Float64Array> =>
  Float64Array.from([...(await network.weights()).values()].flatMap((array) => [...array]));

/** Numbers looked at by central differences: some of every layer. */
const looked = (count: number): number[] =>
  Array.from({ length: 30 }, () => draw.integer(0, count)).concat([0, count - 1]);

const STEP = 1e-5; // in f64
const F32 = 2e-4; // sums of some hundred products in f32 beside f64, standardised twice over

describe.each(["wasm", "cpu"] as const)("a residual classifier on %s", (backend) => {
  beforeAll(async () => {
    await chooseBackend(backend);
  });

  test("has the logits that its definition in f64 gives, and pulls cotangents back as central differences do", async () => {
    const network = ResidualClassifier.create(shape, stream(1, "weights"));
    const flat = await flatOf(network);
    const batch = batchOf(3);
    expect(apart(await network.value(batch), logits64(batch, named(flat), false))).toBeLessThan(F32);
    const cotangent = Float32Array.from({ length: 9 }, () => draw.normal());
    const observed = await network.observe(batch);
    const pulled = await observed.pullback(cotangent);
    observed.release();
    const at = (i: number, by: number): number => {
      const values = Float64Array.from(batch.values);
      values[i]! += by;
      const moved = { ...batch, values: values as unknown as Float32Array };
      return logits64(moved, named(flat), false).reduce((sum, z, k) => sum + z * cotangent[k]!, 0);
    };
    const places = looked(pulled.length);
    const expected = places.map((i) => (at(i, STEP) - at(i, -STEP)) / (2 * STEP));
    expect(
      apart(
        Float64Array.from(places, (i) => pulled[i]!),
        expected,
      ),
    ).toBeLessThan(F32);
    network.dispose();
  });

  test.each([true, false])(
    "learns along the gradient of the cross-entropy, standardised by its batch: %s",
    async (anew) => {
      const made = ResidualClassifier.create(shape, stream(2, "weights"));
      const weights = await made.weights();
      const network = anew ? made : ResidualClassifier.of(shape, weights);
      const flat = await flatOf(network);
      const [batch, labels] = [batchOf(4), [0, 2, 1, 1]];
      const { loss, gradient } = await network.gradient(batch, labels);
      expect(Math.abs(loss - entropy64(batch, labels, flat, anew))).toBeLessThan(F32);
      const places = looked(flat.length);
      const expected = places.map((i) => {
        const at = (by: number): number => {
          const moved = flat.slice();
          moved[i]! += by;
          return entropy64(batch, labels, moved, anew);
        };
        return (at(STEP) - at(-STEP)) / (2 * STEP);
      });
      expect(
        apart(
          Float64Array.from(places, (i) => gradient[i]!),
          expected,
        ),
      ).toBeLessThan(F32);
      made.dispose();
    },
  );

  test("learns a batch by heart, sees each image by itself then, and gives all memory back", async () => {
    const before = engineMemory().tensors;
    const network = ResidualClassifier.create(shape, stream(3, "weights"));
    const [batch, labels] = [batchOf(6), [0, 1, 2, 2, 1, 0]];
    const losses: number[] = [];
    for (let i = 0; i < 40; i++) losses.push(await network.step(batch, labels, 1e-2));
    expect(losses.at(-1)!).toBeLessThan(0.1 * losses[0]!);
    const all = await network.value(batch);
    const one = { ...batch, n: 1, values: batch.values.slice(0, batch.values.length / 6) };
    expect(apart(await network.value(one), all.subarray(0, 3))).toBeLessThan(1e-5);
    const own = (i: number): Float32Array => all.subarray(3 * i, 3 * i + 3);
    expect(labels.map((_, i) => own(i).indexOf(Math.max(...own(i))))).toEqual(labels);
    network.dispose();
    expect(engineMemory().tensors).toBe(before);
  });

  test("goes on from its state as if it had never stopped", async () => {
    const [batch, labels] = [batchOf(4), [0, 1, 2, 0]];
    const [one, other] = [1, 9].map((seed) => ResidualClassifier.create(shape, stream(seed, "weights")));
    for (let i = 0; i < 3; i++) await one!.step(batch, labels, 1e-2, 0.1);
    other!.restore(await one!.state());
    for (const network of [one!, other!]) await network.step(batch, labels, 1e-2, 0.1);
    const [a, b] = [await flatOf(one!), await flatOf(other!)];
    expect(apart(a, b)).toBe(0);
    for (const network of [one!, other!]) network.dispose();
  });
});

describe("a residual classifier", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "of channels in no eights",
      () => residualLayers({ ...shape, stages: [8, 12] }),
      /12 channels; give multiples of 8/,
    ],
    ["of no stage", () => residualLayers({ ...shape, stages: [] }), /no channels/],
    ["without its weights", () => ResidualClassifier.of(shape, new Map()), /no numbers for stem.weight where 144/],
  ])("%s is refused", (_, make, message) => {
    expect(make).toThrow(message);
  });
  test("refuses labels that are no class, too few of them, images of another size, and another shape's state", async () => {
    await chooseBackend("cpu");
    const network = ResidualClassifier.create(shape, stream(1, "weights"));
    const batch = batchOf(2);
    await expect(network.step(batch, [0, 3], 1e-3)).rejects.toThrow(
      "labels[1] is 3 but the network tells 3 classes apart",
    );
    await expect(network.step(batch, [0], 1e-3)).rejects.toThrow("1 labels for 2 images");
    await expect(network.step({ ...batch, width: 6 }, [0, 1], 1e-3)).rejects.toThrow("images are 6 × 6 × 2");
    const state = await network.state();
    expect(() => network.restore({ ...state, first: state.first.slice(1) })).toThrow("first where");
    expect(() => network.restore({ ...state, moments: new Float32Array(3) })).toThrow("3 moments where 144");
    network.dispose();
  });
});
