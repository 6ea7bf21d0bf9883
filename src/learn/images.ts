/** Images as a problem for learners: a network that sees them, conditions from how its features turn, flows by warping. */
import { fetchedImages } from "../data/fetched.js";
import type { ImageData } from "../data/imageset.js";
import { COORDINATES, planeChart } from "../data/plane.js";
import type { Variation } from "../data/variation.js";
import { InputError } from "../engine/error.js";
import { type Stream, stream } from "../engine/random.js";
import { monomialLibrary } from "../field/library.js";
import { accuracyOf, classificationDefaults, smallShape, trainClassifier } from "../learning/classification.js";
import { Classifier } from "../network/classifier.js";
import { NetworkHost } from "../network/host.js";
import type { ImageBatch, ImageFeatures } from "../network/imagefeatures.js";
import { identityFeatures } from "../network/imagefeatures.js";
import { certifyMoved } from "../reading/drift.js";
import { divideImages, imageTask } from "../task/images.js";
import type { Conditions } from "../validity/conditions.js";
import { type Sensitivity, sensitivityOf } from "../validity/sensitivity.js";
import { smoothedFeatures, smoothingDefaults } from "../validity/smoothed.js";
import { turningOf } from "../validity/turning.js";
import { warpingConditions } from "../validity/warping.js";
import { readClassifier } from "./classifierfile.js";
import { networkEngine } from "./host.js";
import type { Part, Problem } from "./problem.js";
import { type Run, reporting } from "./run.js";
import { refusedByNeural } from "./tasks.js";

const TESTED = 2000; // held-out images on which a classifier's accuracy is measured
const GENERATORS = 10;
const STEP = 0.05; // of s along flows

interface Seen {
  readonly features: ImageFeatures;
  readonly settings: readonly (readonly [string, string])[];
}

export async function imageProblem(run: Run): Promise<Problem> {
  const { options, machine, adapter, hooks, limits, certifying } = run;
  const { kernels } = machine;
  const { seed } = options;
  const { signal } = hooks;
  const report = reporting(run, "data");
  const images = await imagesOf(run);
  const wasmPath = options.wasmPath ?? adapter.networkFiles;
  const wasmModule = options.network ?? adapter.network;
  const host = await NetworkHost.open(options.backend ?? "auto", {
    ...(wasmPath === undefined ? {} : { wasmPath }),
    ...(wasmModule === undefined ? {} : { wasmModule }),
    ...(adapter.openGpu && { openGpu: () => adapter.openGpu!() }),
  });
  const variation = options.variation ?? (options.task === "mnist" ? "rotated" : "plain");
  const task = imageTask(kernels, { seed, images, variation });
  const { features, settings } = await featuresOf(run, images, variation, report);
  const seen = {
    train: await seenOf(features, task.train, stream(seed, "learned directions"), "images to learn from"),
    held: await seenOf(features, task.held, stream(seed, "held directions"), "held-out images"),
  };
  signal?.throwIfAborted();
  const chart = planeChart();
  const ready = new Map<Part, Conditions>();
  const conditions = (part: Part): Conditions => {
    const known = ready.get(part) ?? warpingConditions(kernels, task.train, seen[part]);
    ready.set(part, known);
    return known;
  };
  return {
    name: task.name,
    text: task.text,
    preserves: "leaves the network's features of the images where they are",
    coordinates: COORDINATES,
    chart,
    settings: [
      ["Images", `${task.train.n} to learn from, ${task.held.n} held out, ${task.text}`],
      ["Plane", "x to the right, y down, the longer edge from −1 to 1"],
      ["Features", features.name],
      ["Slopes", `of features averaged over ${smoothingDefaults.maps} affine moves of size ${smoothingDefaults.reach}`],
      ...settings,
    ],
    warnings: [],
    lowPass: null,
    sample: (part, count, draw) => drawn(conditions(part).points, count, draw),
    degree: 1,
    library(kind, degree, members) {
      if (kind === "fourier")
        throw new InputError(
          "a Fourier library is for equations, which are periodic in x, not for images; use the library of monomials",
        );
      return monomialLibrary(COORDINATES, degree, members);
    },
    readingLibrary: (members) => monomialLibrary(COORDINATES, 3, members),
    conditions,
    singly: {
      most: options.generators ?? GENERATORS,
      halves: () => halvesOf(seen.train).map((half) => warpingConditions(kernels, task.train, half)),
    },
    neural: refusedByNeural(options)!,
    async flow(candidates, progress) {
      const turning = await turningOf({
        kernels,
        features,
        images: task.held,
        weight: seen.held.weight,
        step: STEP,
        signal,
      });
      const floor = await turning.floor(stream(seed, "floor"));
      return certifyMoved(
        (field, stops) => turning.moved(field, stops),
        candidates,
        certifying.stops,
        floor,
        limits,
        progress,
      );
    },
    flowless: null,
    trivial: null,
    parameters: {},
    held: null,
    network: networkEngine(host, machine),
  };

  function seenOf(of: ImageFeatures, batch: ImageBatch, draw: Stream, what: string): Promise<Sensitivity> {
    return sensitivityOf(smoothedFeatures(kernels, of, draw), batch, draw, undefined, (done, total) => {
      signal?.throwIfAborted();
      report(done, total, `looking at ${what}`);
    });
  }
}

/** What is asked for: images that came with the call, else a data set by its name. */
async function imagesOf({ options, adapter, hooks: { signal }, ...run }: Run): Promise<ImageData> {
  const { task, images, seed } = options;
  if (images) return "train" in images ? images : divideImages(task, images, stream(seed, "held images"));
  if (task !== "mnist" && task !== "cifar10")
    throw new InputError("the task images takes images and labels; pass them, from a file by --data");
  const report = reporting({ options, adapter, hooks: { ...(signal && { signal }) }, ...run }, "data");
  return fetchedImages(task, adapter, {
    ...(signal && { signal }),
    progress: (done, of) => report(done, of, "fetching images"),
  });
}

/** The network that is asked for, or one that is trained here. */
async function featuresOf(
  { options, machine: { kernels }, hooks: { signal } }: Run,
  images: ImageData,
  variation: Variation,
  report: (done: number, of: number, text: string) => void,
): Promise<Seen> {
  const { features = "classifier", seed } = options;
  if (features === "identity") return { features: identityFeatures, settings: [] };
  if (features instanceof Uint8Array) return { features: readClassifier(features).network, settings: [] };
  if (features !== "classifier") return { features, settings: [] };
  const { train, held } = images;
  const network = Classifier.create(smallShape(train), stream(seed, "classifier"));
  const training = { ...classificationDefaults, ...options.classifier };
  const hooks = { signal, progress: report };
  await trainClassifier(kernels, network, train, variation, stream(seed, "classified"), training, hooks);
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

/** What half of the images shows, each half by itself. */
function halvesOf(seen: Sensitivity): Sensitivity[] {
  const each = seen.covectors.length / seen.rows;
  const half = seen.rows >> 1;
  return [0, half].map((from) => ({
    ...seen,
    rows: half,
    covectors: seen.covectors.subarray(from * each, (from + half) * each),
  }));
}

function drawn(points: Float64Array, count: number, draw: Stream): Float64Array {
  const out = new Float64Array(2 * count);
  for (let p = 0; p < count; p++) {
    const at = 2 * draw.integer(0, points.length / 2);
    out.set(points.subarray(at, at + 2), 2 * p);
  }
  return out;
}
