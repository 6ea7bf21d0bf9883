/**
 * Adam on one flat vector, all on the device. An update is provisional until the norm of its gradient has been seen on the host
 * (`judge`): one that is not finite is taken back whole. So no step waits for a number of its own.
 * Parameters that began anew in mid-run have
 * corrections of their own age: with those of the run their first steps would be six times too long.
 */

import * as tf from "@tensorflow/tfjs-core";
import { correctedRate, momentStep } from "./moments.js";
import type { AdamState, Birth } from "./networkstate.js";
import { download, upload } from "./tensor.js";

interface Vectors {
  readonly parameters: tf.Tensor1D;
  readonly first: tf.Tensor1D;
  readonly second: tf.Tensor1D;
}

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
      const { step: move, ...moments } = momentStep(before, gradient, this.corrected(step, learningRate));
      const parameters = tf.sub(before.parameters, move) as tf.Tensor1D;
      return { parameters, ...moments, norm };
    });
    this.vectors = vectors;
    this.step = step;
    this.provisional = { before, norm };
  }

  /** Rate and ε with the bias corrections in them: for all parameters, or for each where some are younger. */
  private corrected(step: number, learningRate: number): Record<"rate" | "epsilon", number | tf.Tensor1D> {
    const whole = correctedRate(step, learningRate);
    if (this.births.every((birth) => birth.step === 0)) return whole;
    const own = this.births.map(({ step: born, warm }) => {
      const { rate, epsilon } = correctedRate(step - born, learningRate);
      return { rate: born === 0 ? rate : rate * Math.min(1, (step - born) / warm), epsilon };
    });
    const each = (name: "rate" | "epsilon"): tf.Tensor1D =>
      upload<tf.Rank.R1>(
        Float32Array.from(this.groups, (group) => (own[group] ?? whole)[name]),
        [this.groups.length],
      );
    return { rate: each("rate"), epsilon: each("epsilon") };
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
