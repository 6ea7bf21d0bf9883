/**
 * The paper's network, evaluated at a spline's knots: its outputs are the control points of K generators. One upload and one
 * download per training step; the numbers in between never leave the device. Choose a backend first.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../engine/random.js";
import { Adam } from "./adam.js";
import { type Architecture, headMask, initialParameters, type Layer, layersOf } from "./architecture.js";
import { featureMap, features, featureWidth } from "./features.js";
import { joined, type NetworkState, split } from "./networkstate.js";
import { backward, forward, type Pass } from "./perceptron.js";
import { download, upload } from "./tensor.js";

export interface FieldNetworkOptions {
  readonly knotPoints: Float64Array; // [n, dim], normalised coordinates
  readonly periodic: readonly boolean[]; // [dim]; periodic coordinates have period 1
  readonly dim: number;
  readonly generators: number; // K
  readonly width?: number;
  readonly depth?: number;
  readonly head?: number;
  readonly linear?: boolean;
  readonly clip?: number;
}

export const fieldNetworkDefaults = {
  width: 128, // units of a trunk layer
  depth: 2, // layers of the trunk
  head: 32, // hidden units per generator
  /**
   * A linear path from features to outputs, zero at the start; not in the paper. Its weights have moments of their own in Adam, so that slow
   * slopes are learned beside noisy ones: on KS under the flow score ξ ∝ u swamps the boost's ξ ∝ t (docs/decisions.md).
   */
  linear: true,
  clip: Infinity, // largest global norm of a gradient; longer ones are shortened to it
};

export class FieldNetwork {
  /** Steps that were dropped because their gradient was not finite. */
  skipped = 0;
  private pass: Pass | null = null;

  private constructor(
    private readonly shape: Architecture,
    private readonly clip: number,
    private readonly layers: readonly Layer[],
    private readonly input: tf.Tensor2D,
    private readonly mask: tf.Tensor2D,
    private readonly adam: Adam,
  ) {}

  /** A network with random weights drawn from `stream`, and from nothing else. */
  static create(options: FieldNetworkOptions, stream: Stream): FieldNetwork {
    const { knotPoints, periodic, dim, generators, width, depth, head, linear, clip } = {
      ...fieldNetworkDefaults,
      ...options,
    };
    if (periodic.length !== dim || knotPoints.length === 0 || knotPoints.length % dim !== 0) {
      throw new Error(
        `${knotPoints.length} numbers and ${periodic.length} periodic flags do not make points of width ${dim}; pass [n, ${dim}] and [${dim}]`,
      );
    }
    const shape = { inputs: featureWidth(periodic), width, depth, head, generators, dim, linear };
    return new FieldNetwork(
      shape,
      clip,
      layersOf(shape),
      upload<tf.Rank.R2>(features(featureMap(knotPoints, periodic), knotPoints), [
        knotPoints.length / dim,
        shape.inputs,
      ]),
      upload<tf.Rank.R2>(headMask(shape), [generators * head, generators * dim]),
      new Adam(initialParameters(shape, stream), ownersOf(shape)),
    );
  }

  /** Numbers in one set of control points, K · n · dim. */
  get size(): number {
    return this.shape.generators * this.input.shape[0] * this.shape.dim;
  }

  /**
   * The control points [K, n, dim] under the current weights: the one download of a step. With them comes the norm of the last
   * step's gradient; if that was not finite, the step is taken back first.
   */
  async forward(): Promise<Float32Array> {
    const pass = this.run();
    const { norm } = this.adam;
    const control = tf.tidy(() => {
      const byPoint = tf.reshape(pass.output, [-1, this.shape.generators, this.shape.dim]);
      const flat = tf.reshape(tf.transpose(byPoint, [1, 0, 2]), [-1]) as tf.Tensor1D;
      return norm ? tf.concat1d([flat, tf.reshape(norm, [1])]) : flat;
    });
    const numbers = await download(control);
    control.dispose();
    if (!norm) return numbers;
    if (this.adam.judge(numbers[this.size]!)) return numbers.slice(0, this.size);
    this.skipped++;
    this.forget();
    return this.forward();
  }

