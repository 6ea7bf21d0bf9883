/** A residual classifier to be trained; in use every image is seen by itself. Choose a backend first. */
import * as tf from "@tensorflow/tfjs-core";
import { InputError, NumericalError } from "../../engine/error.js";
import type { Stream } from "../../engine/random.js";
import { Adam } from "../adam.js";
import { entropyOf } from "../entropy.js";
import { type ImageClassifier, sizesOf, weightsFrom } from "../imageclassifier.js";
import type { ImageBatch, Observed } from "../imagefeatures.js";
import type { AdamState } from "../networkstate.js";
import { download, upload } from "../tensor.js";
import type { ImageArithmetic } from "./arithmetic.js";
import { imageArithmetic } from "./heap.js";
import {
  fixed,
  forwardResidual,
  momentsOf,
  pullResidualImages,
  pullResidualParameters,
  type ResidualPass,
  type ResidualPlan,
} from "./passes.js";
import {
  convolutionsOf,
  type ResidualLayers,
  type ResidualShape,
  randomResidual,
  residualLayers,
  residualSpans,
} from "./shape.js";

/** Everything that training goes on from. */
export interface ResidualState extends AdamState {
  /** Means, then variances, of every convolution in the order of the layers, as recent batches had them; null before the first. */
  readonly moments: Float32Array | null;
}

const CLIP = 5; // global norm of a gradient
const KEPT = 0.95; // of the moments, at every step

export class ResidualClassifier implements ImageClassifier {
  readonly name: string;
  private readonly channels: number; // of all convolutions together
  private moments: tf.Tensor1D | null = null;
  private settled: tf.Tensor1D | null = null; // parameters with the moments in them

  private constructor(
    readonly shape: ResidualShape,
    private readonly layers: ResidualLayers,
    private readonly adam: Adam,
    private readonly standardised: boolean, // in training
    private arithmetic: ImageArithmetic | null,
  ) {
    const { stages, blocks, classes } = shape;
    const depth = 2 + 2 * blocks * stages.length;
    this.channels = convolutionsOf(layers).reduce((sum, { outputs }) => sum + outputs, 0);
    this.name = `the ${classes} logits of a residual classifier of ${depth} layers, ${stages.join(", ")} channels`;
  }

  /** With random weights drawn from `stream`, and from nothing else. `arithmetic`: as the backend has it, unless one is given. */
  static create(shape: ResidualShape, stream: Stream, arithmetic: ImageArithmetic | null = null): ResidualClassifier {
    const layers = residualLayers(shape);
    return new ResidualClassifier(shape, layers, new Adam(randomResidual(layers, stream)), true, arithmetic);
  }

  /**
   * With the weights of a trained one, `<layer>.weight`, `.gain` and `.bias`; trained further, it is not standardised again. InputError where they
   * do not fit the shape.
   */
  static of(
    shape: ResidualShape,
    weights: ReadonlyMap<string, ArrayLike<number>>,
    arithmetic: ImageArithmetic | null = null,
  ): ResidualClassifier {
    const layers = residualLayers(shape);
    const parameters = weightsFrom(layers.count, residualSpans(layers), weights);
    return new ResidualClassifier(shape, layers, new Adam(parameters), false, arithmetic);
  }

  async step(batch: ImageBatch, labels: ArrayLike<number>, learningRate: number, smoothing = 0): Promise<number> {
    const plan = await this.plan(this.standardised);
    let loss: tf.Tensor | null = null;
    let seen: tf.Tensor1D | null = null;
    await this.adam.update(
      () => {
        const pass = this.run({ ...plan, parameters: this.adam.parameters }, batch);
        const entropy = entropyOf(pass.logits, labels, smoothing);
        loss = tf.keep(entropy.loss);
        if (this.standardised) {
          const all = momentsOf(pass);
          seen = tf.keep(tf.concat1d([...all.map(({ mean }) => mean), ...all.map(({ variance }) => variance)]));
        }
        return pullResidualParameters({ ...plan, parameters: this.adam.parameters }, pass, entropy.slope);
      },
      learningRate,
      CLIP,
    );
    const value = (await download(loss!))[0]!;
    tf.dispose(loss!);
    const sound = await this.adam.settle();
    if (seen) this.blend(seen);
    this.unsettle();
    if (!sound || !Number.isFinite(value))
      throw new NumericalError(
        `the classifier's ${sound ? `loss is ${value}` : "gradient is not finite"}; lower the learning rate`,
      );
    return value;
  }

