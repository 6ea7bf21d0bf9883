/** The cases in Node or Deno: options as JSON in the first argument, what they say as JSON on standard output. */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers tfjs's own gradients
import { stream } from "../../../dist/engine/random.js";
import { learn } from "../../../dist/learn.js";
import { chooseBackend, describeBackends } from "../../../dist/network/backend.js";
import { FieldNetwork } from "../../../dist/network/fieldnetwork.js";
import { registerGradients } from "../../../dist/network/mends/mends.js";
import { chooseArithmetic, OperatorNetwork } from "../../../dist/network/operator/network.js";
import { cases } from "./cases.mjs";

const adapter = "Deno" in globalThis ? plain() : (await import("../../../dist/adapter/node/adapter.js")).nodeAdapter();
if (adapter.openGpu) await adapter.openGpu(); // the names that the cases count by
const options = adapter.openGpu ? { openGpu: adapter.openGpu } : {};
const parts = {
  tf,
  stream,
  learn,
  chooseBackend,
  describeBackends,
  FieldNetwork,
  chooseArithmetic,
  OperatorNetwork,
  registerGradients,
  adapter,
  options,
};
console.log(JSON.stringify(await cases(parts, JSON.parse(process.argv[2] ?? "{}"))));

/** What a run on one thread asks of a runtime. */
function plain() {
  const now = () => performance.now() / 1000;
  return { runtime: `deno ${globalThis.Deno.version.deno}`, now, spawnWorker: () => null, cores: 1 };
}
