/**
 * The flow score of images as something to minimise: how far features turn along exp(s v), per s, relative to what the same images turn when
 * every pixel moves by itself (warping.ts), which for s → 0 is the tangent score.
 */
import { pixelPlaces, pixelsPerUnit, toPixels } from "../data/plane.js";
import { log } from "../engine/elementary.js";
import { InputError } from "../engine/error.js";
import type { Kernels, SplineShape } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import { flowPlan } from "../flow/plan.js";
import type { ImageBatch, ImageFeatures } from "../network/imagefeatures.js";
import { addSquareSlope, anglesBetween } from "./angles.js";
import { applied, type Forms } from "./forms.js";
import { widthOf } from "./sensitivity.js";
import type { Moment, Scored, Slots, Validity } from "./validity.js";

export interface FiniteTurningOptions {
  readonly images: number; // of a step
  readonly reach: number; // σ: |s| is drawn up to it
  readonly step: number; // largest RK4 step in s
}

export const finiteTurningDefaults: FiniteTurningOptions = { images: 16, reach: 0.4, step: 0.02 };

const NEAREST = 0.25; // of the reach so far: nearer by, sampling an image anew turns features more than moving it
const GROWING = 0.5; // share of the steps over which the reach grows

/** `price`: forms of bending and size, from `splineForms`; `balance` [n]: how much each image counts. */
export interface FiniteTurningSetup {
  readonly kernels: Kernels;
  readonly features: ImageFeatures;
  readonly images: ImageBatch;
  readonly balance: Float64Array;
  readonly shape: SplineShape;
  readonly price: Forms;
}

/** Cost of a step: a pass of the network there and back for K × `images` images, K flows of the pixels there and back. */
export function finiteTurning(
  { kernels, features, images, balance, shape, price }: FiniteTurningSetup,
  { images: count, reach, step }: FiniteTurningOptions = finiteTurningDefaults,
): Validity {
  const places = pixelPlaces(images);
  const unit = pixelsPerUnit(images);
  const size = images.values.length / images.n;

  return {
    name: "flow",
    prepare: async () => {},
    value: async (slots, moment) => (await scored(slots, moment, false)).score,
    gradient: (slots, moment) => scored(slots, moment, true),
    sums: null,
    state: () => [],
    restore: () => {},
    release: async () => {},
  };

  async function scored({ control, count: slots }: Slots, moment: Moment, sloped: boolean): Promise<Scored> {
    const { picked, amounts } = drawn(moment, slots);
    const still = await features.value(picked);
    const dim = widthOf(still, count);
    const plans = amounts.map((s) => flowPlan(shape, Float64Array.of(s), step));
    const own = (b: number): Float64Array => control.subarray(b * price.size, (b + 1) * price.size);
    const warped = new Float32Array(slots * picked.values.length);
    const maps = plans.map((plan, b) => {
      const moved = new Float64Array(places.length);
      kernels.flow(plan, own(b), places, moved);
      const at = Float32Array.from(toPixels(images, moved));
      kernels.warp(picked, picked.values, at, warped.subarray(b * count * size, (b + 1) * count * size));
      return at;
    });
    const batch = { ...picked, n: slots * count, values: warped };
    const seen = sloped ? await features.observe!(batch) : { value: await features.value(batch) };
    const width = widthOf(seen.value, batch.n);
    if (width !== dim) throw new InputError(`features are ${dim} for some images but ${width} for others`);
    const { residual: bent, scale } = applied(price, control);
    const score = new Float64Array(slots);
    const gradient = new Float64Array(sloped ? control.length : 0);
    const cotangent = new Float32Array(sloped ? seen.value.length : 0);
    for (let b = 0; b < slots; b++) {
      const rows = seen.value.subarray(b * count * dim, (b + 1) * count * dim);
      const angles = anglesBetween(still, rows, dim);
      const share = picked.weight.map((w) => w / count / amounts[b]! ** 2);
      const rate = angles.reduce((sum, angle, i) => sum + share[i]! * angle ** 2, 0);
      const [r, d] = [rate + bent.square[b]!, rate + scale.square[b]!];
      score[b] = 0.5 * log(r / d);
      if (!sloped) continue;
      const up = 0.5 / r - 0.5 / d; // of score in the rate
      angles.forEach((angle, i) => {
        addSquareSlope(still, i, seen.value, b * count + i, dim, angle, up * share[i]!, cotangent);
      });
      for (let i = b * price.size; i < (b + 1) * price.size; i++)
        gradient[i] = bent.along[i]! / r - scale.along[i]! / d;
    }
    if ("pullback" in seen) {
      const bar = await seen.pullback(cotangent);
      seen.release();
      for (let b = 0; b < slots; b++) {
        const slopes = new Float32Array(places.length);
        kernels.warpPullback(
          picked,
          picked.values,
          maps[b]!,
          bar.subarray(b * count * size, (b + 1) * count * size),
          slopes,
        );
        const into = gradient.subarray(b * price.size, (b + 1) * price.size);
        kernels.flowPullback(
          plans[b]!,
          own(b),
          places,
          Float64Array.from(slopes, (g) => g * unit),
          into,
        );
      }
    }
    return { score, charge: 0, gradient };
  }

  /** Images of a step, and how far each slot moves them. */
  function drawn({ stream, fraction }: Moment, slots: number) {
    const most = reach * Math.max(0.1, Math.min(1, fraction / GROWING));
    const chosen = Int32Array.from({ length: count }, () => stream.integer(0, images.n));
    const values = new Float32Array(count * size);
    chosen.forEach((i, k) => void values.set(images.values.subarray(i * size, (i + 1) * size), k * size));
    const weight = Float64Array.from(chosen, (i) => balance[i]!);
    const amounts = Array.from({ length: slots }, () => amount(stream, most));
    return { picked: { ...images, n: count, values, weight }, amounts };
  }
}

const amount = (draw: Stream, most: number): number => {
  const size = most * (NEAREST + (1 - NEAREST) * draw.uniform());
  return draw.uniform() < 0.5 ? -size : size;
};
