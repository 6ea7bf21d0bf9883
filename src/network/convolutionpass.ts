/**
 * Forward and backward pass of a convolutional classifier, written out over tfjs's kernels, so that no gradient of tfjs's own is needed:
 * in Node only tfjs-layers registers them.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Layer } from "./architecture.js";
import type { ConvolutionalLayers, ConvolutionLayer } from "./convolutional.js";

/** What the backward pass needs: what comes out of every layer, after its ReLU. */
export interface ConvolutionalPass {
  readonly images: readonly tf.Tensor4D[]; // input of every convolution, then the last one's output
  readonly hidden: tf.Tensor2D; // [n, units]
  readonly logits: tf.Tensor2D; // [n, classes]
}

/** Call inside a tidy; images [n, height, width, channels]. */
export function forwardImages(
  layers: ConvolutionalLayers,
  parameters: tf.Tensor1D,
  images: tf.Tensor4D,
): ConvolutionalPass {
  const passed = [images];
  for (const layer of layers.convolutions)
    passed.push(
      tf.fused.conv2d({
        x: passed.at(-1)!,
        filter: filterOf(parameters, layer),
        strides: layer.stride,
        pad: "same",
        bias: biasOf(parameters, layer),
        activation: "relu",
      }),
    );
  const dense = (a: tf.Tensor2D, layer: Layer, activation: "relu" | "linear"): tf.Tensor2D => {
    const [b, bias] = [matrixOf(parameters, layer), biasOf(parameters, layer)];
    return tf.fused.matMul({ a, b, bias, activation }) as tf.Tensor2D;
  };
  const hidden = dense(rowsOf(layers, passed.at(-1)!), layers.hidden, "relu");
  return { images: passed, hidden, logits: dense(hidden, layers.classes, "linear") };
}

/** Gradient of Σ logits × cotangent [n, classes] in the images. Call inside a tidy. */
export function pullImages(
  layers: ConvolutionalLayers,
  parameters: tf.Tensor1D,
  pass: ConvolutionalPass,
  cotangent: tf.Tensor2D,
): tf.Tensor4D {
  let dy = pullRows(layers, parameters, pullHidden(layers, parameters, pass, cotangent), pass.images.at(-1)!);
  for (let i = layers.convolutions.length - 1; i >= 0; i--)
    dy = convolutionInput(behind(dy, pass.images[i + 1]!), parameters, layers.convolutions[i]!, pass.images[i]!);
  return dy;
}

/** Gradient of Σ logits × cotangent [n, classes] in the flat parameters. Call inside a tidy. */
export function pullParameters(
  layers: ConvolutionalLayers,
  parameters: tf.Tensor1D,
  pass: ConvolutionalPass,
  cotangent: tf.Tensor2D,
): tf.Tensor1D {
  const ones = tf.ones<tf.Rank.R2>([1, cotangent.shape[0]]);
  const pieces: tf.Tensor1D[] = []; // from the last to the first
  const dense = (x: tf.Tensor2D, dy: tf.Tensor2D): void => {
    pieces.push(tf.reshape(tf.matMul(ones, dy), [-1]), tf.reshape(tf.matMul(x, dy, true, false), [-1]));
  };
  const { images, hidden } = pass;
  const dHidden = pullHidden(layers, parameters, pass, cotangent);
  dense(hidden, cotangent);
  dense(rowsOf(layers, images.at(-1)!), dHidden);
  let dy = pullRows(layers, parameters, dHidden, images.at(-1)!);
  for (let i = layers.convolutions.length - 1; i >= 0; i--) {
    const layer = layers.convolutions[i]!;
    const dz = behind(dy, images[i + 1]!);
    pieces.push(tf.sum(dz, [0, 1, 2]), tf.reshape(convolutionFilter(images[i]!, dz, layer), [-1]));
    if (i > 0) dy = convolutionInput(dz, parameters, layer, images[i]!);
  }
  return tf.concat1d(pieces.reverse());
}

/** Gradient in what enters the hidden layer's ReLU. */
function pullHidden(
  layers: ConvolutionalLayers,
  parameters: tf.Tensor1D,
  { hidden }: ConvolutionalPass,
  cotangent: tf.Tensor2D,
): tf.Tensor2D {
  return behind(tf.matMul(cotangent, matrixOf(parameters, layers.classes), false, true), hidden);
}

/** Gradient in images that a dense layer takes as rows. */
function pullRows(
  { hidden, pooled }: ConvolutionalLayers,
  parameters: tf.Tensor1D,
  dy: tf.Tensor2D,
  { shape }: tf.Tensor4D,
): tf.Tensor4D {
  const rows = tf.matMul(dy, matrixOf(parameters, hidden), false, true);
  if (!pooled) return tf.reshape(rows, shape);
  const [n, height, width, channels] = shape;
  const share = tf.div(tf.reshape(rows, [n, 1, 1, channels]), height * width);
  return tf.tile(share, [1, height, width, 1]) as tf.Tensor4D;
}

/** Gradient before a ReLU, from that behind it and from what came out. */
const behind = <T extends tf.Tensor>(dy: T, output: T): T => tf.mul(dy, tf.step(output)) as T;

const rowsOf = ({ pooled }: ConvolutionalLayers, images: tf.Tensor4D): tf.Tensor2D =>
  pooled ? tf.mean(images, [1, 2]) : tf.reshape(images, [images.shape[0], -1]);

const matrixOf = (parameters: tf.Tensor1D, { weight, rows, columns }: Layer): tf.Tensor2D =>
  tf.reshape(tf.slice1d(parameters, weight, rows * columns), [rows, columns]);

const filterOf = (parameters: tf.Tensor1D, { weight, rows, columns, size, inputs }: ConvolutionLayer): tf.Tensor4D =>
  tf.reshape(tf.slice1d(parameters, weight, rows * columns), [size, size, inputs, columns]);

const biasOf = (parameters: tf.Tensor1D, { bias, columns }: Layer): tf.Tensor1D =>
  tf.slice1d(parameters, bias, columns);

const attributes = ({ stride }: ConvolutionLayer): tf.NamedAttrMap => ({
  strides: [stride, stride],
  pad: "same",
  dataFormat: "NHWC",
});

function convolutionInput(
  dy: tf.Tensor,
  parameters: tf.Tensor1D,
  layer: ConvolutionLayer,
  { shape: inputShape }: tf.Tensor4D,
): tf.Tensor4D {
  const inputs = { dy, filter: filterOf(parameters, layer) };
  return tf.engine().runKernel("Conv2DBackpropInput", inputs, { ...attributes(layer), inputShape });
}

function convolutionFilter(x: tf.Tensor4D, dy: tf.Tensor4D, layer: ConvolutionLayer): tf.Tensor4D {
  const filterShape = [layer.size, layer.size, layer.inputs, layer.columns];
  return tf.engine().runKernel("Conv2DBackpropFilter", { x, dy }, { ...attributes(layer), filterShape });
}
