import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { simulateTrajectories } from "../../src/data/simulation.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { openMachine } from "../../src/engine/machine.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { equationFromText } from "../../src/equation/text.js";
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

  const [nt, nx] = [25, 32];
  const decay = equationFromText("decay", "u_t = u_xx - u");
  /** exp(rate·t) sin x, one trajectory for each rate: solutions at rate −2, for which the terms of F are as large as each other. */
  const waves = (...rates: number[]): Trajectories => ({
    ...{ n: rates.length, nt, nx, components: 1, length: 2 * Math.PI },
    x: Float64Array.from({ length: nx }, (_, i) => (2 * Math.PI * i) / nx),
    t: Float64Array.from({ length: nt }, (_, j) => j / 100),
    u: Float64Array.from({ length: rates.length * nt * nx }, (_, i) => {
      const j = Math.floor(i / nx) % nt;
      return Math.exp((rates[Math.floor(i / nx / nt)]! * j) / 100) * Math.sin((2 * Math.PI * (i % nx)) / nx);
    }),
  });

  test("the residual is relative to u_t and each term of F by its size", () => {
    expect(evolution(kernels, decay, waves(-2))!.residual).toBeLessThan(1e-9);
    expect(evolution(kernels, decay, waves(1))!.residual).toBeCloseTo(1, 8); // |u + 2u| over |u| + |u| + |u|
    const cancelling = equationFromText("cancelling", "u_t = u_xx + 2*u");
    expect(evolution(kernels, cancelling, waves(-1))!.residual).toBeCloseTo(0.5, 8); // |−u − u| over |u| + |u| + 2|u|
  });

  test("four trajectories are looked at", () => {
    expect(evolution(kernels, decay, waves(-2, -2, -2, 1))!.residual).toBeGreaterThan(0.1);
  });

  test("periods along x and y are each its own", () => {
    const wave = equationOf({ name: "wave-2d", parameters: {} });
    const [ny, lengthY] = [24, 5];
    const k = (2 * Math.PI) / lengthY;
    const standing: Trajectories = {
      ...waves(0),
      ...{ components: 2, ny, lengthY, y: Float64Array.from({ length: ny }, (_, i) => (i * lengthY) / ny) },
      u: Float64Array.from({ length: nt * 2 * nx * ny }, (_, i) => {
        const [j, c, y] = [Math.floor(i / (2 * nx * ny)), Math.floor(i / (nx * ny)) % 2, i % ny];
        const across = Math.sin((2 * Math.PI * y) / ny);
        return across * (c === 0 ? Math.cos((k * j) / 100) : -k * Math.sin((k * j) / 100));
      }),
    };
    expect(evolution(kernels, wave, standing)!.residual).toBeLessThan(1e-9);
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
