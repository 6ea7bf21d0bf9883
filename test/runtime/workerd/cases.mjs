/** The cases as a worker: options as JSON in, numbers as JSON out. */
import network from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm";
import * as liefield from "liefield";
import { adapter } from "liefield/adapter";
import kernels from "liefield/kernels.wasm";
import networkKernels from "liefield/network.wasm";
import { conformance } from "../conformance.mjs";

const failure = (error) => `${error.name}: ${error.message}`;

/** What the adapter says of itself and of files. */
async function lent() {
  const own = adapter({ kernels, network });
  const answers = await Promise.all([
    own.readFile("a.npz", 10).catch(failure),
    own.writeAtomic("b", "x").catch(failure),
  ]);
  const before = own.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { runtime, cores } = own;
  return { runtime, cores, worker: own.spawnWorker({ module: null }), answers, passed: own.now() - before };
}

/** A learn of a few steps without any module, and what is said of modules that are others. */
async function bare(options) {
  const { record } = await liefield.learn(options, adapter());
  const fails = (own, more = {}) => liefield.learn({ ...options, ...more }, own).then(() => "no error", failure);
  return {
    engine: record.engine,
    swapped: await fails(adapter({ kernels, network: kernels })),
    foreign: await fails(adapter({ kernels: network })),
    relaxed: await fails(adapter(), { kernels: "relaxed" }),
  };
}

/** A small operator trained with its kernels as a module, and without. */
async function operators(options) {
  const nx = 16;
  const u = Float64Array.from({ length: 3 * 12 * nx }, (_, i) =>
    Math.sin((2 * Math.PI * (i % nx)) / nx + 0.1 * Math.floor(i / nx)),
  );
  const grid = {
    n: 3,
    nt: 12,
    nx,
    components: 1,
    length: 1,
    x: Float64Array.from({ length: nx }, (_, i) => i / nx),
    t: Float64Array.from({ length: 12 }, (_, i) => i),
  };
  const settings = { inputs: 4, outputs: 4, width: 8, modes: 3, layers: 2, hidden: 8, epochs: 2, batch: 2, copies: 2 };
  const trained = (own) =>
    liefield.trainOperator({ data: { u, ...grid }, seed: 1, backend: "wasm", settings, ...options }, own);
  const [tfjs, mine] = [await trained(adapter({ network })), await trained(adapter({ network, networkKernels }))]; // once started they go on
  return {
    kernels: [mine, tfjs].map(({ engine }) => engine.kernels),
    losses: [mine, tfjs].map(({ history }) => history),
  };
}

export default {
  async fetch(request) {
    try {
      const { ask, ...options } = await request.json();
      if (ask === "lent") return Response.json(await lent());
      if (ask === "bare") return Response.json(await bare(options));
      if (ask === "operators") return Response.json(await operators(options));
      const own = adapter({ kernels, network });
      const engine = await liefield.simdKernels(kernels);
      return Response.json({
        runtime: own.runtime,
        ...(await conformance(liefield, own, { kernels: engine, ...options })),
      });
    } catch (error) {
      return new Response(String(error.stack ?? error), { status: 500 });
    }
  },
};
