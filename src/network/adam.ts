/**
 * Adam on one flat vector, all on the device. An update is provisional until the norm of its gradient has been seen on the host
 * (`judge`): one that is not finite is taken back whole. So no step waits for a number of its own.
 * Source: Kingma & Ba (2015), algorithm 1, with the bias corrections folded into rate and ε. Parameters that began anew in mid-run have
 * corrections of their own age: with those of the run their first steps would be six times too long.
 */

import * as tf from "@tensorflow/tfjs-core";
import { wholePower } from "../engine/elementary.js";
import type { AdamState, Birth } from "./networkstate.js";
import { download, upload } from "./tensor.js";

interface Vectors {
  readonly parameters: tf.Tensor1D;
  readonly first: tf.Tensor1D;
  readonly second: tf.Tensor1D;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export class Adam {
  private step = 0;
  private vectors: Vectors;
  private provisional: { readonly before: Vectors; readonly norm: tf.Scalar } | null = null;
  private births: readonly Birth[] = []; // of each group; one that is missing began with the run

  /** `groups`: of each parameter, which ones it begins anew with; −1 never. */
  constructor(
    parameters: Float32Array,
    private readonly groups: Int8Array = new Int8Array(parameters.length).fill(-1),
  ) {
    const zero = new Float32Array(parameters.length);
    this.vectors = lift({ parameters, first: zero, second: zero });
  }

  get parameters(): tf.Tensor1D {
    return this.vectors.parameters;
  }

  /** Norm of the last gradient while its update is provisional. */
  get norm(): tf.Scalar | null {
    return this.provisional?.norm ?? null;
  }

  /** A provisional update along `make()` [count], run inside a tidy; longer gradients are shortened to `clip`. */
  async update(make: () => tf.Tensor1D, learningRate: number, clip: number): Promise<void> {
    await this.settle();
    const before = this.vectors;
    const step = this.step + 1;
    const { norm, ...vectors } = tf.tidy(() => {
      const raw = make();
      const norm = tf.sqrt(tf.sum(tf.square(raw))) as tf.Scalar;
      const gradient = clip < Infinity ? tf.mul(raw, tf.minimum(1, tf.div(clip, norm))) : raw;
      const { rate, epsilon } = this.corrected(step, learningRate);
      const first = tf.add(tf.mul(before.first, BETA1), tf.mul(gradient, 1 - BETA1)) as tf.Tensor1D;
      const second = tf.add(tf.mul(before.second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2)) as tf.Tensor1D;
      const direction = tf.div(first, tf.add(tf.sqrt(second), epsilon));
      const parameters = tf.sub(before.parameters, tf.mul(direction, rate)) as tf.Tensor1D;
      return { parameters, first, second, norm };
    });
    this.vectors = vectors;
    this.step = step;
    this.provisional = { before, norm };
  }

  /** Rate and ε with the bias corrections in them: for all parameters, or for each where some are younger. */
  private corrected(step: number, learningRate: number): Record<"rate" | "epsilon", number | tf.Tensor1D> {
    const at = (age: number): readonly [rate: number, epsilon: number] => {
      const root = Math.sqrt(1 - wholePower(BETA2, age));
      return [(learningRate * root) / (1 - wholePower(BETA1, age)), EPSILON * root];
    };
    const whole = at(step);
    if (this.births.every((birth) => birth.step === 0)) return { rate: whole[0], epsilon: whole[1] };
    const own = this.births.map(({ step: born, warm }) => {
      const [rate, epsilon] = at(step - born);
      return [born === 0 ? rate : rate * Math.min(1, (step - born) / warm), epsilon] as const;
    });
    const each = (i: 0 | 1): tf.Tensor1D =>
      upload<tf.Rank.R1>(
        Float32Array.from(this.groups, (group) => (own[group] ?? whole)[i]),
        [this.groups.length],
      );
    return { rate: each(0), epsilon: each(1) };
  }

  /** Keeps the provisional update if its gradient's norm is finite, else takes it back and returns false. */
  judge(norm: number): boolean {
    if (!this.provisional) return true;
    const { before, norm: scalar } = this.provisional;
    const sound = Number.isFinite(norm);
    tf.dispose([scalar, ...Object.values(sound ? before : this.vectors)]);
    if (!sound) {
      this.vectors = before;
      this.step--;
    }
    this.provisional = null;
    return sound;
  }

  /** Judges by a download of its own; false if an update was taken back. */
  async settle(): Promise<boolean> {
    return this.provisional ? this.judge((await download(this.provisional.norm))[0]!) : true;
  }

  /** Call when settled. */
  async state(): Promise<AdamState> {
    const { parameters, first, second } = this.vectors;
    return {
      step: this.step,
      births: this.births,
      parameters: await download(parameters),
      first: await download(first),
      second: await download(second),
    };
  }

  restore(state: AdamState): void {
    this.dispose();
    this.vectors = lift(state);
    this.step = state.step;
    this.births = state.births;
  }

  dispose(): void {
    this.judge(0);
    tf.dispose([...Object.values(this.vectors)]);
  }
}

const lift = ({ parameters, first, second }: Omit<AdamState, "step" | "births">): Vectors => ({
  parameters: upload<tf.Rank.R1>(parameters, [parameters.length]),
  first: upload<tf.Rank.R1>(first, [first.length]),
  second: upload<tf.Rank.R1>(second, [second.length]),
});
