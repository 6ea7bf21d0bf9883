/** A PDE as a problem for learners. */
import { lowPassCut } from "../data/cut.js";
import { repeats } from "../data/periods.js";
import { sampleNeighbours, samplePoints } from "../data/sample.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { Machine } from "../engine/machine.js";
import { stream } from "../engine/random.js";
import type { Equation } from "../equation/equation.js";
import type { Expression } from "../expression/expression.js";
import { text } from "../expression/print.js";
import { fieldDomain, type Knots } from "../field/domain.js";
import { fourierLibrary, type Library, monomialLibrary } from "../field/library.js";
import { type CertificateOptions, certify, checkData, type Thresholds, unsatisfied } from "../reading/certificate.js";
import { flowable, type PdeRequest, type PdeTask, pdeTask } from "../task/pde.js";
import { K0 } from "../validity/characteristic.js";
import { evolution } from "../validity/evolution.js";
import { flowDefaults, flowPatches, flowValidity, scoredRow } from "../validity/flow.js";
import { drawSnapshots, highestMode } from "../validity/selection.js";
import { tangentDefaults, tangentScores, tangentValidity } from "../validity/tangent.js";
import { pdeConditions, resolvedMode } from "../validity/weak.js";
import type { NeuralGround, Part, Problem } from "./problem.js";

export const SNAPSHOTS = { learn: 512, certify: 256 };
export const PAIRS = 1024;

export interface PdeOptions extends PdeRequest {
  readonly knots?: Knots; // default 12, 8, 8
}

export const KNOTS: Knots = [12, 8, 8];

/** Why the neural learner does not take an equation; null where it does. */
export const whyNotNeural = (equation: Equation): string | null =>
  flowable(equation) && equation.components.length === 1
    ? null
    : `the neural learner takes scalar equations of first order in time in one space dimension, not ${equation.text}; use the library learner (--method library)`;

