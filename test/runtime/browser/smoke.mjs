/** A page that nobody drives: runs the short cases and reports to its server. */
import { browserAdapter } from "../../../dist/adapter/browser/adapter.js";
import * as liefield from "../../../dist/index.js";
import { conformance } from "../conformance.mjs";

const adapter = browserAdapter();
const report = await conformance(liefield, adapter, {
  parts: ["kernels", "library", "learn"],
  learn: { workers: 2 }, // the network's engine is chosen by itself
}).catch(({ name, message }) => ({ error: `${name}: ${message}` }));
const body = JSON.stringify({ runtime: adapter.runtime, gpu: navigator.gpu !== undefined, ...report });
await fetch("/report", { method: "POST", body });
