/** AdamW over named arrays. Source: Loshchilov & Hutter (2019), algorithm 2. */
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../engine/error.js";
import { correctedRate } from "../moments.js";
import { download } from "../tensor.js";
import type { Arithmetic, Moments, Rates } from "./arithmetic.js";
import { sizeOf, type Weight } from "./shape.js";

/** Arrays by name; moments under `<name>.first` and `<name>.second`. */
export interface OptimiserState {
  readonly step: number; // updates made so far
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

export class AdamW {
  private step = 0;
  private readonly held = new Map<string, Moments>();
  private rates: Rates = { rate: 0, epsilon: 1, kept: 1 };

  /** `weights` says names and shapes; `state` has the parameters, and moments where there are some (else zero). */
  constructor(
    private readonly arithmetic: Arithmetic,
    private readonly weights: readonly Weight[],
    state: OptimiserState,
  ) {
    checkState(weights, state);
    this.step = state.step;
    const lift = (array: Float32Array, { shape }: Weight): tf.Tensor => tf.tensor(array.slice(), [...shape], "float32");
    for (const weight of weights) {
      const { name } = weight;
      const moment = (suffix: string): tf.Tensor => {
        const array = state.arrays[name + suffix];
        return array ? lift(array, weight) : lift(new Float32Array(sizeOf(weight)), weight);
      };
      this.held.set(name, {
        parameters: lift(state.arrays[name]!, weight),
        first: moment(".first"),
        second: moment(".second"),
      });
    }
  }

  parameters(name: string): tf.Tensor {
    return this.held.get(name)!.parameters;
  }

  /** Begins a step; each weight is then to be updated once. */
  begin(learningRate: number, decay: number): void {
    this.step++;
    this.rates = { ...correctedRate(this.step, learningRate), kept: 1 - learningRate * decay };
  }

  update(name: string, gradient: tf.Tensor): void {
    const moments = this.arithmetic.adamw(this.held.get(name)!, gradient, this.rates);
    for (const tensor of Object.values(moments) as tf.Tensor[]) tf.keep(tensor);
    this.held.set(name, moments);
  }

  async state(): Promise<OptimiserState> {
    const arrays: Record<string, Float32Array> = {};
    for (const { name } of this.weights) {
      const { parameters, first, second } = this.held.get(name)!;
      arrays[name] = await download(parameters);
      arrays[`${name}.first`] = await download(first);
      arrays[`${name}.second`] = await download(second);
    }
    return { step: this.step, arrays };
  }

  dispose(): void {
    for (const { parameters, first, second } of this.held.values()) tf.dispose([parameters, first, second]);
    this.held.clear();
  }
}

/** Throws InputError where an array is missing or of another length, or a moment stands alone. */
export function checkState(weights: readonly Weight[], { step, arrays }: OptimiserState): void {
  if (!(Number.isSafeInteger(step) && step >= 0))
    throw new InputError(`the saved operator's step is ${step}; expected a whole number from 0`);
  for (const weight of weights)
    for (const suffix of ["", ".first", ".second"]) {
      const name = weight.name + suffix;
      const array = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
      if (array === undefined && suffix !== "" && step === 0) continue; // weights alone, training begins anew
      if (array?.length !== sizeOf(weight))
        throw new InputError(
          `the saved operator has ${array?.length ?? "no"} numbers for ${name} where ${sizeOf(weight)} are expected; restore it with the settings it was saved with`,
        );
    }
}
