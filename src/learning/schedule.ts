/** How the learning rate goes over a training, as a share of its highest. */
import { cos, wholePower } from "../engine/elementary.js";

/** Up along a line to 1 at the share `warm` of the steps, then down to 0 as half a cosine. */
export const cycle = (share: number, warm: number): number =>
  share < warm ? share / warm : 0.5 * (1 + cos((Math.PI * (share - warm)) / (1 - warm)));

/** Times `factor` after each quarter of the steps: of the step after `done` of `of`. Source: Ko, Kim & Lee (2024), section 5, with 0.4. */
export const quarters = (done: number, of: number, factor: number): number =>
  wholePower(factor, Math.min(3, Math.floor((4 * done) / of)));
