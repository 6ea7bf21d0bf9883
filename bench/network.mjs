/** How long is one training step of the field network (forward + step), and where does it go? `node bench/network.mjs [wasm|cpu]` */
import { stream } from "../dist/engine/random.js";
import { chooseBackend } from "../dist/network/backend.js";
import { FieldNetwork } from "../dist/network/fieldnetwork.js";
import { engineMemory } from "../dist/network/tensor.js";

const request = process.argv[2] ?? "wasm";
const started = performance.now();
await chooseBackend(request);
const start = performance.now() - started;

/** Median and quartiles in ms of `rounds` calls after `warm` ones. */
async function time(work, rounds, warm = 10) {
  for (let i = 0; i < warm; i++) await work();
  const ms = [];
  for (let i = 0; i < rounds; i++) {
    const from = performance.now();
    await work();
    ms.push(performance.now() - from);
  }
  ms.sort((a, b) => a - b);
  return [0.5, 0.25, 0.75].map((q) => Number(ms[Math.floor(q * rounds)].toFixed(3)));
}

/** Points of a periodic × open × open grid, margins as splines have them. */
function grid([nx, nt, nu]) {
  const points = [];
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < nt; j++)
      for (let k = 0; k < nu; k++) points.push(i / nx, (j - 1) / (nt - 3), (k - 1) / (nu - 3) - 0.5);
  return Float64Array.from(points);
}

const rows = [];
for (const [knots, generators, width] of [
  [[12, 8, 8], 4, 128],
  [[12, 8, 8], 6, 128],
  [[12, 8, 8], 4, 256],
  [[16, 12, 12], 4, 128],
]) {
  const network = FieldNetwork.create(
    { knotPoints: grid(knots), periodic: [true, false, false], dim: 3, generators, width },
    stream(1, "network"),
  );
  const cotangent = Float32Array.from({ length: network.size }, (_, i) => Math.sin(i));
  const rounds = request === "cpu" ? 5 : 100;
  const warm = request === "cpu" ? 1 : 10;
  const backward = await time(() => network.gradient(cotangent), rounds, warm); // the forward pass is kept between
  const both = await time(
    async () => {
      await network.forward();
      await network.step(cotangent, 1e-3);
    },
    rounds,
    warm,
  );
  rows.push({ knots, generators, width, "forward+step": both, backward });
  network.dispose();
}
const question = "ms for one forward + step of the field network: [median, quartiles]";
console.log(
  JSON.stringify(
    { question, engine: request, node: process.version, start: Math.round(start), rows, memory: engineMemory() },
    null,
    1,
  ),
);
