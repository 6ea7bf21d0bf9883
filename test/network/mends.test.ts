/** Every mend beside what it replaces: wrong, missing or slow without it, right and fast with it. */
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-layers"; // registers tfjs's own gradients
import { stream } from "../../src/engine/random.js";
import { convolutionByFilter, convolutionByInput } from "../../src/network/mends/convolution.js";
import { curvature } from "../../src/network/mends/curvature.js";
import { matmul } from "../../src/network/mends/matmul.js";
import type { Mend } from "../../src/network/mends/mend.js";
import { installMends, mends, registerGradients } from "../../src/network/mends/mends.js";
import { slice } from "../../src/network/mends/slice.js";
import { sum } from "../../src/network/mends/sum.js";
import { tanh } from "../../src/network/mends/tanh.js";
import { views } from "../../src/network/mends/views.js";
import { download, engineMemory, upload } from "../../src/network/tensor.js";
import { least } from "../patience.js";

const draw = stream(5, "mends");
const random = (...shape: number[]): tf.Tensor =>
  upload(Array.from({ length: tf.util.sizeFromShape(shape) }, draw.normal), shape as [number]);

/** Something to time: the numbers do not matter. */
const halves = (...shape: number[]): tf.Tensor => tf.fill(shape, 0.5);

async function numbers(make: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(make);
  const got = await download(tensor);
  tensor.dispose();
  return got;
}

/** The computation on the cpu backend, from the same inputs. */
async function onCpu(inputs: tf.Tensor[], make: (inputs: tf.Tensor[]) => tf.Tensor): Promise<Float32Array> {
  const arrays = await Promise.all(inputs.map(download));
  await tf.setBackend("cpu");
  const got = await numbers(() => make(arrays.map((array, i) => upload(array, inputs[i]!.shape as [number]))));
  await tf.setBackend("wasm");
  return got;
}

/** Largest difference over the largest of `right`. */
const apart = (left: Float32Array, right: Float32Array): number => {
  expect(left.length).toBe(right.length);
  const scale = right.reduce((m, x) => Math.max(m, Math.abs(x)), 0) || 1;
  return left.reduce((m, x, i) => Math.max(m, Math.abs(x - right[i]!)), 0) / scale;
};

/** Least time of 9 runs in ms: what the work takes when nothing else runs. */
function quickest(make: () => tf.Tensor): number {
  let best = Infinity;
  for (let i = 0; i < 9; i++) {
    const from = performance.now();
    make().dispose();
    best = Math.min(best, performance.now() - from);
  }
  return best;
}

/** How many times faster `make` is with the mend than without: the best of a few tries, none after one above `bound`. */
async function gain(bound: number, mend: Mend, make: () => tf.Tensor): Promise<number> {
  const share = (): number => {
    const without = quickest(make);
    const undo = mend.install();
    const withIt = quickest(make);
    undo();
    return withIt / without;
  };
  return 1 / (await least(1 / bound, share));
}

/** Runs `work` with mends in place, checks that they leak nothing, and takes them out. */
async function mended<T>(use: readonly Mend[], work: () => Promise<T>): Promise<T> {
  const undo = use.map((mend) => mend.install());
  const before = engineMemory().buffers;
  try {
    const result = await work();
    expect(engineMemory().buffers).toBe(before);
    return result;
  } finally {
    for (const out of undo.reverse()) out();
  }
}

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("wasm");
});

describe("transposed products on wasm", () => {
  test.each([
    [[5, 7], [5, 3], true, false],
    [[7, 5], [3, 5], false, true],
    [[5, 7], [3, 5], true, true],
    [[2, 4, 5, 7], [2, 4, 5, 3], true, false],
    [[1, 5, 7], [6, 3, 5], true, true], // batch of one against six
    [[1, 1], [1, 1], true, true],
  ] as const)("%j by %j, transposed %s and %s, agrees with cpu", async (a, b, ta, tb) => {
    const inputs = [random(...a), random(...b)];
    const product = ([x, y]: tf.Tensor[]): tf.Tensor => tf.matMul(x!, y!, ta, tb);
    const right = await onCpu(inputs, product);
    expect(apart(await mended([matmul], () => numbers(() => product(inputs))), right)).toBeLessThan(1e-6); // f32, ≤ 7 terms
  });

  test("is at least four times faster (measured: ten)", async () => {
    const [a, g] = [halves(768, 128), halves(768, 128)];
    expect(await gain(4, matmul, () => tf.matMul(a, g, true))).toBeGreaterThan(4);
    expect(await gain(4, matmul, () => tf.matMul(a, g, false, true))).toBeGreaterThan(4);
  });
});

