/** How long is the library learner's stage on each equation, and what does it find? `node bench/library.mjs` */
import { nodeAdapter } from "../dist/adapter/node/adapter.js";
import { chartOf } from "../dist/data/chart.js";
import { lowPassCut } from "../dist/data/cut.js";
import { simulateTrajectories } from "../dist/data/simulation.js";
import { openMachine } from "../dist/engine/machine.js";
import { stream } from "../dist/engine/random.js";
import { equationOf } from "../dist/equation/catalogue.js";
import { coordinatesOf } from "../dist/equation/equation.js";
import { parse } from "../dist/expression/parse.js";
import { monomialLibrary } from "../dist/field/library.js";
import { learnLibrary } from "../dist/learning/library.js";
import { pdeConditions } from "../dist/validity/weak.js";
import { atLeast, atMost, bench, measure } from "./harness.mjs";

const members = { nkdv: ["exp(t/50)", "exp(-t/50)"], ckdv: ["1/sqrt(t+1)"] };
const goals = {
  heat: { count: 8, seconds: 0.2, gap: 1e6 },
  burgers: { count: 5, seconds: 0.2, gap: 1e6 },
  "potential-burgers": { count: 6, seconds: 0.2, gap: 1e6 },
  kdv: { count: 4, seconds: 0.2, gap: 1e6 },
  ks: { count: 3, seconds: 0.2, gap: 1e6 },
  nkdv: { count: 4, gap: 1e6 },
  ckdv: { count: 4, gap: 1e6 },
  "wave-2d": { count: 20, seconds: 5, gap: 1e4 },
  "schrodinger-2d": { count: 8, seconds: 5, gap: 1e4 },
  "reaction-diffusion-2d": { count: 5, seconds: 5, gap: 1e4 },
};

await bench(import.meta.url, async ({ seed, full }) => {
  const { kernels, pool, close } = await openMachine(nodeAdapter(), { workers: "auto" });
  const rows = [];
  const cells = [];
  const met = [];
  for (const [name, goal] of Object.entries(goals).slice(0, full(undefined, 1))) {
    const equation = equationOf({ name, parameters: {} });
    const request = { equation: { name, parameters: {} }, trajectories: full(6, 2), seed };
    const data = await simulateTrajectories(pool, request);
    const chart = chartOf(data, equation);
    const cut = lowPassCut(kernels, data.u, data).mode;
    const extra = (members[name] ?? []).map((member) => parse(member));
    let found;
    const work = async () => {
      const library = monomialLibrary(coordinatesOf(equation), 2, extra, chart);
      found = await learnLibrary(pdeConditions(kernels, equation, data, chart, cut, stream(seed, "states")), library);
    };
    const [row] = await measure("library", [{ name, work }], full({ seconds: 2 }, { seconds: 0, samples: 2, warm: 1 }));
    rows.push(row);
    const { count, countIs, gap, scores, kept } = found;
    cells.push([name, scores.length, `${count} ${countIs}`, gap ?? Number.NaN, scores[kept - 1], scores[kept]]);
    if (goal.seconds) met.push(atMost(name, row.median / 1000, goal.seconds, "s"));
    met.push(atLeast(`${name}, gap`, count === goal.count ? gap : 0, goal.gap, ""));
  }
  await close();
  const tables = [{ columns: ["", "fields", "count", "gap", "last symmetry's score", "next score"], cells }];
  return { rows, goals: met, tables };
});
