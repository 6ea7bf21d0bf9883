/** A small convolutional classifier to be trained. Choose a backend first. */
import * as tf from "@tensorflow/tfjs-core";
import { NumericalError } from "../engine/error.js";
import type { Stream } from "../engine/random.js";
import { Adam } from "./adam.js";
import {
  allLayers,
  type ConvolutionalLayers,
  type ConvolutionalShape,
  convolutionalLayers,
  randomConvolutional,
} from "./convolutional.js";
import { type ConvolutionalPass, forwardImages, pullImages, pullParameters } from "./convolutionpass.js";
import { entropyOf } from "./entropy.js";
import { type ImageClassifier, sizesOf, weightsFrom } from "./imageclassifier.js";
import type { ImageBatch, Observed } from "./imagefeatures.js";
import { download, upload } from "./tensor.js";

export class Classifier implements ImageClassifier {
  readonly name: string;
  private constructor(
    readonly shape: ConvolutionalShape,
    private readonly layers: ConvolutionalLayers,
    private readonly adam: Adam,
  ) {
    const { convolutions, hidden, classes } = shape;
    const filters = convolutions.map(({ size, channels }) => `${size} × ${size} × ${channels}`);
    this.name = `the ${classes} logits of a classifier: convolutions ${filters.join(", ")}, ${shape.pooled ? "their mean over places, " : ""}${hidden} hidden units`;
  }

  /** With random weights drawn from `stream`, and from nothing else. */
  static create(shape: ConvolutionalShape, stream: Stream): Classifier {
    const layers = convolutionalLayers(shape);
    return new Classifier(shape, layers, new Adam(randomConvolutional(layers, stream)));
  }

  /** With the weights of a trained one, `<layer>.weight` and `<layer>.bias`; InputError where they do not fit the shape. */
  static of(shape: ConvolutionalShape, weights: ReadonlyMap<string, ArrayLike<number>>): Classifier {
    const layers = convolutionalLayers(shape);
    const last = layers.classes;
    const parameters = weightsFrom(last.bias + last.columns, spans(layers), weights);
    return new Classifier(shape, layers, new Adam(parameters));
  }

  async step(batch: ImageBatch, labels: ArrayLike<number>, learningRate: number, smoothing = 0): Promise<number> {
    let loss: tf.Tensor | null = null;
    const make = (): tf.Tensor1D => {
      const learned = this.entropy(batch, labels, smoothing);
      loss = tf.keep(learned.loss);
      return learned.gradient;
    };
    await this.adam.update(make, learningRate, CLIP);
    const value = (await download(loss!))[0]!;
    tf.dispose(loss!);
    const sound = await this.adam.settle();
    if (!sound || !Number.isFinite(value))
      throw new NumericalError(
        `the classifier's ${sound ? `loss is ${value}` : "gradient is not finite"}; lower the learning rate`,
      );
    return value;
  }

  /** Mean cross-entropy and its gradient in the flat parameters, in the order of `weights`. */
  async gradient(batch: ImageBatch, labels: ArrayLike<number>): Promise<{ loss: number; gradient: Float32Array }> {
    const { loss, gradient } = tf.tidy(() => this.entropy(batch, labels, 0));
    const numbers = { loss: (await download(loss))[0]!, gradient: await download(gradient) };
    tf.dispose([loss, gradient]);
    return numbers;
  }

  /** Logits [n, classes]. */
  async value(batch: ImageBatch): Promise<Float32Array> {
    const logits = tf.tidy(() => this.run(upload<tf.Rank.R4>(batch.values, sizesOf(this.shape, batch))).logits);
    const numbers = await download(logits);
    logits.dispose();
    return numbers;
  }

  async observe(batch: ImageBatch): Promise<Observed> {
    const pass = tf.tidy(() => this.run(upload<tf.Rank.R4>(batch.values, sizesOf(this.shape, batch))) as Kept);
    const value = await download(pass.logits);
    return {
      value,
      pullback: async (cotangent) => {
        const gradient = tf.tidy(() =>
          pullImages(this.layers, this.adam.parameters, pass, upload<tf.Rank.R2>(cotangent, pass.logits.shape)),
        );
        const numbers = await download(gradient);
        gradient.dispose();
        return numbers;
      },
      release: () => tf.dispose([...pass.images, pass.hidden, pass.logits]),
    };
  }

  /** Weights by name. */
  async weights(): Promise<Map<string, Float32Array>> {
    const { parameters } = await this.adam.state();
    return new Map(spans(this.layers).map(({ name, from, to }) => [name, parameters.slice(from, to)]));
  }

  /** Gives back all device memory. */
  dispose(): void {
    this.adam.dispose();
  }

  /** Inside a tidy. */
  private entropy(
    batch: ImageBatch,
    labels: ArrayLike<number>,
    smoothing: number,
  ): { loss: tf.Tensor; gradient: tf.Tensor1D } {
    const pass = this.run(upload<tf.Rank.R4>(batch.values, sizesOf(this.shape, batch)));
    const { loss, slope } = entropyOf(pass.logits, labels, smoothing);
    return { loss, gradient: pullParameters(this.layers, this.adam.parameters, pass, slope) };
  }

  private run(images: tf.Tensor4D): ConvolutionalPass {
    return forwardImages(this.layers, this.adam.parameters, images);
  }
}

type Kept = ConvolutionalPass & tf.TensorContainer;

const CLIP = 5; // global norm of a gradient

const spans = (layers: ConvolutionalLayers) =>
  allLayers(layers).flatMap(({ name, weight, bias, columns }) => [
    { name: `${name}.weight`, from: weight, to: bias },
    { name: `${name}.bias`, from: bias, to: bias + columns },
  ]);
