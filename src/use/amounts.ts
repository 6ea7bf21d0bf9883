/** How far to move along each generator, drawn at random. */
import { stream } from "../engine/random.js";

/** s_k uniform in [−reach_k, reach_k) for each generator. The same seed draws the same on every machine; another `copy` draws others. */
export function randomAmounts(seed: number, reach: ArrayLike<number>, copy = 0): Float64Array {
  const draw = stream(seed, `augment ${copy}`);
  return Float64Array.from(reach, (most) => most * (2 * draw.uniform() - 1));
}
