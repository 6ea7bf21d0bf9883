/** Images as a problem for learners: a network that sees them, conditions from how its features turn, flows by warping. */
import { fetchedImages } from "../data/fetched.js";
import type { ImageData } from "../data/imageset.js";
import { COORDINATES, planeChart } from "../data/plane.js";
import { InputError } from "../engine/error.js";
import type { Kernels } from "../engine/kernels.js";
import { type Stream, stream } from "../engine/random.js";
import { monomialLibrary } from "../field/library.js";
import type { NetworkHost } from "../network/host.js";
import type { ImageBatch, ImageFeatures } from "../network/imagefeatures.js";
import { certifyMoved } from "../reading/drift.js";
import type { Picture } from "../report/film.js";
import { givenImages, imageTask } from "../task/images.js";
import { imageDefaults, variationOf } from "../task/imagetasks.js";
import type { Conditions } from "../validity/conditions.js";
import { type Secants, secantDefaults, secantsOf } from "../validity/secants.js";
import { type Sensitivity, sensitivityOf, slice } from "../validity/sensitivity.js";
import { smoothedFeatures, smoothingDefaults } from "../validity/smoothed.js";
import { turningOf } from "../validity/turning.js";
import { warped } from "../validity/warped.js";
import { type Turned, warpingConditions } from "../validity/warping.js";
import { networkEngine, openHost, switchWarning } from "./host.js";
import { featuresOf } from "./imagefeatures.js";
import { imageGround } from "./imageground.js";
import type { Part, Problem } from "./problem.js";
import { type Run, reporting } from "./run.js";

const STEP = 0.05; // of s along flows

/** `open`: what runs networks already, where something does. */
export async function imageProblem(run: Run, open?: NetworkHost): Promise<Problem> {
  const { options, machine, adapter, hooks, limits, certifying } = run;
  const { kernels } = machine;
  const { seed } = options;
  const { signal } = hooks;
  const report = reporting(run, "data");
  const images = await imagesFor(run);
  const host = open ?? (await openHost(options, adapter));
  const variation = options.variation ?? variationOf(options.task);
  const task = imageTask(kernels, { seed, images, variation });
  const { features, settings } = await featuresOf(run, images, variation, report);
  const seen = {
    train: await seenOf(features, task.train, stream(seed, "learned directions"), "images to learn from"),
    held: await seenOf(features, task.held, stream(seed, "held directions"), "held-out images"),
  };
  signal?.throwIfAborted();
  const chart = planeChart();
  const { train, held } = task;
  const secants = (images: ImageBatch, what: string): Secants =>
    secantsOf(kernels, features, images, (done, of) => {
      signal?.throwIfAborted();
      reporting(run, "learn")(done, of, `moving ${what}`);
    });
  const turned: Readonly<Record<Part, Turned>> = {
    train: { secants: secants(train, "images to learn from"), from: 0, to: train.n },
    held: { secants: secants(held, "held-out images"), from: 0, to: held.n },
  };
  const ready = new Map<Part, Conditions>();
  const conditions = (part: Part): Conditions => {
    const known = ready.get(part) ?? warpingConditions(kernels, train, seen[part], turned[part]);
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
      ...(run.options.method === "library"
        ? [["Rates", `along members of the library, by central differences over ±${secantDefaults.reach}`] as const]
        : []),
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
      most: options.generators ?? imageDefaults.generators,
      halves: () =>
        [0, train.n >> 1].map((from) =>
          warpingConditions(kernels, train, seen.train, { ...turned.train, from, to: from + (train.n >> 1) }),
        ),
    },
    neural: imageGround({ kernels, seed, features, images: task.train, seen }),
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
    picture: pictureOf(kernels, task.held),
    parameters: {},
    held: null,
    network: { engine: () => networkEngine(host, machine), warnings: () => switchWarning(host) },
  };

  function seenOf(of: ImageFeatures, batch: ImageBatch, draw: Stream, what: string): Promise<Sensitivity> {
    return sensitivityOf(smoothedFeatures(kernels, of, draw), batch, draw, undefined, (done, total) => {
      signal?.throwIfAborted();
      report(done, total, `looking at ${what}`);
    });
  }
}

/** What is asked for: images that came with the call, else a data set by its name. */
async function imagesFor(run: Run): Promise<ImageData> {
  const { options, adapter, hooks } = run;
  const { task, images, seed } = options;
  if (images) return givenImages(task, images, stream(seed, "held images"));
  if (task !== "mnist" && task !== "cifar10")
    throw new InputError("the task images takes images and labels; pass them, from a file by --data");
  const report = reporting(run, "data");
  return fetchedImages(task, adapter, {
    ...(hooks.signal && { signal: hooks.signal }),
    progress: (done, of) => report(done, of, "fetching images"),
  });
}

const SAMPLES = 4; // images shown

function pictureOf(kernels: Kernels, held: ImageBatch): Picture {
  const size = held.values.length / held.n;
  const mean = new Float32Array(size);
  held.values.forEach((v, i) => {
    mean[i % size]! += v / held.n;
  });
  return {
    mean: { ...held, n: 1, values: mean },
    samples: slice(held, 0, Math.min(SAMPLES, held.n)),
    warped: (batch, places) => warped(kernels, batch, places),
  };
}

function drawn(points: Float64Array, count: number, draw: Stream): Float64Array {
  const out = new Float64Array(2 * count);
  for (let p = 0; p < count; p++) {
    const at = 2 * draw.integer(0, points.length / 2);
    out.set(points.subarray(at, at + 2), 2 * p);
  }
  return out;
}
