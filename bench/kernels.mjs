/** How fast is each kernel in plain TypeScript and in SIMD, in one process? `node bench/kernels.mjs` */
import { oracleKernels } from "../dist/engine/oracle/oracle.js";
import { simdKernels } from "../dist/engine/simd/simd.js";
import { kernelCases } from "./cases.mjs";
import { bench, measure } from "./harness.mjs";
import { kdvSetting } from "./setting.mjs";

await bench(import.meta.url, async ({ seed, full }) => {
  const engines = { oracle: oracleKernels, simd: await simdKernels() };
  const setting = await kdvSetting(seed, full({}, { n: 2, held: 2 }));
  const kernels = kernelCases(setting, seed);
  const cases = kernels.flatMap(({ name, call }) =>
    Object.entries(engines).map(([engine, of]) => ({ name: `${name}, ${engine}`, work: () => call(of) })),
  );
  const rows = await measure(
    "kernels",
    cases,
    full({ seconds: 0.5, samples: 10 }, { seconds: 0, samples: 2, warm: 1 }),
  );
  const cells = kernels.map(({ name, count, unit }, i) => {
    const [oracle, simd] = [rows[2 * i].median, rows[2 * i + 1].median];
    return [name, oracle / simd, (1e6 * simd) / count, (1e6 * oracle) / count, unit];
  });
  return { rows, tables: [{ columns: ["kernel", "oracle over SIMD", "SIMD ns", "oracle ns", "per"], cells }] };
});
