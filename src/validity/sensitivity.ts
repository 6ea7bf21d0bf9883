/**
 * How features turn when images move: to first order the angle between the features f of an image I and of its warp along s v grows as
 * ‖(1 − f̂ f̂ᵀ) J (∇I·v)‖/‖f‖, with J the network's Jacobian. That is linear in v: each row here is a covector field whose sum over pixels with v
 * is one component of it, so every library, and every other field, is scored without the network.
 */
import { type Plane, pixelsPerUnit } from "../data/plane.js";
import { InputError } from "../engine/error.js";
import type { Stream } from "../engine/random.js";
import type { ImageBatch, ImageFeatures } from "../network/imagefeatures.js";

export interface Sensitivity {
  readonly rows: number;
  readonly covectors: Float32Array; // [rows, pixels, 2]; the sum of squares of rows·v is a mean over images of the squared rate, per unit of s
  /** ⟨c cᵀ⟩ of each pixel's covectors, [pixels, 3] as xx, xy, yy: v·⟨c cᵀ⟩v is the same sum if every pixel moved by itself. */
  readonly moments: Float64Array;
  readonly weight: Float64Array; // ω [pixels]: their traces, how far features turn when the image moves there
  readonly balance: Float64Array; // [images]: how much each counts, at most 1
}

export interface SensitivityOptions {
  readonly batch: number; // images at a time
  /** Directions of feature space per image: all of them up to so many, else so many random ones, which give the same in the mean. */
  readonly directions: number;
}

export const sensitivityDefaults: SensitivityOptions = { batch: 64, directions: 12 };

const DARK = 1e-6; // of the usual length: features that short have no direction

/**
 * Images are weighted by 1/(s² + m²), s² how much all pixels of one do and m² the median of that, times m²: few on which features turn easily do not
 * drown the rest. Cost: one pass forward and `directions` back per image. Throws InputError where features are not finite, or not as
 * many for every batch.
 */
export async function sensitivityOf(
  features: ImageFeatures,
  images: ImageBatch,
  draw: Stream,
  { batch, directions }: SensitivityOptions = sensitivityDefaults,
  progress: (done: number, of: number) => void = () => {},
): Promise<Sensitivity> {
  if (!features.observe)
    throw new InputError("the features have no pullback, without which images are not scored; give them `observe`");
  const { n, height, width } = images;
  const pixels = height * width;
  let [dim, rows, covectors] = [0, 0, new Float32Array(0)];
  for (let from = 0; from < n; from += batch) {
    const part = slice(images, from, Math.min(n, from + batch));
    const observed = await features.observe(part);
    const own = widthOf(observed.value, part.n);
    if (from === 0) [dim, rows] = [own, Math.min(own, directions)];
    if (from === 0) covectors = new Float32Array(n * rows * pixels * 2);
    if (own !== dim) throw new InputError(`features are ${dim} for the first images but ${own} for later ones`);
    const gradients = slopes(part);
    for (let k = 0; k < rows; k++) {
      const raw = Float32Array.from({ length: part.n * dim }, (_, j) =>
        dim <= directions ? Number(j % dim === k) : draw.normal() / Math.sqrt(directions),
      );
      const pulled = await observed.pullback(across(observed.value, raw, dim));
      for (let i = 0; i < part.n; i++)
        addCovector(part, pulled, gradients, i, covectors.subarray(2 * pixels * ((from + i) * rows + k)));
    }
    observed.release();
    progress(from + part.n, n);
  }
  return balanced(covectors, n, rows, pixels);
}

/** Cotangents [n, dim] less their part along the features, over the features' length: what turns, not what stretches. */
function across(value: Float32Array, raw: Float32Array, dim: number): Float32Array {
  const n = value.length / dim;
  const square = Float64Array.from({ length: n }, (_, i) => dot(value, value, i, dim));
  const dark = (DARK ** 2 * square.reduce((sum, s) => sum + s, 0)) / n;
  return raw.map((c, j) => {
    const i = Math.floor(j / dim);
    return square[i]! > dark ? (c - (dot(value, raw, i, dim) / square[i]!) * value[j]!) / Math.sqrt(square[i]!) : 0;
  });
}

