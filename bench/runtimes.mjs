/** How long is each step in each runtime, on the same engine? `npm run bench -- --runtimes node,deno,chromium,workerd` */
import { runtimeNames, sideBySide } from "./compare/columns.mjs";
import { bench } from "./harness.mjs";

const options = {
  engines: { type: "string", default: "wasm" },
  runtimes: { type: "string", default: runtimeNames.join(",") },
};

await bench(import.meta.url, sideBySide, options);
