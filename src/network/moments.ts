/**
 * One step of Adam's moments, the same for every parameter: what the optimisers share. Source: Kingma & Ba (2015), algorithm 1, with the bias corrections
 * folded into rate and ε.
 */
import * as tf from "@tensorflow/tfjs-core";
import { wholePower } from "../engine/elementary.js";

export const BETA1 = 0.9;
export const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Learning rate and ε of a step with the corrections in them, `age` steps after the moments were zero. */
export function correctedRate(age: number, learningRate: number): { readonly rate: number; readonly epsilon: number } {
  const root = Math.sqrt(1 - wholePower(BETA2, age));
  return { rate: (learningRate * root) / (1 - wholePower(BETA1, age)), epsilon: EPSILON * root };
}

type Number = number | tf.Tensor;

/** Moments after a gradient, and the step it makes, to be taken from the parameters. Call inside a tidy. */
export function momentStep<T extends tf.Tensor>(
  before: { readonly first: T; readonly second: T },
  gradient: tf.Tensor,
  { rate, epsilon }: { readonly rate: Number; readonly epsilon: Number },
): { readonly first: T; readonly second: T; readonly step: T } {
  const first = tf.add(tf.mul(before.first, BETA1), tf.mul(gradient, 1 - BETA1)) as T;
  const second = tf.add(tf.mul(before.second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2)) as T;
  const step = tf.mul(tf.div(first, tf.add(tf.sqrt(second), epsilon)), rate) as T;
  return { first, second, step };
}
