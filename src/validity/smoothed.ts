/**
 * Features smoothed over small moves: the mean of a network's features over random affine warps of an image near it. A network's features waver within a few
 * degrees of a turn that leaves them where they are in the long run; the wavering has steep slopes, which this takes out before slopes are
 * taken. Slopes still go back to the image itself: v moves it first, then the small move.
 */
import { pixelPlaces, toPixels } from "../data/plane.js";
import type { WarpKernels } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import type { ImageBatch, ImageFeatures, Observed } from "../network/imagefeatures.js";

export interface SmoothingOptions {
  readonly maps: number; // even: a batch is seen through as many, each beside its opposite
  readonly reach: number; // deviation of shifts, and of how far a corner's unit is turned, stretched or sheared
}

export const smoothingDefaults: SmoothingOptions = { maps: 8, reach: 0.1 };

/** Cost: `maps` times that of the features. Each batch is seen through maps of its own. */
export function smoothedFeatures(
  kernels: WarpKernels,
  features: ImageFeatures,
  draw: Stream,
  { maps, reach }: SmoothingOptions = smoothingDefaults,
): ImageFeatures {
  const through = (batch: ImageBatch, at: Float32Array): ImageBatch => {
    const values = new Float32Array(batch.values.length);
    kernels.warp(batch, batch.values, at, values);
    return { ...batch, values };
  };
  const drawn = (batch: ImageBatch): Float32Array[] => {
    const places = pixelPlaces(batch);
    return Array.from({ length: maps / 2 }, () => {
      const c = Array.from({ length: 6 }, () => reach * draw.normal());
      return [1, -1].map((sign) => {
        const moved = places.map((z, i) => {
          const [x, y, k] = [places[i - (i % 2)]!, places[i - (i % 2) + 1]!, 3 * (i % 2)];
          return z + sign * (c[k]! + c[k + 1]! * x + c[k + 2]! * y);
        });
        return Float32Array.from(toPixels(batch, moved));
      });
    }).flat();
  };
  const { observe } = features;
  return {
    name: features.name,
    async value(batch) {
      const all: Float32Array[] = [];
      for (const at of drawn(batch)) all.push(await features.value(through(batch, at)));
      return mean(all);
    },
    ...(observe && {
      async observe(batch: ImageBatch): Promise<Observed> {
        const moves = drawn(batch);
        const seen: Observed[] = [];
        for (const at of moves) seen.push(await observe.call(features, through(batch, at)));
        const unused = new Float32Array(moves[0]!.length);
        return {
          value: mean(seen.map(({ value }) => value)),
          async pullback(cotangent) {
            const out = new Float32Array(batch.values.length);
            const share = cotangent.map((c) => c / moves.length);
            for (const [k, { pullback }] of seen.entries())
              kernels.warpPullback(batch, batch.values, moves[k]!, await pullback(share), unused, out);
            return out;
          },
          release() {
            for (const one of seen) one.release();
          },
        };
      },
    }),
  };
}

function mean(all: readonly Float32Array[]): Float32Array {
  return all[0]!.map((_, i) => all.reduce((sum, one) => sum + one[i]!, 0) / all.length);
}
