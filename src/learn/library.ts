/**
 * The library method: the spectrum of a library on the training data, the span before its gap read as formulas, and each formula certified on
 * held-out data beside random fields of the library.
 */
import { physical } from "../data/chart.js";
import { InputError } from "../engine/error.js";
import { stream } from "../engine/random.js";
import { type Expression, scale } from "../expression/expression.js";
import { type Library, type LibraryKind, memberCount } from "../field/library.js";
import type { Learned } from "../learn.js";
import { learnLibrary } from "../learning/library.js";
import { libraryScores } from "../learning/score.js";
import type { Spectrum } from "../learning/spectrum.js";
import { compareWithAffine } from "../reading/affine.js";
import { algebraOf } from "../reading/algebra.js";
import { certifyTangent, count as countCertified } from "../reading/certificate.js";
import { compareWithTruth } from "../reading/comparison.js";
import type { Formula } from "../reading/formula.js";
import type { Measure } from "../reading/measure.js";
import { drawRun } from "../report/figures.js";
import { recordOf } from "../report/record.js";
import { recordedAlgebra } from "./algebra.js";
import { drawnField, frameOfProblem } from "./figures.js";
import { componentsOf, disagreement, randomFields, readFirst, readOne, rowsOf, traced } from "./formulas.js";
import { lossWarning } from "./lostworkers.js";
import { membersOf } from "./members.js";
import { breath, environmentOf, type Run, reporting } from "./run.js";
import { complement, lengthOf, valuesOf } from "./span.js";
import { problemOf } from "./tasks.js";

const kinds: readonly LibraryKind[] = ["monomials", "fourier"];
const TRAJECTORIES = 6; // to learn from, where nothing is said
const COMPARED = 4096;
const NEARLY = 0.01; // of the control: scores up to which a field is listed as nearly a symmetry
const LISTED = 2; // degree up to which known generators are on file

/** What a run shows of a spectrum. */
interface Shown {
  readonly formulas: readonly Formula[];
  readonly fields: readonly (readonly Expression[])[]; // what the formulas stand for, and where they fit are
  readonly library: Library;
  readonly rows: Float64Array; // the fields' coefficients over it
}

