/**
 * A step with image features as score: images up, three convolutions with ReLU and a mean over places, the gradient of features × cotangent in
 * images and filters, the images' gradient down.
 */
import * as tf from "@tensorflow/tfjs-core";
import { stream } from "../../dist/engine/random.js";
import { registerGradients } from "../../dist/network/mends/mends.js";
import { download, upload } from "../../dist/network/tensor.js";

/** Images [batch, side, side, 3]; the layers halve the side from the second on. */
export const imageStep = async ({ batch, side, channels }, seed) => {
  await registerGradients();
  const { normal } = stream(seed, "images");
  const noise = (length, size) => Float32Array.from({ length }, () => size * normal());
  const images = noise(batch * side * side * 3, 1);
  const filters = channels.map((out, i) => {
    const into = i === 0 ? 3 : channels[i - 1];
    return upload(noise(9 * into * out, Math.sqrt(2 / (9 * into))), [3, 3, into, out]);
  });
  const cotangent = upload(noise(batch * channels.at(-1), 1), [batch, channels.at(-1)]);
  const features = (x, ...own) =>
    tf.mean(
      own.reduce((y, filter, i) => tf.relu(tf.conv2d(y, filter, i === 0 ? 1 : 2, "same")), x),
      [1, 2],
    );
  const gradients = tf.grads(features);
  return {
    async work() {
      const own = tf.tidy(() => gradients([upload(images, [batch, side, side, 3]), ...filters], cotangent));
      await download(own[0]);
      tf.dispose(own);
    },
    end: () => tf.dispose([filters, cotangent]),
  };
};
