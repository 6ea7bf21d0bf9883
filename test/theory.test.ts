import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../src/adapter/node/adapter.js";
import { chartOf } from "../src/data/chart.js";
import { CUT } from "../src/data/cut.js";
import { addNoise } from "../src/data/noise.js";
import { simulateTrajectories } from "../src/data/simulation.js";
import { openMachine } from "../src/engine/machine.js";
import { stream } from "../src/engine/random.js";
import { equationOf } from "../src/equation/catalogue.js";
import { coordinatesOf } from "../src/equation/equation.js";
import { monomialLibrary } from "../src/field/library.js";
import { type PdeOptions, pdeProblem } from "../src/learn/pde.js";
import type { Problem } from "../src/learn/problem.js";
import { learn } from "../src/learn.js";
import { countDefaults } from "../src/learning/count.js";
import { DAMPING, learnLibrary } from "../src/learning/library.js";
import { neuralDefaults } from "../src/learning/neural.js";
import type { Spectrum } from "../src/learning/spectrum.js";
import { algebraDefaults } from "../src/reading/algebra.js";
import { certificateDefaults, thresholds } from "../src/reading/certificate.js";
import { fitCoefficients, fitDefaults, spectrumAccuracy } from "../src/reading/fit.js";
import { rationalDefaults } from "../src/reading/rational.js";
import { read } from "../src/reading/reading.js";
import { chooseStates, lowPassed, STATES } from "../src/validity/states.js";
import { widening } from "../src/validity/tangent.js";
import { bumpDefaults, bumps } from "../src/validity/testfunctions.js";
import { weakConditions } from "../src/validity/weak.js";

const document = readFileSync("docs/theory.md", "utf8");
const machine = await openMachine(nodeAdapter(), { workers: 0 });
const { kernels, pool } = machine;
afterAll(() => machine.close());

/** From a heading to the next of any level. */
function section(title: string): string {
  const from = document.indexOf(`# ${title}`);
  expect([title, from > 0]).toEqual([title, true]);
  const to = document.indexOf("\n#", from);
  return document.slice(from, to < 0 ? undefined : to);
}

/** Cells of a section's one table, without its head. */
const table = (title: string): string[][] =>
  [...section(title).matchAll(/^\|(.*)\|$/gm)].slice(2).map(([, row]) => row!.split("|").map((cell) => cell.trim()));

/** Lines of a section's first block of text. */
const lines = (title: string): string[] => /^```text\n([\s\S]*?)^```$/m.exec(section(title))![1]!.trim().split("\n");

const LEAST = 1e-9; // scores below it are rounding: as small on other machines, but not the same
const agree = (said: string, score: number): boolean =>
  Number(said) < LEAST ? score < 30 * Number(said) : Math.abs(score / Number(said) - 1) < 0.051; // two digits

/** As the command line makes it, to learn by the library from 6 trajectories. */
function problemOf(options: Partial<PdeOptions>): Promise<Problem> {
  const nothing = (): void => {};
  const request = { task: "pde", seed: 1, trajectories: 6, ...options };
  return pdeProblem(request, machine, certificateDefaults, thresholds, undefined, nothing);
}

const spectrumOf = (problem: Problem, degree: number): Promise<Spectrum> =>
  learnLibrary(problem.conditions("train", "monomials"), problem.library("monomials", degree, []));

