import { afterAll, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chartOf } from "../../src/data/chart.js";
import { lowPassCut } from "../../src/data/cut.js";
import { addNoise } from "../../src/data/noise.js";
import { simulateTrajectories } from "../../src/data/simulation.js";
import { openMachine } from "../../src/engine/machine.js";
import { stream } from "../../src/engine/random.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { coordinatesOf } from "../../src/equation/equation.js";
import { equationFromText } from "../../src/equation/text.js";
import { parse } from "../../src/expression/parse.js";
import { monomialLibrary } from "../../src/field/library.js";
import { learnLibrary } from "../../src/learning/library.js";
import { pdeConditions } from "../../src/validity/weak.js";
import { randomStates } from "../validity/snapshots.js";
import { distanceToKnown, known } from "./known.js";

const machine = await openMachine(nodeAdapter(), { workers: 1 });
const { kernels } = machine;
afterAll(() => machine.close());

describe.each([0, 0.05])("symmetries of degree 2 from 6 simulated trajectories with noise of %f", (noise) => {
  test.each<[string, number, string[]]>([
    ["heat", 8, []],
    ["burgers", 5, []],
    ["potential-burgers", 6, []],
    ["kdv", 4, []],
    ["ks", 3, []],
    ["nkdv", 4, ["exp(t/50)", "exp(-t/50)"]],
    ["ckdv", 4, ["1/sqrt(t+1)"]],
    ["wave-2d", 20, []],
    ["schrodinger-2d", 8, []],
    ["reaction-diffusion-2d", 5, []],
  ])(
    "%s: %i, within 1e-7 of the known ones and a gap of at least 1e6",
    async (name, count, members) => {
      const equation = equationOf({ name, parameters: {} });
      const request = { equation: { name, parameters: {} }, trajectories: 6, seed: 1 };
      const data = addNoise(await simulateTrajectories(machine.pool, request), noise, stream(1, "noise"));
      const chart = chartOf(data, equation);
      const cut = lowPassCut(kernels, data.u, data).mode;
      const conditions = pdeConditions(kernels, equation, data, chart, cut, stream(1, "states"));
      const extra = members.map((member) => parse(member));
      const spectrum = await learnLibrary(conditions, monomialLibrary(coordinatesOf(equation), 2, extra, chart));
      const distance = distanceToKnown(conditions, spectrum, known[name]!);
      console.log(
        `${name}, noise ${noise}, modes up to ${cut}: gap ${spectrum.gap?.toExponential(1)}, distance ${distance.toExponential(1)}`,
      );
      expect([spectrum.count, spectrum.countIs, spectrum.dropped]).toEqual([count, "exact", []]);
      expect(spectrum.gap).toBeGreaterThan(1e6);
      expect(distance).toBeLessThan(1e-7);
    },
    900_000,
  );
});

test.each<[string, number, number, number, number]>([
  ["u_t = u_xx + u*(1 - u)", 30, 0.3, 0, 2],
  ["u_t = (1 + 0.3*sin(x - t))*u_xx - (1 + 0.2*cos(2*x + t))*u*u_x", 2 * Math.PI, 0.5, 0, 0],
  ["u_t = -(1 + 0.3*sin(x)*cos(t))*u*u_x - u_xxx", 16 * Math.PI, 0.5, 1, 0],
])(
  "%s on a period of %f has the right number in 20 seeds",
  async (text, length, amplitude, mean, count) => {
    const equation = equationFromText("text", text);
    for (let seed = 1; seed <= 20; seed++) {
      const how = { grid: { nx: 256, length }, count: 120, modes: 6, amplitude, mean, to: 10 };
      const { data, units } = randomStates(equation, seed, how);
      const conditions = pdeConditions(kernels, equation, data, units, 85, stream(seed, "states"));
      const spectrum = await learnLibrary(conditions, monomialLibrary(coordinatesOf(equation), 2, [], units));
      expect([seed, spectrum.count, spectrum.countIs]).toEqual([seed, count, "exact"]);
    }
  },
  900_000,
);
