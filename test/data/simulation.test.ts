import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { dopri5 } from "../../src/data/dopri5.js";
import { initialStates } from "../../src/data/initial.js";
import { partition, type SimulationRequest, simulateJob, simulateTrajectories } from "../../src/data/simulation.js";
import { spectralDerivatives } from "../../src/data/spectral.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError, NumericalError } from "../../src/engine/error.js";
import { jobError, type Pool } from "../../src/engine/job.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { equationOf, rowOf } from "../../src/equation/catalogue.js";

const kernels = await simdKernels(await WebAssembly.compile(readFileSync("build/kernels.release.wasm")));

/** Runs shards in turn, and counts them. */
let shards = 0;
const pool: Pool = {
  lost: [],
  workers: 0,
  close: async () => {},
  open: async (job, setup) => {
    const state = job.prepare(kernels, setup);
    return {
      run: async (all) =>
        all.map((args) => {
          shards++;
          try {
            return job.run(kernels, state, args);
          } catch (error) {
            throw jobError(job.name, (error as Error).name, (error as Error).message);
          }
        }),
      release: async () => {},
    };
  },
};

const FOURIER = { kind: "fourier", modes: 3, amplitude: 0.3 } as const;
const request = (text: string, change: Partial<SimulationRequest> = {}): SimulationRequest => ({
  equation: { name: "pde", text, parameters: {} },
  trajectories: 2,
  seed: 1,
  length: 2 * Math.PI,
  nx: 32,
  time: 0.5,
  outputs: 6,
  initial: FOURIER,
  ...change,
});
const run = (text: string, change: Partial<SimulationRequest> = {}): Promise<Trajectories> =>
  simulateTrajectories(pool, request(text, change));

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0) / b.reduce((sum, v) => sum + v * v, 0));

describe("trajectories of an equation given as text", () => {
  test("have the form asked for, start from seeded initial data and leave the start alone", async () => {
    const data = await run("u_t = -u*u_x + 0.1*u_xx");
    expect([data.n, data.nt, data.components, data.nx, data.ny, data.length]).toEqual([
      2,
      6,
      1,
      32,
      undefined,
      2 * Math.PI,
    ]);
    expect([...data.t].map((t) => Math.round(10 * t))).toEqual([0, 1, 2, 3, 4, 5]);
    const { equation, length, nx } = request("u_t = -u*u_x + 0.1*u_xx");
    const u0 = initialStates(stream(1, "initial"), FOURIER, 2, equationOf(equation), { nx: nx!, length: length! });
    expect(data.u.subarray(0, 32).every((value, i) => value === u0[i])).toBe(true);
  });

  test("are as accurate as is promised, by a step found from the first two", async () => {
    const text = "u_t = -(1 + 0.3*sin(x))*u*u_x - u_xxx";
    const { u } = await run(text);
    const exact = dopri5(
      (_, y, into) => {
        const [v, vx, , vxxx] = spectralDerivatives(oracleKernels, y, 32, 2 * Math.PI, 3);
        for (let i = 0; i < 32; i++)
          into[i] = -(1 + 0.3 * Math.sin((2 * Math.PI * i) / 32)) * v![i]! * vx![i]! - vxxx![i]!;
      },
      u.slice(0, 32),
      Float64Array.of(0.5),
      { relative: 1e-11, absolute: 1e-11 },
    )[0]!;
    expect(distance(u.slice(5 * 32, 6 * 32), exact)).toBeLessThan(1e-6); // the requirement
  });

  test("are the same first ones however many follow, one alone too", async () => {
    const text = "u_t = -6*u^2*u_x - u_xxx";
    for (const seed of [1, 2, 3, 4]) {
      const [one, five] = [await run(text, { trajectories: 1, seed }), await run(text, { trajectories: 5, seed })];
      expect(one.u).toHaveLength(6 * 32);
      expect(one.u.every((value, i) => value === five.u[i])).toBe(true);
    }
  });

  test("drop the row's first outputs only where none were asked for", async () => {
    const { outputs, ...rest } = request("u_t = u_xx");
    const row = rowOf(rest.equation);
    const data = await simulateTrajectories(pool, rest);
    expect(outputs).toBe(6);
    expect([data.nt, data.t[0]]).toEqual([row.used, (0.5 * (row.outputs - row.used)) / (row.outputs - 1)]);
    const whole = await simulateTrajectories(pool, { ...rest, outputs: row.outputs });
    const kept = whole.u.subarray((row.outputs - row.used) * 32, row.outputs * 32);
    expect(kept.every((value, i) => value === data.u[i])).toBe(true);
  });

  test("of second order in time carry u_t, in the plane y", async () => {
    const data = await run("u_tt = u_xx + u_yy", { outputs: 3, ny: 16, lengthY: 4 * Math.PI });
    expect([data.components, data.nx, data.ny, data.lengthY]).toEqual([2, 32, 16, 4 * Math.PI]);
    expect(data.y![1]).toBeCloseTo(Math.PI / 4, 14);
    expect(data.u).toHaveLength(2 * 3 * 2 * 32 * 16);
    expect((await run("u_t = u_xx + u_yy", { outputs: 3 })).ny).toBe(32); // like x where only x is given
  });

  test("are solved on twice the points where the grid only just resolves them, and given on the grid", async () => {
    const text = "u_t = -u*u_x + 0.1*u_xx";
    const coarse = await run(text, { time: 1, initial: { ...FOURIER, amplitude: 0.4 } });
    const fine = await run(text, { time: 1, nx: 128, initial: { ...FOURIER, amplitude: 0.4 } });
    const sampled = fine.u.filter((_, i) => i % 4 === 0);
    expect(distance(coarse.u, sampled)).toBeLessThan(1e-6); // the requirement; on 32 points alone 3e-4
  });

  test("in the time in which a common factor is gone are those of the equation in t", async () => {
    const factored = await run("u_t = -exp(t)*(u*u_x + u_xxx)", { time: 0.5, outputs: 2 });
    const steady = await run("u_t = -u*u_x - u_xxx", { time: Math.expm1(0.5), outputs: 2 });
    expect([factored.t[1], steady.t[1]]).toEqual([0.5, Math.expm1(0.5)]);
    expect(distance(factored.u, steady.u)).toBeLessThan(1e-12); // one and the same computation
  });
});

