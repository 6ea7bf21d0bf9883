/** How near does each learner come to the turn of rotated digits, at what cost? `node bench/images.mjs` */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { idxImages } from "../dist/data/datasets.js";
import { learn } from "../dist/learn.js";
import { root } from "./environment.mjs";
import { atMost, bench, questionOf, writeWhole } from "./harness.mjs";
import { adapter } from "./setting.mjs";
import { markdown } from "./table.mjs";

const TURN = "-y ∂x + x ∂y";
const COLUMNS = [
  ...["learner", "seed", "steps", "angle to the turn", "affine share", "tangent", "control"],
  ...["flow ±0.4", "control", "verdict", "learning s", "ms a step"],
];
const LEARNERS = [
  { name: "library, affine", method: "library", degree: 1 },
  { name: "library, cubic", method: "library", degree: 3 },
  { name: "neural by tangent (the derivative)", method: "neural", criterion: "tangent", steps: 400 },
  { name: "neural by flow", method: "neural", criterion: "flow", steps: 200 },
];

const packed = (name) => gunzipSync(readFileSync(join(root, `test/fixtures/mnist/${name}-ubyte.gz`)));

await bench(import.meta.url, async ({ seed, full, out }) => {
  const features = new Uint8Array(readFileSync(join(root, "weights/mnist-rotated.safetensors")));
  const small = { images: idxImages(packed("images-idx3"), packed("labels-idx1")) };
  const shared = { task: "mnist", features, variation: "rotated", backend: "wasm", workers: 0, ...full({}, small) };
  const cells = [];
  const goals = [];
  for (const { name, ...options } of LEARNERS)
    for (const own of full([seed, seed + 1, seed + 2], [seed])) {
      const less = full({}, { ...(options.steps && { steps: 10 }), certificate: { controls: 2, stops: [0.4] } });
      const { record } = await learn({ ...shared, ...options, ...less, seed: own }, adapter);
      const { names, fields } = record.affine;
      const [best] = record.generators;
      const angle = (180 / Math.PI) * Math.acos(Math.min(1, Math.abs(fields[0].cosines[names.indexOf(TURN)])));
      const [far] = best.flow.toSorted((a, b) => Math.abs(b.s) - Math.abs(a.s));
      const steps = less.steps ?? options.steps;
      cells.push([
        ...[name, own, steps ?? "", `${angle.toFixed(1)}°`, fields[0].share.toFixed(3), best.tangent.toFixed(2)],
        ...[best.tangentControl.toFixed(2), far.score.toFixed(2), far.control.toFixed(2), best.verdict],
        ...[record.seconds.learn.toFixed(1), steps ? ((1000 * record.seconds.learn) / steps).toFixed(0) : ""],
      ]);
      if (options.criterion !== "flow") goals.push(atMost(`${name}, seed ${own}: angle to the turn`, angle, 11.5, "°")); // a cosine of 0.98
    }
  const table = { columns: COLUMNS, cells };
  const notes = [
    "Uniformly rotated digits of MNIST seen by the classifier in weights/, which was trained on such; the angle under the weight of what the network sees, of the best field. Seeds draw images, smoothing and weights, not the classifier.",
    "Learning: without data, looking at images, and certificate. The library's spectrum costs what it costs for any number of fields; neural: ten slots.",
  ];
  writeWhole(
    join(out, "images.md"),
    `${questionOf(new URL(import.meta.url))}\n\n${markdown(table)}\n${notes.map((note) => `- ${note}`).join("\n")}\n`,
  );
  return { goals, tables: [table], notes };
});