  /**
   * One Adam step along the gradient of Σ control points × cotangent [K, n, dim] at the current weights. False, and nothing
   * changes, where the cotangent is not finite. A gradient that overflows on the way is found and taken back by the next
   * `forward`, `step` or `state`; both kinds count in `skipped`.
   */
  async step(cotangent: Float32Array, learningRate: number): Promise<boolean> {
    this.expect(cotangent);
    if (!cotangent.every(Number.isFinite)) {
      this.skipped++;
      return false;
    }
    await this.settle();
    const pass = this.run();
    await this.adam.update(() => this.backpropagate(pass, cotangent), learningRate, this.clip);
    this.forget();
    return true;
  }

  /** The gradient of Σ control points × cotangent [K, n, dim] in the flat parameters: per layer weight, then bias. */
  async gradient(cotangent: Float32Array): Promise<Float32Array> {
    this.expect(cotangent);
    await this.settle();
    const pass = this.run();
    const gradient = tf.tidy(() => this.backpropagate(pass, cotangent));
    const numbers = await download(gradient);
    gradient.dispose();
    return numbers;
  }

  /** What a learner needs to go on from here, as plain arrays. */
  async state(): Promise<NetworkState> {
    await this.settle();
    return split(this.layers, await this.adam.state());
  }

  /** Goes on from a saved state; InputError where it belongs to a network of another shape. */
  restore(state: NetworkState): void {
    const flat = joined(this.layers, state); // before anything is let go
    this.forget();
    this.adam.restore(flat);
  }

  /**
   * Gives one generator's own weights new random values, as those of a new network; the trunk stays. Over `warm` updates they come to the run's
   * rate: at once they would be thrown far off.
   */
  async restart(generator: number, stream: Stream, warm: number): Promise<void> {
    await this.settle();
    const saved = await this.adam.state();
    const fresh = initialParameters(this.shape, stream);
    for (const [i, owner] of ownersOf(this.shape).entries()) {
      if (owner !== generator) continue;
      saved.parameters[i] = fresh[i]!;
      saved.first[i] = 0;
      saved.second[i] = 0;
    }
    const births = Array.from({ length: this.shape.generators }, (_, k) => saved.births[k] ?? { step: 0, warm: 1 });
    births[generator] = { step: saved.step, warm };
    this.forget();
    this.adam.restore({ ...saved, births });
  }

  /** Gives back all device memory; the network is of no use afterwards. */
  dispose(): void {
    this.forget();
    this.adam.dispose();
    tf.dispose([this.input, this.mask]);
  }

  /** The forward pass at the current weights, kept until they change. */
  private run(): Pass {
    this.pass ??= tf.tidy(() => forward(this.layers, this.adam.parameters, this.input) as Pass & tf.TensorContainer);
    return this.pass;
  }

  private forget(): void {
    if (this.pass) tf.dispose([...this.pass.inputs.slice(1), ...this.pass.gates, this.pass.output]); // inputs[0] is the network's
    this.pass = null;
  }

  private async settle(): Promise<void> {
    if (await this.adam.settle()) return;
    this.skipped++;
    this.forget();
  }

  /** [K, n, dim] → flat gradient; inside a tidy. */
  private backpropagate(pass: Pass, cotangent: Float32Array): tf.Tensor1D {
    const { generators, dim } = this.shape;
    const bySlot = upload<tf.Rank.R3>(cotangent, [generators, this.input.shape[0], dim]);
    const byPoint = tf.reshape(tf.transpose(bySlot, [1, 0, 2]), [-1, generators * dim]) as tf.Tensor2D;
    return backward(this.layers, this.adam.parameters, pass, byPoint, this.mask);
  }

  private expect(cotangent: Float32Array): void {
    if (cotangent.length === this.size) return;
    const { generators, dim } = this.shape;
    throw new Error(
      `the cotangent has ${cotangent.length} numbers but there are ${this.size} control point components; pass [${generators}, ${this.input.shape[0]}, ${dim}]`,
    );
  }
}

/** Of each parameter, the generator whose own it is; −1 in the trunk. */
function ownersOf(shape: Architecture): Int8Array {
  const layers = layersOf(shape);
  const last = layers.at(-1)!;
  const owners = new Int8Array(last.bias + last.columns).fill(-1);
  for (const { name, weight, bias, columns } of layers) {
    if (columns % shape.generators !== 0 || name.startsWith("trunk")) continue;
    for (let i = weight; i < bias + columns; i++)
      owners[i] = Math.floor(((i - weight) % columns) / (columns / shape.generators)); // the bias follows as a last row
  }
  return owners;
}
