import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { simulateTrajectories } from "../../src/data/simulation.js";
import { openMachine } from "../../src/engine/machine.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { evolution } from "../../src/validity/evolution.js";

const { kernels, pool } = await openMachine(nodeAdapter(), { workers: 0 });
const make = (name: string, time: number, outputs: number) =>
  simulateTrajectories(pool, { equation: { name, parameters: {} }, trajectories: 1, seed: 2, time, outputs, nx: 32 });
const of = (name: string, data: Awaited<ReturnType<typeof make>>) =>
  evolution(kernels, equationOf({ name, parameters: {} }), data)!;

describe("data checked by differences in time", () => {
  test.each(["wave-2d", "schrodinger-2d", "reaction-diffusion-2d"])("%s: what was simulated passes", async (name) => {
    const { residual } = of(name, await make(name, 0.2, 25));
    expect(residual).toBeLessThan(1e-3);
  });

  test("rescaled in u a nonlinear equation's data fail, and differences are known to be fine enough to say so", async () => {
    const data = await make("schrodinger-2d", 0.2, 25);
    const found = of("schrodinger-2d", { ...data, u: data.u.map((v) => 3 * v) });
    expect(found.residual).toBeGreaterThan(0.05);
    expect(found.resolved).toBe(true);
  });

  test("with the time in another unit the wave equation's data fail", async () => {
    const data = await make("wave-2d", 0.2, 25);
    const found = of("wave-2d", { ...data, t: data.t.map((t) => 2 * t) });
    expect([found.residual > 0.05, found.resolved]).toEqual([true, true]);
  });

  test("outputs too far apart are told from wrong data, and too few or uneven ones are not looked at", async () => {
    const coarse = of("wave-2d", await make("wave-2d", 30, 25));
    expect([coarse.residual > 0.05, coarse.resolved]).toEqual([true, false]);
    expect(evolution(kernels, equationOf({ name: "wave-2d", parameters: {} }), await make("wave-2d", 1, 6))).toBeNull();
    const data = await make("wave-2d", 0.2, 25);
    const uneven = { ...data, t: data.t.map((t, j) => (j === 3 ? t + 0.1 : t)) };
    expect(evolution(kernels, equationOf({ name: "wave-2d", parameters: {} }), uneven)).toBeNull();
  });
});
