/** Images as they look from other places. */
import { toPixels } from "../data/plane.js";
import type { WarpKernels } from "../engine/kernels.js";
import type { ImageBatch } from "../network/imagefeatures.js";

const FAR = -1e3; // beyond any frame

/**
 * Every image of a batch taken at `places` [pixels, 2] in the plane's coordinates, one map for all. Where a flow took a place to infinity, what lies at the
 * frame's edge is seen.
 */
export function warped(kernels: WarpKernels, images: ImageBatch, places: Float64Array): ImageBatch {
  const values = new Float32Array(images.values.length);
  const somewhere = places.map((z) => (Number.isFinite(z) ? z : FAR));
  kernels.warp(images, images.values, Float32Array.from(toPixels(images, somewhere)), values);
  return { ...images, values };
}
