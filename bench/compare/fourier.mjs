/**
 * A training step of what a Fourier neural operator in one dimension consists of, in tfjs's operations: transform to a few modes and back as
 * products with cosines and sines, a complex matrix per mode, a 1×1 path beside it, GELU with erf; mean square, all gradients, Adam.
 * Source: Li et al. (2021), Fourier neural operator for parametric partial differential equations, in real arithmetic.
 */
import * as tf from "@tensorflow/tfjs-core";
import { stream } from "../../dist/engine/random.js";
import { registerGradients } from "../../dist/network/mends/mends.js";

/** `work` resolves with the loss before the step. Batches of `batch` rows of `nx` places with `channels` numbers each, in and out; `layers` of `modes` modes at `width`. */
export const fourierStep = async ({ batch, nx, channels, width, modes, layers, hidden }, seed) => {
  await registerGradients();
  const { normal } = stream(seed, "fourier");
  const drawn = (shape, size) => {
    const length = shape.reduce((product, n) => product * n, 1);
    return tf.tensor(
      Float32Array.from({ length }, () => size * normal()),
      shape,
    );
  };
  const variable = (make) => tf.tidy(() => tf.variable(make()));
  const weight = (...shape) => variable(() => drawn(shape, 1 / Math.sqrt(shape.at(-2))));
  const bias = (n) => variable(() => tf.zeros([n]));
  const dense = (rows, columns) => ({ w: weight(rows, columns), b: bias(columns) });
  const lift = dense(channels, width);
  const stack = Array.from({ length: layers }, () => ({
    ...{ re: weight(modes, width, width), im: weight(modes, width, width), path: dense(width, width) },
  }));
  const project = [dense(width, hidden), dense(hidden, channels)];
  const [there, back] = transforms(nx, modes);
  const [input, target] = [0, 1].map(() => drawn([batch * nx, channels], 1));
  const shape = { batch, nx, width, modes };

  const apply = (x, { w, b }) => tf.add(tf.matMul(x, w), b); // x [batch · nx, …]
  const predicted = () => {
    let x = apply(input, lift);
    for (const { re, im, path } of stack)
      x = gelu(tf.add(spectral(x, { re, im, there, back, ...shape }), apply(x, path)));
    return apply(gelu(apply(x, project[0])), project[1]);
  };
  const variables = [lift, ...stack, ...project].flatMap(all);
  const adam = tf.train.adam(1e-3);
  return {
    async work() {
      const loss = adam.minimize(() => tf.mean(tf.squaredDifference(predicted(), target)), true, variables);
      const [value] = await loss.data(); // waits for the engine
      loss.dispose();
      return value;
    },
    end() {
      adam.dispose();
      tf.dispose([variables, there, back, input, target]);
    },
  };
};

/** Every variable within. */
const all = (part) => (part instanceof tf.Variable ? [part] : Object.values(part).flatMap(all));

/** x [batch · nx, width] → its lowest modes, each times its own complex matrix, and back. */
export function spectral(x, { re, im, there, back, batch, nx, width, modes }) {
  const rows = tf.reshape(tf.transpose(tf.reshape(x, [batch, nx, width]), [0, 2, 1]), [batch * width, nx]);
  const spectrum = tf.transpose(tf.reshape(tf.matMul(rows, there), [batch, width, 2, modes]), [2, 3, 0, 1]);
  const [a, b] = tf.unstack(spectrum); // [modes, batch, width] each
  const mixed = tf.stack([tf.sub(tf.matMul(a, re), tf.matMul(b, im)), tf.add(tf.matMul(a, im), tf.matMul(b, re))]);
  const flat = tf.reshape(tf.transpose(mixed, [2, 3, 0, 1]), [batch * width, 2 * modes]);
  const out = tf.reshape(tf.matMul(flat, back), [batch, width, nx]);
  return tf.reshape(tf.transpose(out, [0, 2, 1]), [batch * nx, width]);
}

/** Products with these are the real transform to the lowest modes, real parts before imaginary ones, and its inverse. */
export function transforms(nx, modes) {
  const there = new Float32Array(nx * 2 * modes);
  const back = new Float32Array(2 * modes * nx);
  for (let j = 0; j < nx; j++)
    for (let k = 0; k < modes; k++) {
      const angle = (2 * Math.PI * ((j * k) % nx)) / nx;
      const weight = (k === 0 ? 1 : 2) / nx; // the other half of the spectrum is the conjugate
      there[j * 2 * modes + k] = Math.cos(angle);
      there[j * 2 * modes + modes + k] = -Math.sin(angle);
      back[k * nx + j] = weight * Math.cos(angle);
      back[(modes + k) * nx + j] = -weight * Math.sin(angle);
    }
  return [tf.tensor2d(there, [nx, 2 * modes]), tf.tensor2d(back, [2 * modes, nx])];
}

const gelu = (x) => tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
