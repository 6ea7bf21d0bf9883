/**
 * Named random streams: one seed, many independent sequences, so that drawing more of one thing never changes another.
 * A stream is xoroshiro128+ (Blackman & Vigna 2018) seeded by a hash of the seed and the name; its state serialises.
 */

import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { cos, log } from "./elementary.js";

export interface Stream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Integer in [lo, hi). */
  integer(lo: number, hi: number): number;
  /** Everything needed to go on from here, for `resume`. */
  state(): readonly number[];
}

/** The stream of that name under a seed. */
export function stream(seed: number, name: string): Stream {
  let hash = 0x811c9dc5; // FNV-1a over the name, then mixed with the seed
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ seed ^ (seed / 2 ** 32), 0x85ebca6b);
  return draw(xoroshiro128plus(hash ^ (hash >>> 13)));
}

/** The stream that goes on from a saved state. */
export function resume(state: readonly number[]): Stream {
  return draw(xoroshiro128plusFromState(state));
}

function draw(generator: ReturnType<typeof xoroshiro128plus>): Stream {
  const uniform = (): number => {
    const high = generator.next() >>> 5; // 27 bits
    const low = generator.next() >>> 6; // 26 bits
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * log(1 - uniform())) * cos(2 * Math.PI * uniform()), // Box & Muller (1958), one of the pair
    integer: (lo, hi) => lo + Math.floor(uniform() * (hi - lo)),
    state: () => generator.getState(),
  };
}
