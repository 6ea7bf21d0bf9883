/**
 * One run from data to report: simulate or take trajectories, learn fields, certify them on trajectories that learning never saw, compare
 * with what is known.
 */
import type { Chart } from "./data/chart.js";
import { sampleNeighbours, samplePoints } from "./data/sample.js";
import type { Trajectories } from "./data/trajectories.js";
import type { Adapter } from "./engine/adapter.js";
import { InputError } from "./engine/error.js";
import type { Kernels, SplineShape } from "./engine/kernels.js";
import { type Machine, openMachine } from "./engine/machine.js";
import { type Stream, stream } from "./engine/random.js";
import { controlLength } from "./engine/shape.js";
import { catalogueRow } from "./equation/catalogue.js";
import { fieldDomain, type Knots } from "./field/domain.js";
import { knotPoints } from "./field/spline.js";
import { type NeuralOptions, type NeuralResult, neuralDefaults, trainNeural } from "./learning/neural.js";
import { orthogonalise } from "./learning/orthogonality.js";
import { type BackendRequest, chooseBackend } from "./network/backend.js";
import { FieldNetwork, fieldNetworkDefaults } from "./network/fieldnetwork.js";
import { independent } from "./reading/angles.js";
import {
  type Certificate,
  type CertificateOptions,
  certificateDefaults,
  certify,
  checkData,
  count,
  type Thresholds,
  thresholds,
} from "./reading/certificate.js";
import { compareWithTruth } from "./reading/comparison.js";
import { drawFigures } from "./report/figures.js";
import { recordOf } from "./report/record.js";
import type { RunFigures, RunRecord } from "./report/run.js";
import { type PdeTask, pdeTask } from "./task/pde.js";
import { flowDefaults, flowValidity } from "./validity/flow.js";
import { drawSnapshots } from "./validity/selection.js";
import { tangentDefaults, tangentValidity } from "./validity/tangent.js";
import type { Validity } from "./validity/validity.js";

export interface Progress {
  readonly stage: "data" | "learn" | "certify" | "report";
  readonly done: number;
  readonly of: number;
  readonly text?: string;
}

export interface Hooks {
  readonly signal: AbortSignal;
  readonly progress: (event: Progress) => void;
}

export interface LearnOptions {
  readonly task: string; // an equation of the catalogue
  readonly seed: number; // required: it is the run's name
  readonly parameters?: Readonly<Record<string, number>>;
  readonly method?: "neural";
  readonly criterion?: "tangent" | "flow";
  readonly generators?: number; // slots K, default 4
  readonly trajectories?: number; // for learning, default 16; a quarter as many more are held out
  readonly data?: Trajectories; // instead of simulated ones; the last fifth is held out
  readonly backend?: BackendRequest;
  readonly wasmPath?: string; // where tfjs's .wasm files lie, for bundles
  readonly workers?: number | "auto";
  /** Compiled kernels instead of the package's own, or "oracle" for plain TypeScript. */
  readonly module?: WebAssembly.Module | "oracle";
  readonly steps?: number;
  readonly learner?: Partial<Omit<NeuralOptions, "generators" | "steps">>;
  readonly width?: number; // of the network's trunk, default 128
  readonly knots?: Knots; // default 12, 8, 8
  readonly thresholds?: Partial<Thresholds>;
  readonly certificate?: Partial<CertificateOptions>;
  readonly command?: string; // shown in the report: how to run it again
}

export interface Learned {
  readonly record: RunRecord;
  readonly figures: RunFigures;
  readonly shape: SplineShape;
  readonly control: Float64Array; // [K, knots…, 3], unit over the data, in the learner's order: slot s is the s-th
  readonly chart: Chart; // between the shape's coordinates and physical ones
}

export const KNOTS = [12, 8, 8] as const;
export const SNAPSHOTS = { learn: 512, certify: 256 };
export const SAMPLE = { points: 2048, pairs: 1024, compare: 8192 };

/**
 * Steps and peak learning rate by criterion. On KdV 3e-2 halves the third slot's tangent score beside 1e-2 (docs/decisions.md); the
 * flow's minibatch gradient is noisier and gains nothing from more than 1e-2.
 */
const SCHEDULES = {
  tangent: { steps: 400, learningRate: 3e-2 },
  flow: { steps: 400, learningRate: 1e-2 },
} as const;

/** Learns, certifies and compares. Stops between steps when the signal aborts; throws InputError or NumericalError. */
export async function learn(options: LearnOptions, adapter: Adapter, hooks: Partial<Hooks> = {}): Promise<Learned> {
  const { workers = "auto", module } = options;
  const machine = await openMachine(adapter, module === undefined ? { workers } : { workers, module });
  try {
    return await run(options, adapter, machine, hooks);
  } finally {
    await machine.close();
  }
}

