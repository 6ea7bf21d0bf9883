/** How a set of images is varied before it is learned from: by a random affine map of the plane for each image, so that a symmetry is in it. */
import { cos, exp, sin } from "../engine/elementary.js";
import type { WarpKernels } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import { type ImageSet, takeImages } from "./imageset.js";
import { pixelPlaces, pixelsPerUnit, toPixels } from "./plane.js";

/** (x, y) ↦ (a x + b y + e, c x + d y + f), where a varied image takes its values from. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const REACH = 0.3; // of a shift along each axis, in half edges: digits stay within the frame
const SCALES = [-0.4, 0.6] as const; // ends of the logarithm: larger by 1.5 at most, else they are cut off, smaller by 1.8

export const variations = {
  plain: (): Affine => [1, 0, 0, 1, 0, 0],
  rotated: (draw: Stream): Affine => {
    const angle = 2 * Math.PI * draw.uniform();
    const [c, s] = [cos(angle), sin(angle)];
    return [c, -s, s, c, 0, 0];
  },
  translated: (draw: Stream): Affine => [
    1,
    0,
    0,
    1,
    REACH * (2 * draw.uniform() - 1),
    REACH * (2 * draw.uniform() - 1),
  ],
  scaled: (draw: Stream): Affine => {
    const factor = exp(SCALES[0] + (SCALES[1] - SCALES[0]) * draw.uniform());
    return [factor, 0, 0, factor, 0, 0];
  },
  flipped: (draw: Stream): Affine => [draw.uniform() < 0.5 ? -1 : 1, 0, 0, 1, 0, 0],
  cropped: (draw: Stream, unit: number): Affine => {
    const [flip] = variations.flipped(draw);
    const most = Math.round(unit / 4); // of 32 pixels four each way, as is usual, and whole ones: nothing is blurred
    const shift = (): number => draw.integer(-most, most + 1) / unit;
    return [flip, 0, 0, 1, shift(), shift()];
  },
} as const;

export type Variation = keyof typeof variations;

/** Images by index, each moved by a map of its own: [count, height, width, channels], in [0, 1]. */
export function variedImages(
  kernels: WarpKernels,
  set: ImageSet,
  indices: ArrayLike<number>,
  variation: Variation,
  draw: Stream,
): Float32Array {
  const images = takeImages(set, indices);
  if (variation === "plain") return images;
  const places = pixelPlaces(set);
  const moved = new Float64Array(indices.length * places.length);
  for (let i = 0; i < indices.length; i++) {
    const [a, b, c, d, e, f] = variations[variation](draw, pixelsPerUnit(set));
    for (let p = 0; p < places.length; p += 2) {
      const [x, y] = [places[p]!, places[p + 1]!];
      moved[i * places.length + p] = a * x + b * y + e;
      moved[i * places.length + p + 1] = c * x + d * y + f;
    }
  }
  const out = new Float32Array(images.length);
  kernels.warp(set, images, Float32Array.from(toPixels(set, moved)), out);
  return out;
}
