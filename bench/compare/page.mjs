/** The steps in a Web Worker of a page: the request comes as a message, and so goes the answer. */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { browserAdapter } from "../../dist/adapter/browser/adapter.js";
import { measured } from "./measured.mjs";
import { measure } from "./sampler.mjs";

globalThis.onmessage = async ({ data }) => {
  try {
    const wasmModule = await WebAssembly.compileStreaming(fetch("/network.wasm"));
    const own = { measure, timer: "bench/compare/sampler.mjs", adapter: browserAdapter(), options: { wasmModule } };
    postMessage({ answer: await measured(own, data) });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
};
