/**
 * A Fourier neural operator on the current backend: predictions, training steps, gradients, state. Windows come and go as [batch, channels, nx],
 * channels being times; the numbers in between never leave the device. Choose a backend first.
 */
import * as tf from "@tensorflow/tfjs-core";
import { InputError, NumericalError } from "../../engine/error.js";
import { stream } from "../../engine/random.js";
import { download } from "../tensor.js";
import { AdamW, type OptimiserState } from "./adamw.js";
import { type Arithmetic, tfjsArithmetic } from "./arithmetic.js";
import { heapArithmetic } from "./heap.js";
import { fourierModes, type Modes } from "./modes.js";
import { backward, forward, type Pass } from "./passes.js";
import { checkShape, initialWeights, type OperatorShape, weightsOf } from "./shape.js";

export interface OperatorGradient {
  readonly loss: number;
  readonly output: Float32Array; // [batch, outputs, nx]
  readonly gradients: Readonly<Record<string, Float32Array>>;
}

/** The best arithmetic for the current backend, and why not a better one. */
export async function chooseArithmetic(): Promise<{ readonly arithmetic: Arithmetic; readonly reason: string | null }> {
  if (tf.getBackend() !== "wasm") return { arithmetic: tfjsArithmetic, reason: null };
  const own = await heapArithmetic();
  return typeof own === "string" ? { arithmetic: tfjsArithmetic, reason: own } : { arithmetic: own, reason: null };
}

export class OperatorNetwork {
  private readonly modes: Modes;

  private constructor(
    readonly shape: OperatorShape,
    private readonly arithmetic: Arithmetic,
    private readonly optimiser: AdamW,
  ) {
    this.modes = fourierModes(shape.nx, shape.modes);
  }

  /** Random weights by a seed, or those of a saved state. Throws InputError for sizes that make no operator and a state of other sizes. */
  static create(shape: OperatorShape, from: number | OptimiserState, arithmetic: Arithmetic): OperatorNetwork {
    checkShape(shape);
    const state =
      typeof from === "number" ? { step: 0, arrays: initialWeights(shape, stream(from, "operator")) } : from;
    return new OperatorNetwork(shape, arithmetic, new AdamW(arithmetic, weightsOf(shape), state));
  }

  /** What runs its arithmetic. */
  get kernels(): Arithmetic["name"] {
    return this.arithmetic.name;
  }

  /** Windows [batch, inputs, nx] → [batch, outputs, nx]. */
  async predict(input: Float32Array): Promise<Float32Array> {
    const batch = this.batchOf(input, this.shape.inputs);
    const output = tf.tidy(() => this.windows(this.forward(this.rows(input, batch)).output, batch));
    const numbers = await download(output);
    output.dispose();
    return numbers;
  }

  /**
   * One AdamW step down the mean square of output − target; returns the loss before it. Throws NumericalError where that is not finite: the weights
   * have then been spoilt, go on from a saved state.
   */
  async step(input: Float32Array, target: Float32Array, learningRate: number, decay: number): Promise<number> {
    const loss = tf.tidy(() => {
      const { pass, cotangent, loss } = this.lossOf(input, target);
      this.optimiser.begin(learningRate, decay);
      backward(this.plan, this.weights, pass, cotangent, (name, gradient) => this.optimiser.update(name, gradient));
      return loss;
    });
    const [value] = await download(loss);
    loss.dispose();
    if (!Number.isFinite(value))
      throw new NumericalError(
        `the operator's loss is ${value} with learning rate ${learningRate}; take a lower rate, and look at the data for numbers that are not finite`,
      );
    return value!;
  }

  /** Loss, output and gradients at the current weights. */
  async gradient(input: Float32Array, target: Float32Array): Promise<OperatorGradient> {
    const kept: Record<string, tf.Tensor> = {};
    const batch = this.batchOf(input, this.shape.inputs);
    const made = tf.tidy(() => {
      const { pass, cotangent, loss } = this.lossOf(input, target);
      backward(this.plan, this.weights, pass, cotangent, (name, gradient) => {
        kept[name] = tf.keep(gradient.clone());
      });
      return { loss, output: this.windows(pass.output, batch) };
    });
    const gradients: Record<string, Float32Array> = {};
    for (const [name, gradient] of Object.entries(kept)) gradients[name] = await download(gradient);
    const result = { loss: (await download(made.loss))[0]!, output: await download(made.output), gradients };
    tf.dispose([made.loss, made.output, ...Object.values(kept)]);
    return result;
  }

  /** Weights, moments and step, as plain arrays. */
  state(): Promise<OptimiserState> {
    return this.optimiser.state();
  }

  dispose(): void {
    this.optimiser.dispose();
    tf.dispose(Object.values(this.modes));
  }

  private get plan() {
    return { shape: this.shape, modes: this.modes, arithmetic: this.arithmetic };
  }

  private readonly weights = (name: string): tf.Tensor => this.optimiser.parameters(name);

  private forward(input: tf.Tensor2D): Pass {
    return forward(this.plan, this.weights, input);
  }

  private lossOf(input: Float32Array, target: Float32Array): { pass: Pass; cotangent: tf.Tensor2D; loss: tf.Scalar } {
    const batch = this.batchOf(input, this.shape.inputs);
    if (this.batchOf(target, this.shape.outputs) !== batch)
      throw new InputError(`${batch} windows came with another number of targets; pass one for each`);
    const pass = this.forward(this.rows(input, batch));
    const miss = tf.sub(pass.output, this.rows(target, batch)) as tf.Tensor2D;
    const loss = tf.mean(tf.square(miss)) as tf.Scalar;
    return { pass, loss, cotangent: tf.mul(miss, 2 / target.length) as tf.Tensor2D };
  }

  private batchOf(windows: Float32Array, channels: number): number {
    const one = channels * this.shape.nx;
    if (windows.length === 0 || windows.length % one !== 0)
      throw new InputError(
        `${windows.length} numbers make no windows of ${channels} times and ${this.shape.nx} places; pass [batch, ${channels}, ${this.shape.nx}]`,
      );
    return windows.length / one;
  }

  /** [batch, channels, nx] → [nx · batch, channels]. */
  private rows(windows: Float32Array, batch: number): tf.Tensor2D {
    const { nx } = this.shape;
    const channels = windows.length / batch / nx;
    const turned = new Float32Array(windows.length);
    for (let b = 0; b < batch; b++)
      for (let c = 0; c < channels; c++) {
        const from = (b * channels + c) * nx;
        for (let i = 0; i < nx; i++) turned[(i * batch + b) * channels + c] = windows[from + i]!;
      }
    return tf.tensor2d(turned, [nx * batch, channels], "float32");
  }

  /** [nx · batch, channels] → [batch, channels, nx]. */
  private windows(rows: tf.Tensor2D, batch: number): tf.Tensor3D {
    return tf.transpose(tf.reshape(rows, [this.shape.nx, batch, -1]), [1, 2, 0]) as tf.Tensor3D;
  }
}
