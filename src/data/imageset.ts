/** Images with labels as they are kept: bytes where they came as bytes. */
import { InputError } from "../engine/error.js";
import type { NumericArray } from "./npy.js";

export interface ImageSet {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: Uint8Array | Float32Array; // [n, height, width, channels]; bytes stand for value/255
  readonly labels: Uint8Array | null; // [n]
  readonly classes: number; // 0 without labels
}

/** A split as published, or made by whoever brings images. */
export interface ImageData {
  readonly name: string;
  readonly train: ImageSet;
  readonly held: ImageSet; // never learned from
}

/** The set itself; InputError where its arrays are not what its sizes say, or hold what no image does. */
export function checkImages(set: ImageSet, what: string): ImageSet {
  if (typeof set !== "object" || set === null) throw new InputError(`${what} are missing; pass { n, height, width, channels, values, labels, classes }`); // biome-ignore format: one row
  const { n, height, width, channels, values, labels, classes } = set;
  for (const [name, size] of Object.entries({ n, height, width, channels }))
    if (!(Number.isSafeInteger(size) && size >= 1))
      throw new InputError(`${what}: ${name} is ${size}; pass a whole number from 1`);
  if (n < FEWEST || height < SMALLEST || width < SMALLEST)
    throw new InputError(
      `${what} are ${n} of ${height} × ${width} pixels; at least ${FEWEST} of ${SMALLEST} × ${SMALLEST} are needed`,
    );
  if (!(values instanceof Uint8Array || values instanceof Float32Array))
    throw new InputError(
      `${what}: values are a Uint8Array of bytes or a Float32Array of numbers from 0 to 1; pass either`,
    );
  if (values.length !== n * height * width * channels)
    throw new InputError(
      `${what}: values hold ${values.length} numbers but ${n} × ${height} × ${width} × ${channels} are ${n * height * width * channels}; all images must have one size`,
    );
  const bad = values instanceof Uint8Array ? -1 : values.findIndex((v) => !(v >= 0 && v <= 1));
  if (bad >= 0)
    throw new InputError(
      `${what}: image ${Math.floor(bad / (height * width * channels))} holds ${values[bad]}; numbers from 0 to 1 are expected`,
    );
  if (!labels) return set;
  const counted = labelsOf(labels, n).classes;
  if (!(Number.isSafeInteger(classes) && classes >= counted))
    throw new InputError(
      `${what}: classes is ${classes} but labels run up to ${counted - 1}; pass at least ${counted}`,
    );
  return set;
}

/** Images by index, as numbers in [0, 1]: [count, height, width, channels]. */
export function takeImages({ height, width, channels, values }: ImageSet, indices: ArrayLike<number>): Float32Array {
  const size = height * width * channels;
  const out = new Float32Array(indices.length * size);
  const unit = values instanceof Uint8Array ? 1 / 255 : 1;
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * size;
    for (let p = 0; p < size; p++) out[i * size + p] = values[from + p]! * unit;
  }
  return out;
}

/** Some of a set, by index, kept as they are. */
export function chosenImages(set: ImageSet, indices: Int32Array): ImageSet {
  const size = set.height * set.width * set.channels;
  const length = indices.length * size;
  const values = set.values instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  indices.forEach((from, i) => {
    values.set(set.values.subarray(from * size, (from + 1) * size), i * size);
  });
  return { ...set, n: indices.length, values, labels: set.labels && Uint8Array.from(indices, (i) => set.labels![i]!) };
}

const FEWEST = 20; // images
const SMALLEST = 4; // pixels along an edge
const MOST = 2 ** 28; // numbers
const CLASSES = 256;

/**
 * The arrays `images` [n, height, width] or [n, height, width, channels], numbers in [0, 1] or whole ones in [0, 255], and `labels` [n]
 * from 0, where there are any. Throws InputError that says what is wrong with which.
 */
export function imagesOf(arrays: ReadonlyMap<string, NumericArray>): ImageSet {
  const images = arrays.get("images");
  if (!images)
    throw new InputError(
      `an array images [n, height, width(, channels)] is expected but there ${arrays.size === 0 ? "is nothing" : `are ${[...arrays.keys()].join(", ")}`}; name it so`,
    );
  const [n = 0, height = 0, width = 0, channels = 1] = images.shape;
  const rank = images.shape.length;
  if (rank !== 3 && rank !== 4)
    throw new InputError(
      `images has shape [${images.shape.join(", ")}] but [n, height, width] or [n, height, width, channels] is expected; all images must have one size`,
    );
  if (n < FEWEST || height < SMALLEST || width < SMALLEST || channels < 1 || images.data.length > MOST)
    throw new InputError(
      `images has shape [${images.shape.join(", ")}]; at least ${FEWEST} images of ${SMALLEST} × ${SMALLEST} pixels and at most ${MOST} numbers are possible`,
    );
  const bad = images.data.findIndex((v) => !(v >= 0 && v <= 255));
  if (bad >= 0)
    throw new InputError(
      `images[${Math.floor(bad / (height * width * channels))}] holds ${images.data[bad]}; numbers from 0 to 1 are expected, or whole ones from 0 to 255`,
    );
  const most = images.data.reduce((m, v) => Math.max(m, v), 0);
  const broken = most > 1 ? images.data.findIndex((v) => v !== Math.floor(v)) : -1;
  if (broken >= 0)
    throw new InputError(
      `images run up to ${most} but hold ${images.data[broken]}; numbers from 0 to 1 are expected, or whole ones from 0 to 255`,
    );
  const values = most > 1 ? Uint8Array.from(images.data) : Float32Array.from(images.data);
  const labels = arrays.get("labels");
  if (!labels) return { n, height, width, channels, values, labels: null, classes: 0 };
  return { n, height, width, channels, values, ...labelsOf(labels.data, n) };
}

/** Throws InputError unless there is one label for each of n images, whole and from 0. */
export function labelsOf(given: ArrayLike<number>, n: number): { labels: Uint8Array; classes: number } {
  if (given.length !== n) throw new InputError(`there are ${given.length} labels for ${n} images; give one for each`);
  let most = 0;
  for (let i = 0; i < n; i++) {
    const label = given[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < CLASSES))
      throw new InputError(`labels[${i}] is ${label}; whole numbers from 0 to ${CLASSES - 1} are expected`);
    most = Math.max(most, label);
  }
  return { labels: Uint8Array.from(given), classes: most + 1 };
}