describe("products of one array in two shapes on wasm", () => {
  const sines = Array.from({ length: 72 }, (_, i) => Math.sin(i));
  const both = async (product: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, tall: tf.Tensor): Promise<Float32Array> => {
    const wide = random(1, 24);
    const b = upload<tf.Rank.R2>(sines, [24, 3]);
    const view = tf.reshape(b, [8, 9]);
    product(wide, b).dispose();
    const got = await numbers(() => product(tall, view));
    tf.dispose([wide, b, view]);
    return got;
  };
  test.each([
    ["matMul", (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)],
    ["fused.matMul", (a: tf.Tensor, b: tf.Tensor) => tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D })],
  ] as const)("by %s are wrong without the mend, and agree with cpu with it", async (_, product) => {
    const a = random(3, 8);
    const view = upload<tf.Rank.R2>(sines, [8, 9]);
    const right = await onCpu([a, view], ([x, y]) => product(x!, y!));
    expect(apart(await mended(views, () => both(product, a)), right)).toBeLessThan(1e-6); // f32, 8 terms
    expect(apart(await both(product, a), right)).toBeGreaterThan(0.1);
    tf.dispose([a, view]);
  });
});

test("a factor that comes plain and turned over is not copied for that", async () => {
  const backend = tf.backend() as unknown as { makeOutput(...of: unknown[]): unknown };
  const [a, b] = [random(3, 5), random(5, 5)] as [tf.Tensor2D, tf.Tensor2D];
  const both = (): tf.Tensor => tf.concat([tf.matMul(a, b), tf.matMul(a, b, false, true)]);
  const right = await onCpu([a, b], ([x, y]) =>
    tf.concat([
      tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D),
      tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, false, true),
    ]),
  );
  const made: number[] = [];
  const own = backend.makeOutput;
  const counted = async (use: readonly Mend[]): Promise<Float32Array> => {
    made.push(0);
    backend.makeOutput = (...of) => {
      made[made.length - 1]!++;
      return own.apply(backend, of);
    };
    try {
      return await mended(use, () => numbers(both));
    } finally {
      backend.makeOutput = own;
    }
  };
  expect(apart(await counted([matmul]), right)).toBeLessThan(1e-6); // f32, 5 terms
  expect(apart(await counted([matmul, ...views]), right)).toBeLessThan(1e-6);
  expect(made[1]).toBe(made[0]);
  tf.dispose([a, b]);
});

describe("sums over leading axes on wasm", () => {
  test.each([
    [[6, 5], 0, false],
    [[6, 5], 0, true],
    [[4, 3, 5], [0, 1], true],
    [[4, 3, 5], [-3], false],
    [[4, 3, 5], 1, false], // not leading: tfjs's own
    [[4, 3, 5], undefined, false],
    [[1, 1], 0, false],
    [[0, 3], 0, false],
  ] as const)("of %j over %j, dimensions kept: %s, agrees with cpu", async (shape, axis, keep) => {
    const inputs = [random(...shape)];
    const total = ([x]: tf.Tensor[]): tf.Tensor => tf.sum(x!, axis as number | number[], keep);
    const right = await onCpu(inputs, total);
    await mended([sum], async () => {
      expect(apart(await numbers(() => total(inputs)), right)).toBeLessThan(1e-6); // f32, ≤ 60 terms
    });
    expect(total(inputs).shape).toEqual(await mended([sum], async () => tf.tidy(() => total(inputs).shape)));
  });

  test("of integers stays a sum of integers", async () => {
    const counts = tf.tensor([[1, 2], [3, 4]], [2, 2], "int32"); // biome-ignore format: a matrix
    await mended([sum], async () => {
      const total = tf.sum(counts, 0);
      expect(total.dtype).toBe("int32");
      expect(Array.from(await total.data())).toEqual([4, 6]);
      total.dispose();
    });
  });

  test("is at least three times faster (measured: ten)", async () => {
    const g = halves(768, 128);
    expect(await gain(3, sum, () => tf.sum(g, 0))).toBeGreaterThan(3);
  });
});

describe("slices on wasm", () => {
  test.each([
    [[10], [3], [4]],
    [[10], [0], [10]],
    [
      [4, 6],
      [1, 0],
      [2, 6],
    ],
    [
      [4, 6],
      [1, 2],
      [2, 3],
    ], // not contiguous: tfjs's own
    [[10], [10], [0]],
  ] as const)("of %j from %j, size %j, agree with cpu", async (shape, begin, size) => {
    const inputs = [random(...shape)];
    const part = ([x]: tf.Tensor[]): tf.Tensor => tf.slice(x!, [...begin], [...size]);
    const right = await onCpu(inputs, part);
    expect(await mended([slice], () => numbers(() => part(inputs)))).toEqual(right);
  });

  test("of 128 from a million are at least ten times faster (measured: hundreds)", async () => {
    const x = halves(1_000_000);
    expect(await gain(10, slice, () => tf.slice(x, [5000], [128]))).toBeGreaterThan(10);
  });
});

