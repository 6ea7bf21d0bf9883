/**
 * The neural learner (Ko, Kim & Lee 2024): K slots trained together by Adam on the log validity plus orthogonality, Lipschitz and Sobolev
 * terms. Only control points and their gradients pass to and from the network.
 *
 * It starts from random weights and knows no equation's generators.
 */

import { cos, log } from "../engine/elementary.js";
import { InputError, NumericalError } from "../engine/error.js";
import type { SplineKernels, SplineShape } from "../engine/kernels.js";
import { resume, type Stream, stream } from "../engine/random.js";
import type { NetworkState } from "../network/networkstate.js";
import type { Validity } from "../validity/validity.js";
import { lipschitz } from "./lipschitz.js";
import { type Orthogonality, orthogonalise } from "./orthogonality.js";
import { size } from "./size.js";
import { sobolev } from "./sobolev.js";

/** What the learner needs of a network: control points out, their cotangent in. */
export interface ControlNetwork {
  /** Control points [K, knots…, dim]. */
  forward(): Promise<Float32Array>;
  /** One optimiser step on Σ control points · cotangent; false when the cotangent was not finite and the step was left out. */
  step(cotangent: Float32Array, learningRate: number): Promise<boolean>;
  /** Steps left out or taken back because something was not finite. One that overflowed on the way is known by the next call. */
  readonly skipped: number;
  /** New random weights for one slot, which come to the rate of learning over `warm` steps. */
  restart(slot: number, stream: Stream, warm: number): Promise<void>;
  state(): Promise<NetworkState>;
  restore(state: NetworkState): void;
}

/** Everything a run needs to go on from a step, as numbers and typed arrays: going on gives the bits an unbroken run gives. */
export interface LearnerState {
  readonly step: number; // steps done
  readonly skipped: readonly number[]; // of them, those whose score or gradient was not finite, counted from 1
  readonly network: NetworkState; // weights and Adam's moments
  readonly batches: readonly number[]; // the stream that draws batches
  readonly validity: readonly number[];
  readonly history: readonly Float64Array[];
}

export interface NeuralOptions {
  readonly generators: number; // slots K, 1 to 16
  readonly steps: number;
  readonly learningRate: number; // peak of Adam's, after a warm-up of 5 % and before a cosine decay to 1 %
  readonly orthogonality: Orthogonality;
  readonly weights: {
    readonly orthogonality: number;
    readonly lipschitz: number;
    readonly sobolev: number;
    readonly size: number;
  };
  readonly lipschitzBound: number; // ℓ, in normalised coordinates; a unit field linear in one coordinate has slope 1/0.29 = 3.45
}

export const neuralDefaults: NeuralOptions = {
  generators: 4,
  steps: 400,
  learningRate: 1e-2,
  orthogonality: "projection",
  weights: { orthogonality: 1, lipschitz: 3, sobolev: 1, size: 3 },
  lipschitzBound: 4,
};

/** Where the terms that need no equation are taken: data points, and pairs of neighbours. */
export interface Places {
  readonly points: Float64Array; // [P, dim], normalised; the measure of ⟨v, w⟩
  readonly pairs: { readonly points: Float64Array; readonly neighbours: Float64Array };
}

export interface NeuralProgress {
  readonly step: number; // steps done
  readonly of: number;
  readonly score: Float64Array; // [K], natural log of each slot's relative score on this step's batch
  readonly control: Float64Array; // [K, knots…, dim], the slots that were scored; an array of this step's own
  /** The state after this step; ask before the next step begins. */
  state(): Promise<LearnerState>;
}

export interface NeuralResult {
  readonly control: Float64Array; // [K, knots…, dim], unit over the points
  readonly history: readonly Float64Array[]; // scores, one row a step
  readonly terms: { readonly orthogonality: number; readonly lipschitz: number; readonly sobolev: number }; // at the last step
  readonly skipped: readonly number[]; // steps whose score or gradient was not finite, counted from 1
}

const WARM_UP = 0.05; // share of the steps
const RESTARTS = [0.3, 0.5]; // shares of the steps after which stuck slots begin anew; under the flow score good ones too are late by then
const RECENT = 20; // steps whose mean score tells
const STUCK = log(0.1); // a score no symmetry has by then; at 0.05 the ∂t of an equation with coefficients in x, late at 0.06, began anew and was lost

/**
 * Slots that rest in a local minimum, such as cos(2πx) ∂t beside ∂t: they get another chance while the learning rate is still high. Where
 * there is no further symmetry they lose nothing.
 */
function stuck(history: readonly Float64Array[], slots: number): number[] {
  const recent = history.slice(-RECENT);
  const mean = Array.from({ length: slots }, (_, b) => recent.reduce((sum, s) => sum + s[b]!, 0) / recent.length);
  return mean.flatMap((m, b) => (m > STUCK ? [b] : []));
}

