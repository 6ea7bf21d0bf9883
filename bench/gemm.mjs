/** How fast is our f32 product beside tfjs's on wasm, copies in and out included or not? `node bench/gemm.mjs` */

import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { gemmOracle } from "../dist/engine/oracle/gemm.js";
import { Arena } from "../dist/engine/simd/arena.js";
import { gemmSimd } from "../dist/engine/simd/gemm.js";
import { chooseBackend } from "../dist/network/backend.js";

await chooseBackend("wasm");
const memory = new WebAssembly.Memory({ initial: 16 });
const module = new WebAssembly.Module(readFileSync("build/kernels.release.wasm"));
const { exports: wasm } = new WebAssembly.Instance(module, { env: { memory, abort() {} } });
const arena = new Arena(memory, wasm.__heap_base.value);
const simd = gemmSimd(arena, wasm);

/** Median and quartiles of GFLOP/s over `rounds` calls. */
function rate(flops, work, rounds = 60) {
  for (let i = 0; i < 10; i++) work();
  const rates = [];
  for (let i = 0; i < rounds; i++) {
    const from = performance.now();
    work();
    rates.push(flops / (performance.now() - from) / 1e6);
  }
  rates.sort((a, b) => a - b);
  return [0.5, 0.25, 0.75].map((q) => Number(rates[Math.floor(q * rounds)].toFixed(1)));
}

const rows = [];
for (const [m, n, k] of [
  [768, 128, 128],
  [128, 128, 768],
  [768, 12, 128],
  [1024, 256, 256],
]) {
  const flops = 2 * m * n * k;
  const [a, b, c] = [m * k, k * n, m * n].map((length) => Float32Array.from({ length }, (_, i) => Math.sin(i)));
  const [A, B] = [tf.tensor(a, [m, k]), tf.tensor(b, [k, n])];
  const kernelOnly = arena.frame(() => {
    const [pa, pb, pc] = [arena.put(a), arena.put(b), arena.room(c.byteLength)];
    const [packed, edge] = [arena.room(4 * k * (n + 8)), arena.room(128)];
    return rate(flops, () => {
      wasm.gemmPack_f32(pb, k, n, packed);
      wasm.gemm_f32(m, n, k, pa, packed, pc, edge);
    });
  });
  rows.push({
    m,
    n,
    k,
    simd: kernelOnly,
    simdWithCopies: rate(flops, () => simd.gemm(m, n, k, a, b, c)),
    tfjs: rate(flops, () => tf.matMul(A, B).dispose()),
    oracle: rate(flops, () => gemmOracle.gemm(m, n, k, a, b, c), 3),
  });
  tf.dispose([A, B]);
}
console.log(JSON.stringify({ question: "GFLOP/s of f32 products: [median, quartiles]", node: process.version, rows }));
