/**
 * What a residual network's passes are made of: a small contract with two engines behind it. Here tfjs's own kernels, which run on every backend and
 * are what the others are held to; `heap.ts` has ours for wasm. Images are [n, height, width, channels], zeros beyond their edges ("same": an edge
 * of n places becomes ⌈n/stride⌉). Tensors that are made belong to the caller's tidy.
 */
import * as tf from "@tensorflow/tfjs-core";

export interface Moments {
  readonly mean: tf.Tensor1D; // [channels]
  readonly variance: tf.Tensor1D;
}

export interface ImageArithmetic {
  readonly name: "simd" | "tfjs";
  /** By a filter [size, size, inputs, outputs]. */
  convolve(x: tf.Tensor4D, filter: tf.Tensor4D, stride: number): tf.Tensor4D;
  /** Gradient in what a convolution took, of `shape`. */
  convolveInput(dy: tf.Tensor4D, filter: tf.Tensor4D, stride: number, shape: Images): tf.Tensor4D;
  /** Gradient in its filter. */
  convolveFilter(x: tf.Tensor4D, dy: tf.Tensor4D, size: number, stride: number): tf.Tensor4D;
  /** Of every channel over images and places. */
  moments(x: tf.Tensor4D): Moments;
  /** x · scale + shift + plus, cut off below 0 where `cut`. */
  scaled(x: tf.Tensor4D, scale: tf.Tensor1D, shift: tf.Tensor1D, plus: tf.Tensor4D | null, cut: boolean): tf.Tensor4D;
  /** Gradient before a cut, from what arrives behind it (the sum of two, where there are two) and from what came out. */
  gate(dy: tf.Tensor4D, more: tf.Tensor4D | null, output: tf.Tensor4D): tf.Tensor4D;
  /** Sums over images and places [channels]: of dy, and of dy · x. */
  slopes(dy: tf.Tensor4D, x: tf.Tensor4D): { readonly sum: tf.Tensor1D; readonly product: tf.Tensor1D };
  /** dy · a + x · b + c, with a, b, c [channels]. */
  spread(dy: tf.Tensor4D, x: tf.Tensor4D, a: tf.Tensor1D, b: tf.Tensor1D, c: tf.Tensor1D): tf.Tensor4D;
}

export type Images = [n: number, height: number, width: number, channels: number];

const attributes = (stride: number): tf.NamedAttrMap => ({
  strides: [stride, stride],
  pad: "same",
  dataFormat: "NHWC",
});
const OVER = [0, 1, 2];

export const tfjsImages: ImageArithmetic = {
  name: "tfjs",
  convolve: (x, filter, stride) => tf.conv2d(x, filter, stride, "same"),
  convolveInput: (dy, filter, stride, inputShape) =>
    tf.engine().runKernel("Conv2DBackpropInput", { dy, filter }, { ...attributes(stride), inputShape }),
  convolveFilter(x, dy, size, stride) {
    const filterShape = [size, size, x.shape[3], dy.shape[3]];
    return tf.engine().runKernel("Conv2DBackpropFilter", { x, dy }, { ...attributes(stride), filterShape });
  },
  moments(x) {
    const mean = tf.mean(x, OVER) as tf.Tensor1D;
    return { mean, variance: tf.mean(tf.square(tf.sub(x, mean)), OVER) as tf.Tensor1D };
  },
  scaled(x, scale, shift, plus, cut) {
    const moved = tf.add(tf.mul(x, scale), shift);
    const sum = plus ? tf.add(moved, plus) : moved;
    return (cut ? tf.relu(sum) : sum) as tf.Tensor4D;
  },
  gate: (dy, more, output) => tf.mul(more ? tf.add(dy, more) : dy, tf.step(output)),
  slopes: (dy, x) => ({ sum: tf.sum(dy, OVER), product: tf.sum(tf.mul(dy, x), OVER) }),
  spread: (dy, x, a, b, c) => tf.add(tf.add(tf.mul(dy, a), tf.mul(x, b)), c),
};
