/**
 * The library method: the spectrum of a library on the training data, the span before its gap read as formulas, and each formula certified on
 * held-out data beside random fields of the library.
 */
import { physical } from "../data/chart.js";
import type { Kernels } from "../engine/kernels.js";
import { stream } from "../engine/random.js";
import { type Expression, scale, sum } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import { type Library, memberCount } from "../field/library.js";
import type { Learned } from "../learn.js";
import { learnLibrary } from "../learning/library.js";
import { libraryScores } from "../learning/score.js";
import type { Spectrum } from "../learning/spectrum.js";
import { algebraOf } from "../reading/algebra.js";
import { certifyTangent } from "../reading/certificate.js";
import { compareWithTruth } from "../reading/comparison.js";
import { fitCoefficients, spectrumAccuracy } from "../reading/fit.js";
import { type Formula, formulasOf } from "../reading/formula.js";
import type { Measure } from "../reading/measure.js";
import { sparseBasis } from "../reading/sparse.js";
import { drawRun } from "../report/figures.js";
import { recordOf } from "../report/record.js";
import type { Traced } from "../validity/trace.js";
import { drawnField, frameOfProblem } from "./figures.js";
import { membersOf } from "./members.js";
import { recordedAlgebra } from "./reading.js";
import { breath, environmentOf, type Run, reporting } from "./run.js";
import { complement, lengthOf, valuesOf } from "./span.js";
import { problemOf } from "./tasks.js";

const TRAJECTORIES = 6; // to learn from, where nothing is said
const COMPARED = 4096;
const NEARLY = 0.01; // of the control: scores up to which a field is listed as nearly a symmetry
const LISTED = 2; // degree up to which known generators are on file

export async function learnByLibrary(run: Run): Promise<Learned> {
  const { options, machine, hooks, limits, certifying, clock } = run;
  const { kernels } = machine;
  const { seed } = options;
  const { signal } = hooks;
  const problem = await problemOf(run, TRAJECTORIES);
  const { chart, coordinates } = problem;
  const seconds = { data: clock(), learn: 0, certify: 0 };

  const members = membersOf(options.members ?? [], problem, kernels, seed);
  const degree = options.degree ?? problem.degree;
  const report = reporting(run, "learn");
  report(0, 1);
  const conditions = problem.conditions("train");
  const given = problem.library(degree, members);
  const spectrum = await learnLibrary(conditions, given, signal === undefined ? {} : { signal });
  seconds.learn = clock();
  const measure: Measure = { points: conditions.points, units: chart };
  const found = read(kernels, spectrum, measure, 0, spectrum.kept);
  const trivial = await trivialOf();
  const kept = complement(
    kernels,
    coordinates,
    measure,
    trivial.map((f) => f.components),
    found.formulas,
  );
  report(1, 1, `${spectrum.kept} of ${spectrum.scores.length} fields before the largest gap`);

  await breath(run);

  const draw = stream(seed, "control");
  const M = spectrum.scores.length;
  const random = Float64Array.from({ length: certifying.controls * M }, () => 0);
  for (let j = 0; j < certifying.controls; j++)
    random.set(
      combined(spectrum, () => draw.normal()),
      j * M,
    );
  const held = problem.conditions("held");
  const scoresOf = (formulas: readonly Formula[], library: Library): Float64Array =>
    formulas.length === 0 ? new Float64Array(0) : libraryScores(held, library, rowsOf(formulas));
  const controls = Array.from({ length: certifying.controls }, (_, j) =>
    traced(componentsOf(spectrum.library, random.subarray(j * M, (j + 1) * M)), coordinates),
  );
  const unit = ({ components }: Formula): Expression[] => {
    const length = lengthOf(kernels, components, coordinates, measure);
    return components.map((c) => scale(1 / length, c));
  };
  const candidates = {
    fields: kept.map((f) => traced(unit(f), coordinates)),
    tangent: scoresOf(kept, found.library),
    controls,
    controlTangent: libraryScores(held, spectrum.library, random),
  };
  await breath(run);
  const certificate = problem.flow
    ? await problem.flow(candidates, reporting(run, "certify"))
    : certifyTangent(candidates, limits);

  await breath(run);
  const bound = NEARLY * certificate.tangentControl;
  const near = spectrum.scores.filter((score) => score <= bound).length;
  const approximate = near > spectrum.kept ? nearly(near) : [];
  const places = problem.sample("held", COMPARED, stream(seed, "compare"));
  const values = kept.map((f) =>
    normaliseValues(valuesOf(kernels, f.components, coordinates, physical(chart, places))),
  );
  const truth = compareWithTruth(problem.name, chart, places, values, {
    kind: "full",
    parameters: problem.parameters,
    functions: spectrum.library.functions,
    ...(degree > LISTED ? { known: null } : {}),
  });
  await breath(run);
  const algebra = kept.length === 0 ? null : algebraOf(kernels, kept, coordinates, measure);
  seconds.certify = clock();

  const order = kept.map((_, i) => i);
  const count = spectrum.count === null ? null : spectrum.count - trivial.length;
  const record = recordOf({
    task: problem.name,
    method: "library",
    equationText: problem.text,
    coordinates,
    criterion: null,
    seed,
    engine: { network: "none", kernels: kernels.engine, passedOver: machine.passedOver },
    seconds,
    certificate,
    certificateReason: problem.flowless,
    count: { count, countIs: spectrum.countIs, gap: spectrum.gap },
    order,
    spectrum: spectrum.scores,
    ...(conditions.floor === undefined ? {} : { scoreFloor: conditions.floor }),
    formulas: kept,
    algebra: algebra && recordedAlgebra(algebra),
    approximate,
    trivial: trivial.map((f) => f.text),
    lowPass: problem.lowPass && { mode: problem.lowPass.library, of: problem.lowPass.of },
    dropped: spectrum.dropped,
    truth,
    warnings: [...problem.warnings, ...warningsOf()],
  });
  const figures = drawRun({
    equation: problem.text,
    preserves: problem.preserves,
    frame: frameOfProblem(problem, seed),
    fields: kept.map((f, i) => drawnField(kernels, i + 1, unit(f), coordinates, problem.held, chart)),
    held: problem.held,
    history: [],
    limits,
    mathml: kept.map((f) => f.mathml),
    command: options.command ?? `npx liefield learn ${problem.name} --method library --seed ${seed}`,
    environment: environmentOf(run),
    settings: [
      ...problem.settings,
      [
        "Library",
        `${memberCount(spectrum.library)} members: monomials of degree ${degree}${members.length > 0 ? `, times ${options.members!.join(", ")}` : ""}`,
      ],
    ],
  });
  return { record, figures, chart, splines: null, formulas: kept.map((f) => f.components) };

  /** Fields of the library that act trivially, as formulas. */
  async function trivialOf(): Promise<readonly Formula[]> {
    const trivialities = problem.trivial?.();
    if (!trivialities || spectrum.kept === 0) return [];
    const own = await learnLibrary(trivialities, spectrum.library, {});
    return own.count === null ? [] : read(kernels, own, measure, 0, own.kept).formulas;
  }

  /** Fields beyond the gap that the certificate's tangent bound would still let pass, read beside the exact ones. */
  function nearly(upTo: number): { reads: string; score: number }[] {
    const all = read(kernels, spectrum, measure, 0, upTo);
    const beside = complement(
      kernels,
      coordinates,
      measure,
      kept.map((f) => f.components),
      all.formulas,
    );
    const scores = scoresOf(beside, all.library);
    return beside.map((f, i) => ({ reads: f.text, score: scores[i]! })).filter(({ score }) => score <= bound);
  }

  function normaliseValues(v: Float64Array): Float64Array {
    return v.map((value, i) => value / chart.scale[i % coordinates.length]!);
  }

  function warningsOf(): string[] {
    const warnings: string[] = [];
    const failed = certificate.fields.flatMap(({ verdict }, i) =>
      verdict === "accepted" ? [] : [`V${i + 1} ${verdict}`],
    );
    if (failed.length > 0 && spectrum.count !== null)
      warnings.push(
        `the certificate on held-out data does not confirm all that the spectrum counts: ${failed.join(", ")}; finite flows may leave where the library is good`,
      );
    return warnings;
  }
}