/** Reads or simulates the data, checks that they satisfy the equation, and chooses the low-pass. */
export async function pdeProblem(
  options: PdeOptions,
  machine: Machine,
  certifying: CertificateOptions,
  limits: Thresholds,
  signal: AbortSignal | undefined,
  progress: (done: number, of: number) => void,
): Promise<Problem> {
  const { kernels, pool } = machine;
  const { seed } = options;
  const task = await pdeTask(options, pool, 2 * certifying.halfWidth, signal, progress);
  const { equation, chart, spec } = task;
  const data = (part: Part): Trajectories => (part === "train" ? task.train : task.held);
  const { step, halfWidth, stops } = certifying;
  const trace = { equation: spec, chart, step, halfWidth };
  const flowless = whyNoFlow();
  const warnings: string[] = [];
  if (flowless === null) await checkData(pool, trace, task.train, limits);
  else if (task.given && !task.independent) checkEvolution();
  const cut = lowPassCut(kernels, task.train.u, task.train);
  return {
    name: task.name,
    text: equation.text,
    preserves: "carries every solution to a solution",
    coordinates: task.coordinates,
    chart,
    settings: [
      ["Equation", task.title],
      ["Data", task.given ? "given" : "simulated"],
      ["Trajectories", described()],
      ["Spectrum of the data", `good up to mode ${cut.mode}: ${cut.reason}`],
    ],
    warnings,
    lowPass: {
      library: Math.min(cut.mode, resolvedMode(task.train)),
      neural: Math.min(cut.mode, highestMode(task.train.nx)),
      of: Math.floor(task.train.nx / 2),
    },
    sample: (part, count, draw) => samplePoints(data(part), chart, count, draw),
    library(kind, degree, members) {
      if (kind === "monomials") return monomialLibrary(task.coordinates, degree, members, chart);
      checkRepeating(members);
      return periodicLibrary(task, MODES[equation.space], degree, members);
    },
    degree: 2,
    readingLibrary: (members) => periodicLibrary(task, 1, READ, members),
    conditions: (part, kind) =>
      pdeConditions(
        kernels,
        equation,
        data(part),
        chart,
        cut.mode,
        stream(seed, `conditions/${part}`),
        kind === "fourier" ? { states: STATES[equation.space] } : {},
      ),
    neural: ground(),
    flow:
      flowless === null
        ? (candidates, report) =>
            certify(pool, { ...trace, held: task.held, stops }, candidates, limits, signal, report)
        : null,
    flowless,
    trivial: null,
    parameters: equation.parameters,
    held: flowable(equation) ? task.held : null,
  };

  /** Throws InputError where differences in time say that the data are no solutions; a warning where they cannot say. */
  function checkEvolution(): void {
    const found = evolution(kernels, equation, task.train);
    if (!found?.resolved && !(found && found.residual <= limits.dataResidual))
      warnings.push(
        "the outputs lie too far apart in time to check that the data satisfy the equation; learning takes that for granted",
      );
    else if (!(found.residual <= limits.dataResidual)) throw new InputError(unsatisfied(found.residual));
  }

  /** Throws InputError unless the equation and the members repeat along x (and y): Fourier tests are for such. */
  function checkRepeating(members: readonly Expression[]): void {
    const at = (name: string, share: number): number => {
      const a = task.coordinates.indexOf(name);
      return a < 0 ? share : chart.offset[a]! + chart.scale[a]! * share;
    };
    for (const { name, length } of periodsOf(task.train))
      for (const [what, e] of [
        ...equation.right.map((right) => ["the equation", right] as const),
        ...members.map((member) => [`the member ${text(member)}`, member] as const),
      ])
        if (!repeats(e, name, length, at))
          throw new InputError(
            `a Fourier library is for what repeats along ${name} after ${length}, but ${what} does not; use the library of monomials`,
          );
  }

  function whyNoFlow(): string | null {
    if (task.independent) return "the snapshots are noisy or independent, and a flow is scored on trajectories";
    if (equation.space === 2) return "flows are scored in one space dimension";
    if (equation.timeOrder === 2) return "flows are scored for equations of first order in time";
    return null;
  }

  function described(): string {
    const { train, held } = task;
    const places = train.ny === undefined ? `${train.nx} places` : `${train.nx} × ${train.ny} places`;
    const drawn = train.drawnFrom === undefined ? "" : `; drawn from ${train.drawnFrom} on file, evenly spread`;
    return `${train.n} to learn from, ${held.n} held out; ${train.nt} times × ${places} each${drawn}`;
  }

  function ground(): NeuralGround | string {
    const refused = whyNotNeural(equation);
    if (refused !== null) return refused;
    const knots = options.knots ?? KNOTS;
    const shape = fieldDomain(task.train, chart, knots, 1.5 * flowDefaults.sigma);
    return {
      still: [],
      shape,
      places(criterion, count) {
        const { train } = task;
        const draw = stream(seed, "measure");
        return {
          points:
            criterion === "tangent"
              ? samplePoints(train, chart, count, draw)
              : samplePoints(train, chart, count, draw, scoredRow(equation, flowPatches(equation, train), train.nt)),
          pairs: sampleNeighbours(train, chart, PAIRS, stream(seed, "neighbours")),
        };
      },
      validity(criterion) {
        if (criterion === "flow") {
          if (flowless !== null) return null;
          return flowValidity(pool, shape, spec, chart, task.train);
        }
        const draw = stream(seed, "snapshots");
        const k0 = K0.learned();
        const from = drawSnapshots(kernels, equation, chart, task.train, SNAPSHOTS.learn, draw, cut.mode, k0);
        return tangentValidity(pool, shape, from, tangentDefaults);
      },
      heldScores() {
        const from = drawSnapshots(
          kernels,
          equation,
          chart,
          task.held,
          SNAPSHOTS.certify,
          stream(seed, "held"),
          cut.mode,
        );
        return (control) => tangentScores(pool, shape, from, control);
      },
    };
  }
}

const READ = 2; // degree in the coordinates that are not periodic
const STATES = { 1: 40, 2: 24 } as const; // for Fourier tests, which are ten times as many as bumps
const MODES = { 1: 2, 2: 1 } as const; // waves of a Fourier library along each axis, by space dimensions

const periodsOf = ({ length, ny, lengthY = length }: Trajectories): { name: string; length: number }[] => [
  { name: "x", length },
  ...(ny === undefined ? [] : [{ name: "y", length: lengthY }]),
];

/** Monomials in t and the components, alone and times the lowest waves in x (and y) and the named members. */
function periodicLibrary(
  { coordinates, chart, train }: PdeTask,
  modes: number,
  degree: number,
  members: readonly Expression[],
): Library {
  const periodic = periodsOf(train).map((along) => ({ ...along, modes }));
  const others = periodic.length;
  const units = { offset: chart.offset.subarray(others), scale: chart.scale.subarray(others) };
  return fourierLibrary(periodic, coordinates.slice(others), degree, members, units);
}
