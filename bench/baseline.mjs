/** What became slower since the baseline was stored, the machine's own speed taken out? `npm run bench -- --baseline [--store]` */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import "@tensorflow/tfjs-layers"; // registers tfjs's own gradients
import { nodeAdapter } from "../dist/adapter/node/adapter.js";
import { openMachine } from "../dist/engine/machine.js";
import { chooseBackend } from "../dist/network/backend.js";
import { references } from "./compare/reference.mjs";
import { doubts, regressions } from "./compare/regression.mjs";
import { steps } from "./compare/steps.mjs";
import { environment, root, start } from "./environment.mjs";
import { bench, paired, Refused } from "./harness.mjs";
import { figure } from "./table.mjs";

/** Largest factor that passes as noise; measured in bench/README.md. */
const THRESHOLD = 1.25;
const TRIES = 3; // of a step that seems slower: the least of them counts
const kernels = { wasm: "simd", cpu: "oracle" };

const options = {
  store: { type: "boolean", default: false },
  threshold: { type: "string", default: `${THRESHOLD}` },
  slow: { type: "string" }, // START=FACTOR: steps whose name starts so do their work that often, to see that it is noticed
};

await bench(
  import.meta.url,
  async ({ seed, quick, full, out, values }) => {
    const threshold = Number(values.threshold);
    if (!(threshold > 1)) throw new Refused(`--threshold ${values.threshold}: pass a factor above 1`);
    const file = join(out, "baseline.json");
    if (!values.store && !existsSync(file))
      throw new Refused(`${file} is missing; store a baseline first: --baseline --store`);
    const stored = values.store ? null : JSON.parse(readFileSync(file, "utf8"));
    const budget = full({ rounds: 25, group: 10, warm: 1000 }, { rounds: 7, warm: 200 });
    const rows = [];
    const notes = [];
    for (const engine of ["wasm", "cpu"]) {
      await chooseBackend(engine);
      const machine = await openMachine(nodeAdapter(), { workers: 1, kernels: kernels[engine] });
      const reference = references[engine]();
      notes.push(`on ${engine}: times as long as ${reference.name}, in CPU time, by turns`);
      for (const step of steps.filter(({ tiny, kept }) => tiny === quick && kept.includes(engine))) {
        const name = `${step.kind}: ${step.size}, ${engine}`;
        const measured = async () => {
          const { work, end } = await step.make(machine, seed);
          const row = await paired(name, slowed(work, name, values.slow), reference.work, budget);
          end();
          return row;
        };
        let best = await measured();
        const then = stored?.rows.find((row) => row.name === name)?.median ?? Number.POSITIVE_INFINITY;
        for (let tries = 1; tries < TRIES && best.median > threshold * then; tries++) {
          const again = await measured();
          if (again.median < best.median) best = again;
        }
        rows.push(best);
      }
      reference.end();
      await machine.close();
    }
    if (!stored) return { rows, notes, threshold };
    const found = regressions(stored.rows, rows, threshold);
    const words = ({ name, change }, how) => `${how}: ${name}: ${figure(change, 3)} times as long as stored`;
    notes.push(
      ...doubts(stored.environment, environment(start(), 0)),
      ...found.slower.map((row) => words(row, "SLOWER")),
      ...found.gone.map((name) => `GONE: ${name} is in the baseline and was not measured; store a new one`),
      ...found.faster.map((row) => words(row, "faster")),
      ...found.added.map((name) => `new: ${name} is not in the baseline`),
    );
    const failed = found.slower.length + found.gone.length > 0;
    if (!failed) notes.push(`nothing slower by more than ${threshold} times`);
    const cells = rows.map(({ name, median }) => {
      const then = stored.rows.find((row) => row.name === name)?.median;
      return [name, then ?? null, median, then ? median / then : null];
    });
    const table = { columns: ["times the reference", "stored", "now", "now ÷ stored"], cells };
    const place = values.out ?? join(root, "build/bench"); // a check leaves no record among the results
    return { as: "regressions", place, tables: [table], notes, threshold, ...found, failed };
  },
  options,
);

function slowed(work, name, slow) {
  const [, begin, factor] = /^(.+)=(\d+)$/.exec(slow ?? "") ?? [];
  if (begin === undefined || !name.startsWith(begin)) return work;
  return async () => {
    for (let i = 0; i < Number(factor); i++) await work();
  };
}