interface ReadSpan {
  readonly library: Library;
  readonly formulas: readonly Formula[];
}

/** Rows [from, to) of a spectrum as a sparse basis of formulas. */
function read(kernels: Kernels, spectrum: Spectrum, measure: Measure, from: number, to: number): ReadSpan {
  if (to <= from) return { library: spectrum.library, formulas: [] };
  const M = spectrum.scores.length;
  const fit = fitCoefficients(
    kernels,
    spectrum.library,
    measure,
    spectrum.coefficients.subarray(from * M, to * M),
    spectrumAccuracy(spectrum, to).subarray(from),
  );
  return { library: fit.library, formulas: formulasOf(sparseBasis(fit)) };
}

/** A random combination of a spectrum's fields, of norm 1. */
function combined({ coefficients, scores }: Spectrum, draw: () => number): Float64Array {
  const M = scores.length;
  const shares = Float64Array.from({ length: M }, draw);
  const norm = Math.sqrt(shares.reduce((s, c) => s + c * c, 0));
  return Float64Array.from({ length: M }, (_, m) => {
    let value = 0;
    for (let k = 0; k < M; k++) value += (shares[k]! / norm) * coefficients[k * M + m]!;
    return value;
  });
}

/** A field's components from coefficients over a library. */
function componentsOf({ functions, coordinates }: Library, coefficients: Float64Array): Expression[] {
  return coordinates.map((_, c) => sum(...functions.map((f, i) => scale(coefficients[c * functions.length + i]!, f))));
}

const traced = (components: readonly Expression[], coordinates: readonly string[]): Traced => ({
  kind: "formula",
  program: compile(components, coordinates),
  periodic: false,
});

/** Coefficients of formulas, row by row. */
function rowsOf(formulas: readonly Formula[]): Float64Array {
  const width = formulas[0]!.coefficients.length;
  const out = new Float64Array(formulas.length * width);
  formulas.forEach((f, i) => void out.set(f.coefficients, i * width));
  return out;
}