describe("catalogue equations", () => {
  test.each([
    ["transport", 1, 1],
    ["potential-burgers", 1, 1],
    ["nkdv", 1, 1],
    ["ckdv", 1, 1],
    ["wave-2d", 2, 64],
    ["schrodinger-2d", 2, 64],
    ["reaction-diffusion-2d", 2, 64],
  ] as const)("%s is simulated in the form of its row", async (name, components, ny) => {
    const short = { trajectories: 1, seed: 2, time: 1, outputs: 3 };
    const data = await simulateTrajectories(pool, {
      equation: { name, parameters: {} },
      ...short,
    });
    expect([data.n, data.nt, data.components, data.ny ?? 1]).toEqual([1, 3, components, ny]);
    expect(data.u.every(Number.isFinite)).toBe(true);
    const own = data.u.length / 3;
    expect(distance(data.u.slice(2 * own), data.u.slice(0, own))).toBeGreaterThan(1e-3); // it moves
  });
});

describe("what cannot be simulated", () => {
  test.each<[string, string, Partial<SimulationRequest>, typeof InputError | typeof NumericalError, RegExp]>([
    [
      "blow-up, by trajectory and time",
      "u_t = u^2",
      { initial: { ...FOURIER, mean: 2 }, time: 2 },
      NumericalError,
      /trajectory [01] grew beyond 1000000 times its initial size before t = 0\.\d/,
    ],
    [
      "an ill-posed equation, at once",
      "u_t = -u_xx",
      { nx: 256 },
      NumericalError,
      /before t = 0\.100; .* check the sign of the highest derivative/,
    ],
    [
      "an ill-posed nonlinear one",
      "u_t = -(1 + u^2)*u_xx",
      { nx: 128 },
      NumericalError,
      /trajectory [01] (grew|is no longer)/,
    ],
    [
      "a wave that breaks",
      "u_t = -u*u_x",
      { time: 5, outputs: 50 },
      NumericalError,
      /trajectory [01] is no longer resolved by 32 points/,
    ],
    ["roots of negative data", "u_t = sqrt(u)*u_x", {}, InputError, /not defined on the initial data/],
    ["coefficients of another period", "u_t = sin(x)*u_x", { length: 5 }, InputError, /not with the period 5/],
    ["a y for an equation on a line", "u_t = u_x", { ny: 32 }, InputError, /two space dimensions/],
    ["no points", "u_t = u_x", { nx: 0 }, InputError, /nx is 0/],
    ["too few points for the initial data", "u_t = u_x", { nx: 6 }, InputError, /more than 6 points/],
    ["no trajectories", "u_t = u_x", { trajectories: 0 }, InputError, /trajectories is 0/],
  ])("%s", async (_, text, change, kind, message) => {
    shards = 0;
    const failure = await run(text, change).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(kind);
    expect((failure as Error).message).toMatch(message);
    expect(shards).toBeLessThan(40);
  });

  test("a trajectory steeper than the first two is solved with shorter steps, alone", async () => {
    const [first, second, third] = [0, 1, 2].map((i) => {
      const of = equationOf(request("u_t = u^2*u_xx").equation);
      return initialStates(stream(i, "states"), { ...FOURIER, mean: i === 2 ? 6 : 1 }, 1, of, { nx: 32, length: 6 });
    }) as [Float64Array, Float64Array, Float64Array];
    const setup = {
      equation: request("u_t = u^2*u_xx").equation,
      grid: { nx: 32, length: 6 },
      times: Float64Array.of(0, 0.02),
      coleHopf: false,
      step: null,
    };
    const state = simulateJob.prepare(kernels, setup);
    const solve = (...rows: Float64Array[]) =>
      simulateJob.run(kernels, state, {
        task: "solve",
        first: 0,
        u0: Float64Array.from(rows.flatMap((row) => [...row])),
        base: 0.004,
        halvings: 0,
      });
    expect(simulateJob.run(kernels, state, { task: "trial", first: 0, u0: third, base: 0.004 }).failure).not.toBeNull();
    const both = solve(second, third);
    expect(both.failure).toBeNull();
    expect(both.u.subarray(0, 64).every((value, i) => value === solve(first, second).u[64 + i])).toBe(true);
  });
});

test("trajectories are parted whole, in the plane too", async () => {
  const data = await run("u_tt = u_xx + u_yy", { outputs: 2, nx: 16, trajectories: 3 });
  const [first, others] = partition(data, 1);
  expect([first.n, others.n, first.u.length, others.u.length]).toEqual([1, 2, 2 * 2 * 256, 2 * 2 * 2 * 256]);
  expect(others.u[0]).toBe(data.u[2 * 2 * 256]);
});
