/**
 * Forward and backward pass of a residual classifier, written out over an arithmetic. In training every convolution is standardised by the moments
 * of its batch (Ioffe & Szegedy 2015, algorithm 1); in use its gain stands in the filter, and a shift behind it, so that images do not see
 * each other.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { ImageArithmetic, Moments } from "./arithmetic.js";
import type { ResidualConvolution, ResidualLayers } from "./shape.js";

/** A convolution as it went. */
interface Step {
  readonly layer: ResidualConvolution;
  readonly input: tf.Tensor4D;
  readonly raw: tf.Tensor4D; // as it comes out of the filter
  readonly moments: Moments | null; // of the batch, where it was standardised by them
}

/** What the backward pass needs. */
export interface ResidualPass {
  readonly stem: Step;
  readonly blocks: readonly { readonly first: Step; readonly second: Step; readonly beside: Step | null }[];
  readonly outputs: readonly tf.Tensor4D[]; // of the stem, then of every block, behind their cut
  readonly middles: readonly tf.Tensor4D[]; // of every block, behind its first cut
  readonly mean: tf.Tensor2D; // over the plane [n, channels]
  readonly logits: tf.Tensor2D; // [n, classes]
}

export interface ResidualPlan {
  readonly layers: ResidualLayers;
  readonly arithmetic: ImageArithmetic;
  readonly parameters: tf.Tensor1D;
  readonly training: boolean;
}

const CENTRE = 0.5; // images come in [0, 1]; beyond their edges they are grey
const SCALE = 4;
const EPSILON = 1e-5;

/** Call inside a tidy; images [n, height, width, channels]. */
export function forwardResidual(plan: ResidualPlan, images: tf.Tensor4D): ResidualPass {
  const { layers, arithmetic, parameters, training } = plan;
  const convolved = (layer: ResidualConvolution, input: tf.Tensor4D): Step => {
    const raw = arithmetic.convolve(input, filterOf(parameters, layer), layer.stride);
    return { layer, input, raw, moments: training ? arithmetic.moments(raw) : null };
  };
  const finished = ({ layer, raw, moments }: Step, plus: tf.Tensor4D | null, cut: boolean): tf.Tensor4D => {
    const gain = vectorOf(parameters, layer.gain, layer.outputs);
    const bias = vectorOf(parameters, layer.bias, layer.outputs);
    if (!moments) return arithmetic.scaled(raw, gain, bias, plus, cut);
    const scale = tf.mul(gain, inverseOf(moments)) as tf.Tensor1D;
    return arithmetic.scaled(raw, scale, tf.sub(bias, tf.mul(moments.mean, scale)) as tf.Tensor1D, plus, cut);
  };
  const stem = convolved(layers.stem, tf.mul(tf.sub(images, CENTRE), SCALE));
  const outputs = [finished(stem, null, true)];
  const middles: tf.Tensor4D[] = [];
  const blocks = layers.blocks.map((block) => {
    const input = outputs.at(-1)!;
    const first = convolved(block.first, input);
    const middle = finished(first, null, true);
    const second = convolved(block.second, middle);
    const beside = block.beside && convolved(block.beside, input);
    middles.push(middle);
    outputs.push(finished(second, beside ? finished(beside, null, false) : input, true));
    return { first, second, beside };
  });
  const mean = tf.mean(planesOf(outputs.at(-1)!), 1) as tf.Tensor2D;
  const bias = vectorOf(parameters, layers.dense.bias, layers.dense.columns);
  const logits = tf.add(tf.matMul(mean, denseOf(plan)), bias) as tf.Tensor2D;
  return { stem, blocks, outputs, middles, mean, logits };
}

/** Gradient of Σ logits × cotangent [n, classes] in the images. Call inside a tidy. */
export function pullResidualImages(plan: ResidualPlan, pass: ResidualPass, cotangent: tf.Tensor2D): tf.Tensor4D {
  const { images } = backward(plan, pass, cotangent, () => {}, true);
  return images!;
}

/** Gradient of Σ logits × cotangent [n, classes] in the flat parameters. Call inside a tidy. */
export function pullResidualParameters(plan: ResidualPlan, pass: ResidualPass, cotangent: tf.Tensor2D): tf.Tensor1D {
  const { layers } = plan;
  const pieces = new Map<number, tf.Tensor1D>(); // by their place
  const ones = tf.ones<tf.Rank.R2>([1, cotangent.shape[0]]);
  pieces.set(layers.dense.weight, tf.reshape(tf.matMul(pass.mean, cotangent, true, false), [-1]));
  pieces.set(layers.dense.bias, tf.reshape(tf.matMul(ones, cotangent), [-1]));
  backward(plan, pass, cotangent, (at, gradient) => void pieces.set(at, tf.reshape(gradient, [-1])), false);
  return tf.concat1d([...pieces].sort(([a], [b]) => a - b).map(([, piece]) => piece));
}

