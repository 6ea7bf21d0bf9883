/**
 * Every one-dimensional equation by the neural learner, three seeds each; the library's counts over twenty. A quarter of an hour.
 * Known gap: by flow alone nKdV comes within 1.4° of the truth on seeds 1 to 3 but is counted 3 on seed 2 only; it is not among these.
 */
import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { type LearnOptions, learn } from "../../src/learn.js";

const workerUrl = new URL("../../dist/adapter/node/worker.js", import.meta.url);
const adapter = nodeAdapter({ workerUrl });
const seeds = [1, 2, 3];
const worst = (angles: readonly number[]): number => Math.max(...angles);

describe("periodic symmetries by the neural learner", () => {
  test.each<[string, LearnOptions["criterion"] & string, number]>([
    ["ks", "tangent", 2],
    ["burgers", "tangent", 2],
    ["nkdv", "tangent", 2],
    ["ks", "flow", 3],
    ["ks", "tangent+flow", 2],
  ])(
    "%s by %s: three within %d°, seeds 1 to 3",
    async (task, criterion, bound) => {
      for (const seed of seeds) {
        const { record } = await learn({ task, seed, criterion, backend: "wasm" }, adapter);
        expect([seed, record.count, record.countIs]).toEqual([seed, 3, "exact"]);
        expect(worst(record.truth!.principalAnglesDegrees)).toBeLessThan(bound);
      }
    },
    600_000,
  );

  test.each(["heat", "potential-burgers"])(
    "%s has at least four",
    async (task) => {
      for (const seed of seeds) {
        const { record } = await learn({ task, seed, backend: "wasm" }, adapter);
        expect([seed, record.count, record.countIs]).toEqual([seed, 4, "atLeast"]);
      }
    },
    300_000,
  );

  test("equations as text: KdV in other units has three; a coefficient in x leaves only ∂t", async () => {
    for (const seed of seeds) {
      const pde = { task: "pde", seed, backend: "wasm" } as const;
      const kdv = await learn({ ...pde, equation: "u_t = -6*u*u_x - 0.5*u_xxx" }, adapter);
      expect([seed, kdv.record.count]).toEqual([seed, 3]);
      const uneven = await learn({ ...pde, equation: "u_t = -(1+0.3*sin(x))*u*u_x - u_xxx" }, adapter);
      expect([seed, uneven.record.count]).toEqual([seed, 1]);
      expect(uneven.record.formulas![0]!.reads).toBe("∂t");
    }
  }, 300_000);
});

describe("periodic symmetries by the Fourier library", () => {
  const fourier = { method: "library", library: "fourier", seed: 1 } as const;
  test("nKdV's three are formulas with exp(±t/50), and polynomials of degree 5 in t come as near as they can", async () => {
    const exact = await learn({ ...fourier, task: "nkdv", members: ["exp(t/50)", "exp(-t/50)"] }, adapter);
    expect(exact.record).toMatchObject({ count: 3, countIs: "exact", truth: { dimension: 3 } });
    expect(exact.record.formulas!.map((f) => f.reads)).toEqual(["∂x", "50 exp(t/50) ∂x + ∂u", "exp(-t/50) ∂t"]);
    const near = await learn({ ...fourier, task: "nkdv", degree: 5 }, adapter);
    expect(near.record).toMatchObject({ count: 3, countIs: "exact" });
    expect(near.record.gap!).toBeGreaterThan(1e4);
  }, 600_000);
});

describe("the library's count over twenty seeds", () => {
  const library = { task: "pde", method: "library", certificate: { controls: 3, stops: [0.2] } } as const;
  test.each<[string, string, number]>([
    ["Fisher–KPP has ∂x and ∂t", "u_t = u*(1-u) + u_xx", 2],
    ["coefficients of x and t leave nothing", "u_t = -(1+0.3*sin(x)*cos(t))*u*u_x - u_xxx", 0],
  ])(
    "%s",
    async (_, equation, count) => {
      for (let seed = 1; seed <= 20; seed++) {
        const { record } = await learn({ ...library, equation, seed }, adapter);
        expect([seed, record.count, record.countIs]).toEqual([seed, count, "exact"]);
      }
    },
    600_000,
  );
});
