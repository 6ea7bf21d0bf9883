/** The network that sees images: the one that came with the call, one from a file, or one that is trained here. */
import type { ImageData } from "../data/imageset.js";
import type { Variation } from "../data/variation.js";
import { InputError } from "../engine/error.js";
import { stream } from "../engine/random.js";
import {
  accuracyOf,
  type ClassificationOptions,
  classificationDefaults,
  smallShape,
  trainClassifier,
} from "../learning/classification.js";
import { Classifier } from "../network/classifier.js";
import type { ImageClassifier } from "../network/imageclassifier.js";
import { type ImageFeatures, identityFeatures } from "../network/imagefeatures.js";
import { readClassifier } from "./classifierfile.js";
import type { Run } from "./run.js";

const TESTED = 2000; // held-out images on which a classifier's accuracy is measured

export interface Features {
  readonly features: ImageFeatures;
  readonly settings: readonly (readonly [string, string])[];
}

/** A network made here is freed when the run ends. Throws InputError for what is no network, and for images without labels to train one on. */
export async function featuresOf(
  run: Run,
  images: ImageData,
  variation: Variation,
  report: (done: number, of: number, text: string) => void,
): Promise<Features> {
  const { features = "classifier" } = run.options;
  if (features === "identity") return { features: identityFeatures, settings: [] };
  if (features === "classifier") return trained(run, images, variation, report);
  if (features instanceof Uint8Array) return { features: kept(run, readClassifier(features).network), settings: [] };
  if (typeof features !== "object" || features === null || typeof features.value !== "function")
    throw new InputError(
      'features are neither "classifier" nor "identity", nor the bytes of a file, nor an object with `value` and `observe`; pass one of these',
    );
  return { features, settings: [] };
}

async function trained(
  run: Run,
  { train, held }: ImageData,
  variation: Variation,
  report: (done: number, of: number, text: string) => void,
): Promise<Features> {
  const { options, machine, hooks } = run;
  const { kernels } = machine;
  const { seed } = options;
  const training = checked({ ...classificationDefaults, ...options.classifier });
  for (const [set, part] of [
    [train, "to learn from"],
    [held, "held out"],
  ] as const)
    if (!set.labels)
      throw new InputError(`the images ${part} have no labels to train a classifier on; pass labels, or features`);
  const network = kept(run, Classifier.create(smallShape(train), stream(seed, "classifier")));
  await trainClassifier(kernels, network, train, variation, stream(seed, "classified"), training, {
    signal: hooks.signal,
    progress: report,
  });
  const few = { ...held, n: Math.min(held.n, TESTED) };
  const accuracy = await accuracyOf(kernels, network, few, variation, stream(seed, "tested"));
  const { steps, batch, rate } = training;
  return {
    features: network,
    settings: [
      ["Training", `${steps} steps of ${batch} images, each varied anew; Adam, rate up to ${rate}`],
      ["Accuracy", `${(100 * accuracy).toFixed(1)} % on ${few.n} held-out images`],
    ],
  };
}

function kept<N extends ImageClassifier>(run: Run, network: N): N {
  run.atEnd(() => network.dispose());
  return network;
}

const MOST = { steps: 1e6, batch: 4096 } as const;

function checked(options: ClassificationOptions): ClassificationOptions {
  for (const name of ["steps", "batch"] as const)
    if (!(Number.isInteger(options[name]) && options[name] >= 1 && options[name] <= MOST[name]))
      throw new InputError(`classifier.${name} is ${options[name]}; pass a whole number from 1 to ${MOST[name]}`);
  if (!(options.rate > 0 && options.rate <= 1))
    throw new InputError(`classifier.rate is ${options.rate}; pass a number above 0, at most 1`);
  return options;
}