function backward(
  plan: ResidualPlan,
  pass: ResidualPass,
  cotangent: tf.Tensor2D,
  emit: (at: number, gradient: tf.Tensor) => void,
  toImages: boolean,
): { images: tf.Tensor4D | null } {
  const { arithmetic, parameters } = plan;
  const wanted = !toImages;
  /** Through scaling and standardising: from what follows them to the filter's output. */
  const scaledBack = ({ layer, raw, moments }: Step, dy: tf.Tensor4D): tf.Tensor4D => {
    const gain = vectorOf(parameters, layer.gain, layer.outputs);
    if (!moments && !wanted) return arithmetic.scaled(dy, gain, tf.zerosLike(gain), null, false);
    const { sum, product } = arithmetic.slopes(dy, raw);
    if (!moments) {
      emit(layer.gain, product);
      emit(layer.bias, sum);
      return arithmetic.scaled(dy, gain, tf.zerosLike(gain), null, false);
    }
    const inverse = inverseOf(moments);
    const slope = tf.mul(tf.sub(product, tf.mul(moments.mean, sum)), inverse) as tf.Tensor1D; // Σ dy · standardised
    emit(layer.gain, slope);
    emit(layer.bias, sum);
    const count = raw.size / layer.outputs;
    const a = tf.mul(gain, inverse) as tf.Tensor1D;
    const b = tf.div(tf.mul(tf.mul(a, inverse), slope), -count) as tf.Tensor1D;
    const c = tf.sub(tf.div(tf.mul(a, sum), -count), tf.mul(b, moments.mean)) as tf.Tensor1D;
    return arithmetic.spread(dy, raw, a, b, c);
  };
  const convolvedBack = (step: Step, dy: tf.Tensor4D, further: boolean): tf.Tensor4D | null => {
    const { layer, input } = step;
    const draw = scaledBack(step, dy);
    if (wanted) emit(layer.weight, arithmetic.convolveFilter(input, draw, layer.size, layer.stride));
    return further ? arithmetic.convolveInput(draw, filterOf(parameters, layer), layer.stride, input.shape) : null;
  };
  const last = pass.outputs.at(-1)!;
  const [n, height, width, channels] = last.shape;
  const each = tf.div(tf.matMul(cotangent, denseOf(plan), false, true), height * width);
  let dy = tf.reshape(
    tf.mul(tf.reshape(each, [n, 1, channels]), tf.ones([1, height * width, 1])),
    last.shape,
  ) as tf.Tensor4D;
  let more: tf.Tensor4D | null = null;
  for (let i = pass.blocks.length - 1; i >= 0; i--) {
    const { first, second, beside } = pass.blocks[i]!;
    const both = arithmetic.gate(dy, more, pass.outputs[i + 1]!);
    const inner = arithmetic.gate(convolvedBack(second, both, true)!, null, pass.middles[i]!);
    dy = convolvedBack(first, inner, true)!;
    more = beside ? convolvedBack(beside, both, true)! : both;
  }
  const images = convolvedBack(pass.stem, arithmetic.gate(dy, more, pass.outputs[0]!), toImages);
  return { images: images && tf.mul(images, SCALE) };
}

const inverseOf = ({ variance }: Moments): tf.Tensor1D => tf.rsqrt(tf.add(variance, EPSILON)) as tf.Tensor1D;

const planesOf = (x: tf.Tensor4D): tf.Tensor3D => tf.reshape(x, [x.shape[0], -1, x.shape[3]]) as tf.Tensor3D;

const vectorOf = (parameters: tf.Tensor1D, at: number, count: number): tf.Tensor1D => tf.slice1d(parameters, at, count);

const filterOf = (parameters: tf.Tensor1D, { size, inputs, outputs, weight }: ResidualConvolution): tf.Tensor4D =>
  tf.reshape(tf.slice1d(parameters, weight, size * size * inputs * outputs), [size, size, inputs, outputs]);

const denseOf = ({ layers: { dense }, parameters }: ResidualPlan): tf.Tensor2D =>
  tf.reshape(tf.slice1d(parameters, dense.weight, dense.rows * dense.columns), [dense.rows, dense.columns]);

/** Means and variances of a pass in the order of the layers, one after another. */
export const momentsOf = ({ stem, blocks }: ResidualPass): readonly Moments[] =>
  [stem, ...blocks.flatMap(({ first, second, beside }) => [first, second, ...(beside ? [beside] : [])])].map(
    ({ moments }) => moments!,
  );

/** What a standardised convolution's gain and bias become when its moments are fixed. */
export const fixed = (gain: number, bias: number, mean: number, variance: number): { gain: number; bias: number } => {
  const scale = gain / Math.sqrt(variance + EPSILON);
  return { gain: scale, bias: bias - mean * scale };
};
