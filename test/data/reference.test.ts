import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { readNpz } from "../../src/data/npz.js";
import { simulate } from "../../src/data/simulate.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { catalogue, equationOf } from "../../src/equation/catalogue.js";

const kernels = await simdKernels(await WebAssembly.compile(readFileSync("build/kernels.release.wasm")));

function reference(name: string): { u0: Float64Array; t: Float64Array; u: Float64Array; length: number } {
  const arrays = readNpz(readFileSync(`test/reference/${name}.npz`));
  const data = (key: string): Float64Array => arrays.get(key)!.data;
  return { u0: data("u0"), t: data("t"), u: data("u"), length: data("L")[0]! };
}

/** Relative L2 errors, [n, nt]. */
function errors(u: Float64Array, exact: Float64Array, nx: number): number[] {
  expect(u.length).toBe(exact.length);
  return Array.from({ length: u.length / nx }, (_, row) => {
    let error = 0;
    let size = 0;
    for (let i = row * nx; i < (row + 1) * nx; i++) {
      error += (u[i]! - exact[i]!) ** 2;
      size += exact[i]! ** 2;
    }
    return Math.sqrt(error / size);
  });
}

const CASES = [
  ["kdv", {}],
  ["ks", {}],
  ["burgers", { nu: 0.1 }],
] as const;

describe.each(CASES)("ETDRK4 on the reference of %s", (name, parameters) => {
  const equation = equationOf({ name, parameters });
  const { u0, t, u, length } = reference(name);
  const run = (step: number, times: Float64Array): Float64Array =>
    simulate(kernels, { equation, length, nx: 256, times, step }, u0).u;

  test("the built-in step keeps the relative L2 error below 1e-6 at all times", () => {
    // the project's requirement; the references themselves are good to 2e-9
    expect(Math.max(...errors(run(catalogue[name]!.step, t), u, 256))).toBeLessThan(1e-6);
  });

  test("the error falls with the fourth power of the step", () => {
    // between steps where the error is far above the reference's own (2e-9) and the method is in its asymptotic range
    const steps = { kdv: [0.05, 0.025], ks: [0.0125, 0.00625], burgers: [0.05, 0.025] }[name] as [number, number];
    const times = t.filter((time) => time <= 20);
    const exact = Float64Array.from(
      { length: 2 * times.length * 256 },
      (_, i) => u[Math.floor(i / (times.length * 256)) * t.length * 256 + (i % (times.length * 256))]!,
    );
    const [coarse, fine] = steps.map((step) => Math.max(...errors(run(step, times), exact, 256))) as [number, number];
    const order = Math.log2(coarse / fine);
    expect(Math.abs(order - 4)).toBeLessThan(0.3); // the project's requirement
  });
});
