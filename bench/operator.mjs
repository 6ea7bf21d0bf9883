/** How long is a training step of the neural operator at the paper's sizes, where does it go, and how near is the bound of its products? `node bench/operator.mjs` */
import { stream } from "../dist/engine/random.js";
import { chooseBackend } from "../dist/network/backend.js";
import { tfjsArithmetic } from "../dist/network/operator/arithmetic.js";
import { chooseArithmetic, OperatorNetwork } from "../dist/network/operator/network.js";
import { operatorDefaults, weightCount } from "../dist/network/operator/shape.js";
import { engineMemory, upload } from "../dist/network/tensor.js";
import { atMost, bench, row } from "./harness.mjs";

const PYTORCH = 560; // ms per step and core, the same sizes
const BATCH = 16;
const paper = { nx: 256, ...operatorDefaults };
const small = { nx: 256, inputs: 20, outputs: 20, width: 32, modes: 32, layers: 4, hidden: 64 };

/** Operations of a step's products, one for each multiplication and each addition, by part. */
function operations({ nx, inputs, outputs, width, modes, layers, hidden }, batch) {
  const rows = nx * batch;
  return {
    "pointwise path": 3 * layers * 2 * rows * width * width,
    "spectral weights": 3 * layers * 2 * modes * 4 * batch * width * width,
    "transforms, folded": 4 * layers * 2 * modes * nx * batch * width,
    "lift and projection": 2 * rows * (2 * inputs * width + 3 * width * hidden + 3 * hidden * outputs),
  };
}

/** Milliseconds of processor time, which other processes do not swell as they do the wall's. */
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** An arithmetic that keeps the processor time of each of its calls. */
function timed(arithmetic, spent) {
  const entries = Object.entries(arithmetic).map(([name, own]) => {
    if (typeof own !== "function") return [name, own];
    const probed = (...of) => {
      const from = used();
      const made = own(...of);
      spent[name] = (spent[name] ?? 0) + used() - from;
      return made;
    };
    return [name, probed];
  });
  return Object.fromEntries(entries);
}

await bench(import.meta.url, async ({ seed, full }) => {
  await chooseBackend("wasm");
  const { arithmetic, reason } = await chooseArithmetic();
  if (reason !== null) throw new Error(`our kernels: ${reason}`);
  const draw = stream(seed, "bench");
  const windows = ({ nx }, channels, batch) => Float32Array.from({ length: batch * channels * nx }, draw.normal);
  const rows = [];
  const tables = [];

  const square = upload(windows({ nx: 256 }, 256, 1), [256, 256]);
  const multiply = () => {
    for (let k = 0; k < 20; k++) arithmetic.product({ a: square, b: square }).dispose();
  };
  multiply();
  const samples = Array.from({ length: full(30, 2) }, () => {
    const from = used();
    multiply();
    return (used() - from) / 20;
  });
  square.dispose();
  const product = row("256 × 256 × 256, our kernel: processor time", "ms", samples);
  const rate = (2 * 256 ** 3) / product.median / 1e6; // GFLOP/s
  rows.push(product);

  const sizes = full([paper, small], [{ ...small, nx: 64, width: 16 }]);
  for (const shape of sizes) {
    const label = `width ${shape.width}, ${shape.modes} modes, ${shape.layers} layers, batch ${BATCH}`;
    const [x, y] = [windows(shape, shape.inputs, BATCH), windows(shape, shape.outputs, BATCH)];
    for (const [who, own, samples] of [
      ["our kernels", arithmetic, full(12, 2)],
      ["tfjs's kernels", tfjsArithmetic, 2],
    ]) {
      const spent = {};
      const network = OperatorNetwork.create(shape, seed, timed(own, spent));
      for (let k = 0; k < full(2, 1); k++) await network.step(x, y, 1e-4, 1e-2);
      const [wall, processor, parts] = [[], [], {}];
      for (let k = 0; k < samples; k++) {
        for (const name of Object.keys(spent)) spent[name] = 0;
        const [from, before] = [performance.now(), used()];
        await network.step(x, y, 1e-4, 1e-2);
        wall.push(performance.now() - from);
        processor.push(used() - before);
        for (const [name, ms] of Object.entries(spent)) (parts[name] ??= []).push(ms);
      }
      network.dispose();
      rows.push(row(`${label}: step, ${who}`, "ms", wall), row(`${label}: processor time, ${who}`, "ms", processor));
      if (own === arithmetic)
        rows.push(...Object.entries(parts).map(([name, ms]) => row(`${label}: of which ${name}`, "ms", ms)));
    }
    const work = operations(shape, BATCH);
    const total = Object.values(work).reduce((a, b) => a + b, 0);
    rows.push(
      row(`${label}: bound, all products at the first row's ${rate.toFixed(1)} GFLOP/s`, "ms", [total / rate / 1e6]),
    );
    tables.push({
      columns: [`operations of a step, GFLOP: ${label}, ${(weightCount(shape) / 1e6).toFixed(1)} million weights`, ""],
      cells: [...Object.entries(work), ["all", total]].map(([name, count]) => [name, (count / 1e9).toFixed(2)]),
    });
  }
  const [least] = rows.filter(({ name }) => name.endsWith("processor time, our kernels"));
  return {
    rows,
    tables,
    goals: [
      atMost("processor time of a step at the paper's sizes", least.median, PYTORCH, "ms, PyTorch's on one core"),
    ],
    notes: [`one thread; ${JSON.stringify(engineMemory())} held at the end`],
  };
});
