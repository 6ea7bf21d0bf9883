/** The flow score of images: the mean angle between the features of an image and of its warp along exp(s v), under a fixed network. */
import { type Plane, pixelPlaces, toPixels } from "../data/plane.js";
import type { Kernels } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import { directFlow } from "../flow/direct.js";
import { flowPlan } from "../flow/plan.js";
import type { ImageBatch, ImageFeatures } from "../network/imagefeatures.js";
import { anglesBetween } from "./angles.js";
import type { Drift } from "./drift.js";
import { featuresOf } from "./features.js";
import { widthOf } from "./sensitivity.js";
import type { Traced } from "./trace.js";
import { warped } from "./warped.js";

export interface TurningSetup {
  readonly kernels: Kernels;
  readonly features: ImageFeatures;
  readonly images: ImageBatch;
  readonly weight: Float64Array; // ω [pixels]: whose share that leaves the frame is `outside`
  readonly step: number; // largest RK4 step in s
  readonly signal?: AbortSignal | undefined;
}

const BATCH = 128; // images through the network at a time
const SHARES = 8; // equal parts of the images; the worst one's mean is `worst`

export interface Turning {
  /** How far features turn, in radians, at every stop (one sign, growing). Cost: one flow of the pixels, a pass of the network per stop. */
  moved(field: Traced, stops: Float64Array): Promise<Drift>;
  /** How far they turn when nothing has moved but the images were sampled twice: shifted by less than a pixel, and back. */
  floor(draw: Stream): Promise<number>;
}

/** Features of the images as they are, and what compares with them. Throws InputError for features that are not finite. */
export async function turningOf({ kernels, features, images, weight, step, signal }: TurningSetup): Promise<Turning> {
  const places = pixelPlaces(images);
  const seen = (of: ImageBatch): Promise<Float32Array> => featuresOf(features, of, BATCH, signal);
  const before = await seen(images);
  const dim = widthOf(before, images.n);

  return {
    async moved(field, stops) {
      const flowed = flow(field, stops);
      const score = new Float64Array(stops.length);
      const worst = new Float64Array(stops.length);
      let outside = 0;
      for (let m = 0; m < stops.length; m++) {
        const at = flowed.subarray(m * places.length, (m + 1) * places.length);
        const angles = anglesBetween(before, await seen(warped(kernels, images, at)), dim);
        score[m] = mean(angles);
        worst[m] = Math.max(...sharesOf(angles).map(mean));
        outside = Math.max(outside, leaving(images, at, weight));
      }
      return { score, worst, outside };
    },

    async floor(draw) {
      const unit = 2 / Math.max(images.height, images.width);
      const shift = [draw.uniform() * unit, draw.uniform() * unit];
      const there = warped(
        kernels,
        images,
        places.map((z, i) => z + shift[i % 2]!),
      );
      const back = warped(
        kernels,
        there,
        places.map((z, i) => z - shift[i % 2]!),
      );
      return mean(anglesBetween(before, await seen(back), dim));
    },
  };

  function flow(field: Traced, stops: Float64Array): Float64Array {
    if (field.kind === "formula") return directFlow(kernels, field.program, places, stops, step);
    const out = new Float64Array(stops.length * places.length);
    kernels.flow(flowPlan(field.shape, stops, step), field.control, places, out);
    return out;
  }
}

/** Share of the weight whose places lie beyond the outermost pixels. */
function leaving(plane: Plane, at: Float64Array, weight: Float64Array): number {
  const pixels = toPixels(plane, at);
  let [gone, total] = [0, 0];
  for (let p = 0; p < weight.length; p++) {
    const [x, y] = [pixels[2 * p]!, pixels[2 * p + 1]!];
    total += weight[p]!;
    const inside = x > -0.5 && x < plane.width - 0.5 && y > -0.5 && y < plane.height - 0.5; // a NaN is not
    if (!inside) gone += weight[p]!;
  }
  return gone / total;
}

const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

const sharesOf = (values: Float64Array): Float64Array[] => {
  const count = Math.min(SHARES, values.length);
  return Array.from({ length: count }, (_, g) =>
    values.subarray(Math.floor((g * values.length) / count), Math.floor(((g + 1) * values.length) / count)),
  );
};
