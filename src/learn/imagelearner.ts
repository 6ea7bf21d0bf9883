/** What the neural learner does differently on images, after Ko, Kim & Lee (2024). */
import type { NeuralOptions } from "../learning/neural.js";
import { imageDefaults } from "../task/imagetasks.js";
import type { Criterion } from "./neural.js";

const STEPS = { tangent: 400, "tangent+flow": 400, flow: 200 } as const; // a step by flow is some hundred times dearer

/**
 * Ten slots; validity, orthogonality and Lipschitz as 1 : 10 : 10, as in the paper. The Sobolev term looks along x alone, and would make a shear of a
 * turn; the score's price on bending (validity/warping.ts) stands for it.
 */
export const imageLearner = (criterion: Criterion): Partial<NeuralOptions> => ({
  generators: imageDefaults.generators,
  steps: STEPS[criterion],
  weights: { orthogonality: 10, lipschitz: 10, sobolev: 0, size: 3 },
  lipschitzBound: 7, // the paper's 0.5, per pixel of 28; per unit of the plane, where a unit turn has slope 2, it would forbid all but shifts
});
