import { describe, expect, test } from "@jest/globals";
import { lowPassCut } from "../../src/data/cut.js";
import { addNoise } from "../../src/data/noise.js";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { coordinatesOf, type Equation } from "../../src/equation/equation.js";
import { equationFromText } from "../../src/equation/text.js";
import { parse } from "../../src/expression/parse.js";
import { fourierLibrary, monomialLibrary } from "../../src/field/library.js";
import { learnLibrary } from "../../src/learning/library.js";
import { libraryScores } from "../../src/learning/score.js";
import type { Spectrum } from "../../src/learning/spectrum.js";
import type { Conditions } from "../../src/validity/conditions.js";
import { pdeConditions } from "../../src/validity/weak.js";
import { type RandomStates, randomStates } from "../validity/snapshots.js";
import { distanceToKnown, known } from "./known.js";

const kernels = await simdKernels();

const line = (length: number, from: number, to: number, amplitude = 0.5): RandomStates => ({
  grid: { nx: 256, length },
  count: 120,
  modes: 6,
  amplitude,
  from,
  to,
});
const plane = (length: number, to: number, amplitude: number): RandomStates => ({
  grid: { nx: 48, length, ny: 48, lengthY: length },
  count: 24,
  modes: 3,
  amplitude,
  to,
});

interface Outcome {
  readonly conditions: Conditions;
  readonly spectrum: Spectrum;
}

async function learn(
  equation: Equation,
  how: RandomStates,
  { seed = 1, degree = 2, members = [] as string[], noise = 0, states = how.count } = {},
): Promise<Outcome> {
  const { data: clean, units } = randomStates(equation, seed, how);
  const data = noise > 0 ? addNoise(clean, noise, stream(seed, "noise")) : clean;
  const cut = lowPassCut(kernels, data.u, data).mode;
  const conditions = pdeConditions(kernels, equation, data, units, cut, stream(seed, "conditions"), { states });
  const extra = members.map((member) => parse(member));
  return {
    conditions,
    spectrum: await learnLibrary(conditions, monomialLibrary(coordinatesOf(equation), degree, extra, units)),
  };
}

const built = (name: string): Equation => equationOf({ name, parameters: {} });
const short = line(2 * Math.PI, 4, 18);
const long = line(128, 44, 100);

describe("symmetries of degree 2 from random smooth states", () => {
  test.each<[string, number, RandomStates]>([
    ["kdv", 4, long],
    ["ks", 3, line(64, 72, 100)],
    ["burgers", 5, short],
    ["heat", 8, short],
    ["potential-burgers", 6, short],
  ])("%s has %i, within 1e-7 of the known ones and a gap of at least 1e6", async (name, count, how) => {
    const { conditions, spectrum } = await learn(built(name), how);
    expect([spectrum.count, spectrum.countIs, spectrum.kept]).toEqual([count, "exact", count]);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    expect(spectrum.scores[count - 1]).toBeLessThan(1e-12);
    expect(distanceToKnown(conditions, spectrum, known[name]!)).toBeLessThan(1e-7);
  });

  test.each<[string, number, RandomStates]>([
    ["wave-2d", 20, plane(2 * Math.PI, 4, 1)],
    ["schrodinger-2d", 8, plane(2 * Math.PI, 1, 0.7)],
    ["reaction-diffusion-2d", 5, plane(20, 10, 0.5)],
  ])("%s has %i, within 1e-7 of the known ones and a gap of at least 1e6", async (name, count, how) => {
    const { conditions, spectrum } = await learn(built(name), how);
    expect([spectrum.count, spectrum.countIs]).toEqual([count, "exact"]);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    expect(distanceToKnown(conditions, spectrum, known[name]!)).toBeLessThan(1e-7);
  });

  test.each<[string, number, RandomStates]>([
    ["kdv", 4, long],
    ["ks", 3, line(64, 72, 100)],
    ["heat", 8, short],
  ])("%s keeps its %i under noise of 5 per cent on the states", async (name, count, how) => {
    const { conditions, spectrum } = await learn(built(name), how, { noise: 0.05 });
    expect([spectrum.count, spectrum.countIs]).toEqual([count, "exact"]);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    expect(distanceToKnown(conditions, spectrum, known[name]!)).toBeLessThan(1e-7);
  });

  test("states full of modes up to a third of the points lose those whose products the sums would alias", async () => {
    const { data, units } = randomStates(built("kdv"), 1, { ...long, modes: 85 });
    const conditions = pdeConditions(kernels, built("kdv"), data, units, 85, stream(1, "c"));
    const spectrum = await learnLibrary(conditions, monomialLibrary(["x", "t", "u"], 2, [], units));
    expect([spectrum.count, spectrum.countIs]).toEqual([4, "exact"]);
    expect(spectrum.scores[3]).toBeLessThan(1e-10);
  });

  test("an equation with only translations has 2, one without symmetries 0", async () => {
    for (const seed of [1, 2, 3]) {
      const fisher = await learn(equationFromText("fisher", "u_t = u_xx + u*(1 - u)"), line(30, 0, 10, 0.3), { seed });
      expect([fisher.spectrum.count, fisher.spectrum.countIs]).toEqual([2, "exact"]);
      expect(distanceToKnown(fisher.conditions, fisher.spectrum, ["1, 0, 0", "0, 1, 0"])).toBeLessThan(1e-7);
      const none = await learn(
        equationFromText("none", "u_t = (1 + 0.3*sin(x - t))*u_xx - (1 + 0.2*cos(2*x + t))*u*u_x"),
        line(2 * Math.PI, 0, 5),
        { seed },
      );
      expect([none.spectrum.count, none.spectrum.countIs, none.spectrum.gap]).toEqual([0, "exact", null]);
    }
  });

  test("an equation that holds x but not t keeps ∂t", async () => {
    const equation = equationFromText("pinned", "u_t = -(1 + 0.3*sin(x))*u*u_x - u_xxx");
    const { conditions, spectrum } = await learn(equation, line(16 * Math.PI, 0, 20));
    expect([spectrum.count, spectrum.countIs]).toEqual([1, "exact"]);
    expect(distanceToKnown(conditions, spectrum, ["0, 1, 0"])).toBeLessThan(1e-7);
  });
});

