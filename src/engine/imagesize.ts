/** What a call of the warp implies, and the checks every engine makes before it touches memory. */
import type { ImageSize, Real } from "./kernels.js";
import { checkLength } from "./shape.js";

export interface WarpCounts {
  readonly n: number; // images
  readonly maps: number;
  readonly places: number; // of a warped image
}

/** Numbers in one image. */
export const imageLength = ({ height, width, channels }: ImageSize): number => height * width * channels;

/** Throws a RangeError that names what does not fit. */
export function checkWarp(
  size: ImageSize,
  images: Real,
  coordinates: Real,
  warped: Real,
  addToCoordinates: Real = coordinates,
  addToImages: Real = images,
): WarpCounts {
  for (const name of ["height", "width", "channels"] as const)
    if (!(Number.isInteger(size[name]) && size[name] >= 1))
      throw new RangeError(`images have a ${name} of ${size[name]}; pass a whole number from 1`);
  const n = images.length / imageLength(size);
  if (!Number.isInteger(n))
    throw new RangeError(
      `images have ${images.length} numbers, no multiple of ${imageLength(size)}; pass [n, ${size.height}, ${size.width}, ${size.channels}]`,
    );
  const places = n === 0 ? 0 : warped.length / (n * size.channels);
  const maps = places === 0 ? 1 : coordinates.length / (2 * places);
  if (!Number.isInteger(places) || (maps !== 1 && maps !== n))
    throw new RangeError(
      `${warped.length} samples of ${n} images of ${size.channels} channels do not go with ${coordinates.length} numbers of coordinates; pass [1 or ${n}, places, 2] and [${n}, places, ${size.channels}]`,
    );
  checkLength("addToCoordinates", addToCoordinates, coordinates.length);
  checkLength("addToImages", addToImages, images.length);
  return { n, maps, places };
}
