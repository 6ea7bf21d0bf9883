/** Classifiers trained with and without augmentation, on equal terms: same first weights, images, order and held-out images for each seed. */
import { fetchedImages } from "../data/fetched.js";
import { chosenImages, type ImageData, type ImageSet } from "../data/imageset.js";
import { planeChart } from "../data/plane.js";
import { type Variation, variations } from "../data/variation.js";
import type { Adapter } from "../engine/adapter.js";
import type { KernelRequest } from "../engine/engines.js";
import { InputError } from "../engine/error.js";
import type { Kernels } from "../engine/kernels.js";
import { openMachine } from "../engine/machine.js";
import { type Stream, stream } from "../engine/random.js";
import { chosenSpec, fieldOf, generatorsFrom, type Stored } from "../flow/generatorspec.js";
import { accuracyOf, smallShape } from "../learning/classification.js";
import { type CourseOptions, courseDefaults, stepsOf, train } from "../learning/course.js";
import { type BackendRequest, chooseBackend } from "../network/backend.js";
import { Classifier } from "../network/classifier.js";
import type { ImageClassifier } from "../network/imageclassifier.js";
import type { EngineName } from "../network/request.js";
import { ResidualClassifier } from "../network/residual/classifier.js";
import { divideImages } from "../task/images.js";
import { type Cell, type Row, rowsOf } from "../use/classification.js";
import { affineFormulas, type ImageAugmentation, shownBy } from "../use/imageaugmentation.js";

export type { Cell, Row };

/** What images are trained with, in the order in which they are compared. */
export const augmentations = ["none", "crop", "affine", "learned"] as const;
export type AugmentationName = (typeof augmentations)[number];

/** A classifier by name. */
export const networks: Readonly<Record<string, (set: ImageSet, draw: Stream) => ImageClassifier>> = {
  small: (set, draw) => Classifier.create(smallShape(set), draw),
  resnet8: (set, draw) => residual(set, 1, draw),
  resnet20: (set, draw) => residual(set, 3, draw),
};

const residual = ({ height, width, channels, classes }: ImageSet, blocks: number, draw: Stream): ImageClassifier =>
  ResidualClassifier.create({ height, width, channels, classes, stages: [16, 32, 64], blocks }, draw);

export interface ClassifyOptions {
  readonly task: string; // mnist, cifar10 or images
  readonly images?: ImageData | ImageSet; // of the task images; a set is divided, a fifth held out
  readonly seeds: readonly number[];
  readonly augmentations?: readonly AugmentationName[]; // the first is what the others are measured by; default all that can be had
  /** "learned": what `readField` gave, its accepted generators or those named; or formulas in x, y, such as ["-y", "x"]. */
  readonly field?: Stored;
  readonly generators?: readonly number[];
  readonly formulas?: readonly (readonly string[])[];
  readonly sigma?: number | readonly number[]; // of "learned", in half edges; default 0.1
  readonly affineSigma?: number; // of "affine"; default 0.1
  readonly train?: number; // images learned from, drawn by the seed; default 5000
  readonly tested?: number; // held-out images; default all
  readonly variation?: Variation; // of the held-out images; default plain
  readonly network?: string; // default small
  readonly course?: Partial<Omit<CourseOptions, "seed">>; // default 20 epochs, a rate of 2e-3
  readonly backend?: BackendRequest;
  readonly kernels?: KernelRequest;
}

export interface ClassifyHooks {
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, of: number, text: string) => void;
  /** After every training; what it returns is awaited. */
  readonly trained?: (cell: Cell) => unknown;
  /** Trainings that are done already, under the same options. */
  readonly known?: readonly Cell[];
}

export interface Classified {
  readonly cells: readonly Cell[];
  readonly rows: readonly Row[];
  readonly engine: EngineName;
}

export const classifyDefaults = {
  train: 5000,
  sigma: 0.1,
  network: "small",
  course: { ...courseDefaults, epochs: 20, rate: 2e-3, smoothing: 0 },
} as const;