describe("named members", () => {
  test.each([
    ["nkdv", ["exp(t/50)", "exp(-t/50)"]],
    ["ckdv", ["1/sqrt(t+1)"]],
  ])("%s has 4 with %p", async (name, members) => {
    const { conditions, spectrum } = await learn(built(name), long, { members });
    expect([spectrum.count, spectrum.countIs, spectrum.dropped]).toEqual([4, "exact", []]);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    expect(distanceToKnown(conditions, spectrum, known[name]!)).toBeLessThan(1e-7);
  });

  test.each([
    [["1/sqrt(t+1)", "sqrt(t+1)"], ["", "*x", "*t", "*u"].map((factor) => `sqrt(t + 1)${factor}`)],
    [
      ["sqrt(t+1)", "1/sqrt(t+1)"],
      ["t", "x*t", "t^2", "t*u"],
    ],
  ])("that depend on others are dropped and named: %p", async (members, labels) => {
    const { spectrum, conditions } = await learn(built("ckdv"), long, { members });
    expect(spectrum.count).toBe(4);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    expect(spectrum.dropped).toHaveLength(4);
    for (const [i, label] of labels.entries()) {
      const [came, expected] = [spectrum.dropped[i]!, label].map((text) => parse(text));
      if (members[0] === "1/sqrt(t+1)") expect(came!.key).toBe(expected!.key);
      else expect(spectrum.dropped[i]).toMatch(/t \+ 1/);
    }
    expect(distanceToKnown(conditions, spectrum, known.ckdv!)).toBeLessThan(1e-7);
  });

  test("that are not finite on the data are refused with the place", async () => {
    await expect(learn(built("kdv"), long, { members: ["log(t - 50)"] })).rejects.toThrow(
      /the library's .*log\(t - 50\).* is NaN at x = .*, t = 4.*, u = /,
    );
  });

  test("of one time only, monomials of t are dropped", async () => {
    const { data, units } = randomStates(built("kdv"), 1, { ...long, from: 0, to: 1 });
    const at = { ...data, t: data.t.map(() => 3) };
    const conditions = pdeConditions(kernels, built("kdv"), at, units, 80, stream(1, "c"));
    const spectrum = await learnLibrary(conditions, monomialLibrary(["x", "t", "u"], 1, [], units));
    expect(spectrum.dropped).toEqual(["t"]);
  });
});

