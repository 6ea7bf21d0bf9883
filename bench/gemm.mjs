/** How fast is our f32 matrix product beside tfjs's on wasm and plain TypeScript, with copies and without? `node bench/gemm.mjs` */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { gemmOracle } from "../dist/engine/oracle/gemm.js";
import { Arena } from "../dist/engine/simd/arena.js";
import { gemmSimd } from "../dist/engine/simd/gemm.js";
import { chooseBackend } from "../dist/network/backend.js";
import { bench, measure, perSecond } from "./harness.mjs";

const sizes = [
  [768, 128, 128], // a trunk layer at 12 × 8 × 8 knots
  [128, 128, 768], // its weight gradient
  [768, 12, 128], // the heads of four generators
  [1024, 256, 256],
];

await bench(import.meta.url, async ({ full }) => {
  await chooseBackend("wasm");
  const memory = new WebAssembly.Memory({ initial: 16 });
  const bytes = readFileSync(new URL("../dist/engine/simd/kernels.wasm", import.meta.url));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory, abort() {} } });
  const wasm = instance.exports;
  const arena = new Arena(memory, wasm.__heap_base.value);
  const simd = gemmSimd(arena, wasm);
  const rows = [];
  for (const [m, n, k] of full(sizes, sizes.slice(2, 3))) {
    const [a, b, c] = [m * k, k * n, m * n].map((length) => Float32Array.from({ length }, (_, i) => Math.sin(i)));
    const [A, B] = [tf.tensor(a, [m, k]), tf.tensor(b, [k, n])];
    const [pa, pb, pc] = [arena.put(a), arena.put(b), arena.room(c.byteLength)];
    const [packed, edge] = [arena.room(4 * k * (n + 8)), arena.room(128)];
    const kernelOnly = () => {
      wasm.gemmPack_f32(pb, k, n, packed);
      wasm.gemm_f32(m, n, k, pa, packed, pc, edge);
    };
    const cases = [
      ["SIMD in its own memory", kernelOnly],
      ["SIMD with copies", () => simd.gemm(m, n, k, a, b, c)],
      ["tfjs wasm", () => void tf.matMul(A, B).dispose()],
      ["plain TypeScript", () => gemmOracle.gemm(m, n, k, a, b, c)],
    ].map(([name, work]) => ({ name: `${m} × ${n} × ${k}, ${name}`, work }));
    const timed = await measure("gemm", cases, full({ seconds: 1 }, { seconds: 0, samples: 2, warm: 1 }));
    rows.push(...timed.map((r) => perSecond(r, (2 * m * n * k) / 1e9, "GFLOP/s")));
    tf.dispose([A, B]);
  }
  return { rows };
});