const SKIPS = 10; // steps left out in a run before it is given up
export const CAREFUL = 20; // steps after one that was left out at half the learning rate; a quarter after two, and so on

/**
 * Trains, yielding after every step; returning early (or an aborted signal) stops it between steps.
 *
 * Cost per step: one network forward and step, one validity gradient, and 4 K spline evaluations per sampled point.
 */
export async function* trainNeural(
  kernels: SplineKernels,
  shape: SplineShape,
  network: ControlNetwork,
  validity: Validity,
  places: Places,
  seed: number,
  options: NeuralOptions,
  signal?: AbortSignal,
  from?: LearnerState,
): AsyncGenerator<NeuralProgress, NeuralResult> {
  const { generators: slots, steps, weights } = options;
  if (!Number.isInteger(slots) || slots < 1 || slots > 16) {
    throw new InputError(`generators is ${slots}; pass a whole number from 1 to 16`);
  }
  const batches: Stream = from ? resume(from.batches) : stream(seed, `batch/${validity.name}`);
  const history: Float64Array[] = [...(from?.history ?? [])];
  if (from) {
    network.restore(from.network);
    validity.restore(from.validity);
  }
  let terms = { orthogonality: 0, lipschitz: 0, sobolev: 0 };
  const skipped = [...(from?.skipped ?? [])];
  let seen = network.skipped;
  const fault = (step: number): void => {
    seen = network.skipped;
    skipped.push(step);
    if (skipped.length > SKIPS)
      throw new NumericalError(
        `score or gradient was not finite in ${skipped.length} of ${step} steps (${skipped.join(", ")}), though each halved the learning rate for a while; lower the learning rate or check the data`,
      );
  };
  const overflowed = (step: number): void => {
    if (network.skipped > seen) fault(step);
  };
  for (let step = from?.step ?? 0; step < steps; step++) {
    signal?.throwIfAborted();
    const fraction = step / steps;
    const raw = Float64Array.from(await network.forward());
    overflowed(step);
    const made = orthogonalise(kernels, shape, places.points, raw, slots, options.orthogonality);
    const control = made.control;
    const pending = validity.gradient({ count: slots, control }, { stream: batches, fraction }); // workers score while this thread
    const steep = // takes the terms that need no equation
      weights.lipschitz > 0
        ? lipschitz(
            kernels,
            shape,
            places.pairs.points,
            places.pairs.neighbours,
            control,
            slots,
            options.lipschitzBound,
          )
        : null;
    const rough =
      weights.sobolev > 0 && fraction >= 0.9 ? sobolev(kernels, shape, places.points, control, slots) : null;
    const scored = await pending;
    const bar = scored.gradient;
    if (steep) add(weights.lipschitz, steep.gradient, bar);
    if (rough) add(weights.sobolev, rough.gradient, bar);
    const cotangent = made.pullback(bar, weights.orthogonality);
    const large = weights.size > 0 ? size(raw, slots) : null;
    if (large) add(weights.size, large.gradient, cotangent);
    const careful = skipped.filter((at) => step < at + CAREFUL).length;
    const learningRate = rate(options.learningRate, fraction) / 2 ** careful;
    const scores = scored.score.every((s) => s < Number.POSITIVE_INFINITY); // −∞, an exact zero, is none
    if (!scores || !(await network.step(Float32Array.from(cotangent), learningRate))) fault(step + 1);
    if (validity.name === "tangent" && RESTARTS.some((share) => step === Math.floor(share * steps)))
      for (const slot of stuck([...history, scored.score], slots))
        await network.restart(slot, stream(seed, `restart/${step}/${slot}`), WARM_UP * steps);
    terms = { orthogonality: made.penalty, lipschitz: steep?.value ?? 0, sobolev: rough?.value ?? 0 };
    history.push(scored.score);
    const state = async (): Promise<LearnerState> => {
      const weights = await network.state();
      overflowed(step + 1);
      return {
        step: step + 1,
        skipped: skipped.slice(),
        network: weights,
        batches: batches.state(),
        validity: validity.state(),
        history: history.slice(),
      };
    };
    yield { step: step + 1, of: steps, score: scored.score, control, state };
  }
  const raw = Float64Array.from(await network.forward());
  overflowed(steps);
  const { control } = orthogonalise(kernels, shape, places.points, raw, slots, options.orthogonality);
  return { control, history, terms, skipped };
}

/** Adam's learning rate: linear warm-up over 5 % of the steps, then a cosine down to 1 % of the peak. */
export function rate(peak: number, fraction: number): number {
  const warm = Math.min(1, (fraction + 0.005) / WARM_UP);
  const decay = 0.505 + 0.495 * cos(Math.PI * fraction);
  return peak * warm * decay;
}

function add(factor: number, x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += factor * x[i]!;
}
