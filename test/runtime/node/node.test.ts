import { describe, expect, test } from "@jest/globals";
import { differing, type Numbers, numbers } from "../runtime.js";

const run = (options: object): Promise<Numbers> =>
  numbers(process.execPath, ["test/runtime/main.mjs", JSON.stringify(options)]);
const threads = (workers: number): object => ({ learn: { backend: "wasm", workers }, simulate: { workers } });

describe("Node", () => {
  test("finds what is known of KdV, and the same bits on one thread, on two and the next time", async () => {
    const [one, two] = await Promise.all([run(threads(0)), run(threads(2))]);
    expect(one.runtime).toBe(`node ${process.versions.node}`);
    expect(one["library.count"]).toBe(4);
    expect(one["library.formulas"]).toEqual(["∂x", "∂t", "t ∂x + ∂u", "x ∂x + 3 t ∂t - 2 u ∂u"]);
    expect(one["library.gap"]).toBeGreaterThan(1e6); // scores of the four are rounding, about 1e-14; the next is 7e-3
    expect((one["learn.tangent"] as number[])[0]).toBeLessThan(0.05); // after 40 steps; untrained fields have about 1
    expect(differing(one, two)).toEqual([]);
  }, 900_000);

  test("plain TypeScript gives the kernels' numbers to rounding", async () => {
    const [simd, oracle] = await Promise.all([run({ parts: ["kernels"] }), run({ parts: ["kernels"], oracle: true })]);
    expect([simd.engine, oracle.engine]).toEqual(["simd", "oracle"]);
    const apart = Object.entries(simd).flatMap(([name, value]) => {
      if (typeof value !== "number" || name.endsWith(".bits")) return [];
      // Conformance bounds of single and double arithmetic, times the some hundred terms of a sum
      const bound = name.includes(" f32") ? 1e-4 : 1e-9;
      const off = Math.abs(value - (oracle[name] as number)) / (1 + Math.abs(value));
      return off <= bound ? [] : [`${name} ${off}`];
    });
    expect(apart).toEqual([]);
    expect(differing(simd, oracle).length).toBeGreaterThan(50); // another order of additions: not one engine twice
  });
});