export async function learnByLibrary(run: Run): Promise<Learned> {
  const { options, machine, hooks, limits, certifying, clock } = run;
  const { kernels } = machine;
  const { seed } = options;
  const { signal } = hooks;
  if (options.resume !== undefined)
    throw new InputError("the library learner has no steps to go on from; leave `resume` out");
  const { library: kind = "monomials" } = options;
  if (!kinds.includes(kind)) throw new InputError(`library is ${kind}; pass ${kinds.join(" or ")}`);
  const problem = await problemOf(run, TRAJECTORIES);
  const { chart, coordinates } = problem;
  const seconds = { data: clock(), learn: 0, certify: 0 };

  const members = membersOf(options.members ?? [], problem, kernels, seed);
  const degree = options.degree ?? problem.degree;
  const report = reporting(run, "learn");
  report(0, 1);
  const conditions = problem.conditions("train", kind);
  const given = problem.library(kind, degree, members);
  await conditions.prepare?.(given);
  const spectrum = await learnLibrary(conditions, given, signal === undefined ? {} : { signal });
  seconds.learn = clock();
  const measure: Measure = { points: conditions.points, units: chart };
  const { singly } = problem;
  const trivial = await trivialOf();
  const shown = singly ? await alone(singly) : together();
  const kept = shown.formulas;
  const many = spectrum.scores.length;
  report(1, 1, singly ? `${many} fields` : `${spectrum.kept} of ${many} fields before the largest gap`);

  await breath(run);

  const draw = stream(seed, "control");
  const M = spectrum.scores.length;
  const random = randomFields(spectrum, certifying.controls, () => draw.normal());
  const held = problem.conditions("held", kind);
  await held.prepare?.(spectrum.library);
  const scoresOf = (formulas: readonly Formula[], library: Library): Float64Array =>
    formulas.length === 0 ? new Float64Array(0) : libraryScores(held, library, rowsOf(formulas));
  const controls = Array.from({ length: certifying.controls }, (_, j) =>
    traced(componentsOf(spectrum.library, random.subarray(j * M, (j + 1) * M)), spectrum.library),
  );
  const unit = (components: readonly Expression[]): Expression[] => {
    const length = lengthOf(kernels, components, coordinates, measure);
    return components.map((c) => scale(1 / length, c));
  };
  const candidates = {
    fields: shown.fields.map((f) => traced(unit(f), shown.library)),
    tangent: shown.rows.length === 0 ? new Float64Array(0) : libraryScores(held, shown.library, shown.rows),
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
  const values = shown.fields.map((f) => normaliseValues(valuesOf(kernels, f, coordinates, physical(chart, places))));
  const truth = compareWithTruth(problem.name, chart, places, values, {
    kind: kind === "fourier" ? "periodic" : "full",
    parameters: problem.parameters,
    functions: spectrum.library.functions,
    ...(degree > LISTED ? { known: null } : {}),
  });
  await breath(run);
  const algebra = singly || kept.length === 0 ? null : algebraOf(kernels, kept, coordinates, measure);
  seconds.certify = clock();

  const order = kept.map((_, i) => i);
  const counted = singly
    ? countCertified(certificate.fields, certificate.fields.filter((f) => f.verdict === "accepted").length, limits)
    : { count: spectrum.count === null ? null : spectrum.count - trivial.length, countIs: spectrum.countIs, gap: spectrum.gap }; // biome-ignore format: one row
  const record = recordOf({
    task: problem.name,
    method: "library",
    equationText: problem.text,
    coordinates,
    criterion: null,
    seed,
    engine: problem.network?.engine() ?? { network: "none", kernels: kernels.engine, passedOver: machine.passedOver },
    seconds,
    certificate,
    certificateReason: problem.flowless,
    count: counted,
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
    ...(singly ? { affine: compareWithAffine(kernels, measure, shown.fields) } : {}),
    warnings: [...problem.warnings, ...(problem.network?.warnings() ?? []), ...lossWarning(machine), ...warningsOf()],
  });
  const figures = drawRun({
    equation: problem.text,
    preserves: problem.preserves,
    frame: frameOfProblem(problem, seed),
    fields: shown.fields.map((f, i) => drawnField(kernels, i + 1, unit(f), problem)),
    held: problem.held,
    picture: problem.picture,
    history: [],
    limits,
    mathml: kept.map((f) => f.mathml),
    command: options.command ?? `npx liefield learn ${problem.name} --method library --seed ${seed}`,
    environment: environmentOf(run),
    settings: [
      ...problem.settings,
      [
        "Library",
        `${memberCount(spectrum.library)} members: monomials of degree ${degree}${kind === "fourier" ? ", alone and times the lowest waves in space" : ""}${members.length > 0 ? `, times ${options.members!.join(", ")}` : ""}`,
      ],
    ],
  });
  return { record, figures, chart, splines: null, formulas: shown.fields };

  /** The span before the gap, less what acts trivially, as a sparse basis. */
  function together(): Shown {
    const { formulas, library } = readFirst(kernels, spectrum, measure, spectrum.kept);
    const beside = trivial.map((f) => f.components);
    const own = complement(kernels, coordinates, measure, beside, formulas);
    return { formulas: own, fields: own.map((f) => f.components), library, rows: rowsOf(own) };
  }

  /** The first fields, each by itself, with a formula as exact as halves of the data agree. */
  async function alone({ most, halves }: NonNullable<typeof singly>): Promise<Shown> {
    const count = Math.min(most, spectrum.scores.length);
    const parts: Spectrum[] = [];
    for (const half of halves()) parts.push(await learnLibrary(half, given, signal === undefined ? {} : { signal }));
    const M = memberCount(spectrum.library);
    const rows = spectrum.coefficients.slice(0, count * M);
    const fields = Array.from({ length: count }, (_, k) =>
      componentsOf(spectrum.library, rows.subarray(k * M, (k + 1) * M)),
    );
    const apart = disagreement(kernels, parts, measure, count);
    const formulas = Array.from(apart, (error, k) => readOne(kernels, spectrum, measure, k, error));
    return { formulas, fields, library: spectrum.library, rows };
  }

  /** Fields of the library that act trivially, as formulas. */
  async function trivialOf(): Promise<readonly Formula[]> {
    const trivialities = problem.trivial?.();
    if (!trivialities || spectrum.kept === 0) return [];
    const own = await learnLibrary(trivialities, spectrum.library, {});
    return own.count === null ? [] : readFirst(kernels, own, measure, own.kept).formulas;
  }

  /** Fields beyond the gap that the certificate's tangent bound would still let pass, read beside the exact ones. */
  function nearly(upTo: number): { reads: string; score: number }[] {
    const all = readFirst(kernels, spectrum, measure, upTo);
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
    if (!singly && failed.length > 0 && spectrum.count !== null)
      warnings.push(
        `the certificate on held-out data does not confirm all that the spectrum counts: ${failed.join(", ")}; finite flows may leave where the library is good`,
      );
    return warnings;
  }
}
