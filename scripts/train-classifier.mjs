/**
 * Trains a classifier on a data set and writes weights/<data>-<variation>.safetensors with its log beside it:
 * node scripts/train-classifier.mjs [mnist] [rotated] [seed] [steps] [small|residual]. Same arguments, same bytes, on the same engine. What is there came of
 * mnist rotated 1 3000 small and mnist translated 1 1500 residual. `npx biome format --write weights` then sets the log.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { nodeAdapter } from "../dist/adapter/node/adapter.js";
import { fetchedImages } from "../dist/data/fetched.js";
import { stream } from "../dist/engine/random.js";
import { simdKernels } from "../dist/engine/simd/simd.js";
import { writeClassifier } from "../dist/learn/classifierfile.js";
import { accuracyOf, classificationDefaults, smallShape, trainClassifier } from "../dist/learning/classification.js";
import { chooseBackend } from "../dist/network/backend.js";
import { Classifier } from "../dist/network/classifier.js";
import { ResidualClassifier } from "../dist/network/residual/classifier.js";

const [data = "mnist", variation = "rotated", seed = "1", steps = "3000", kind = "small"] = process.argv.slice(2);
const options = { ...classificationDefaults, steps: Number(steps) };
const { train, held } = await fetchedImages(data, nodeAdapter());
const { engine } = await chooseBackend("wasm");
const kernels = await simdKernels();
const { height, width, channels, classes } = train;
const thin = { height, width, channels, classes, stages: [8, 16, 32], blocks: 1 }; // half of ResNet-8's channels
const draw = stream(Number(seed), "classifier");
const network = kind === "small" ? Classifier.create(smallShape(train), draw) : ResidualClassifier.create(thin, draw);
const begun = performance.now();
const losses = await trainClassifier(kernels, network, train, variation, stream(Number(seed), "classified"), options, {
  progress: (done, of, text) => void (done % 100 === 0 && console.error(`${done} of ${of}: ${text}`)),
});
const seconds = (performance.now() - begun) / 1000;
const accuracy = await accuracyOf(kernels, network, held, variation, stream(Number(seed), "tested"));
const note = { data, variation, seed: Number(seed), steps: options.steps, accuracy };
const every = 50; // steps, whose mean loss the log has
const loss = Array.from({ length: Math.floor(losses.length / every) }, (_, i) =>
  Number((losses.subarray(i * every, (i + 1) * every).reduce((a, b) => a + b) / every).toPrecision(4)),
);
const log = {
  ...note,
  ...options,
  engine,
  runtime: `node ${process.versions.node}`,
  seconds: Math.round(seconds),
  every,
  loss,
};
mkdirSync("weights", { recursive: true });
writeFileSync(`weights/${data}-${variation}.safetensors`, await writeClassifier(network, note));
writeFileSync(`weights/${data}-${variation}.json`, `${JSON.stringify(log, null, 1)}\n`);
console.error(`accuracy ${accuracy}, ${seconds.toFixed(0)} s`);
process.exit(0);
