import { describe, expect, test } from "@jest/globals";
import { chartOf } from "../../src/data/chart.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { parse } from "../../src/expression/parse.js";
import { formulaGenerators } from "../../src/flow/generators.js";
import { audit } from "../../src/use/audit.js";
import type { Predictor } from "../../src/use/rollout.js";

// Heat on a circle: two modes, each with its own decay, so that the solution is no multiple of one state.
const [nt, nx, step, nu] = [24, 32, 0.05, 0.3];
const length = 2 * Math.PI;
const x = Float64Array.from({ length: nx }, (_, i) => (i * length) / nx);
const t = Float64Array.from({ length: nt }, (_, j) => j * step);
const u = Float64Array.from({ length: nt * nx }, (_, i) => {
  const [time, place] = [t[Math.floor(i / nx)]!, x[i % nx]!];
  return 1 + Math.exp(-nu * time) * Math.sin(place) + 0.5 * Math.exp(-4 * nu * time) * Math.cos(2 * place);
});
const data: Trajectories = { n: 1, nt, nx, components: 1, x, t, length, u };

/** The heat equation over one step, mode by mode, times `gain` at each place. */
const heat = (gain: (place: number) => number): Predictor => ({ inputs: 1, outputs: 1, predict: stepped(gain) });
const stepped =
  (gain: (place: number) => number): Predictor["predict"] =>
  (state) => {
    const X = new Float64Array(nx + 2);
    oracleKernels.rfft(nx, state, X);
    for (let m = 0; m <= nx / 2; m++) {
      const decay = Math.exp(-nu * m * m * step);
      X[2 * m]! *= decay;
      X[2 * m + 1]! *= decay;
    }
    const out = new Float64Array(nx);
    oracleKernels.irfft(nx, X, out);
    return out.map((value, i) => value * gain(x[i]!));
  };
const generators = formulaGenerators(
  oracleKernels,
  [
    ["1", "0", "0"],
    ["0", "0", "u"],
    ["0", "0", "u^2"],
  ].map((row) => row.map((component) => parse(component))),
  chartOf(data),
);
const amounts = [[0.3, -0.3], [0.2], [0.1]];

describe("an operator that solves the heat equation", () => {
  test("commutes with the translation and the scaling of u, and not with what is no symmetry", async () => {
    const { error, generators: found } = await audit(
      heat(() => 1),
      oracleKernels,
      { data, generators, amounts },
    );
    expect(error).toBeLessThan(1e-12);
    expect(found.map((each) => each.length)).toEqual([2, 1, 1]);
    const defects = found.map((each) => Math.max(...each.map(({ defect }) => defect!)));
    expect(defects[0]).toBeLessThan(1e-6); // interpolation
    expect(defects[1]).toBeLessThan(1e-6); // RK4's
    expect(defects[2]).toBeGreaterThan(0.02);
    expect(found[0]![0]!.states).toBe(nt - 1);
  });
  test("that depends on the place has a defect in the translation only", async () => {
    const uneven = heat((place) => 1 - 0.01 * Math.cos(place));
    const { error, generators: found } = await audit(uneven, oracleKernels, { data, generators, amounts });
    expect(error).toBeGreaterThan(0.1);
    expect(found[0]![0]!.defect!).toBeGreaterThan(0.05);
    expect(found[1]![0]!.defect!).toBeLessThan(1e-6);
  });
  test("may take and give several states, and be asynchronous", async () => {
    const one = stepped(() => 1);
    const pair: Predictor = {
      inputs: 2,
      outputs: 2,
      async predict(states) {
        const first = await one(states.slice(nx));
        return Float64Array.from([...first, ...(await one(first))]);
      },
    };
    const { error, generators: found } = await audit(pair, oracleKernels, { data, generators, amounts });
    expect(error).toBeLessThan(1e-12);
    expect(found[0]![0]!.defect!).toBeLessThan(1e-6);
  });
});

const of = (predict: Predictor["predict"], more: Partial<Predictor> = {}): Predictor => ({
  ...{ inputs: 1, outputs: 1, predict },
  ...more,
});

test.each<[string, Predictor, Partial<Parameters<typeof audit>[2]>, RegExp]>([
  ["states of another size", of(() => new Float64Array(3)), {}, /gave 3 numbers but 1 states of 32/],
  ["what is not finite", of(() => new Float64Array(nx).fill(Number.NaN)), {}, /gave NaN after t = 0/],
  ["amounts for other generators", heat(() => 1), { amounts: [[1]] }, /for 1 generators of 3/],
  ["no trajectories", heat(() => 1), { trajectories: 0 }, /trajectories is 0; pass a whole number from 1/],
  ["no inputs", of((u) => u, { inputs: 0 }), {}, /inputs is 0; pass a whole number from 1/],
  ["trajectories too short", of((u) => u, { outputs: 24 }), {}, /have 24 states but 1 \+ 24/],
])("refuses %s", async (_, predictor, more, message) => {
  const asked = audit(predictor, oracleKernels, { data, generators, amounts, ...more });
  await expect(asked).rejects.toThrow(InputError);
  await expect(asked).rejects.toThrow(message);
});

test("stops when its signal aborts", async () => {
  const stop = new AbortController();
  const predictor = of((state) => {
    stop.abort(new Error("enough"));
    return state.slice();
  });
  await expect(audit(predictor, oracleKernels, { data, generators, amounts, signal: stop.signal })).rejects.toThrow(
    "enough",
  );
});
