/** The neural method on a problem: train slots, certify them beside untrained networks, and take the span of the accepted ones. */

import { InputError } from "../engine/error.js";
import type { SplineShape } from "../engine/kernels.js";
import type { Machine } from "../engine/machine.js";
import { type Stream, stream } from "../engine/random.js";
import { controlLength } from "../engine/shape.js";
import { knotPoints } from "../field/spline.js";
import { withoutComponents } from "../learning/gauge.js";
import { type NeuralOptions, type NeuralProgress, type NeuralResult, trainNeural } from "../learning/neural.js";
import { orthogonalise } from "../learning/orthogonality.js";
import { principal } from "../learning/principal.js";
import type { NetworkHost } from "../network/host.js";
import { independent } from "../reading/angles.js";
import { type Certificate, type CertificateOptions, certifyTangent, type Thresholds } from "../reading/certificate.js";
import type { Traced } from "../validity/trace.js";
import type { Done } from "./checkpoint.js";
import { type Keeper, nothing } from "./keeper.js";
import type { NeuralGround, Problem } from "./problem.js";

export type Criterion = "tangent" | "flow" | "tangent+flow";

export interface NeuralPlan {
  readonly seed: number;
  readonly host: NetworkHost;
  readonly criterion: Criterion;
  readonly settings: NeuralOptions;
  readonly refinement: Pick<NeuralOptions, "steps" | "learningRate">; // by flow, after tangent
  readonly width: number; // of the network's trunk
  readonly certifying: CertificateOptions;
  readonly limits: Thresholds;
}

/**
 * Steps and peak learning rate by criterion. On KdV 3e-2 halves the third slot's tangent score beside 1e-2; the flow's minibatch
 * gradient is noisier: on nKdV 400 steps leave the third slot 2° off and the count undecided (docs/decisions.md).
 */
export const SCHEDULES = {
  tangent: { steps: 400, learningRate: 3e-2 },
  flow: { steps: 800, learningRate: 3e-2 },
  refinement: { steps: 100, learningRate: 3e-3 },
} as const;

export const MEASURE = 2048; // points that ⟨v, w⟩ is taken over in training
const COMPARED = 8192; // points at which accepted fields are compared and read

const SAME = (5 * Math.PI) / 180; // accepted fields closer than 5° to the span of better ones say nothing new

export interface NeuralOutcome {
  readonly shape: SplineShape;
  readonly control: Float64Array; // [K, knots…, dim]
  readonly certificate: Certificate;
  readonly order: readonly number[]; // slots by validity, best first
  readonly accepted: readonly number[]; // slots, best first
  readonly span: readonly number[]; // of these, those that say something new
  readonly history: readonly Float64Array[];
  readonly skipped: readonly number[]; // steps
  readonly places: Float64Array; // [P, dim], normalised, held out
  readonly values: readonly Float64Array[]; // of `span` there
}

/** What a problem lends the neural learner, or an InputError that says why it cannot. */
export function groundOf(problem: Problem): NeuralGround {
  if (typeof problem.neural === "string") throw new InputError(problem.neural);
  return problem.neural;
}

const weighing = (criterion: Criterion): "tangent" | "flow" => (criterion === "tangent" ? "tangent" : "flow");

