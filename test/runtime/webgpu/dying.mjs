/** A run on WebGPU that outlives its GPU, beside the same on wasm; `globalThis.step` says where it is. */
import { learn } from "../../../dist/learn.js";

export async function run() {
  const network = await WebAssembly.compileStreaming(fetch("/network.wasm"));
  const now = () => performance.now() / 1000;
  const adapter = { runtime: "page", now, spawnWorker: () => null, cores: 1 };
  const options = {
    ...{ task: "function", function: "x^2 + y^2", seed: 3, workers: 0, generators: 2, width: 8, steps: 60, network },
    ...{ knots: { x: 5, t: 5, u: 5 }, certificate: { controls: 2, stops: [0.2] } },
  };
  const right = await learn({ ...options, backend: "wasm" }, adapter);
  const progress = ({ stage, done }) => {
    if (stage === "learn") globalThis.step = done;
  };
  const { record, splines } = await learn({ ...options, backend: "webgpu" }, adapter, { progress });
  const apart = Math.max(...splines.control.map((c, i) => Math.abs(c - right.splines.control[i])));
  return { engine: record.engine, warnings: record.warnings.filter((w) => w.includes("lost")), apart };
}
