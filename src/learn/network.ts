/** The neural method: train slots, certify them, read the span of the accepted ones. */
import { normalise, physical, physicalVectors } from "../data/chart.js";
import { graph } from "../data/graph.js";
import { InputError } from "../engine/error.js";
import type { Kernels, SplineShape } from "../engine/kernels.js";
import { controlLength } from "../engine/shape.js";
import type { Expression } from "../expression/expression.js";
import { physicalField } from "../field/physical.js";
import { SplineField } from "../field/spline.js";
import { flowPlan } from "../flow/plan.js";
import type { Learned } from "../learn.js";
import { type NeuralProgress, neuralDefaults } from "../learning/neural.js";
import { fieldNetworkDefaults } from "../network/fieldnetwork.js";
import { valuesBesideAffine } from "../reading/affine.js";
import { count } from "../reading/certificate.js";
import { compareWithTruth } from "../reading/comparison.js";
import { fitValues } from "../reading/fit.js";
import { type Reading, read } from "../reading/reading.js";
import { drawRun, SHOWN } from "../report/figures.js";
import { recordOf } from "../report/record.js";
import { recordedAlgebra } from "./algebra.js";
import type { Checkpoint } from "./checkpoint.js";
import { frameOfProblem } from "./figures.js";
import { networkEngine, openHost, switchWarning } from "./host.js";
import { keeperOf } from "./keeper.js";
import { lossWarning } from "./lostworkers.js";
import { membersOf } from "./members.js";
import { certifySlots, groundOf, type NeuralOutcome, type NeuralPlan, SCHEDULES, trainSlots } from "./neural.js";
import type { Problem } from "./problem.js";
import { environmentOf, type Run, reporting } from "./run.js";
import { learnerOf, problemOf, refusedByNeural } from "./tasks.js";

const TRAJECTORIES = 16; // to learn from, where nothing is said
const STEP = 0.05; // of s, in pictures

export async function learnByNetwork(run: Run): Promise<Learned> {
  const { options, machine, hooks, limits, certifying, clock, adapter } = run;
  const { kernels } = machine;
  const { seed, criterion = "tangent" } = options;
  const refused = refusedByNeural(options);
  if (refused !== null) throw new InputError(refused);
  const host = await openHost(options, adapter);
  const schedule = SCHEDULES[criterion === "flow" ? "flow" : "tangent"];
  const own = learnerOf(options);
  const plan: NeuralPlan = {
    seed,
    host,
    criterion,
    settings: {
      ...neuralDefaults,
      learningRate: schedule.learningRate,
      ...own,
      ...options.learner,
      steps: options.steps ?? own.steps ?? schedule.steps,
      generators: options.generators ?? own.generators ?? neuralDefaults.generators,
    },
    refinement: { ...SCHEDULES.refinement, ...options.refinement },
    width: options.width ?? fieldNetworkDefaults.width,
    certifying,
    limits,
  };
  const engines = (): string => `${host.backend.engine}, ${kernels.engine}`;
  const keeper = keeperOf(run, plan, engines); // before the data: a checkpoint of another run is refused at once
  const { from } = keeper;
  const problem = await problemOf(run, TRAJECTORIES, host);
  const members = membersOf(options.members ?? [], problem, kernels, seed); // training would be lost on a bad one
  const { chart, coordinates } = problem;
  const seconds = { data: clock(), learn: 0, certify: 0 };
  const learning = reporting(run, "learn");
  const event = ({ step, of, score, control }: NeuralProgress): void =>
    learning(step, of, `scores ${[...score].map((s) => Math.exp(s).toExponential(1)).join(" ")}`, {
      scores: score,
      splines: { shape: groundOf(problem).shape, control },
      chart,
    });
  const trained = await trainSlots(problem, machine, plan, hooks.signal, event, keeper);
  seconds.learn = clock() + (from?.seconds ?? 0);
  const outcome = await certifySlots(problem, machine, plan, trained, reporting(run, "certify"));
  const { certificate, order, accepted, span, shape, control } = outcome;
  const reading = readSlots(problem, outcome, members, kernels);
  const truth = compareWithTruth(problem.name, chart, outcome.places, outcome.values, {
    kind: "periodic",
    parameters: problem.parameters,
  });
  seconds.certify = clock();

  const size = controlLength(shape);
  const record = recordOf({
    task: problem.name,
    method: "neural",
    equationText: problem.text,
    coordinates,
    criterion,
    seed,
    engine: networkEngine(host, machine),
    seconds,
    certificate,
    certificateReason: problem.flowless,
    count: count(certificate.fields, span.length, limits),
    duplicates: accepted.length - span.length,
    order,
    formulas: reading?.formulas ?? null,
    algebra: reading && recordedAlgebra(reading.algebra),
    lowPass: problem.lowPass && { mode: problem.lowPass.neural, of: problem.lowPass.of },
    truth,
    ...(problem.picture && {
      affine: valuesBesideAffine(
        kernels,
        { points: physical(chart, outcome.places), units: chart },
        order.map((b) => valueAt(kernels, shape, control.subarray(b * size, (b + 1) * size), outcome.places)),
      ),
    }),
    skipped: outcome.skipped,
    warnings: [...problem.warnings, ...switchWarning(host), ...lossWarning(machine), ...resumeWarning(from, engines())],
  });
  const figures = drawRun({
    equation: problem.text,
    preserves: problem.preserves,
    frame: frameOfProblem(problem, seed),
    fields: order.map((b) => {
      const own = control.slice(b * size, (b + 1) * size);
      const field = physicalField(new SplineField(kernels, shape, own), chart);
      const { held } = problem;
      return {
        slot: b + 1,
        value: (z: Float64Array) => field.value(z),
        ...(problem.picture && {
          carried(places: Float64Array, stops: Float64Array) {
            const out = new Float64Array(stops.length * places.length);
            kernels.flow(flowPlan(shape, stops, STEP), own, places, out);
            return out;
          },
        }),
        ...(held && {
          moved: () => {
            const points = normalise(chart, graph(held, 0));
            const after = new Float64Array(points.length);
            kernels.flow(flowPlan(shape, Float64Array.of(SHOWN), STEP), own, points, after);
            return physical(chart, after);
          },
        }),
      };
    }),
    held: problem.held,
    picture: problem.picture,
    history: outcome.history.map((scores) => order.map((b) => scores[b]!)),
    limits,
    mathml: reading?.formulas.map((f) => f.mathml) ?? [],
    command: options.command ?? `npx liefield learn ${problem.name} --seed ${seed}`,
    environment: environmentOf(run),
    settings: settingsTable(
      problem,
      plan,
      shape.axes.map((axis) => axis.knots),
    ),
  });
  return {
    record,
    figures,
    chart,
    splines: { shape, control },
    formulas: reading?.formulas.filter((f) => f.fits).map((f) => f.components) ?? [],
  };
}

