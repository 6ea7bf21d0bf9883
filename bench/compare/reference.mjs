/**
 * Work that no change of the project changes, for a machine's speed to be taken out: per engine a matrix product of the same kind of code, tfjs's
 * own kernel where WebAssembly computes and a loop where JavaScript does.
 */
import * as tf from "@tensorflow/tfjs-core";

const draw = (n, seed) => Float32Array.from({ length: n * n }, (_, i) => Math.sin(i + seed));

/** {name, work, end}; the engine must be running. */
export const references = {
  wasm() {
    const n = 240; // at 256 it takes twice as long where its arrays happen to lie so that they share lines of the cache
    const [a, b] = [0, 1].map((seed) => tf.tensor2d(draw(n, seed), [n, n]));
    const work = () => void tf.matMul(a, b).dispose();
    return { name: `tfjs's product of two ${n} × ${n} matrices`, work, end: () => tf.dispose([a, b]) };
  },
  cpu() {
    const n = 96;
    const [a, b, c] = [0, 1, 2].map((seed) => draw(n, seed));
    const work = () => {
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
          c[i * n + j] = sum;
        }
    };
    return { name: `a loop over the product of two ${n} × ${n} matrices`, work, end() {} };
  },
};
