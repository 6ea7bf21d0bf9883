/** Features that know how far ink lies from the middle, and nothing else: what a network blind to turns would see. Linear in the image. */
import { pixelPlaces } from "../../src/data/plane.js";
import type { ImageBatch, ImageFeatures } from "../../src/network/imagefeatures.js";

const { exp, hypot } = Math; // looked up once: jest's globals are slow
const RINGS = 6;
const WIDE = 0.2; // in half edges: some pixels, so that sums over the grid are nearly integrals

/** Weights [D, pixels] of rings about the middle. */
export function rings(size: { height: number; width: number }): Float64Array[] {
  const places = pixelPlaces(size);
  return Array.from({ length: RINGS }, (_, k) =>
    Float64Array.from({ length: places.length / 2 }, (_, p) => {
      const r = hypot(places[2 * p]!, places[2 * p + 1]!);
      return exp(-(((r - 0.15 * k) / WIDE) ** 2) / 2);
    }),
  );
}

export function radialFeatures(size: { height: number; width: number }): ImageFeatures {
  const weights = rings(size);
  const pixels = size.height * size.width;
  const value = async ({ n, channels, values }: ImageBatch): Promise<Float32Array> =>
    Float32Array.from({ length: n * RINGS }, (_, i) => {
      const [image, w] = [Math.floor(i / RINGS) * pixels * channels, weights[i % RINGS]!];
      let sum = 0;
      for (let p = 0; p < pixels * channels; p++) sum += w[Math.floor(p / channels)]! * values[image + p]!;
      return sum;
    });
  return {
    name: "rings",
    value,
    observe: async (batch) => ({
      value: await value(batch),
      pullback: async (cotangent) => {
        const out = new Float32Array(batch.values.length);
        for (let i = 0; i < out.length; i++) {
          const image = Math.floor(i / (pixels * batch.channels));
          const p = Math.floor(i / batch.channels) % pixels;
          let sum = 0;
          for (let k = 0; k < RINGS; k++) sum += cotangent[image * RINGS + k]! * weights[k]![p]!;
          out[i] = sum;
        }
        return out;
      },
      release() {},
    }),
  };
}