  /** Mean cross-entropy of a batch and its gradient in the flat parameters, as a step takes it. */
  async gradient(batch: ImageBatch, labels: ArrayLike<number>): Promise<{ loss: number; gradient: Float32Array }> {
    const plan = await this.plan(this.standardised);
    const { loss, gradient } = tf.tidy(() => {
      const pass = this.run(plan, batch);
      const { loss, slope } = entropyOf(pass.logits, labels, 0);
      return { loss, gradient: pullResidualParameters(plan, pass, slope) };
    });
    const numbers = { loss: (await download(loss))[0]!, gradient: await download(gradient) };
    tf.dispose([loss, gradient]);
    return numbers;
  }

  async value(batch: ImageBatch): Promise<Float32Array> {
    const plan = await this.plan(false);
    const logits = tf.tidy(() => this.run(plan, batch).logits);
    const numbers = await download(logits);
    logits.dispose();
    return numbers;
  }

  async observe(batch: ImageBatch): Promise<Observed> {
    const plan = await this.plan(false);
    const passes: ResidualPass[] = [];
    tf.tidy(() => {
      const pass = this.run(plan, batch);
      for (const tensor of [pass.logits, ...pass.outputs, ...pass.middles]) tf.keep(tensor); // all that the way to the images takes
      passes.push(pass);
    });
    const pass = passes[0]!;
    const value = await download(pass.logits);
    return {
      value,
      pullback: async (cotangent) => {
        const gradient = tf.tidy(() =>
          pullResidualImages(plan, pass, upload<tf.Rank.R2>(cotangent, pass.logits.shape)),
        );
        const numbers = await download(gradient);
        gradient.dispose();
        return numbers;
      },
      release: () => tf.dispose([pass.logits, ...pass.outputs, ...pass.middles]),
    };
  }

  async weights(): Promise<Map<string, Float32Array>> {
    const parameters = await download((await this.plan(false)).parameters);
    return new Map(residualSpans(this.layers).map(({ name, from, to }) => [name, parameters.slice(from, to)]));
  }

  /** For a checkpoint; call between steps. */
  async state(): Promise<ResidualState> {
    return { ...(await this.adam.state()), moments: this.moments && (await download(this.moments)) };
  }

  /** InputError where the state is another shape's. */
  restore(state: ResidualState): void {
    const { count } = this.layers;
    for (const name of ["parameters", "first", "second"] as const)
      if (state[name].length !== count)
        throw new InputError(
          `the saved network has ${state[name].length} ${name} where ${count} are expected; restore it with the shape it was saved with`,
        );
    if (state.moments && state.moments.length !== 2 * this.channels)
      throw new InputError(
        `the saved network has ${state.moments.length} moments where ${2 * this.channels} are expected; restore it with the shape it was saved with`,
      );
    this.adam.restore(state);
    this.moments?.dispose();
    this.moments = state.moments && upload<tf.Rank.R1>(state.moments, [state.moments.length]);
    this.unsettle();
  }

  dispose(): void {
    this.unsettle();
    this.moments?.dispose();
    this.moments = null;
    this.adam.dispose();
  }

  private async plan(training: boolean): Promise<ResidualPlan> {
    this.arithmetic ??= await imageArithmetic();
    const { layers, arithmetic } = this;
    if (training || !this.moments) return { layers, arithmetic, parameters: this.adam.parameters, training };
    this.settled ??= await this.settle(await download(this.moments));
    return { layers, arithmetic, parameters: this.settled, training };
  }

  /** The parameters with the moments in their gains and biases. */
  private async settle(moments: Float32Array): Promise<tf.Tensor1D> {
    const parameters = await download(this.adam.parameters);
    let at = 0;
    for (const { outputs, gain, bias } of convolutionsOf(this.layers))
      for (let c = 0; c < outputs; c++, at++) {
        const own = fixed(parameters[gain + c]!, parameters[bias + c]!, moments[at]!, moments[this.channels + at]!);
        parameters[gain + c] = own.gain;
        parameters[bias + c] = own.bias;
      }
    return upload<tf.Rank.R1>(parameters, [parameters.length]);
  }

  private unsettle(): void {
    this.settled?.dispose();
    this.settled = null;
  }

  private blend(seen: tf.Tensor1D): void {
    const before = this.moments;
    if (before) {
      this.moments = tf.tidy(() => tf.add(tf.mul(before, KEPT), tf.mul(seen, 1 - KEPT)) as tf.Tensor1D);
      tf.dispose([before, seen]);
    } else this.moments = seen;
  }

  private run(plan: ResidualPlan, batch: ImageBatch): ResidualPass {
    return forwardResidual(plan, upload<tf.Rank.R4>(batch.values, sizesOf(this.shape, batch)));
  }
}
