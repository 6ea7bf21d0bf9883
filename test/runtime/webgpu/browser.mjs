/** The cases in a page or a worker of it: answers with their JSON, or with what went wrong. */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { stream } from "../../../dist/engine/random.js";
import { learn } from "../../../dist/learn.js";
import { chooseBackend, describeBackends } from "../../../dist/network/backend.js";
import { FieldNetwork } from "../../../dist/network/fieldnetwork.js";
import { registerGradients } from "../../../dist/network/mends/mends.js";
import { chooseArithmetic, OperatorNetwork } from "../../../dist/network/operator/network.js";
import { cases } from "./cases.mjs";

async function answer() {
  const wasmModule = await WebAssembly.compileStreaming(fetch("/network.wasm"));
  const now = () => performance.now() / 1000;
  const runtime = "WorkerGlobalScope" in globalThis ? "worker" : "page";
  const adapter = { runtime, now, spawnWorker: () => null, cores: 1 };
  const options = { wasmModule };
  return cases({
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
  });
}

const said = answer().then(
  (result) => ({ result }),
  (error) => ({ error: String(error?.stack ?? error) }),
);
if ("WorkerGlobalScope" in globalThis) said.then((message) => postMessage(message));
else globalThis.said = said;
