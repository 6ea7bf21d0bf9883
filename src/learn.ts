/**
 * One run from data to report: simulate or take trajectories, learn fields, certify them on trajectories that learning never saw, compare
 * with what is known.
 */
import { type Chart, chartOf } from "./data/chart.js";
import { sampleNeighbours, samplePoints } from "./data/sample.js";
import { partition, simulateTrajectories } from "./data/simulation.js";
import type { Trajectories } from "./data/trajectories.js";
import type { Adapter } from "./engine/adapter.js";
import { InputError } from "./engine/error.js";
import type { SplineShape } from "./engine/kernels.js";
import { type Machine, openMachine } from "./engine/machine.js";
import { stream } from "./engine/random.js";
import { controlLength } from "./engine/shape.js";
import { catalogueRow, equationOf } from "./equation/catalogue.js";
import type { Equation } from "./equation/equation.js";
import { smoothFields } from "./field/smooth.js";
import { knotPoints } from "./field/spline.js";
import { type NeuralOptions, type NeuralResult, neuralDefaults, trainNeural } from "./learning/neural.js";
import { orthogonalise } from "./learning/orthogonality.js";
import { type BackendRequest, chooseBackend } from "./network/backend.js";
import { FieldNetwork } from "./network/fieldnetwork.js";
import {
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
import { flowDefaults, flowValidity } from "./validity/flow.js";
import { drawSnapshots } from "./validity/selection.js";
import { tangentDefaults, tangentValidity } from "./validity/tangent.js";

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
  readonly steps?: number;
  readonly learner?: Partial<Omit<NeuralOptions, "generators" | "steps">>;
  readonly width?: number; // of the network's trunk, default 128
  readonly knots?: readonly [x: number, t: number, u: number]; // default 12, 8, 8
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

/** Steps and peak learning rate by criterion: the flow's minibatch gradient is noisier. */
const SCHEDULES = {
  tangent: { steps: 400, learningRate: 1e-2 },
  flow: { steps: 300, learningRate: 3e-3 },
} as const;

/** Learns, certifies and compares. Stops between steps when the signal aborts; throws InputError or NumericalError. */
export async function learn(options: LearnOptions, adapter: Adapter, hooks: Partial<Hooks> = {}): Promise<Learned> {
  const machine = await openMachine(adapter, { workers: options.workers ?? "auto" });
  try {
    return await run(options, adapter, machine, hooks);
  } finally {
    await machine.close();
  }
}

async function run(options: LearnOptions, adapter: Adapter, machine: Machine, hooks: Partial<Hooks>): Promise<Learned> {
  const { seed, criterion = "tangent" } = options;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError(`seed is ${seed}; pass a whole number from 0`);
  const limits = { ...thresholds, ...options.thresholds };
  const certifying = { ...certificateDefaults, ...options.certificate };
  const schedule = SCHEDULES[criterion];
  const settings: NeuralOptions = {
    ...neuralDefaults,
    learningRate: schedule.learningRate,
    ...options.learner,
    steps: options.steps ?? schedule.steps,
    generators: options.generators ?? neuralDefaults.generators,
  };
  const { kernels, pool } = machine;
  const clock = stopwatch(adapter);
  const backend = await chooseBackend(
    options.backend ?? "auto",
    options.wasmPath === undefined ? {} : { wasmPath: options.wasmPath },
  );

  const spec = { name: options.task, parameters: options.parameters ?? {} };
  const equation = equationOf(spec);
  const [train, held] = await takeData(options, machine, hooks);
  const chart = chartOf(train);
  const sigma = flowDefaults.sigma;
  const shape = fieldShape(train, chart, options.knots ?? KNOTS, 1.5 * sigma);
  const trace = {
    shape,
    equation: spec,
    chart,
    step: certifying.step,
    halfWidth: certifying.halfWidth,
  };
  await checkData(pool, trace, train, limits);
  const learnFrom = drawSnapshots(kernels, equation, chart, train, SNAPSHOTS.learn, stream(seed, "snapshots"));
  const dataSeconds = clock();

  const validity =
    criterion === "tangent"
      ? tangentValidity(pool, shape, learnFrom, tangentDefaults)
      : flowValidity(pool, shape, spec, chart, train, {
          ...flowDefaults,
          nx: Math.min(flowDefaults.nx, train.nx),
          nt: Math.min(flowDefaults.nt, train.nt),
        });
  await validity.prepare();
  const network = FieldNetwork.create(
    {
      knotPoints: knotPoints(shape),
      periodic: shape.axes.map((axis) => axis.kind === "periodic"),
      dim: shape.width,
      generators: settings.generators,
      ...(options.width === undefined ? {} : { width: options.width }),
    },
    stream(seed, "weights"),
  );
  const points = samplePoints(train, chart, SAMPLE.points, stream(seed, "measure"));
  const pairs = sampleNeighbours(train, chart, SAMPLE.pairs, stream(seed, "neighbours"));
  let learned: NeuralResult;
  try {
    const training = trainNeural(kernels, shape, network, validity, { points, pairs }, seed, settings, hooks.signal);
    let turn = await training.next();
    for (; !turn.done; turn = await training.next()) {
      const { step, of, score } = turn.value;
      const text = `scores ${[...score].map((s) => Math.exp(s).toExponential(1)).join(" ")}`;
      hooks.progress?.({ stage: "learn", done: step, of, text });
    }
    learned = turn.value;
  } finally {
    network.dispose();
    await validity.release();
  }
  const learnSeconds = clock();

  const raw = smoothFields(shape, certifying.controls, stream(seed, "control"));
  const controls = orthogonalise(kernels, shape, points, raw, certifying.controls, "none").control;
  const heldSnapshots = drawSnapshots(kernels, equation, chart, held, SNAPSHOTS.certify, stream(seed, "held"));
  const certificate = await certify(
    pool,
    { ...trace, held, snapshots: heldSnapshots, controls, stops: certifying.stops },
    learned.control,
    limits,
    hooks.signal,
    (done, of) => hooks.progress?.({ stage: "certify", done, of }),
  );
  const size = controlLength(shape);
  const order = certificate.fields
    .map((_, b) => b)
    .sort((a, b) => certificate.fields[a]!.tangent - certificate.fields[b]!.tangent);
  const accepted = order.filter((b) => certificate.fields[b]!.verdict === "accepted");
  const places = samplePoints(held, chart, SAMPLE.compare, stream(seed, "compare"));
  const valuesOf = (b: number): Float64Array => {
    const value = new Float64Array(places.length);
    kernels.splineValue(shape, learned.control.subarray(b * size, (b + 1) * size), places, value);
    return value;
  };
  const truth = compareWithTruth(equation.name, chart, places, accepted.map(valuesOf));
  const certifySeconds = clock();

  const record = recordOf({
    task: options.task,
    criterion,
    seed,
    engine: {
      network: backend.engine,
      kernels: kernels.engine,
      passedOver: [...backend.passedOver, ...machine.passedOver],
    },
    seconds: { data: dataSeconds, learn: learnSeconds, certify: certifySeconds },
    certificate,
    count: count(certificate.fields, limits),
    order,
    truth,
    skipped: learned.skipped,
  });
  const figures = drawFigures(kernels, {
    equation,
    shape,
    chart,
    held,
    control: learned.control,
    order,
    history: learned.history,
    limits,
    command: options.command ?? `npx liefield learn ${options.task} --seed ${seed}`,
    environment: [
      ["Runtime", adapter.runtime],
      ["Network", backend.engine],
      ["Kernels", `${kernels.engine}, ${pool.workers > 0 ? `${pool.workers} workers` : "one thread"}`],
    ],
    settings: settingsTable(options, settings, criterion, shape, train, held, catalogueRow(options.task).title),
  });
  return { record, figures, shape, control: learned.control, chart };
}

/** Trajectories to learn from and trajectories held out. */
async function takeData(
  options: LearnOptions,
  machine: Machine,
  hooks: Partial<Hooks>,
): Promise<[train: Trajectories, held: Trajectories]> {
  if (options.data) {
    checkLayout(options.data, equationOf({ name: options.task, parameters: options.parameters ?? {} }));
    const held = Math.max(1, Math.floor(options.data.n / 5));
    return partition(options.data, options.data.n - held);
  }
  const n = options.trajectories ?? 16;
  if (!Number.isInteger(n) || n < 2) throw new InputError(`trajectories is ${n}; pass a whole number of at least 2`);
  const held = Math.max(1, Math.ceil(n / 4));
  const all = await simulateTrajectories(
    machine.pool,
    {
      equation: { name: options.task, parameters: options.parameters ?? {} },
      trajectories: n + held,
      seed: options.seed,
    },
    hooks.signal,
    (done, of) => hooks.progress?.({ stage: "data", done, of }),
  );
  return partition(all, n);
}

const UNIFORM = 1e-3; // of a step: what t rounded to float32 may be off

/** Throws InputError where trajectories do not have the form that flows over them are scored in. */
function checkLayout(data: Trajectories, equation: Equation): void {
  const { components, nt, t } = data;
  if (components !== equation.components.length) {
    throw new InputError(
      `u has ${components} components but ${equation.name} has ${equation.components.length}; pass u [n, nt, nx]`,
    );
  }
  const rows = 2 * certificateDefaults.halfWidth * equation.order; // lost to the stencils at both ends
  if (nt <= rows)
    throw new InputError(`u has ${nt} outputs in time but ${equation.name} needs more than ${rows}; give more`);
  const step = (t[nt - 1]! - t[0]!) / (nt - 1);
  const off = t.findIndex((time, j) => Math.abs(time - t[0]! - j * step) > UNIFORM * step);
  if (off >= 0)
    throw new InputError(
      `t must be uniform but t[${off}] = ${t[off]} is not on the grid of step ${step}; resample u in t`,
    );
}

/** Splines over the data's box: x periodic, t and u open with a margin for the flow. */
export function fieldShape(
  data: Trajectories,
  chart: ReturnType<typeof chartOf>,
  [x, t, u]: readonly [number, number, number],
  margin: number,
): SplineShape {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const value of data.u) {
    if (value < lo) lo = value;
    if (value > hi) hi = value;
  }
  const normal = (value: number): number => (value - chart.offset[2]!) / chart.scale[2]!;
  return {
    axes: [
      { kind: "periodic", lo: 0, hi: 1, knots: x },
      { kind: "open", lo: -margin, hi: 1 + margin, knots: t },
      { kind: "open", lo: normal(lo) - margin, hi: normal(hi) + margin, knots: u },
    ],
    width: 3,
  };
}

function settingsTable(
  options: LearnOptions,
  settings: NeuralOptions,
  criterion: string,
  shape: SplineShape,
  train: Trajectories,
  held: Trajectories,
  title: string,
): (readonly [string, string])[] {
  return [
    ["Equation", title],
    ["Data", options.data ? "given" : "simulated"],
    ["Trajectories", `${train.n} to learn from, ${held.n} held out; ${train.nt} times × ${train.nx} places each`],
    ["Criterion", criterion],
    ["Slots", String(settings.generators)],
    ["Steps", String(settings.steps)],
    ["Learning rate", String(settings.learningRate)],
    ["Orthogonality", `${settings.orthogonality}, weight ${settings.weights.orthogonality}`],
    ["Lipschitz", `bound ${settings.lipschitzBound}, weight ${settings.weights.lipschitz}`],
    ["Sobolev", `weight ${settings.weights.sobolev}, last tenth of the steps`],
    ["Knots (x, t, u)", shape.axes.map((axis) => axis.knots).join(" × ")],
    ["Network width", String(options.width ?? 128)],
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
