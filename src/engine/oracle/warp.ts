/** Bilinear sampling of images and its adjoint in plain TypeScript; double throughout. */
import { checkWarp } from "../imagesize.js";
import type { ImageSize, WarpKernels } from "../kernels.js";

export const warpOracle: WarpKernels = {
  warp(size, images, coordinates, warpedInto) {
    const { n, maps, places } = checkWarp(size, images, coordinates, warpedInto);
    const { height, width, channels } = size;
    for (let i = 0; i < n; i++)
      for (let p = 0; p < places; p++) {
        const at = 2 * ((maps === 1 ? 0 : i) * places + p);
        const corners = cornersOf(size, coordinates[at]!, coordinates[at + 1]!);
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (const { pixel, weight } of corners) sum += weight * images[(i * height * width + pixel) * channels + c]!;
          warpedInto[(i * places + p) * channels + c] = sum;
        }
      }
  },

  warpPullback(size, images, coordinates, warpedCotangent, addToCoordinates, addToImages) {
    const { n, maps, places } = checkWarp(size, images, coordinates, warpedCotangent, addToCoordinates, addToImages);
    const { height, width, channels } = size;
    for (let m = 0; m < maps; m++)
      for (let p = 0; p < places; p++) {
        const at = 2 * (m * places + p);
        const corners = cornersOf(size, coordinates[at]!, coordinates[at + 1]!);
        let [alongX, alongY] = [0, 0]; // summed before they are rounded
        for (let i = maps === 1 ? 0 : m; i < (maps === 1 ? n : m + 1); i++)
          for (let c = 0; c < channels; c++) {
            const bar = warpedCotangent[(i * places + p) * channels + c]!;
            for (const { pixel, weight, dx, dy } of corners) {
              const from = (i * height * width + pixel) * channels + c;
              alongX += bar * dx * images[from]!;
              alongY += bar * dy * images[from]!;
              if (addToImages) addToImages[from]! += bar * weight;
            }
          }
        addToCoordinates[at]! += alongX;
        addToCoordinates[at + 1]! += alongY;
      }
  },
};

/** The four pixels about a place, with their weights and the weights' slopes. */
function cornersOf({ height, width }: ImageSize, x: number, y: number) {
  const [x0, y0, fx, fy] = [before(x, width), before(y, height), share(x, width), share(y, height)];
  const [slopeX, slopeY] = [slope(x, width), slope(y, height)];
  return [0, 1].flatMap((j) =>
    [0, 1].map((i) => {
      const [wx, wy] = [i === 1 ? fx : 1 - fx, j === 1 ? fy : 1 - fy];
      return {
        pixel: Math.min(y0 + j, height - 1) * width + Math.min(x0 + i, width - 1),
        weight: wx * wy,
        dx: (i === 1 ? slopeX : -slopeX) * wy,
        dy: (j === 1 ? slopeY : -slopeY) * wx,
      };
    }),
  );
}

const clamped = (z: number, count: number): number => Math.min(Math.max(z, 0), count - 1);
const before = (z: number, count: number): number =>
  Number.isNaN(z) ? 0 : Math.max(Math.min(Math.floor(clamped(z, count)), count - 2), 0);
const share = (z: number, count: number): number => clamped(z, count) - before(z, count);
const slope = (z: number, count: number): number => (Number.isNaN(z) ? z : z >= 0 && z <= count - 1 ? 1 : 0);