describe("docs/theory.md", () => {
  test("leads to files that are there, by links and by names in code quotes", () => {
    const links = [...document.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to]) => `docs/${to}`);
    const named = [...document.matchAll(/`((?:src|test|bench|docs)\/[\w./-]+)`/g)].map(([, name]) => name!);
    expect(links.length).toBeGreaterThan(30);
    for (const path of [...links, ...named]) expect([path, existsSync(path)]).toEqual([path, true]);
  });

  test("names code that its files hold", () => {
    for (const [, name, path] of document.matchAll(/\(`(\w+)` in \[[^\]]+\]\(\.\.\/([^)]+)\)/g))
      expect([name, readFileSync(path!, "utf8").includes(name!)]).toEqual([name, true]);
  });

  test("lists every source it cites, and cites every one it lists", () => {
    const at = document.indexOf("## Sources");
    const listed = document.slice(at).split("\n- ").slice(1);
    const text = document.slice(0, at).replace(/\s+/g, " ");
    const cited = [...text.matchAll(/([A-Z][\w-]+)(?:(?:, [A-Z]\w+)* & [A-Z][\w ]*?\w+)? ((?:19|20)\d\d)\b/g)];
    const keys = new Set(cited.map(([, name, year]) => `${name} ${year}`));
    expect(keys.size).toBe(listed.length);
    for (const key of keys) {
      const [name, year] = key.split(" ") as [string, string];
      expect([key, listed.filter((entry) => entry.includes(name) && entry.includes(year)).length]).toEqual([key, 1]);
    }
  });

  test("says the numbers that the code has", () => {
    const words = document.replace(/\s+/g, " ");
    const [line, plane] = [bumpDefaults[1], bumpDefaults[2]];
    const grids = [bumps({ nx: 256, length: 1 }, line, 4), bumps({ nx: 64, length: 1, ny: 64, lengthY: 1 }, plane, 2)];
    for (const said of [
      `$p = ${line.power}$`,
      `half-width ${line.halfWidth} of the period in one dimension (${grids[0]!.length} bumps), ${plane.halfWidth} along each axis in two (${grids[1]!.length})`,
      `which for $n = 256$ gives $M = ${Math.floor((256 - 8 / line.halfWidth) / 5)}$`,
      `stands ${CUT.above} times above the noise`,
      `${STATES[1]} are taken by default (${STATES[2]} in two dimensions`,
      `KdV at degree 2 needs ${Math.ceil(60 / grids[0]!.length)} snapshots`,
      `the largest ratio is at least ${countDefaults.decisive} (`,
      `bound ${thresholds.dataResidual} of the terms`,
      `tangent $\\le ${thresholds.tangentOfControl}\\,\\times$ control`,
      `so ${certificateDefaults.controls} fields of`,
      `$\\ell = ${neuralDefaults.lipschitzBound}$`,
      `residual above ${fitDefaults.worst}:`,
      `$q \\le ${rationalDefaults.largest}$`,
      `up to 0.05 where some are measured`,
    ])
      expect([said, words.includes(said)]).toEqual([said, true]);
    expect([countDefaults.floor, DAMPING, CUT.faint, CUT.fewest]).toEqual([1e-9, 1e-6, 1e-7, 4]);
    expect([algebraDefaults.exact, algebraDefaults.measured]).toEqual([1e-6, 0.05]);
    expect([widening(0), widening(0.7)]).toEqual([1e6, 1]);
  });

  test("closes its formulas", () => {
    const prose = document.replace(/^ *```[\s\S]*?^ *```$/gm, "");
    for (const paragraph of prose.split(/\n\n+/)) {
      const marks = paragraph.match(/\$/g)?.length ?? 0;
      expect([paragraph.slice(0, 60), marks % 2]).toEqual([paragraph.slice(0, 60), 0]);
    }
  });
});

