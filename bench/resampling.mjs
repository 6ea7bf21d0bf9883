/** How far is an augmented trajectory from solving its equation, by each way of resampling and each source of generators? `node bench/resampling.mjs` */
import { join } from "node:path";
import { augment } from "../dist/augment.js";
import { text } from "../dist/expression/print.js";
import { learn } from "../dist/learn.js";
import { knownGenerators } from "../dist/reading/truth.js";
import { simulate } from "../dist/simulate.js";
import { atLeast, atMost, bench, questionOf, writeWhole } from "./harness.mjs";
import { adapter } from "./setting.mjs";
import { markdown } from "./table.mjs";

const TASKS = ["kdv", "ks", "burgers"];
const METHODS = { scatter: "Dirichlet scatter", bilinear: "bilinear scatter", preimage: "ours" };
const SIGMA = 0.1;
const COLUMNS = [
  ...["equation", "generators", "resampling", "kept %", "moved %", "residual", "floor", "over floor"],
  ...["pair: median", "pair: 95 %", "pair: worst", "order 8"],
];

await bench(import.meta.url, async ({ seed, full, out }) => {
  const cells = [];
  const goals = [];
  for (const task of full(TASKS, TASKS.slice(0, 1))) {
    const { record, splines, formulas, chart } = await learn(
      { task, seed, ...full({}, { trajectories: 4, steps: 20, certificate: { controls: 2, stops: [0.1] } }) },
      adapter,
    );
    const data = await simulate({ task, seed: seed + 1000, trajectories: full(8, 2) }, adapter); // none that was learned from
    const parameters = task === "burgers" ? { nu: 0.01 } : {};
    const known = knownGenerators(task, parameters, "periodic").map((each) =>
      ["x", "t", "u"].map((name) => (each[name] ? text(each[name]) : "0")),
    );
    const verdicts = record.generators.map(({ verdict }) => verdict);
    const size = splines.control.length / verdicts.length;
    const control = new Float64Array(splines.control.length);
    record.generators.forEach(({ slot }, k) => {
      control.set(splines.control.subarray((slot - 1) * size, slot * size), k * size);
    });
    const field = { task, chart, verdicts, splines: { shape: splines.shape, control }, formulas: [] };
    const sources = {
      true: { formulas: known },
      learned: verdicts.includes("accepted") ? { field } : { field, generators: [1] },
      "learned, as read": formulas.length > 0 ? { formulas: formulas.map((each) => each.map(text)) } : null,
    };
    for (const [source, generators] of Object.entries(sources)) {
      if (!generators) continue;
      for (const [method, name] of Object.entries(METHODS)) {
        const asked = {
          ...{ data, seed, ...generators, equation: { name: task, parameters }, copies: full(8, 2), sigma: SIGMA },
          ...{ method, measure: full(64, 4) },
        };
        const { asked: all, kept, residual, displacement } = await augment(asked, adapter);
        const eighth = await augment({ ...asked, order: 8, copies: full(2, 1) }, adapter);
        const share = (100 * kept) / all;
        const over = residual.moved / residual.floor;
        cells.push([
          ...[task, source, name, share.toFixed(1), (100 * displacement.median).toFixed(1)],
          ...[residual.moved, residual.floor].map((value) => value.toExponential(1)),
          ...[over, residual.ratio.median, residual.ratio.p95, residual.ratio.largest].map((ratio) =>
            ratio.toPrecision(3),
          ),
          (eighth.residual.moved / eighth.residual.floor).toPrecision(3),
        ]);
        if (method !== "preimage") continue;
        goals.push(atMost(`${task}, ${source}: residual over floor`, over, 3, "×"));
        goals.push(atLeast(`${task}, ${source}: kept`, share, 95, "%"));
      }
    }
  }
  const table = { columns: COLUMNS, cells };
  const notes = [
    `Every s_k uniform in ±${SIGMA} of the data's extents, all generators together; 8 trajectories that were not learned from, 8 copies each. Moved: root mean square displacement of a trajectory's points in the data's extents, median over copies.`,
    "Residual: Σ|u_t − F| over Σ(|u_t| + Σ|terms of F|) by central differences of sixth order, over all copies; floor: the same of the same rows of the trajectories they were made from (no augmentation). Pair: each copy over its own floor. Order 8: residual over floor by differences of eighth order, whose floor is lower.",
    "Dirichlet scatter is the paper's: moved points are spread by a Whittaker–Shannon sum in x and linear weights in t, rows with support above 0.8 are kept. Bilinear: linear weights in both.",
  ];
  writeWhole(
    join(out, "resampling.md"),
    `${questionOf(new URL(import.meta.url))}\n\n${markdown(table)}\n${notes.map((note) => `- ${note}`).join("\n")}\n`,
  );
  return { goals, tables: [table], notes };
});
