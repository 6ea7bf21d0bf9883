/** The residual network's kernels on tfjs's memory beside tfjs's own on the processor, which are what they are held to; and a place beyond an array. */
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { stream } from "../../../src/engine/random.js";
import { chooseBackend } from "../../../src/network/backend.js";
import { type ImageArithmetic, tfjsImages } from "../../../src/network/residual/arithmetic.js";
import { imageArithmetic } from "../../../src/network/residual/heap.js";
import { download, engineMemory, upload } from "../../../src/network/tensor.js";

const F32 = 2e-6; // of the largest number, times the root of how many are summed: f32, in another order
const seed = fc.integer({ min: 0, max: 1e6 });
const sizes = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 1, max: 11 }),
  width: fc.integer({ min: 1, max: 11 }),
  inputs: fc.integer({ min: 1, max: 9 }),
  outputs: fc.constantFrom(8, 16),
  size: fc.constantFrom(1, 2, 3, 5),
  stride: fc.constantFrom(1, 2, 3),
});

function apart(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) return Infinity;
  let [most, size] = [0, 1e-6];
  for (let i = 0; i < right.length; i++) {
    const d = Math.abs(left[i]! - right[i]!);
    most = d <= most ? most : Number.isNaN(d) ? Infinity : d;
    size = Math.max(size, Math.abs(right[i]!));
  }
  return most / size;
}

type Make = (arithmetic: ImageArithmetic) => readonly tf.Tensor[];

/** What each gives, ours on wasm, tfjs's on the processor; `inputs` are made anew on each. */
async function both(make: (put: (name: string, shape: number[]) => tf.Tensor) => Make, from: number) {
  const results: Float32Array[][] = [];
  for (const backend of ["wasm", "cpu"] as const) {
    await chooseBackend(backend);
    const arithmetic = backend === "wasm" ? await imageArithmetic() : tfjsImages;
    expect(arithmetic.name).toBe(backend === "wasm" ? "simd" : "tfjs");
    const before = engineMemory().tensors;
    const put = (name: string, shape: number[]): tf.Tensor => {
      const { normal } = stream(from, name);
      const numbers = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => normal());
      return upload(numbers, shape as [number]);
    };
    const tensors = tf.tidy(() => [...make(put)(arithmetic)]);
    results.push(await Promise.all(tensors.map(download)));
    tf.dispose(tensors);
    expect(engineMemory().tensors).toBe(before);
  }
  const [ours, theirs] = results as [Float32Array[], Float32Array[]];
  return Math.max(...ours.map((array, i) => apart(array, theirs[i]!)));
}

describe("kernels of a residual network", () => {
  beforeAll(async () => {
    await chooseBackend("wasm");
  });

  test("convolve, and pull back to images and filter, as tfjs's do, for any size, stride and filter", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, seed, async ({ n, height, width, inputs, outputs, size, stride }, from) => {
        const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
        const sums = Math.sqrt(Math.max(size * size * Math.max(inputs, outputs), n * rows * columns));
        const worst = await both((put) => {
          const x = put("x", [n, height, width, inputs]) as tf.Tensor4D;
          const filter = put("filter", [size, size, inputs, outputs]) as tf.Tensor4D;
          const dy = put("dy", [n, rows, columns, outputs]) as tf.Tensor4D;
          return (a) => [
            a.convolve(x, filter, stride),
            a.convolveInput(dy, filter, stride, x.shape),
            a.convolveFilter(x, dy, size, stride),
          ];
        }, from);
        expect(worst).toBeLessThan(F32 * sums);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  test("take moments, scale, cut and spread channels as tfjs's do", async () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 13 }), fc.constantFrom(4, 8, 20));
    await fc.assert(
      fc.asyncProperty(shapes, seed, async ([n, edge, channels], from) => {
        const worst = await both((put) => {
          const image = (name: string) => put(name, [n, edge, edge + 1, channels]) as tf.Tensor4D;
          const vector = (name: string) => put(name, [channels]) as tf.Tensor1D;
          const [x, dy, more, out] = [image("x"), image("dy"), image("more"), image("out")];
          const [p, q, r] = [vector("p"), vector("q"), vector("r")];
          return (a) => [
            ...Object.values(a.moments(x) as unknown as Record<string, tf.Tensor>),
            ...Object.values(a.slopes(dy, x) as unknown as Record<string, tf.Tensor>),
            a.scaled(x, p, q, null, true),
            a.scaled(x, p, q, more, true),
            a.scaled(x, p, q, more, false),
            a.gate(dy, null, out),
            a.gate(dy, more, out),
            a.spread(dy, x, p, q, r),
          ];
        }, from);
        expect(worst).toBeLessThan(F32 * Math.sqrt(n * edge * (edge + 1)));
      }),
      { numRuns: 20, seed: 6 },
    );
  });

  test("keep the moments of many numbers far from 0, which sums in f32 alone would lose", async () => {
    await chooseBackend("wasm");
    const [arithmetic, { normal }] = [await imageArithmetic(), stream(3, "far")];
    const values = Float32Array.from({ length: 60_000 * 4 }, () => 30 + normal());
    const x = upload<tf.Rank.R4>(values, [60, 1000, 1, 4]);
    const { mean, variance } = arithmetic.moments(x);
    const [m, v] = [(await download(mean))[1]!, (await download(variance))[1]!];
    tf.dispose([x, mean, variance]);
    const own = values.filter((_, i) => i % 4 === 1);
    const exact = own.reduce((sum, value) => sum + value, 0) / own.length;
    const square = own.reduce((sum, value) => sum + (value - exact) ** 2, 0) / own.length;
    expect(Math.abs(m - exact)).toBeLessThan(1e-5);
    expect(Math.abs(v - square)).toBeLessThan(1e-3); // blocks of 64 squares near 900 are summed in f32: 1e-7 of 900, with rounding that averages out
  });
});