/** Σ over channels of the pulled cotangent times the image's slopes, for image i: [pixels, 2]. */
function addCovector(
  { channels, height, width }: ImageBatch,
  pulled: Float32Array,
  gradients: Float32Array,
  i: number,
  into: Float32Array,
): void {
  const pixels = height * width;
  for (let p = 0; p < pixels; p++)
    for (let c = 0; c < channels; c++) {
      const at = (i * pixels + p) * channels + c;
      into[2 * p]! += pulled[at]! * gradients[2 * at]!;
      into[2 * p + 1]! += pulled[at]! * gradients[2 * at + 1]!;
    }
}

function balanced(covectors: Float32Array, n: number, rows: number, pixels: number): Sensitivity {
  const each = 2 * rows * pixels; // numbers of an image
  const size = Float64Array.from({ length: n }, (_, i) => square(covectors.subarray(i * each, (i + 1) * each)));
  const bad = size.findIndex((s) => !Number.isFinite(s));
  if (bad >= 0) throw new InputError(`the features' slopes on image ${bad} are not finite; use other features`);
  const usual = Float64Array.from(size).sort()[n >> 1]!;
  if (!(usual > 0))
    throw new InputError("on most images the features do not change with them at all; use other features, or images");
  const moments = new Float64Array(3 * pixels);
  const balance = size.map((s) => usual / (s + usual));
  for (let i = 0; i < n; i++) {
    const scale = Math.sqrt(balance[i]! / n);
    for (let j = i * each; j < (i + 1) * each; j += 2) {
      const [x, y] = [covectors[j]! * scale, covectors[j + 1]! * scale];
      [covectors[j], covectors[j + 1]] = [x, y];
      const p = 3 * ((j >> 1) % pixels);
      moments[p]! += x * x;
      moments[p + 1]! += x * y;
      moments[p + 2]! += y * y;
    }
  }
  const weight = Float64Array.from({ length: pixels }, (_, p) => moments[3 * p]! + moments[3 * p + 2]!);
  return { rows: n * rows, covectors, moments, weight, balance };
}

const square = (numbers: Float32Array): number => {
  let sum = 0;
  for (const value of numbers) sum += value * value;
  return sum;
};

/** Images `from` … `to` − 1, a view. */
export function slice(images: ImageBatch, from: number, to: number): ImageBatch {
  const size = images.values.length / images.n;
  return { ...images, n: to - from, values: images.values.subarray(from * size, to * size) };
}

/** Numbers per image; InputError for features that cannot be compared. */
export function widthOf(features: Float32Array, n: number): number {
  const dim = features.length / n;
  if (!Number.isInteger(dim) || dim < 1)
    throw new InputError(`${n} images gave ${features.length} numbers of features; return as many for each, [${n}, D]`);
  const bad = features.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new InputError(
      `feature ${bad % dim} of image ${Math.floor(bad / dim)} of a batch is ${features[bad]}; return finite numbers`,
    );
  return dim;
}

/** Slopes [n, pixels, channels, 2] per unit of the plane: central differences, which is what a bilinear image has on both sides of a pixel in the mean. */
function slopes(images: ImageBatch): Float32Array {
  const { n, height, width, channels, values } = images;
  const out = new Float32Array(2 * values.length);
  const half = pixelsPerUnit(images as Plane) / 2;
  const [row, size] = [width * channels, height * width * channels];
  for (let i = 0; i < n; i++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) {
          const at = i * size + y * row + x * channels + c;
          const [left, right] = [x > 0 ? at - channels : at, x < width - 1 ? at + channels : at];
          const [up, down] = [y > 0 ? at - row : at, y < height - 1 ? at + row : at];
          out[2 * at] = half * (values[right]! - values[left]!);
          out[2 * at + 1] = half * (values[down]! - values[up]!);
        }
  return out;
}

function dot(a: Float32Array, b: Float32Array, row: number, dim: number): number {
  let sum = 0;
  for (let j = row * dim; j < (row + 1) * dim; j++) sum += a[j]! * b[j]!;
  return sum;
}
