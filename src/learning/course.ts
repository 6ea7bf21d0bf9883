/**
 * A course of training for a classifier: every image once an epoch, in an order of the epoch's own. What a step shows depends on the seed and the
 * step's number alone, so a course goes on from any step as if it had never stopped.
 */
import type { ImageSet } from "../data/imageset.js";
import { InputError } from "../engine/error.js";
import { type Stream, stream } from "../engine/random.js";
import { nextTurn } from "../engine/turn.js";
import type { ImageClassifier } from "../network/imageclassifier.js";
import { cycle } from "./schedule.js";

export interface CourseOptions {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number; // images of a step
  readonly rate: number; // the optimiser's at its highest
  readonly warm: number; // share of the steps until then; afterwards it falls to 0 as a cosine
  readonly smoothing: number; // share of every target that all classes have alike
  /** Ends before the epochs do: from step `from` on the rate falls to 0 within `over` more, whatever the cosine says. */
  readonly early?: { readonly from: number; readonly over: number };
}

export const courseDefaults = { epochs: 10, batch: 64, rate: 6e-3, warm: 0.2, smoothing: 0.1 } as const;

/** Images by index as they are shown, [count, height, width, channels] in [0, 1]: each varied anew. */
export type Show = (set: ImageSet, indices: ArrayLike<number>, draw: Stream) => Float32Array;

export interface CourseHooks {
  readonly signal?: AbortSignal | undefined; // looked at after every step
  /** After every step: how many are done, and the last one's loss. What it returns is awaited. */
  readonly stepped?: (done: number, of: number, loss: number) => unknown;
}

/** Steps of a course: whole batches only, the rest of an epoch is left out. */
export const stepsOf = (set: ImageSet, options: CourseOptions): number => {
  const { early } = options;
  return early ? Math.min(whole(set, options), early.from + early.over) : whole(set, options);
};

const whole = ({ n }: ImageSet, { epochs, batch }: CourseOptions): number => epochs * Math.floor(n / batch);

/** Trains in place from step `from` on. Throws InputError for images without labels or fewer than a batch, the signal's reason where it aborts. */
export async function train(
  network: ImageClassifier,
  set: ImageSet,
  show: Show,
  options: CourseOptions,
  from = 0,
  { signal, stepped }: CourseHooks = {},
): Promise<void> {
  const { seed, batch, rate, warm, smoothing, early } = options;
  const { labels, n, height, width, channels } = set;
  if (!labels) throw new InputError("the images have no labels to train a classifier on; pass labels");
  const each = Math.floor(n / batch);
  if (each < 1)
    throw new InputError(`there are ${n} images for batches of ${batch}; pass more images or a smaller batch`);
  const steps = stepsOf(set, options);
  let order: Int32Array = new Int32Array();
  for (let s = from; s < steps; s++) {
    const epoch = Math.floor(s / each);
    if (s === from || s % each === 0) order = shuffled(n, stream(seed, `order of epoch ${epoch}`));
    const indices = order.subarray((s % each) * batch, (s % each) * batch + batch);
    const values = show(set, indices, stream(seed, `shown at step ${s}`));
    const own = Array.from(indices, (i) => labels[i]!);
    const left = early ? Math.min(1, Math.max(0, (early.from + early.over - s - 1) / early.over)) : 1;
    const now = rate * left * cycle((s + 1) / whole(set, options), warm);
    const loss = await network.step({ n: batch, height, width, channels, values }, own, now, smoothing);
    signal?.throwIfAborted();
    await stepped?.(s + 1, steps, loss);
    await nextTurn();
  }
}

function shuffled(n: number, draw: Stream): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = draw.integer(0, i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
