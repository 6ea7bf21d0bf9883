import { beforeAll, describe, expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { chooseBackend } from "../../src/network/backend.js";
import { Classifier } from "../../src/network/classifier.js";
import type { ConvolutionalShape } from "../../src/network/convolutional.js";
import type { ImageBatch } from "../../src/network/imagefeatures.js";
import { engineMemory } from "../../src/network/tensor.js";

const given: ConvolutionalShape = {
  height: 7,
  width: 5, // not square
  channels: 2,
  convolutions: [
    { size: 3, stride: 2, channels: 3 },
    { size: 5, stride: 1, channels: 4 },
    { size: 3, stride: 2, channels: 5 },
  ],
  hidden: 6,
  classes: 3,
};
let shape = given; // and the same pooled
const { floor, max, ceil } = Math; // looked up once: jest's globals are slow
const draw = stream(4, "classifier");

function batchOf(n: number): ImageBatch {
  const { height, width, channels } = shape;
  const values = Float32Array.from({ length: n * height * width * channels }, () => draw.uniform());
  return { n, height, width, channels, values };
}

/** The logits of one image in plain f64, written apart from `src/network/`; weights one after the other, by layer. */
function logits64(image: Float64Array, flat: Float64Array): Float64Array {
  let [at, height, width, inputs, x] = [0, shape.height, shape.width, shape.channels, image];
  for (const { size, stride, channels } of shape.convolutions) {
    const [rows, columns] = [ceil(height / stride), ceil(width / stride)];
    const top = max((rows - 1) * stride + size - height, 0) >> 1;
    const left = max((columns - 1) * stride + size - width, 0) >> 1;
    const bias = at + size * size * inputs * channels;
    const out = new Float64Array(rows * columns * channels);
    for (let i = 0; i < out.length; i++) {
      const [r, c, k] = [floor(i / channels / columns), floor(i / channels) % columns, i % channels];
      let sum = flat[bias + k]!;
      for (let j = 0; j < size * size * inputs; j++) {
        const y = r * stride - top + floor(j / inputs / size);
        const z = c * stride - left + (floor(j / inputs) % size);
        if (y >= 0 && y < height && z >= 0 && z < width)
          sum += flat[at + j * channels + k]! * x[(y * width + z) * inputs + (j % inputs)]!;
      }
      out[i] = max(sum, 0);
    }
    [at, height, width, inputs, x] = [bias + channels, rows, columns, channels, out];
  }
  if (shape.pooled) {
    const places = height * width;
    x = Float64Array.from({ length: inputs }, (_, k) => {
      let sum = 0;
      for (let p = 0; p < places; p++) sum += x[p * inputs + k]!;
      return sum / places;
    });
  }
  for (const units of [shape.hidden, shape.classes]) {
    const [from, n] = [x, x.length];
    const last = units === shape.classes;
    x = Float64Array.from({ length: units }, (_, k) => {
      let sum = flat[at + n * units + k]!;
      for (let j = 0; j < n; j++) sum += from[j]! * flat[at + j * units + k]!;
      return last ? sum : max(sum, 0);
    });
    at += (n + 1) * units;
  }
  return x;
}

const images = ({ n, values }: ImageBatch): Float64Array[] =>
  Array.from({ length: n }, (_, i) =>
    Float64Array.from(values.subarray((i * values.length) / n, ((i + 1) * values.length) / n)),
  );

function entropy64(batch: ImageBatch, labels: readonly number[], flat: Float64Array): number {
  return images(batch).reduce((sum, image, i) => {
    const logits = logits64(image, flat);
    const most = Math.max(...logits);
    const total = logits.reduce((all, z) => all + Math.exp(z - most), 0);
    return sum + (most + Math.log(total) - logits[labels[i]!]!) / batch.n;
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

/** A copy with another number at i. */
function put(numbers: Float64Array, i: number, value: number): Float64Array {
  const copy = numbers.slice();
  copy[i] = value;
  return copy;
}

const STEP = 1e-6; // in f64: far from where a ReLU bends, for all but chance
const F32 = 1e-4; // sums of some hundred products in f32, where the reference is f64

describe.each([
  ["wasm", false],
  ["cpu", false],
  ["wasm", true],
] as const)("a convolutional classifier on %s, pooled: %s", (backend, pooled) => {
  let [network, flat] = [null as unknown as Classifier, new Float64Array(0)];
  beforeAll(async () => {
    await chooseBackend(backend);
    shape = pooled ? { ...given, pooled } : given;
    network = Classifier.create(shape, stream(1, "weights"));
    flat = Float64Array.from([...(await network.weights()).values()].flatMap((array) => [...array]));
  });

  test("has the logits that its definition in f64 gives", async () => {
    const batch = batchOf(4);
    const expected = images(batch).flatMap((image) => [...logits64(image, flat)]);
    expect(apart(await network.value(batch), expected)).toBeLessThan(F32);
  });

  test("pulls cotangents back to the images as central differences do", async () => {
    const batch = batchOf(3);
    const cotangent = Float32Array.from({ length: 9 }, () => draw.normal());
    const observed = await network.observe(batch);
    const pulled = await observed.pullback(cotangent);
    observed.release();
    const expected = images(batch).flatMap((image, n) =>
      Array.from(image, (value, i) => {
        const at = (z: number): number =>
          logits64(put(image, i, z), flat).reduce((sum, logit, k) => sum + logit * cotangent[3 * n + k]!, 0);
        return (at(value + STEP) - at(value - STEP)) / (2 * STEP);
      }),
    );
    expect(apart(pulled, expected)).toBeLessThan(F32);
  });

  test("learns along the gradient of the cross-entropy", async () => {
    const [batch, labels] = [batchOf(2), [0, 2]];
    const { loss, gradient } = await network.gradient(batch, labels);
    expect(Math.abs(loss - entropy64(batch, labels, flat))).toBeLessThan(F32);
    const expected = flat.map((value, i) => {
      const at = (z: number): number => entropy64(batch, labels, put(flat, i, z));
      return (at(value + STEP) - at(value - STEP)) / (2 * STEP);
    });
    expect(apart(gradient, expected)).toBeLessThan(F32);
  });

  test("gives all memory back, and learns a batch by heart", async () => {
    const [batch, labels] = [batchOf(6), [0, 1, 2, 2, 1, 0]];
    const own = Classifier.create(shape, stream(2, "weights"));
    await own.step(batch, labels, 1e-2);
    const before = engineMemory();
    let loss = Infinity;
    for (let i = 0; i < (pooled ? 240 : 80); i++) loss = await own.step(batch, labels, 1e-2);
    const observed = await own.observe(batch);
    await observed.pullback(new Float32Array(18));
    observed.release();
    expect([engineMemory().tensors, engineMemory().buffers]).toEqual([before.tensors, before.buffers]);
    expect(loss).toBeLessThan(0.05); // from log 3 = 1.1
    own.dispose();
  });

  test("is the same again from its weights, and refuses others and images of another size", async () => {
    const batch = batchOf(2);
    const weights = await network.weights();
    const again = Classifier.of(shape, weights);
    expect(apart(await again.value(batch), await network.value(batch))).toBe(0);
    expect(() => Classifier.of({ ...shape, hidden: 7 }, weights)).toThrow(
      pooled ? "numbers for hidden.weight where 35 are expected" : "numbers for hidden.weight where 140 are expected",
    );
    const broken = new Map(weights).set("classes.bias", Float32Array.of(0, NaN, 0));
    expect(() => Classifier.of(shape, broken)).toThrow("not finite");
    await expect(network.value({ ...batchOf(2), height: 5, width: 7 })).rejects.toThrow(
      "images are 5 × 7 × 2 but the network takes 7 × 5 × 2",
    );
  });
});
