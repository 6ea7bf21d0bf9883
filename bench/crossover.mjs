/** What is the size at which WebGPU overtakes WASM, per kind of step and adapter? `npm run bench -- crossover --runtimes deno` */
import { columnsOf, described, gaps, namesIn, runtimeNames } from "./compare/columns.mjs";
import { crossing, inWords } from "./compare/crossing.mjs";
import { bench } from "./harness.mjs";
import { figure } from "./table.mjs";

await bench(
  import.meta.url,
  async ({ seed, quick, child, values, full }) => {
    const runtimes = namesIn(values.runtimes, runtimeNames, "runtime");
    const engines = ["webgpu", "wasm"];
    const request = { list: "sweeps", engines, runtimes, seed, quick, seconds: 1, patience: full(3, 1), child };
    const columns = await columnsOf(request);
    const cells = [];
    const crossovers = [];
    const notes = [];
    for (const runtime of runtimes) {
      const [gpu, wasm] = engines.map((engine) => columns.find((c) => c.in === runtime && c.engine === engine));
      if (!gpu.rows || !wasm.rows) continue;
      const adapter = `${gpu.gpu.name}${gpu.gpu.software ? ", software adapter" : ""}`;
      for (const kind of new Set(gpu.rows.map((row) => row.kind))) {
        const [left, right] = [gpu, wasm].map(({ rows }) => rows.filter((row) => row.kind === kind && !row.missing));
        const { of } = gpu.rows.find((row) => row.kind === kind);
        const found = crossing(left, right);
        crossovers.push({ runtime: gpu.runtime, adapter, software: gpu.gpu.software, kind, of, ...found });
        notes.push(`${runtime}, ${adapter}; ${kind}: ${inWords(found, of, (v) => figure(v, 2))}`);
        for (const { amount, median } of left) {
          const other = right.find((row) => row.amount === amount)?.median;
          cells.push([`${runtime}; ${kind}`, `${amount} ${of}`, median, other, other ? median / other : null]);
        }
      }
    }
    notes.push(...described(columns), ...gaps(columns));
    const table = { columns: ["", "size", "webgpu ms", "wasm ms", "webgpu ÷ wasm"], cells };
    return { tables: [table], notes, crossovers, columns };
  },
  { runtimes: { type: "string", default: "node" } },
);
