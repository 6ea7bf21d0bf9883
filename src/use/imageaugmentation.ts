/** Images varied as they are shown to a classifier: not at all, as is usual for photographs, or along generators. */
import type { ImageSet } from "../data/imageset.js";
import { takeImages } from "../data/imageset.js";
import { pixelPlaces, toPixels } from "../data/plane.js";
import { variedImages } from "../data/variation.js";
import { InputError } from "../engine/error.js";
import type { WarpKernels } from "../engine/kernels.js";
import type { Generators } from "../flow/generators.js";
import type { Show } from "../learning/course.js";
import { randomAmounts } from "./amounts.js";

export type ImageAugmentation =
  | "none"
  | "crop" // flips, and shifts by whole pixels of up to an eighth of the edge
  | {
      /** In the plane's coordinates. */
      readonly generators: Generators;
      /** exp(Σ s_k V_k/‖V_k‖) with s_k uniform in ±σ_k, ‖V_k‖ the root mean square over the plane: in half edges, one for all or one each. */
      readonly sigma: number | readonly number[];
    };

/** The affine maps' generators: two shifts, two scalings, two shears. */
export const affineFormulas: readonly (readonly [x: string, y: string])[] = [
  ["1", "0"],
  ["0", "1"],
  ["x", "0"],
  ["0", "y"],
  ["y", "0"],
  ["0", "x"],
];

const MAPS = 512; // that are drawn from, each flowed once: of 28 × 28 pixels 3.2 MB

/**
 * What shows images of a set's size so. Maps along generators are made here, from the seed; which image takes which is drawn when it is shown. Cost
 * of the maps: 2 to 5 ms each for 28 × 28. Throws InputError for fields of other coordinates, or that vanish or are not finite on the plane.
 */
export function shownBy(kernels: WarpKernels, augmentation: ImageAugmentation, size: ImageSet, seed: number): Show {
  if (augmentation === "none") return (set, indices) => takeImages(set, indices);
  if (augmentation === "crop") return (set, indices, draw) => variedImages(kernels, set, indices, "cropped", draw);
  const places = pixelPlaces(size);
  const maps = mapsOf(augmentation.generators, sigmaOf(augmentation), places, seed).map((moved) =>
    Float32Array.from(toPixels(size, moved)),
  );
  return (set, indices, draw) => {
    const images = takeImages(set, indices);
    const coordinates = new Float32Array(indices.length * places.length);
    for (let i = 0; i < indices.length; i++) coordinates.set(maps[draw.integer(0, MAPS)]!, i * places.length);
    const out = new Float32Array(images.length);
    kernels.warp(set, images, coordinates, out);
    return out;
  };
}

/** The plane's places moved along random combinations, [MAPS][places, 2]. */
function mapsOf(generators: Generators, sigma: readonly number[], places: Float64Array, seed: number): Float64Array[] {
  const { coordinates, fields } = generators;
  if (coordinates.join() !== "x,y")
    throw new InputError(
      `the generators act on ${coordinates.join(", ")} but images lie in the plane of x, y; pass generators learned from images`,
    );
  const lengths = fields.map((field, k) => {
    const vectors = field.value(places);
    const length = Math.sqrt((2 * vectors.reduce((sum, v) => sum + v * v, 0)) / vectors.length);
    if (!(length > 0 && Number.isFinite(length)))
      throw new InputError(`generator ${k + 1} has length ${length} over the plane; leave it out`);
    return length;
  });
  const reach = sigma.map((most, k) => most / lengths[k]!);
  return Array.from({ length: MAPS }, (_, m) => {
    const moved = generators.flow(randomAmounts(seed, reach, m)).move(places);
    if (!moved.every(Number.isFinite))
      throw new InputError(
        `moved by up to ${sigma.join(", ")} the generators leave the plane for infinity; pass a smaller sigma`,
      );
    return moved;
  });
}

function sigmaOf({ generators, sigma }: Exclude<ImageAugmentation, string>): readonly number[] {
  const count = generators.fields.length;
  const each = typeof sigma === "number" ? Array.from({ length: count }, () => sigma) : sigma;
  if (count > 0 && each.length === count && each.every((s) => s >= 0 && Number.isFinite(s)) && each.some((s) => s > 0))
    return each;
  throw new InputError(
    `sigma is ${each.join(", ")} for ${count} generators; pass one number, or one for each, from 0 and not all 0`,
  );
}
