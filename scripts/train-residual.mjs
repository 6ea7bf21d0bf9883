/**
 * Trains a residual classifier on CIFAR-10 and writes weights/cifar10-resnet<depth>.safetensors with its log beside it:
 * node scripts/train-residual.mjs [8|20] [epochs] [seed] [from over]: from step `from` on the rate falls to 0 within `over` more. What is there came of
 * 8 10 1 4800 800. Stopped, it goes on from build/<name>.course. Same arguments, same bytes, on the same engine. `npx biome format --write weights`
 * then sets the log.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { nodeAdapter } from "../dist/adapter/node/adapter.js";
import { fetchedImages } from "../dist/data/fetched.js";
import { chosenImages } from "../dist/data/imageset.js";
import { variedImages } from "../dist/data/variation.js";
import { stream } from "../dist/engine/random.js";
import { simdKernels } from "../dist/engine/simd/simd.js";
import { writeClassifier } from "../dist/learn/classifierfile.js";
import { readCourse, writeCourse } from "../dist/learn/coursefile.js";
import { accuracyOf } from "../dist/learning/classification.js";
import { courseDefaults, stepsOf, train } from "../dist/learning/course.js";
import { chooseBackend } from "../dist/network/backend.js";
import { ResidualClassifier } from "../dist/network/residual/classifier.js";

const [depth = "8", epochs = "10", seed = "1", early, over] = process.argv.slice(2);
const options = { ...courseDefaults, seed: Number(seed), epochs: Number(epochs) };
if (early !== undefined) options.early = { from: Number(early), over: Number(over) };
const variation = "flipped";
const name = `cifar10-resnet${depth}`;
const state = `build/${name}.course`;
const adapter = nodeAdapter();
const data = await fetchedImages("cifar10", adapter);
const { engine } = await chooseBackend("wasm");
const kernels = await simdKernels();
const { height, width, channels, classes } = data.train;
const shape = { height, width, channels, stages: [16, 32, 64], blocks: (Number(depth) - 2) / 6, classes };
const network = ResidualClassifier.create(shape, stream(options.seed, "classifier"));
const settings = JSON.stringify({ shape, variation, ...options });
let [from, before, losses, accuracies] = [0, 0, [], []];
if (existsSync(state)) {
  const saved = readCourse(await adapter.readFile(state, 2 ** 28), settings);
  network.restore(saved.network);
  [from, before, losses, accuracies] = [saved.step, saved.seconds, [...saved.losses], [...saved.accuracies]];
  console.error(`going on after step ${from}`);
}
mkdirSync("build", { recursive: true });
mkdirSync("weights", { recursive: true });
const every = 200; // steps, whose mean loss the log has
const begun = performance.now();
const seconds = () => before + (performance.now() - begun) / 1000;
const often = 800; // steps, after which the accuracy is looked at
const part = { ...data.held, n: 1000 }; // by these
let sum = 0;
const draw = stream(options.seed, "tested");
await train(
  network,
  data.train,
  (set, indices, own) => variedImages(kernels, set, indices, variation, own),
  options,
  from,
  {
    async stepped(done, of, loss) {
      sum += loss;
      if (done % every !== 0) return;
      losses.push(Number((sum / every).toPrecision(4)));
      sum = 0;
      const last = losses.at(-1);
      const look = done % often === 0;
      if (look) accuracies.push(await accuracyOf(kernels, network, part, "plain", draw));
      console.error(
        `${done} of ${of}: loss ${last}, ${seconds().toFixed(0)} s${look ? `, accuracy ${accuracies.at(-1)}` : ""}`,
      );
      const own = { settings, step: done, seconds: seconds(), losses, accuracies, network: await network.state() };
      await adapter.writeAtomic(state, writeCourse(own));
    },
  },
);
const accuracy = await accuracyOf(kernels, network, data.held, "plain", draw);
const each = 4; // images of every class, the first ones: those that travel with the tests
const first = Array.from({ length: classes }, (_, k) =>
  [...data.held.labels.keys()].filter((i) => data.held.labels[i] === k).slice(0, each),
).flat();
const sample = await accuracyOf(kernels, network, chosenImages(data.held, Int32Array.from(first)), "plain", draw);
const note = { data: "cifar10", variation, seed: options.seed, steps: stepsOf(data.train, options), accuracy };
const log = {
  ...{ ...note, ...options, engine, runtime: `node ${process.versions.node}` },
  ...{ seconds: Math.round(seconds()), every, loss: losses, often, part: part.n, accuracies, sample },
};
await adapter.writeAtomic(`weights/${name}.safetensors`, await writeClassifier(network, note));
await adapter.writeAtomic(`weights/${name}.json`, `${JSON.stringify(log, null, 1)}\n`);
rmSync(state, { force: true });
console.error(`accuracy ${accuracy}, ${seconds().toFixed(0)} s`);
process.exit(0);