async function run(options: LearnOptions, adapter: Adapter, machine: Machine, hooks: Partial<Hooks>): Promise<Learned> {
  const { seed, criterion = "tangent" } = options;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError(`seed is ${seed}; pass a whole number from 0`);
  const { kernels, pool } = machine;
  const clock = stopwatch(adapter);
  const wasmPath = options.wasmPath === undefined ? {} : { wasmPath: options.wasmPath };
  const backend = await chooseBackend(options.backend ?? "auto", wasmPath);
  const plan: Plan = {
    seed,
    criterion,
    limits: { ...thresholds, ...options.thresholds },
    certifying: { ...certificateDefaults, ...options.certificate },
    settings: {
      ...neuralDefaults,
      learningRate: SCHEDULES[criterion].learningRate,
      ...options.learner,
      steps: options.steps ?? SCHEDULES[criterion].steps,
      generators: options.generators ?? neuralDefaults.generators,
    },
    width: options.width ?? fieldNetworkDefaults.width,
  };

  const rows = 2 * plan.certifying.halfWidth;
  const task = await pdeTask(options, pool, rows, hooks.signal, (done, of) =>
    hooks.progress?.({ stage: "data", done, of }),
  );
  const shape = fieldDomain(task.train, task.chart, options.knots ?? KNOTS, 1.5 * flowDefaults.sigma);
  await checkData(pool, traceOf(task, shape, plan), task.train, plan.limits);
  const points = samplePoints(task.train, task.chart, SAMPLE.points, stream(seed, "measure"));
  const dataSeconds = clock();
  const { control, history, skipped } = await train(task, shape, points, machine, plan, hooks);
  const learnSeconds = clock();
  const certificate = await certifySlots(task, shape, points, control, machine, plan, hooks);
  const order = certificate.fields
    .map((_, b) => b)
    .sort((a, b) => certificate.fields[a]!.tangent - certificate.fields[b]!.tangent);
  const accepted = order.filter((b) => certificate.fields[b]!.verdict === "accepted");
  const span = acceptedSpan(task, shape, control, accepted, kernels, seed);
  const truth = compareWithTruth(task.equation.name, task.chart, span.places, span.values);
  const certifySeconds = clock();

  const record = recordOf({
    task: task.name,
    criterion,
    seed,
    engine: {
      network: backend.engine,
      kernels: kernels.engine,
      passedOver: [...backend.passedOver, ...machine.passedOver],
    },
    seconds: { data: dataSeconds, learn: learnSeconds, certify: certifySeconds },
    certificate,
    count: count(certificate.fields, span.values.length, plan.limits),
    duplicates: accepted.length - span.values.length,
    order,
    truth,
    skipped,
  });
  const figures = drawFigures(kernels, {
    equation: task.equation,
    shape,
    chart: task.chart,
    held: task.held,
    control,
    order,
    history,
    limits: plan.limits,
    command: options.command ?? `npx liefield learn ${task.name} --seed ${seed}`,
    environment: [
      ["Runtime", adapter.runtime],
      ["Network", backend.engine],
      ["Kernels", `${kernels.engine}, ${pool.workers > 0 ? `${pool.workers} workers` : "one thread"}`],
    ],
    settings: settingsTable(task, shape, plan, options.data !== undefined),
  });
  return { record, figures, shape, control, chart: task.chart };
}

/** A run's options, complete. */
interface Plan {
  readonly seed: number;
  readonly criterion: "tangent" | "flow";
  readonly settings: NeuralOptions;
  readonly width: number;
  readonly limits: Thresholds;
  readonly certifying: CertificateOptions;
}

const traceOf = ({ spec, chart }: PdeTask, shape: SplineShape, { certifying: { step, halfWidth } }: Plan) => ({
  shape,
  equation: spec,
  chart,
  step,
  halfWidth,
});

