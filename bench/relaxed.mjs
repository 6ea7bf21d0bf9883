/** How much faster is relaxed SIMD than plain SIMD, kernel by kernel? `node bench/relaxed.mjs`, `npx deno run -A bench/relaxed.mjs` */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { kernelModule } from "../dist/engine/simd/module.js";
import { simdKernels } from "../dist/engine/simd/simd.js";
import { kernelCases } from "./cases.mjs";
import { bench, paired } from "./harness.mjs";
import { kdvSetting } from "./setting.mjs";

const FLAG = "--experimental-wasm-relaxed-simd"; // Node 20 wants it; it may be set late
const bytesOf = (file) => readFileSync(new URL(`../dist/engine/simd/${file}`, import.meta.url));

await bench(import.meta.url, async ({ seed, full }) => {
  const bytes = bytesOf("kernels.relaxed.wasm");
  const flagged = !WebAssembly.validate(bytes);
  if (flagged) setFlagsFromString(FLAG);
  const [plain, relaxed] = await Promise.all([bytesOf("kernels.wasm"), bytes].map((of) => kernelModule(of)));
  const engines = await Promise.all([plain, relaxed].map((module) => simdKernels(module)));
  const setting = await kdvSetting(seed, full({}, { n: 2, held: 2 }));
  const budget = full({}, { rounds: 3 });
  const rows = [];
  for (const { name, call } of kernelCases(setting, seed)) {
    const [slow, fast] = engines.map((kernels) => () => call(kernels));
    rows.push(await paired(name, slow, fast, budget));
  }
  const notes = [
    "times as long on plain SIMD as on relaxed, in CPU time, by turns: fair under load",
    "residual and its pullback are the same code in both: they show what noise and placement do",
  ];
  return { rows, notes: flagged ? [...notes, `relaxed SIMD by V8's ${FLAG}`] : notes };
});