describe("tanh on wasm", () => {
  test("agrees with cpu from −∞ to ∞, and keeps NaN", async () => {
    const inputs = [upload<tf.Rank.R1>([-Infinity, -90, -3, -1, -1e-3, 0, 1e-3, 0.5, 2, 90, Infinity, NaN], [12])];
    const right = await onCpu(inputs, ([x]) => tf.tanh(x!));
    const got = await mended([tanh], () => numbers(() => tf.tanh(inputs[0]!)));
    expect(got[11]).toBeNaN();
    expect(apart(got.subarray(0, 11), right.subarray(0, 11))).toBeLessThan(2.4e-7); // two roundings next to 1
  });

  test("is faster by half at least (measured: 2.5 to 8 times, by machine)", async () => {
    const x = halves(768, 128);
    expect(await gain(1.5, tanh, () => tf.tanh(x))).toBeGreaterThan(1.5);
  });
});

describe("gradients of convolutions on wasm", () => {
  const cases = [
    [[2, 8, 8, 3], [3, 3, 3, 4], 1, "same"],
    [[2, 8, 8, 3], [3, 3, 3, 4], 2, "same"],
    [[2, 9, 7, 3], [3, 3, 3, 4], 2, "same"],
    [[2, 8, 8, 3], [3, 3, 3, 4], 2, "valid"], // the stride leaves a row over
    [[1, 9, 9, 2], [5, 3, 2, 4], [2, 1], "valid"],
    [[2, 8, 8, 3], [1, 1, 3, 4], 1, "same"],
    [[2, 7, 8, 3], [1, 1, 3, 4], 2, "same"],
    [[2, 8, 8, 1], [2, 2, 1, 1], 3, "valid"],
    [[1, 3, 3, 1], [3, 3, 1, 1], 1, "valid"],
  ] as const;

  test("in the filter are missing without the mend", () => {
    expect(tf.getKernel("Conv2DBackpropFilter", "wasm")).toBeUndefined();
  });

  test.each(cases)("of %j by %j, stride %j, %s, agree with cpu in filter and input", async (x, filter, stride, pad) => {
    const inputs = [random(...x), random(...filter)];
    const convolve = (a: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, stride as number, pad);
    const loss = (a: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.sum(tf.square(convolve(a, w)));
    for (const which of [0, 1]) {
      const gradient = ([a, w]: tf.Tensor[]): tf.Tensor => tf.grads(loss)([a!, w!])[which]!;
      const right = await onCpu(inputs, gradient);
      const got = await mended([convolutionByFilter, convolutionByInput], () => numbers(() => gradient(inputs)));
      expect(apart(got, right)).toBeLessThan(3e-6); // f32 sums over up to 128 places
    }
  });

  test("in the input are at least 1.5 times faster (measured: three)", async () => {
    const [x, w] = [halves(16, 32, 32, 16), halves(3, 3, 16, 16)];
    const gradient = (): tf.Tensor =>
      tf.grad((a) => tf.sum(tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, 1, "same")))(x);
    expect(await gain(1.5, convolutionByInput, () => tf.tidy(gradient))).toBeGreaterThan(1.5);
  });
});

describe.each([
  ["sigmoid", tf.sigmoid, (x: number) => 1 / (1 + Math.exp(-x))],
  ["tanh", tf.tanh, Math.tanh],
  ["exp", tf.exp, Math.exp],
] as const)("the second derivative of %s", (_, op, exact) => {
  const at = [-1.5, -0.2, 0.3, 2];
  const second = async (): Promise<Float32Array> => {
    const x = upload<tf.Rank.R1>(at, [4]);
    const slope = tf.grad((z) => op(z));
    const got = await numbers(() => tf.grad((z) => slope(z))(x));
    x.dispose();
    return got;
  };
  const h = 1e-4; // truncation 1e-8, rounding 1e-8
  const right = Float32Array.from(at, (x) => (exact(x + h) - 2 * exact(x) + exact(x - h)) / (h * h));

  test.each(["cpu", "wasm"])("is right with the mend, and wrong or refused without, on %s", async (engine) => {
    await tf.setBackend(engine);
    const without = await second().then(
      (got) => apart(got, right),
      () => Infinity, // it throws
    );
    expect(without).toBeGreaterThan(0.1);
    await mended(curvature, async () => expect(apart(await second(), right)).toBeLessThan(1e-5)); // f32
    await tf.setBackend("wasm");
  });
});

test("mends go in once, however often they are asked for, and touch their own backend only", async () => {
  const slope = tf.getGradient("Tanh");
  await registerGradients();
  expect(tf.getGradient("Tanh")).not.toBe(slope);
  const cpu = tf.getKernelsForBackend("cpu").map((kernel) => kernel.kernelFunc);
  installMends("wasm");
  const once = tf.getKernelsForBackend("wasm").map((kernel) => kernel.kernelFunc);
  installMends("wasm");
  expect(tf.getKernelsForBackend("wasm").map((kernel) => kernel.kernelFunc)).toEqual(once);
  expect(tf.getKernelsForBackend("cpu").map((kernel) => kernel.kernelFunc)).toEqual(cpu);
  expect(mends.filter((mend) => mend.backend === "wasm").length).toBe(8);
});
