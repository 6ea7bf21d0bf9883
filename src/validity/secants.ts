/**
 * How features turn along the members of a library, by central differences: (f(exp(h v) I) − f(exp(−h v) I))/2h, less its part along f, over ‖f‖. Along the
 * way from one end to the other a network's wavering is averaged out, which in slopes at a point (sensitivity.ts) is larger than what is
 * looked for: shifts of digits under a residual network that was trained on shifted ones come out within 3° instead of 17°. Linear combinations
 * of members are taken to turn as the same combinations, to order h².
 */
import { COORDINATES, pixelPlaces } from "../data/plane.js";
import { InputError } from "../engine/error.js";
import type { Kernels } from "../engine/kernels.js";
import { type Expression, zero } from "../expression/expression.js";
import { text } from "../expression/print.js";
import { compile } from "../expression/program.js";
import { directFlow } from "../flow/direct.js";
import type { ImageBatch, ImageFeatures } from "../network/imagefeatures.js";
import { featuresOf } from "./features.js";
import { warped } from "./warped.js";

export interface SecantOptions {
  readonly reach: number; // h, in half edges: 1.4 of 28 pixels
  readonly batch: number; // images at a time
}

export const secantDefaults: SecantOptions = { reach: 0.1, batch: 128 };

export interface Secants {
  /** Looks at members that have these functions in one component: two passes of the network for each that is new. */
  prepare(functions: readonly Expression[]): Promise<void>;
  /** Of images `from` … `to` − 1 [to − from, features], rates per unit of s. `prepare` must have seen the function. */
  along(component: number, of: Expression, from: number, to: number): Float64Array;
}

const STEP = 0.05; // of s along flows

export function secantsOf(
  kernels: Kernels,
  features: ImageFeatures,
  images: ImageBatch,
  progress: (done: number, of: number) => void = () => {},
  { reach, batch }: SecantOptions = secantDefaults,
): Secants {
  const places = pixelPlaces(images);
  const known = new Map<string, Float64Array>();
  let still: Promise<Float32Array> | null = null;
  const name = (component: number, of: Expression): string => `${component} ${text(of)}`;

  return {
    async prepare(functions) {
      still ??= featuresOf(features, images, batch);
      const value = await still;
      const dim = value.length / images.n;
      const wanted = functions.flatMap((of) => COORDINATES.map((_, component) => ({ of, component })));
      const missing = wanted.filter(({ of, component }) => !known.has(name(component, of)));
      for (const [i, { of, component }] of missing.entries()) {
        const ends: Float32Array[] = [];
        for (const s of [reach, -reach]) {
          const end = await featuresOf(features, moved(component, of, s), batch);
          if (end.length !== value.length)
            throw new InputError(
              `features are ${value.length} numbers for images as they are but ${end.length} once they are moved; return as many`,
            );
          ends.push(end);
        }
        const rates = Float64Array.from(ends[0]!, (x, j) => (x - ends[1]![j]!) / (2 * reach));
        known.set(name(component, of), across(value, rates, dim));
        progress(i + 1, missing.length);
      }
    },
    along(component, of, from, to) {
      const all = known.get(name(component, of))!;
      const dim = all.length / images.n;
      return all.subarray(from * dim, to * dim);
    },
  };

  function moved(component: number, of: Expression, s: number): ImageBatch {
    const program = compile(
      COORDINATES.map((_, c) => (c === component ? of : zero)),
      COORDINATES,
    );
    return warped(kernels, images, directFlow(kernels, program, places, Float64Array.of(s), STEP));
  }
}

/** Rates [n, dim] less their part along the features, over the features' length; none where these are 0. */
function across(value: Float32Array, rates: Float64Array, dim: number): Float64Array {
  const out = new Float64Array(rates.length);
  for (let i = 0; i < out.length; i += dim) {
    let [square, along] = [0, 0];
    for (let j = i; j < i + dim; j++) {
      square += value[j]! ** 2;
      along += value[j]! * rates[j]!;
    }
    if (square > 0)
      for (let j = i; j < i + dim; j++) out[j] = (rates[j]! - (along / square) * value[j]!) / Math.sqrt(square);
  }
  return out;
}
