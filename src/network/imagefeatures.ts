/** A fixed network as the score of images sees it: what passes between numerics and network besides control points. */

/** Images as one dense array of numbers in [0, 1]. */
export interface ImageBatch {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: Float32Array; // [n, height, width, channels]
}

export interface ImageFeatures {
  readonly name: string; // for the report
  /** Features [n, D] of a batch. */
  value(batch: ImageBatch): Promise<Float32Array>;
  /** Features, and what pulls cotangents [n, D] back to the batch [n, height, width, channels]; absent where only values are known. */
  observe?(batch: ImageBatch): Promise<Observed>;
}

export interface Observed {
  readonly value: Float32Array; // [n, D]
  /** Gradient of Σ features × cotangent in the images. */
  pullback(cotangent: Float32Array): Promise<Float32Array>;
  /** Gives back what the network kept. */
  release(): void;
}

/** The pixels themselves: what a network that learned nothing would see. */
export const identityFeatures: ImageFeatures = {
  name: "the pixels themselves",
  value: async ({ values }) => values,
  observe: async ({ values }) => ({ value: values, pullback: async (cotangent) => cotangent, release() {} }),
};
