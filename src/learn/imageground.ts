/** What the neural learner needs of images: splines of the plane, the tangent score as forms in their control points, flows through the network. */
import { type Plane, pixelPlaces, pixelsPerUnit } from "../data/plane.js";
import type { Kernels } from "../engine/kernels.js";
import { stream } from "../engine/random.js";
import { boxDomain } from "../field/box.js";
import type { ImageBatch, ImageFeatures } from "../network/imagefeatures.js";
import { neighboursOf } from "../task/box.js";
import { finiteTurning } from "../validity/finiteturning.js";
import { formScores, formValidity } from "../validity/forms.js";
import type { Sensitivity } from "../validity/sensitivity.js";
import { splineForms } from "../validity/warpedsplines.js";
import { drawnBy } from "../validity/warping.js";
import type { NeuralGround, Part } from "./problem.js";

const KNOTS = 8; // along either coordinate
const MARGIN = 0.6; // beyond the frame: 1.5 × the farthest flow
const PAIRS = 1024;

export interface SeenImages {
  readonly kernels: Kernels;
  readonly seed: number;
  readonly features: ImageFeatures;
  readonly images: ImageBatch; // to learn from
  readonly seen: Readonly<Record<Part, Sensitivity>>;
}

export function imageGround({ kernels, seed, features, images, seen }: SeenImages): NeuralGround {
  const shape = boxDomain(...edges(images), KNOTS, MARGIN);
  const places = pixelPlaces(images);
  return {
    still: [],
    shape,
    places(_, count) {
      const draw = stream(seed, "neighbours");
      const from = drawnBy(seen.train.weight, places, PAIRS);
      const pixel = 1 / pixelsPerUnit(images);
      return {
        points: drawnBy(seen.train.weight, places, count),
        pairs: { points: from, neighbours: neighboursOf(from, 2, pixel, draw) },
      };
    },
    validity(criterion) {
      if (criterion === "tangent") return formValidity(splineForms(kernels, images, seen.train, shape));
      const price = splineForms(kernels, images, seen.train, shape, "price");
      return finiteTurning({ kernels, features, images, balance: seen.train.balance, shape, price });
    },
    heldScores() {
      const forms = splineForms(kernels, images, seen.held, shape);
      return async (control) => formScores(forms, control);
    },
  };
}

/** The frame's corners. */
function edges(plane: Plane): [lo: number[], hi: number[]] {
  const hi = [plane.width, plane.height].map((edge) => edge / 2 / pixelsPerUnit(plane));
  return [hi.map((z) => -z), hi];
}