describe("the examples of docs/theory.md are what the code gives", () => {
  test("KdV: scores, count, gap, formulas, brackets", async () => {
    const title = "Example: KdV";
    const certificate = { controls: 1, stops: [0.1] };
    const { record } = await learn({ task: "kdv", method: "library", seed: 1, workers: 0, certificate }, nodeAdapter());
    const { spectrum, formulas, algebra } = record;
    for (const [k, said] of table(title))
      expect([k, said, agree(said!, spectrum[Number(k) - 1]!)]).toEqual([k, said, true]);
    const [, count, is, gap] = /\*\*(\d+), (\w+), gap ([\d.e+]+)\*\*/.exec(section(title))!;
    expect([record.count, record.countIs]).toEqual([Number(count), is]);
    expect(Math.abs(Math.log10(record.gap! / Number(gap)))).toBeLessThan(1); // its denominator is rounding
    const said = lines(title);
    expect(formulas!.map(({ reads }, i) => `V${i + 1} = ${reads}`)).toEqual(said.slice(0, formulas!.length));
    const brackets = algebra!.brackets.flatMap(({ i, j, coefficients }) =>
      coefficients.flatMap((c, m) => (c === 0 ? [] : [`[V${i}, V${j}] = ${c === 1 ? "" : `${c} `}V${m + 1}`])),
    );
    expect(brackets).toEqual(said.slice(formulas!.length + 1));
    expect(Math.max(...record.truth!.principalAnglesDegrees)).toBeLessThan(1e-10);
  });

  test("heat: the count grows with the degree, and the brackets leave", async () => {
    const title = "8.1 Linear equations: infinitely many";
    const problem = await problemOf({ task: "heat" });
    const { points, units } = problem.conditions("train", "monomials");
    expect((await spectrumOf(await problemOf({ task: "transport" }), 2)).count).toBe(22);
    for (const [degree, count, next, , closes] of table(title)) {
      const spectrum = await spectrumOf(problem, Number(degree));
      const { library, coefficients, scores, kept } = spectrum;
      expect([degree, spectrum.count, spectrum.countIs]).toEqual([degree, Number(count), "exact"]);
      expect([degree, next, agree(next!, scores[kept]!)]).toEqual([degree, next, true]);
      const own = coefficients.subarray(0, kept * scores.length);
      const fit = fitCoefficients(kernels, library, { points, units }, own, spectrumAccuracy(spectrum, kept));
      const { formulas, algebra } = read(kernels, fit, { points, units });
      expect([degree, closes]).toEqual([degree, algebra.closes ? "yes" : "no"]);
      if (degree !== "2") continue;
      expect(formulas.map(({ text }) => text)).toEqual(lines(title));
      expect(section("14. The algebra")).toContain(`closure ${algebra.closure.toPrecision(2)} at degree 2`);
    }
  });

  test("nKdV without its exponentials: approximations sink until the count takes them in", async () => {
    const problem = await problemOf({ task: "nkdv" });
    for (const [degree, count, ...said] of table("8.2 Resonant libraries")) {
      const spectrum = await spectrumOf(problem, Number(degree));
      expect([degree, spectrum.count, spectrum.countIs]).toEqual([degree, Number(count), "exact"]);
      said.forEach((score, i) => {
        const own = spectrum.scores[i + 1]!;
        expect([degree, score, agree(score, own) || own]).toEqual([degree, score, true]);
      });
    }
  }, 600_000); // ms: libraries of some hundred members

  test("the staircase is undecided, for its largest ratio above the floor is below 100", async () => {
    const title = "8.3 A staircase: undecided";
    const command = lines(title)[0]!;
    const option = (name: string): string =>
      new RegExp(`--${name} ("[^"]*"|\\S+)`).exec(command)![1]!.replaceAll('"', "");
    const problem = await problemOf({
      equation: option("equation"),
      length: Number(option("length")),
      time: Number(option("time")),
    });
    const { scores, count, countIs } = await spectrumOf(problem, Number(option("degree")));
    expect([count, countIs]).toEqual([null, "undecided"]);
    expect(Math.max(...scores.subarray(0, 6))).toBeLessThan(1e-13);
    const ratios = scores.map((score, i) => Math.max(score, 1e-9) / Math.max(scores[i - 1] ?? 0, 1e-9));
    expect(Math.max(...ratios)).toBeLessThan(countDefaults.decisive);
    for (const [k, score, ratio] of table(title)) {
      const own = scores[Number(k) - 1]!;
      expect([k, score, Math.abs(own / Number(score) - 1) < 0.1 || own]).toEqual([k, score, true]);
      expect([k, ratio, Math.abs(ratios[Number(k) - 1]! / Number(ratio) - 1) < 0.1]).toEqual([k, ratio, true]);
    }
    const lower = await spectrumOf(problem, 4);
    expect([lower.count, lower.countIs]).toEqual([6, "exact"]);
    expect(section(title)).toContain(`the first step is ${lower.scores[6]!.toExponential(1)}`);
  });

  test("modes above the cut make the count wrong and call it exact", async () => {
    const rows = table("8.5 Spectral cut too high");
    expect(rows.length).toBeGreaterThan(4);
    for (const name of ["kdv", "ks"]) {
      const equation = equationOf({ name, parameters: {} });
      const request = { equation: { name, parameters: {} }, trajectories: 6, seed: 1 };
      const data = addNoise(await simulateTrajectories(pool, request), 0.05, stream(1, "noise"));
      const chart = chartOf(data, equation);
      const states = chooseStates(equation, data, stream(1, "states"));
      for (const [, modes, count, ...said] of rows.filter(([own]) => own === name)) {
        const kept = lowPassed(kernels, states, Number(modes));
        const conditions = weakConditions(kernels, kept, chart, stream(1, "conditions"));
        const spectrum = await learnLibrary(conditions, monomialLibrary(coordinatesOf(equation), 2, [], chart));
        expect([name, modes, spectrum.count, spectrum.countIs]).toEqual([name, modes, Number(count), "exact"]);
        said.forEach((score, i) => {
          const own = spectrum.scores[i + 2]!;
          expect([name, modes, score, agree(score, own) || own]).toEqual([name, modes, score, true]);
        });
      }
    }
  });
});