/** Trains every augmentation with every seed. Throws InputError for what cannot be used, the signal's reason where it aborts. */
export async function classify(
  options: ClassifyOptions,
  adapter: Adapter,
  { signal, progress, trained, known = [] }: ClassifyHooks = {},
): Promise<Classified> {
  const { seeds, field, formulas, variation = "plain", network = classifyDefaults.network } = options;
  const names = options.augmentations ?? augmentations.filter((name) => name !== "learned" || field || formulas);
  checkNames(names, augmentations, "augmentations");
  checkNames([network], Object.keys(networks), "networks");
  checkNames([variation], Object.keys(variations), "variations");
  if (names.includes("learned") && !field === !formulas)
    throw new InputError(
      `learned generators come from a field or from formulas, but ${field ? "both" : "neither"} came; pass one`,
    );
  if (seeds.length === 0 || new Set(seeds).size < seeds.length)
    throw new InputError(`seeds are ${seeds.join(", ") || "none"}; pass distinct whole numbers`);
  const machine = await openMachine(adapter, { workers: 0, kernels: options.kernels ?? "auto" });
  try {
    const { kernels } = machine;
    const ways = new Map(names.map((name) => [name, augmentationOf(kernels, options, name)]));
    const images = await imagesOf(options, adapter, signal, progress);
    const { train: all, held } = images;
    if (!all.labels || !held.labels)
      throw new InputError("the images have no labels to train a classifier on; pass labels");
    for (const way of ways.values()) shownBy(kernels, way, all, seeds[0]!); // what cannot be used is told before anything is trained
    const path = adapter.networkFiles;
    const { engine } = await chooseBackend(options.backend ?? "auto", {
      ...(path === undefined ? {} : { wasmPath: path }),
      ...(adapter.network && { wasmModule: adapter.network }),
      ...(adapter.openGpu && { openGpu: () => adapter.openGpu!() }),
    });
    const course = { ...classifyDefaults.course, ...options.course };
    const cells: Cell[] = [];
    const plan = seeds.flatMap((seed) => names.map((augmentation) => ({ seed, augmentation })));
    for (const [i, { seed, augmentation }] of plan.entries()) {
      const before = known.find((cell) => cell.seed === seed && cell.augmentation === augmentation);
      if (before) {
        cells.push(before);
        continue;
      }
      const begun = adapter.now();
      const own = some(all, options.train ?? classifyDefaults.train, stream(seed, "learned images"));
      const tested = some(held, options.tested ?? held.n, stream(0, "tested images"));
      const show = shownBy(kernels, ways.get(augmentation)!, own, seed);
      const classifier = networks[network]!(all, stream(seed, "classifier"));
      try {
        const steps = stepsOf(own, { ...course, seed });
        await train(classifier, own, show, { ...course, seed }, 0, {
          signal,
          stepped: (done, _, loss) =>
            progress?.(
              i * steps + done,
              plan.length * steps,
              `${augmentation}, seed ${seed}, loss ${loss.toPrecision(2)}`,
            ),
        });
        const cell = {
          ...{ augmentation, seed },
          accuracy: await accuracyOf(kernels, classifier, tested, variation, stream(seed, "held images")),
          fit: await accuracyOf(kernels, classifier, own, "plain", stream(seed, "fit")),
          seconds: adapter.now() - begun,
        };
        cells.push(cell);
        await trained?.(cell);
      } finally {
        classifier.dispose();
      }
    }
    return { cells, rows: rowsOf(cells, names), engine };
  } finally {
    await machine.close();
  }
}

function augmentationOf(kernels: Kernels, options: ClassifyOptions, name: AugmentationName): ImageAugmentation {
  if (name === "none" || name === "crop") return name;
  const chart = planeChart();
  const { field, generators, formulas, sigma = classifyDefaults.sigma, affineSigma = classifyDefaults.sigma } = options;
  const by = (texts: readonly (readonly string[])[]) => {
    for (const components of texts) fieldOf(components, chart.names);
    return { chart, splines: null, formulas: texts };
  };
  const spec = name === "affine" ? by(affineFormulas) : field ? chosenSpec(field, generators) : by(formulas!);
  return { generators: generatorsFrom(spec, kernels), sigma: name === "affine" ? affineSigma : sigma };
}

async function imagesOf(
  { task, images, seeds }: ClassifyOptions,
  adapter: Adapter,
  signal: AbortSignal | undefined,
  progress: ClassifyHooks["progress"],
): Promise<ImageData> {
  if (images) return "train" in images ? images : divideImages(task, images, stream(seeds[0]!, "held images"));
  if (task !== "mnist" && task !== "cifar10")
    throw new InputError(`there is no data set ${JSON.stringify(task)}; name mnist or cifar10, or pass images`);
  return fetchedImages(task, adapter, {
    ...(signal && { signal }),
    progress: (done, of) => progress?.(done, of, "fetching images"),
  });
}

/** At most so many of a set, drawn. */
function some(set: ImageSet, count: number, draw: Stream): ImageSet {
  if (!(Number.isSafeInteger(count) && count >= 1))
    throw new InputError(`${count} images are asked for; pass a whole number from 1`);
  if (count >= set.n) return set;
  const order = Int32Array.from({ length: set.n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = draw.integer(i, set.n);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return chosenImages(set, order.subarray(0, count));
}

function checkNames(names: readonly string[], known: readonly string[], what: string): void {
  const odd = names.find((name) => !known.includes(name));
  if (odd !== undefined || names.length === 0 || new Set(names).size < names.length)
    throw new InputError(`${what} are ${names.join(", ") || "none"}; pass distinct ones of ${known.join(", ")}`);
}
