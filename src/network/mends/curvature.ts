/**
 * Second derivatives of the logistic function, tanh and exp. tfjs's gradients of these save the output, whose own tape is
 * gone: the second derivative is silently wrong for the first and throws for the others. Here the input is saved and the
 * output made anew, so that every order is right. They cost one more kernel in each gradient.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Mend, replaceGradient } from "./mend.js";

function fromInput(kernelName: string, derivative: (x: tf.Tensor) => tf.Tensor): Mend {
  return {
    name: `gradient of ${kernelName} to every order`,
    backend: null,
    install: replaceGradient({
      kernelName,
      inputsToSave: ["x"],
      gradFunc: (dy, saved) => ({ x: () => tf.mul(dy as tf.Tensor, derivative(saved[0]!)) }),
    }),
  };
}

export const curvature: readonly Mend[] = [
  fromInput("Sigmoid", (x) => {
    const y = tf.sigmoid(x);
    return tf.mul(y, tf.sub(1, y));
  }),
  fromInput("Tanh", (x) => tf.sub(1, tf.square(tf.tanh(x)))),
  fromInput("Exp", (x) => tf.exp(x)),
];
