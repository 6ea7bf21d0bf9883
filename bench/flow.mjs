/** How long is a flow step, at our default and at the paper's, and where does it go? `node bench/flow.mjs` */
import { normalise, physical } from "../dist/data/chart.js";
import { graph } from "../dist/data/graph.js";
import { stream } from "../dist/engine/random.js";
import { controlLength } from "../dist/engine/shape.js";
import { flowPlan } from "../dist/flow/plan.js";
import { gridScore } from "../dist/validity/deformed.js";
import { flowDefaults, flowPatches, flowValidity } from "../dist/validity/flow.js";
import { absolute } from "../dist/validity/residual.js";
import { atLeast, atMost, bench, measure } from "./harness.mjs";
import { kdvSetting, machineOf, spec } from "./setting.mjs";

/** Ko, Kim & Lee (2024), their code's default for KdV: 4 intervals of 0.2 that cover both directions, 20 evaluations of the field. */
const paper = {
  ...flowDefaults,
  residual: "absolute",
  patches: 4,
  nx: 64,
  nt: 64,
  stops: 2,
  bothSides: true,
  sigma: 0.4,
  step: 0.04,
};
const PAPERS_CODE = 73; // CPU seconds of one of its iterations, forward and backward, on two cores

await bench(import.meta.url, async ({ seed, full }) => {
  const slots = 4;
  const setting = await kdvSetting(seed, full({ slots }, { slots, n: 2, held: 2 }));
  const { shape, chart, train, control, equation } = setting;
  const machines = await Promise.all([1, 2].map(machineOf));
  const settings = [
    ["default", flowPatches(equation, train)],
    ["paper", full(paper, { ...paper, patches: 1, step: 0.1 })],
  ];
  const whole = [];
  for (const [name, options] of settings) {
    for (const [i, { pool }] of machines.entries()) {
      const validity = flowValidity(pool, shape, spec, chart, train, options);
      await validity.prepare();
      const moment = { stream: stream(seed, "batch"), fraction: 0.5 };
      const work = () => validity.gradient({ count: slots, control }, moment);
      whole.push({ name: `${name}, ${i === 0 ? "one thread" : "2 workers"}`, validity, work });
    }
  }
  const budget = full({ seconds: 4, samples: 10 }, { seconds: 0, samples: 2, warm: 1 });
  const rows = await measure("flow step", whole, budget);
  for (const { validity } of whole) await validity.release();

  // One shard of the paper's setting in its parts: one slot on one patch along one direction.
  const [{ kernels }] = machines;
  const points = normalise(chart, graph(train, 0, { column: 0, row: 0, nx: paper.nx, nt: paper.nt }));
  const stops = Float64Array.of(0.2, 0.4);
  const plan = flowPlan(shape, stops, paper.step);
  const single = {
    own: Float32Array.from(control.subarray(0, controlLength(shape))),
    points: Float32Array.from(points),
  };
  const moved = new Float32Array(stops.length * points.length);
  kernels.flow(plan, single.own, single.points, moved);
  const there = physical(chart, Float64Array.from(moved.subarray(0, points.length)));
  const grid = {
    nt: paper.nt,
    nx: paper.nx,
    components: 1,
    period: 0,
    order: equation.order,
    halfWidth: paper.halfWidth,
  };
  const cell = (train.length / train.nx) * (train.t[1] - train.t[0]);
  const gradient = new Float32Array(single.own.length);
  const score = (charge) => () => {
    for (const _ of stops) gridScore(kernels, equation, grid, there, cell, charge, absolute(kernels));
  };
  const parts = [
    { name: "shard: flow", work: () => kernels.flow(plan, single.own, single.points, moved) },
    {
      name: "shard: scores, no gradient",
      work: score(null),
    },
    {
      name: "shard: scores with gradient",
      work: score(paper.foldCharge),
    },
    {
      name: "shard: flow's pullback",
      work: () => kernels.flowPullback(plan, single.own, single.points, moved, gradient),
    },
  ];
  rows.push(...(await measure("parts of a shard", parts, full({ seconds: 1, samples: 20 }, budget))));
  await Promise.all(machines.map((m) => m.close()));
  const seconds = rows[3].median / 1000;
  return {
    rows,
    goals: [
      atMost("the paper's iteration, 2 workers", seconds, 1, "s"),
      atLeast("default: one thread over 2 workers", rows[0].median / rows[1].median, 1.5, "×"),
      atLeast("paper: one thread over 2 workers", rows[2].median / rows[3].median, 1.5, "×"),
    ],
    notes: [`the paper's own code takes ${PAPERS_CODE} CPU s for the same iteration`],
  };
});
