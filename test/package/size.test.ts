import { beforeAll, describe, expect, test } from "@jest/globals";
import * as liefield from "../../src/index.js";
import { type Bundle, bundles } from "./bundle.js";

/** What the core is: equations and expressions, fields and flows, the kernels that travel with the package, simulation. */
const core = [
  ...["InputError", "NumericalError", "version"],
  ...["catalogue", "equationOf", "parse", "text", "latex", "sympy", "compile", "bracket"],
  ...["chartOf", "normalise", "normaliseVectors", "physical", "physicalVectors"],
  ...[
    "closedField",
    "formulaField",
    "SplineField",
    "physicalField",
    "fieldsOf",
    "generatorsOf",
    "flowPlan",
    "directFlow",
  ],
  ...["simdKernels", "kernelModule", "simulate"],
];
/** What is not: learning and its report, files of data and fields, and the kernels in plain TypeScript, loaded where SIMD does not start. */
const beyond = [
  ...["learn", "neuralDefaults", "thresholds", "describeBackends", "renderReport"],
  ...["readNpz", "writeNpz", "readTrajectories", "arraysOf", "trajectoriesOf", "functionSamples", "dynamicsSamples"],
  ...["trainOperator", "readOperator", "rollout", "rolloutError", "zeroPredictor", "persistencePredictor", "supplyOf"],
  ...["classify", "augmentedSupply", "evaluate", "renderEvaluation"],
  ...["readField", "writeField", "resample", "randomAmounts", "augment", "audit"],
  "oracleKernels",
];

const exporting = (names: readonly string[]): string => `export { ${names.join(", ")} } from "liefield";`;
const KERNELS = /simd\/bytes\.js$/;
const ORACLE = /oracle\/whole\.js$/;
const LIBRARY = /simd\/bytes\.js$|learn\/library\.js$/;
const network = (engine: string): RegExp => new RegExp(`simd/bytes\\.js$|learn/network\\.js$|tfjs-backend-${engine}/`);

/** Limits in kB (1000 bytes) of minified, gzipped code; null: only shown. */
const rows: readonly { what: string; program: string; later?: RegExp; limit: number | null }[] = [
  {
    what: "fields and flows",
    program: exporting(["closedField", "formulaField", "SplineField", "physicalField", "flowPlan", "directFlow"]),
    limit: 10,
  },
  { what: "core on plain TypeScript", program: exporting(core), later: ORACLE, limit: 60 },
  { what: "core with its SIMD kernels", program: exporting(core), later: KERNELS, limit: 60 },
  {
    what: "core, files and augmentation",
    program: exporting([...core, ...beyond.slice(5, -1)]),
    later: KERNELS,
    limit: null,
  },
  { what: "a worker's program on a page", program: 'import "liefield/browser/worker";', limit: 60 },
  { what: "learn by the library", program: exporting(["learn"]), later: LIBRARY, limit: null },
  { what: "learn by a network, on wasm", program: exporting(["learn"]), later: network("wasm"), limit: 400 },
  { what: "learn by a network, on webgpu", program: exporting(["learn"]), later: network("webgpu"), limit: 400 },
  { what: "learn by a network, on cpu", program: exporting(["learn"]), later: network("cpu"), limit: 400 },
  // One build of the kernels, as a program loads it: the relaxed one takes the plain one's place.
  { what: "all that learning may load", program: exporting(["learn"]), later: /^(?!.*relaxedbytes)/, limit: 400 },
  // Operators, classifiers, comparisons and HDF5 besides: no program loads all of it.
  { what: "all there is", program: 'export * from "liefield";', later: /^(?!.*relaxedbytes)/, limit: 450 },
];

describe("kB gzipped, without tfjs's own .wasm", () => {
  const of = new Map<string, Bundle>();
  beforeAll(() => {
    const programs = [...new Set(rows.map(({ program }) => program))];
    bundles(programs).forEach((bundle, i) => void of.set(programs[i]!, bundle));
    const lines = rows.map(({ what, program, later, limit }) =>
      [what.padEnd(38), kB(program, later).toFixed(1).padStart(6), limit === null ? "" : `of ${limit}`].join(" "),
    );
    console.info(lines.join("\n"));
  });
  const kB = (program: string, later?: RegExp): number => of.get(program)!(later).bytes / 1000;

  test("every export is said to be core or beyond it", () => {
    expect(Object.keys(liefield).sort()).toEqual([...core, ...beyond].sort());
  });
  test.each(rows.filter(({ limit }) => limit !== null))("$what: at most $limit", ({ program, later, limit }) => {
    const { asked } = of.get(program)!(later);
    for (const part of later?.source.split("|") ?? [])
      expect([part, asked.some((file) => new RegExp(part).test(file))]).toEqual([part, true]); // it is counted
    expect(kB(program, later)).toBeLessThanOrEqual(limit!);
  });
});
