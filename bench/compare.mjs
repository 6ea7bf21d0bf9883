/** How long is each step on each engine: WebGPU beside WASM and plain JavaScript? `npm run bench -- --compare webgpu,wasm,cpu` */
import { engineNames, sideBySide } from "./compare/columns.mjs";
import { bench } from "./harness.mjs";

const options = {
  engines: { type: "string", default: engineNames.join(",") },
  runtimes: { type: "string", default: "node" },
};

await bench(import.meta.url, sideBySide, options);
