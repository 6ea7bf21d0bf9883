/** A classifier of images as whoever trains or asks it sees it, whatever its layers. */
import { InputError } from "../engine/error.js";
import type { ImageBatch, ImageFeatures } from "./imagefeatures.js";

/** What it takes and gives. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

/** Its logits are the features: they are all that the loss sees, so they lose what does not matter to the classes. */
export interface ImageClassifier extends ImageFeatures {
  readonly shape: ImageShape;
  /**
   * One step of its optimiser on the mean cross-entropy of a batch with labels [n]; returns that loss. `smoothing`: share of every target that all
   * classes have alike, default 0. NumericalError where loss or gradient is not finite, InputError for labels that are no class.
   */
  step(batch: ImageBatch, labels: ArrayLike<number>, learningRate: number, smoothing?: number): Promise<number>;
  /** Weights by name, as files have them. */
  weights(): Promise<Map<string, Float32Array>>;
  /** Gives back all device memory. */
  dispose(): void;
}

/** Sizes for a tensor. Throws InputError for images of another size than the network's. */
export function sizesOf(
  shape: ImageShape,
  { n, height, width, channels }: ImageBatch,
): [number, number, number, number] {
  if (height !== shape.height || width !== shape.width || channels !== shape.channels)
    throw new InputError(
      `images are ${height} × ${width} × ${channels} but the network takes ${shape.height} × ${shape.width} × ${shape.channels}; pass images of that size`,
    );
  return [n, height, width, channels];
}

/** Where an array of weights lies among all. */
export interface WeightSpan {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** All `count` weights, from arrays by name. Throws InputError for arrays that do not fit, or are not finite. */
export function weightsFrom(
  count: number,
  spans: readonly WeightSpan[],
  arrays: ReadonlyMap<string, ArrayLike<number>>,
): Float32Array {
  const weights = new Float32Array(count);
  for (const { name, from, to } of spans) {
    const array = arrays.get(name);
    if (array?.length !== to - from)
      throw new InputError(
        `the network has ${array?.length ?? "no"} numbers for ${name} where ${to - from} are expected; pass the file of a network of this shape`,
      );
    weights.set(array, from);
  }
  if (!weights.every(Number.isFinite))
    throw new InputError("the network's weights hold numbers that are not finite; train it again");
  return weights;
}