export async function trainSlots(
  problem: Problem,
  { kernels }: Machine,
  plan: NeuralPlan,
  signal: AbortSignal | undefined,
  progress: (event: NeuralProgress) => void,
  keeper: Keeper,
): Promise<NeuralResult> {
  const { seed, criterion, settings, refinement } = plan;
  const { from } = keeper;
  const ground = groundOf(problem);
  const places = ground.places(weighing(criterion), MEASURE);
  const network = freshNetwork(plan, ground, settings.generators, stream(seed, "weights"));
  try {
    if (criterion !== "tangent+flow") return await train(criterion, settings, 0, nothing, settings.steps);
    const of = settings.steps + refinement.steps;
    const first = from?.phase === 1 ? from.done : await train("tangent", settings, 0, nothing, of);
    const second = await train("flow", { ...settings, ...refinement }, 1, first, of);
    const { length } = first.history;
    const skipped = [...first.skipped, ...second.skipped.map((step) => step + length)];
    return { ...second, history: [...first.history, ...second.history], skipped };
  } finally {
    network.dispose();
  }

  async function train(
    by: "tangent" | "flow",
    options: NeuralOptions,
    phase: number,
    done: Done,
    of: number,
  ): Promise<NeuralResult> {
    const validity = ground.validity(by);
    if (!validity)
      throw new InputError(
        `${problem.name} has no flow score to learn by: ${problem.flowless ?? "its flows are only certified"}; learn by the tangent score`,
      );
    await validity.prepare();
    try {
      const fixed = withoutComponents(network, ground.shape.width, ground.still);
      const state = from?.phase === phase ? from.learner : undefined;
      const training = trainNeural(kernels, ground.shape, fixed, validity, places, seed, options, signal, state);
      let turn = await training.next();
      for (; !turn.done; turn = await training.next()) {
        const step = done.history.length + turn.value.step;
        progress({ ...turn.value, step, of });
        await keeper.after(turn.value, { phase, done }, { step, of });
      }
      const { control } = turn.value;
      if (validity.sums === null || options.orthogonality !== "projection") return turn.value; // others may hold duplicates, to be shown as such
      const parted = await principal(control, options.generators, validity.sums);
      const { points } = places;
      return {
        ...turn.value,
        control: orthogonalise(kernels, ground.shape, points, parted, options.generators, "projection").control,
      };
    } finally {
      await validity.release();
    }
  }
}

/** Certifies slots on held-out data, beside fields of the same class that learned nothing: untrained networks. */
export async function certifySlots(
  problem: Problem,
  { kernels }: Machine,
  plan: NeuralPlan,
  { control, history, skipped }: NeuralResult,
  progress: (done: number, of: number) => void,
): Promise<NeuralOutcome> {
  const { seed, certifying, limits } = plan;
  const ground = groundOf(problem);
  const { shape } = ground;
  const size = controlLength(shape);
  const { points } = ground.places(weighing(plan.criterion), MEASURE);
  const fresh = freshNetwork(plan, ground, certifying.controls, stream(seed, "control"));
  const random = Float64Array.from(await withoutComponents(fresh, shape.width, ground.still).forward());
  fresh.dispose();
  const controls = orthogonalise(kernels, shape, points, random, certifying.controls, "none").control; // unit, no more
  const scores = ground.heldScores();
  const traced = (all: Float64Array): Traced[] =>
    Array.from({ length: all.length / size }, (_, b) => ({
      kind: "spline",
      shape,
      control: all.slice(b * size, (b + 1) * size),
    }));
  const candidates = {
    fields: traced(control),
    tangent: await scores(control),
    controls: traced(controls),
    controlTangent: await scores(controls),
  };
  const certificate = problem.flow ? await problem.flow(candidates, progress) : certifyTangent(candidates, limits);
  const { fields } = certificate;
  const order = fields.map((_, b) => b).sort((a, b) => fields[a]!.tangent - fields[b]!.tangent);
  const accepted = order.filter((b) => fields[b]!.verdict === "accepted");
  const places = problem.sample("held", COMPARED, stream(seed, "compare"));
  const values = accepted.map((b) => {
    const value = new Float64Array(places.length);
    kernels.splineValue(shape, control.subarray(b * size, (b + 1) * size), places, value);
    return value;
  });
  const kept = independent(values, SAME);
  return {
    shape,
    control,
    certificate,
    order,
    accepted,
    span: kept.map((i) => accepted[i]!),
    history,
    skipped,
    places,
    values: kept.map((i) => values[i]!),
  };
}

/** A network with random weights whose outputs are the control points of `generators` fields. */
function freshNetwork({ host, width }: NeuralPlan, { shape }: NeuralGround, generators: number, weights: Stream) {
  const periodic = shape.axes.map((axis) => axis.kind === "periodic");
  return host.network({ knotPoints: knotPoints(shape), periodic, dim: shape.width, generators, width }, weights);
}
