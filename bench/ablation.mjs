/** What does each term of the loss do to the count, the angles and the roughness of what is learned? `node bench/ablation.mjs` */
import { join } from "node:path";
import { chartOf } from "../dist/data/chart.js";
import { samplePoints } from "../dist/data/sample.js";
import { partition } from "../dist/data/simulation.js";
import { oracleKernels } from "../dist/engine/oracle/oracle.js";
import { stream } from "../dist/engine/random.js";
import { MEASURE } from "../dist/learn/neural.js";
import { learn } from "../dist/learn.js";
import { neuralDefaults } from "../dist/learning/neural.js";
import { sobolev } from "../dist/learning/sobolev.js";
import { bench, questionOf, writeWhole } from "./harness.mjs";
import { adapter, kdvTrajectories } from "./setting.mjs";
import { markdown } from "./table.mjs";

const without = (term) => ({ weights: { ...neuralDefaults.weights, [term]: 0 } });
const arms = [
  ["all terms", {}],
  ["orthogonality weight 0, projected", without("orthogonality")],
  ["orthogonality: penalty only", { orthogonality: "penalty" }],
  ["orthogonality: none", { orthogonality: "none", ...without("orthogonality") }],
  ["Lipschitz weight 0", without("lipschitz")],
  ["Sobolev weight 0", without("sobolev")],
  ["size weight 0", without("size")],
];
const columns = [
  "loss",
  "seed",
  "count",
  "angles °",
  "tangent 3rd",
  "tangent 4th",
  "roughness, all slots",
  "roughness, accepted",
  "change",
];

await bench(import.meta.url, async ({ seed, full, out }) => {
  const cells = [];
  for (const own of full([seed, seed + 1, seed + 2], [seed])) {
    const data = await kdvTrajectories(own, full(16, 4), full(4, 1)); // the last fifth is held out
    const [train] = partition(data, full(16, 4));
    const points = samplePoints(train, chartOf(train), MEASURE, stream(own, "measure"));
    let reference = null;
    for (const [name, learner] of full(arms, arms.slice(0, 2))) {
      const options = { task: "kdv", seed: own, data, learner, ...full({}, { steps: 2 }) };
      const { record, splines } = await learn(options, adapter);
      const { shape, control } = splines;
      const slots = record.generators.length;
      const size = control.length / slots;
      const roughness = Array.from({ length: slots }, (_, b) => {
        return sobolev(oracleKernels, shape, points, control.subarray(b * size, (b + 1) * size), 1).value;
      });
      const sum = (chosen) => chosen.reduce((total, { slot }) => total + roughness[slot - 1], 0);
      const accepted = record.generators.filter((g) => g.accepted);
      reference ??= control;
      cells.push([
        name,
        own,
        `${record.count ?? "–"}${record.countIs === "atLeast" ? "+" : ""}`,
        record.truth.principalAnglesDegrees.map((a) => a.toFixed(2)).join(" ") || "–",
        record.spectrum[2],
        record.spectrum[3],
        sum(record.generators),
        accepted.length > 0 ? sum(accepted) : null,
        change(control, reference),
      ]);
    }
  }
  const table = { columns, cells };
  const notes = [
    "Count: – where undecided, + where every slot was accepted (duplicates among them included). Angles: principal, between the accepted fields and {∂x, ∂t, t ∂x + ∂u}.",
    "Tangent 3rd, 4th: held-out tangent scores in order of validity. Roughness: Σ over slots of the mean of ‖∂v/∂x‖².",
    "Change: ‖control points − those of all terms‖ relative to the latter, same seed; 0 would say that the term does nothing.",
  ];
  writeWhole(
    join(out, "ablation.md"),
    `${questionOf(new URL(import.meta.url))}\n\n${markdown(table)}\n${notes.map((note) => `- ${note}`).join("\n")}\n`,
  );
  return { tables: [table], notes };
});

function change(control, reference) {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < control.length; i++) {
    difference += (control[i] - reference[i]) ** 2;
    size += reference[i] ** 2;
  }
  return Math.sqrt(difference / size);
}
