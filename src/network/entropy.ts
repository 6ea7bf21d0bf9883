/** The mean cross-entropy of logits with labels, and its slope. */
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../engine/error.js";
import { upload } from "./tensor.js";

const TINY = 1e-12; // keeps the logarithm finite

/**
 * Logits [n, classes] and labels [n] → loss, and its gradient in the logits. `smoothing`: share of the target that all classes have alike (Szegedy
 * et al. 2016, section 7). Call inside a tidy. Throws InputError for labels that are no class.
 */
export function entropyOf(
  logits: tf.Tensor2D,
  labels: ArrayLike<number>,
  smoothing: number,
): { readonly loss: tf.Tensor; readonly slope: tf.Tensor2D } {
  const [n, classes] = logits.shape;
  if (labels.length !== n) throw new InputError(`there are ${labels.length} labels for ${n} images; give one for each`);
  const target = new Float32Array(n * classes).fill(smoothing / classes);
  for (let i = 0; i < n; i++) {
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new InputError(
        `labels[${i}] is ${label} but the network tells ${classes} classes apart; give whole numbers from 0 to ${classes - 1}`,
      );
    target[i * classes + label]! += 1 - smoothing;
  }
  const wanted = upload<tf.Rank.R2>(target, [n, classes]);
  const shares = tf.softmax(logits);
  const loss = tf.neg(tf.mean(tf.sum(tf.mul(tf.log(tf.add(shares, TINY)), wanted), 1)));
  return { loss, slope: tf.div(tf.sub(shares, wanted), n) as tf.Tensor2D };
}
