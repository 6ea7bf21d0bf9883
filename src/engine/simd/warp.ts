/** Bilinear sampling of images in WebAssembly (`assembly/warp.ts`). */
import { checkWarp } from "../imagesize.js";
import type { ImageSize, Real, WarpKernels } from "../kernels.js";
import type { Arena } from "./arena.js";

type Kernel = (...numbers: number[]) => void;

/** The module's warp exports, one per number type. */
export type WarpExports = Readonly<Record<`warp${"" | "Pullback"}_${"f32" | "f64"}`, Kernel>>;

const suffix = (array: Real): "f32" | "f64" => (array instanceof Float32Array ? "f32" : "f64");

export function warpSimd(arena: Arena, wasm: WarpExports): WarpKernels {
  const sizes = ({ height, width, channels }: ImageSize): number[] => [height, width, channels];
  return {
    warp(size, images, coordinates, warpedInto) {
      const { n, maps, places } = checkWarp(size, images, coordinates, warpedInto);
      if (n === 0) return;
      arena.frame(() => {
        const [from, at] = [arena.put(images), arena.put(coordinates)];
        const warped = arena.room(warpedInto.byteLength);
        wasm[`warp_${suffix(images)}`](n, maps, places, ...sizes(size), from, at, warped);
        arena.get(warped, warpedInto);
      });
    },

    warpPullback(size, images, coordinates, warpedCotangent, addToCoordinates, addToImages) {
      const { n, maps, places } = checkWarp(
        size,
        images,
        coordinates,
        warpedCotangent,
        addToCoordinates,
        addToImages ?? images,
      );
      if (n === 0) return;
      arena.frame(() => {
        const [from, at, bar] = [arena.put(images), arena.put(coordinates), arena.put(warpedCotangent)];
        const onCoordinates = arena.put(addToCoordinates);
        const onImages = addToImages ? arena.put(addToImages) : 0;
        wasm[`warpPullback_${suffix(images)}`](n, maps, places, ...sizes(size), from, at, bar, onCoordinates, onImages);
        arena.get(onCoordinates, addToCoordinates);
        if (addToImages) arena.get(onImages, addToImages);
      });
    },
  };
}
