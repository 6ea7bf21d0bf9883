/** How long is each step on each engine: WebGPU beside WASM and plain JavaScript? `npm run bench -- --compare webgpu,wasm,cpu` */
import { columnsOf, comparison, engineNames, namesIn, runtimeNames } from "./compare/columns.mjs";
import { bench } from "./harness.mjs";

const options = {
  engines: { type: "string", default: engineNames.join(",") },
  runtimes: { type: "string", default: "node" },
};

await bench(
  import.meta.url,
  async ({ seed, quick, child, values }) => {
    const engines = namesIn(values.engines, engineNames, "engine");
    const runtimes = namesIn(values.runtimes, runtimeNames, "runtime");
    const columns = await columnsOf({ list: "steps", engines, runtimes, seed, quick, seconds: 2, patience: 5, child });
    const { table, notes } = comparison(columns);
    return { tables: [table], notes, columns };
  },
  options,
);
