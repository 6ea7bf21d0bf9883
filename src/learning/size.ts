/**
 * The size of a network's outputs before they are normalised. The loss does not depend on it, so nothing holds it: noise in the gradient
 * makes it grow, and the larger it is the less a step of Adam turns a field (on KS under the flow score by a factor of 100 over a run, which
 * froze slots on ∂u). Charged beyond a bound, steps keep their effect (van Laarhoven 2017).
 */
import { log } from "../engine/elementary.js";

const BOUND = 3; // root mean square of a slot's raw control points; an untrained network's are of order 1

export interface Size {
  readonly value: number; // Σ over slots of max(0, ln(rms/BOUND))²
  readonly gradient: Float64Array; // [K, knots…, dim], of value
}

/** Raw control points [K, knots…, dim]. */
export function size(raw: Float64Array, slots: number): Size {
  const each = raw.length / slots;
  const gradient = new Float64Array(raw.length);
  let value = 0;
  for (let b = 0; b < slots; b++) {
    let square = 0;
    for (let i = b * each; i < (b + 1) * each; i++) square += raw[i]! * raw[i]!;
    const excess = 0.5 * log(square / each / BOUND ** 2);
    if (!(excess > 0)) continue;
    value += excess * excess;
    const slope = (2 * excess) / square; // ∂ ln(rms) = raw/square
    for (let i = b * each; i < (b + 1) * each; i++) gradient[i] = slope * raw[i]!;
  }
  return { value, gradient };
}
