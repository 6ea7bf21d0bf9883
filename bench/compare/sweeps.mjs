/** What the crossover is looked for in: steps of one kind at growing `amount`s of one `unit`. */
import * as tf from "@tensorflow/tfjs-core";
import { fieldNetworkStep } from "./fieldnetwork.mjs";
import { imageStep } from "./images.mjs";
import { operatorStep } from "./operator.mjs";

const QUICK = 64; // the largest amount of a quick run, in the sweeps that have small ones

const sweep = (kind, unit, amounts, make, quick = false) =>
  amounts.map((amount) => ({
    ...{ kind, unit, amount, size: `${amount}`, on: "network", tiny: quick && amount <= QUICK },
    make: (_machine, seed) => make(amount, seed),
  }));

const grids = {
  ...{ 64: [4, 4, 4], 216: [6, 6, 6], 768: [12, 8, 8], 2304: [16, 12, 12], 6144: [24, 16, 16], 18432: [32, 24, 24] },
};

/** A product of two n × n matrices and the reading of one of its numbers, which waits for it. */
function product(n) {
  const [a, b] = [0, 1].map((k) =>
    tf.tensor2d(
      Float32Array.from({ length: n * n }, (_, i) => Math.sin(i + k)),
      [n, n],
    ),
  );
  return {
    async work() {
      const corner = tf.tidy(() => tf.slice(tf.matMul(a, b), [0, 0], [1, 1]));
      await corner.data();
      corner.dispose();
    },
    end: () => tf.dispose([a, b]),
  };
}

const operator = { batch: 16, nx: 256, channels: 20, modes: 16, layers: 4, hidden: 128 };

export const sweeps = [
  ...sweep("matrix product", "rows and columns", [32, 64, 128, 256, 512, 1024, 2048, 4096], product, true),
  ...sweep("field network at width 128", "knots", Object.keys(grids).map(Number), (n, seed) =>
    fieldNetworkStep({ knots: grids[n], generators: 4, width: 128 }, seed),
  ),
  ...sweep("field network at 768 knots", "width", [16, 32, 64, 128, 256, 512, 1024], (width, seed) =>
    fieldNetworkStep({ knots: grids[768], generators: 4, width }, seed),
  ),
  ...sweep("neural operator, 16 × 256", "width", [16, 32, 64, 128, 256], (width, seed) =>
    operatorStep({ ...operator, width }, seed),
  ),
  ...sweep("image features, 28 × 28", "images", [1, 2, 4, 8, 16, 32, 64, 128], (batch, seed) =>
    imageStep({ batch, side: 28, channels: [16, 32, 64] }, seed),
  ),
];