describe("a periodic library", () => {
  test("has the 3 periodic symmetries of KdV", async () => {
    const { data, units } = randomStates(built("kdv"), 1, long);
    const conditions = pdeConditions(kernels, built("kdv"), data, units, 80, stream(1, "c"), { states: 24 });
    const library = fourierLibrary([{ name: "x", length: 128, modes: 1 }], ["t", "u"], 2, [], {
      offset: Array.from(units.offset).slice(1),
      scale: Array.from(units.scale).slice(1),
    });
    const spectrum = await learnLibrary(conditions, library);
    expect([spectrum.count, spectrum.countIs]).toEqual([3, "exact"]);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    expect(distanceToKnown(conditions, spectrum, known.kdv!.slice(0, 3))).toBeLessThan(1e-7);
  });
});

describe("what a spectrum holds", () => {
  test("orthonormal fields, the scores not below their own residual, which is that on other states", async () => {
    const { spectrum, conditions } = await learn(built("kdv"), long);
    const { coefficients, scores, library } = spectrum;
    const members = scores.length;
    const own = libraryScores(conditions, library, coefficients);
    own.forEach((score, i) => void expect(score).toBeLessThan(scores[i]! * 1.001 + 1e-13));
    expect(own[members - 1]).toBeGreaterThan(scores[4]!);
    const other = await learn(built("kdv"), long, { seed: 2 });
    const held = libraryScores(other.conditions, library, coefficients);
    expect(Math.max(...held.subarray(0, 4))).toBeLessThan(1e-12);
    expect(Math.min(...held.subarray(4))).toBeGreaterThan(1e-3);

    const { points, units } = conditions;
    const F = library.functions.length;
    const { columnsOf } = await import("../../src/learning/basis.js");
    const values = columnsOf(library, points);
    const inner = (i: number, j: number): number => {
      let sum = 0;
      for (let a = 0; a < 3; a++)
        for (let p = 0; p < values[0]!.length; p++) {
          const [v, w] = [i, j].map((k) =>
            values.reduce((s, value, f) => s + coefficients[k * members + a * F + f]! * value[p]!, 0),
          ) as [number, number];
          sum += (v * w) / units.scale[a]! ** 2;
        }
      return sum / values[0]!.length;
    };
    for (const [i, j] of [
      [0, 0],
      [3, 3],
      [0, 3],
      [2, 17],
      [29, 29],
    ] as const)
      expect(Math.abs(inner(i, j) - (i === j ? 1 : 0))).toBeLessThan(1e-9);
  });

  test("a first score that is the first field's own residual, and no field of the library has less", async () => {
    const equation = equationFromText("none", "u_t = (1 + 0.3*sin(x - t))*u_xx - (1 + 0.2*cos(2*x + t))*u*u_x");
    const { spectrum, conditions } = await learn(equation, line(2 * Math.PI, 0, 5));
    const { library, coefficients, scores } = spectrum;
    const own = libraryScores(conditions, library, coefficients);
    expect(Math.abs(own[0]! / scores[0]! - 1)).toBeLessThan(1e-9);
    expect(Math.min(...own)).toBe(own[0]);
    const draw = stream(1, "near");
    const near = Float64Array.from({ length: 100 * 30 }, (_, i) => coefficients[i % 30]! * (1 + 0.01 * draw.normal()));
    expect(Math.min(...libraryScores(conditions, library, near))).toBeGreaterThan(scores[0]!);
  });

  test("the same numbers for the same seed", async () => {
    const [first, second] = [await learn(built("kdv"), long), await learn(built("kdv"), long)];
    expect(first.spectrum.scores.every((score, i) => score === second.spectrum.scores[i])).toBe(true);
  });
});

test("an aborted signal stops the learner", async () => {
  const { data, units } = randomStates(built("kdv"), 1, long);
  const conditions = pdeConditions(kernels, built("kdv"), data, units, 80, stream(1, "c"));
  const signal = AbortSignal.abort();
  await expect(learnLibrary(conditions, monomialLibrary(["x", "t", "u"], 2), { signal })).rejects.toThrow(/abort/);
});

test("too few states for the library are refused", async () => {
  await expect(learn(built("kdv"), { ...long, count: 4 })).rejects.toThrow(InputError);
  await expect(learn(built("kdv"), { ...long, count: 4 })).rejects.toThrow(/28 conditions for 30 fields/);
});
