/** Training of a classifier on images that are varied anew each time they are shown. */
import type { ImageSet } from "../data/imageset.js";
import { type Variation, variedImages } from "../data/variation.js";
import { InputError } from "../engine/error.js";
import type { WarpKernels } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import { nextTurn } from "../engine/turn.js";
import type { ConvolutionalShape } from "../network/convolutional.js";
import type { ImageClassifier } from "../network/imageclassifier.js";
import { cycle } from "./schedule.js";

export interface ClassificationOptions {
  readonly steps: number;
  readonly batch: number; // images of a step
  readonly rate: number; // of Adam: reached after a tenth of the steps, then falling to 0 as a cosine
}

export const classificationDefaults: ClassificationOptions = { steps: 1500, batch: 64, rate: 2e-3 };

/** Two convolutions that halve the image each, as of LeNet; half a minute makes it useful on 28 × 28 pixels. */
export const smallShape = ({ height, width, channels, classes }: ImageSet): ConvolutionalShape => ({
  height,
  width,
  channels,
  classes,
  convolutions: [
    { size: 5, stride: 2, channels: 16 },
    { size: 5, stride: 2, channels: 32 },
  ],
  hidden: 64,
});

export interface TrainingHooks {
  readonly signal?: AbortSignal | undefined; // looked at after every step
  readonly progress?: (done: number, of: number, text: string) => void;
}

const WARM = 0.1; // share of the steps
const SMOOTH = 0.02; // weight of the last step in the loss that is shown

/** Trains in place; returns the loss of every step. Throws InputError for images without labels, the signal's reason where it aborts. */
export async function trainClassifier(
  kernels: WarpKernels,
  network: ImageClassifier,
  set: ImageSet,
  variation: Variation,
  draw: Stream,
  { steps, batch, rate }: ClassificationOptions = classificationDefaults,
  { signal, progress }: TrainingHooks = {},
): Promise<Float64Array> {
  const { labels, n, height, width, channels } = set;
  if (!labels) throw new InputError("the images have no labels to train a classifier on; pass labels, or features");
  const losses = new Float64Array(steps);
  let shown = 0;
  for (let s = 0; s < steps; s++) {
    const indices = Int32Array.from({ length: batch }, () => draw.integer(0, n));
    const values = variedImages(kernels, set, indices, variation, draw);
    const own = Array.from(indices, (i) => labels[i]!);
    const loss = await network.step(
      { n: batch, height, width, channels, values },
      own,
      rate * cycle((s + 1) / steps, WARM),
    );
    losses[s] = loss;
    shown = s === 0 ? loss : (1 - SMOOTH) * shown + SMOOTH * loss;
    signal?.throwIfAborted();
    progress?.(s + 1, steps, `training the classifier, loss ${shown.toPrecision(2)}`);
    await nextTurn();
  }
  return losses;
}

const BATCH = 200;

/** Share of images that get their own label, each varied once. Throws InputError for images without labels. */
export async function accuracyOf(
  kernels: WarpKernels,
  network: ImageClassifier,
  set: ImageSet,
  variation: Variation,
  draw: Stream,
): Promise<number> {
  const { n, height, width, channels, labels } = set;
  const { classes } = network.shape;
  if (!labels) throw new InputError("the images have no labels to tell what is right by; pass labels");
  let right = 0;
  for (let from = 0; from < n; from += BATCH) {
    const count = Math.min(BATCH, n - from);
    const indices = Int32Array.from({ length: count }, (_, i) => from + i);
    const values = variedImages(kernels, set, indices, variation, draw);
    const logits = await network.value({ n: count, height, width, channels, values });
    for (let i = 0; i < count; i++) {
      const own = logits.subarray(i * classes, (i + 1) * classes);
      if (own.indexOf(Math.max(...own)) === labels[from + i]) right++;
    }
  }
  return right / n;
}
