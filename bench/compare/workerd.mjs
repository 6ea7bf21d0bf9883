/** The steps in workerd: the request as JSON in, the answer as JSON out. */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import wasmModule from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm";
import { adapter } from "../../dist/adapter/workerd/adapter.js";
import kernels from "../../dist/engine/simd/kernels.wasm";
import networkKernels from "../../dist/network/network.wasm";
import { measured } from "./measured.mjs";
import { measure } from "./sampler.mjs";

export default {
  async fetch(request) {
    try {
      const own = {
        measure,
        timer: "bench/compare/sampler.mjs",
        adapter: adapter({ kernels }),
        options: { wasmModule, networkKernels },
      };
      return Response.json(await measured(own, await request.json()));
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  },
};