/** Values [P, dim] of a spline, normalised. */
function valueAt(kernels: Kernels, shape: SplineShape, control: Float64Array, places: Float64Array): Float64Array {
  const out = new Float64Array(places.length);
  kernels.splineValue(shape, control, places, out);
  return out;
}

/** Nothing, or one sentence. */
function resumeWarning(from: Checkpoint | null, engine: string): string[] {
  if (!from || from.engine === engine) return [];
  const step = from.done.history.length + from.learner.step;
  return [
    `until training step ${step} the run was on ${from.engine}, from there on ${engine}: its last digits are not those of an unbroken run`,
  ];
}

/** Formulas of the accepted span, fitted to values over held-out data; null where nothing was accepted. */
function readSlots(
  problem: Problem,
  { places, values }: NeuralOutcome,
  members: readonly Expression[],
  kernels: Kernels,
): Reading | null {
  if (values.length === 0) return null;
  const { chart } = problem;
  const measure = { points: physical(chart, places), units: chart };
  const fit = fitValues(
    kernels,
    problem.readingLibrary(members),
    measure,
    values.map((v) => physicalVectors(chart, v)),
  );
  return read(kernels, fit, measure, problem.conditions("train", "fourier")); // trained fields are periodic where the data are
}

function settingsTable(
  { settings: own, coordinates }: Problem,
  { settings, criterion, refinement, width }: NeuralPlan,
  knots: readonly number[],
): (readonly [string, string])[] {
  return [
    ...own,
    ["Criterion", criterion],
    ["Slots", String(settings.generators)],
    [
      "Steps",
      criterion === "tangent+flow" ? `${settings.steps}, then ${refinement.steps} by flow` : String(settings.steps),
    ],
    ["Learning rate", String(settings.learningRate)],
    ["Orthogonality", `${settings.orthogonality}, weight ${settings.weights.orthogonality}`],
    ["Lipschitz", `bound ${settings.lipschitzBound}, weight ${settings.weights.lipschitz}`],
    ["Sobolev", `weight ${settings.weights.sobolev}, last tenth of the steps`],
    [`Knots (${coordinates.join(", ")})`, knots.join(" × ")],
    ["Network width", String(width)],
  ];
}
