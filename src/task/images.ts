/** The task of images: which moves of the plane leave what a fixed network sees of them where it is. */
import { checkImages, chosenImages, type ImageData, type ImageSet } from "../data/imageset.js";
import { type Variation, variations, variedImages } from "../data/variation.js";
import { InputError } from "../engine/error.js";
import type { WarpKernels } from "../engine/kernels.js";
import { type Stream, stream } from "../engine/random.js";
import type { ImageBatch } from "../network/imagefeatures.js";
import { imageDefaults } from "./imagetasks.js";

export interface ImageRequest {
  readonly seed: number;
  readonly images: ImageData;
  readonly variation: Variation;
  readonly learn?: number; // images looked at in learning; default `imageDefaults`, as of the next
  readonly certify?: number; // held-out ones
}

export interface ImageTask {
  readonly name: string;
  readonly text: string;
  readonly variation: Variation;
  readonly train: ImageBatch;
  readonly held: ImageBatch;
}

/** Images drawn and varied by the seed. Throws InputError for sets of two sizes and an unknown variation. */
export function imageTask(kernels: WarpKernels, request: ImageRequest): ImageTask {
  const { seed, images, variation, learn = imageDefaults.learn, certify = imageDefaults.certify } = request;
  const { name, train, held } = images;
  if (!Object.hasOwn(variations, variation))
    throw new InputError(
      `there is no variation ${JSON.stringify(variation)}; variations: ${Object.keys(variations).join(", ")}`,
    );
  const sizes = [train, held].map(({ height, width, channels }) => `${height} × ${width} × ${channels}`);
  if (sizes[0] !== sizes[1])
    throw new InputError(`images are ${sizes[0]} to learn from but ${sizes[1]} held out; pass images of one size`);
  const taken = (set: ImageSet, count: number, part: string): ImageBatch => {
    const indices = drawn(set.n, Math.min(count, set.n), stream(seed, `${part} images`));
    const values = variedImages(kernels, set, indices, variation, stream(seed, `${part} variation`));
    return { n: indices.length, height: set.height, width: set.width, channels: set.channels, values };
  };
  return {
    name,
    text: `${variation === "plain" ? "" : `${variation} `}images of ${sizes[0]}`,
    variation,
    train: taken(train, learn, "learned"),
    held: taken(held, certify, "held"),
  };
}

const HELD = 5; // one of so many is held out

/** Images that came with a call: divided as published, or here. Throws InputError for arrays that do not fit. */
export function givenImages(name: string, given: ImageSet | ImageData, draw: Stream): ImageData {
  if (typeof given !== "object") throw new InputError("images are no object; pass { n, height, width, channels, values, labels, classes }"); // biome-ignore format: one row
  if (!("train" in given)) return divideImages(name, checkImages(given, "images"), draw);
  checkImages(given.train, "the images to learn from");
  checkImages(given.held, "the held-out images");
  return given;
}

/** A set of one's own, divided: every fifth image of a random order is held out. */
export function divideImages(name: string, set: ImageSet, draw: Stream): ImageData {
  const order = drawn(set.n, set.n, draw);
  const count = Math.floor(set.n / HELD);
  return { name, train: chosenImages(set, order.subarray(count)), held: chosenImages(set, order.subarray(0, count)) };
}

/** `count` of n, each at most once, in random order. */
function drawn(n: number, count: number, draw: Stream): Int32Array {
  const all = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = draw.integer(i, n);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.subarray(0, count);
}