/** Trains all slots on the task's training trajectories; `points` are the measure of ⟨v, w⟩. */
async function train(
  task: PdeTask,
  shape: SplineShape,
  points: Float64Array,
  { kernels, pool }: Machine,
  { seed, criterion, settings, width }: Plan,
  hooks: Partial<Hooks>,
): Promise<NeuralResult> {
  const validity = criterion === "tangent" ? byTangent() : byFlow();
  await validity.prepare();
  const network = freshNetwork(shape, settings.generators, width, stream(seed, "weights"));
  const pairs = sampleNeighbours(task.train, task.chart, SAMPLE.pairs, stream(seed, "neighbours"));
  try {
    const training = trainNeural(kernels, shape, network, validity, { points, pairs }, seed, settings, hooks.signal);
    let turn = await training.next();
    for (; !turn.done; turn = await training.next()) {
      const { step, of, score } = turn.value;
      const text = `scores ${[...score].map((s) => Math.exp(s).toExponential(1)).join(" ")}`;
      hooks.progress?.({ stage: "learn", done: step, of, text });
    }
    return turn.value;
  } finally {
    network.dispose();
    await validity.release();
  }

  function byTangent(): Validity {
    const draw = stream(seed, "snapshots");
    const from = drawSnapshots(kernels, task.equation, task.chart, task.train, SNAPSHOTS.learn, draw);
    return tangentValidity(pool, shape, from, tangentDefaults);
  }

  function byFlow(): Validity {
    const patch = { nx: Math.min(flowDefaults.nx, task.train.nx), nt: Math.min(flowDefaults.nt, task.train.nt) };
    return flowValidity(pool, shape, task.spec, task.chart, task.train, { ...flowDefaults, ...patch });
  }
}

/** A network with random weights whose outputs are the control points of `generators` fields. */
function freshNetwork(shape: SplineShape, generators: number, width: number, weights: Stream): FieldNetwork {
  const periodic = shape.axes.map((axis) => axis.kind === "periodic");
  return FieldNetwork.create({ knotPoints: knotPoints(shape), periodic, dim: shape.width, generators, width }, weights);
}

/** Certifies slots on the held-out trajectories, beside fields of the same class that learned nothing: untrained networks. */
async function certifySlots(
  task: PdeTask,
  shape: SplineShape,
  points: Float64Array,
  control: Float64Array,
  { kernels, pool }: Machine,
  plan: Plan,
  hooks: Partial<Hooks>,
): Promise<Certificate> {
  const { seed, certifying, limits } = plan;
  const fresh = freshNetwork(shape, certifying.controls, plan.width, stream(seed, "control"));
  const random = Float64Array.from(await fresh.forward());
  fresh.dispose();
  const controls = orthogonalise(kernels, shape, points, random, certifying.controls, "none").control; // unit, no more
  const draw = stream(seed, "held");
  const snapshots = drawSnapshots(kernels, task.equation, task.chart, task.held, SNAPSHOTS.certify, draw);
  const setup = { ...traceOf(task, shape, plan), held: task.held, snapshots, controls, stops: certifying.stops };
  return certify(pool, setup, control, limits, hooks.signal, (done, of) =>
    hooks.progress?.({ stage: "certify", done, of }),
  );
}

const SAME = (5 * Math.PI) / 180; // accepted fields closer than 5° to the span of better ones say nothing new

/** Values of the accepted fields over held-out data, without those that duplicate better ones. */
function acceptedSpan(
  task: PdeTask,
  shape: SplineShape,
  control: Float64Array,
  accepted: readonly number[],
  kernels: Kernels,
  seed: number,
): { places: Float64Array; values: Float64Array[] } {
  const size = controlLength(shape);
  const places = samplePoints(task.held, task.chart, SAMPLE.compare, stream(seed, "compare"));
  const values = accepted.map((b) => {
    const value = new Float64Array(places.length);
    kernels.splineValue(shape, control.subarray(b * size, (b + 1) * size), places, value);
    return value;
  });
  return { places, values: independent(values, SAME).map((i) => values[i]!) };
}

function settingsTable(
  { name, train, held }: PdeTask,
  shape: SplineShape,
  { settings, criterion, width }: Plan,
  given: boolean,
): (readonly [string, string])[] {
  return [
    ["Equation", catalogueRow(name).title],
    ["Data", given ? "given" : "simulated"],
    ["Trajectories", `${train.n} to learn from, ${held.n} held out; ${train.nt} times × ${train.nx} places each`],
    ["Criterion", criterion],
    ["Slots", String(settings.generators)],
    ["Steps", String(settings.steps)],
    ["Learning rate", String(settings.learningRate)],
    ["Orthogonality", `${settings.orthogonality}, weight ${settings.weights.orthogonality}`],
    ["Lipschitz", `bound ${settings.lipschitzBound}, weight ${settings.weights.lipschitz}`],
    ["Sobolev", `weight ${settings.weights.sobolev}, last tenth of the steps`],
    ["Knots (x, t, u)", shape.axes.map((axis) => axis.knots).join(" × ")],
    ["Network width", String(width)],
  ];
}

/** Seconds since the last call. */
function stopwatch(adapter: Adapter): () => number {
  let last = adapter.now();
  return () => {
    const now = adapter.now();
    const passed = now - last;
    last = now;
    return passed;
  };
}
