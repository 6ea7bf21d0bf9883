/** Features of many images, so many at a time. */
import type { ImageBatch, ImageFeatures } from "../network/imagefeatures.js";
import { slice, widthOf } from "./sensitivity.js";

/** [n, features] of all. Throws InputError for features that are not finite or not as many for each, the signal's reason where it aborts. */
export async function featuresOf(
  features: ImageFeatures,
  images: ImageBatch,
  batch: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (let from = 0; from < images.n; from += batch) {
    signal?.throwIfAborted();
    parts.push(await features.value(slice(images, from, Math.min(images.n, from + batch))));
  }
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  widthOf(out, images.n);
  return out;
}
