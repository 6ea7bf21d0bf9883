/** Trajectories as they are mixed with copies moved along symmetries: where an operator's training windows are cut from. */
import { type AugmentOptions, type AugmentRecord, augment } from "../augment.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { stream } from "../engine/random.js";
import type { Hooks } from "../learn.js";
import { type Supply, supplyOf } from "../use/windows.js";

export interface MixtureOptions extends AugmentOptions {
  /** Copies of each trajectory, made once and held in f32: 140 kB for 140 × 256. Default 16, the paper's. */
  readonly copies?: number;
  readonly original?: number; // probability that a window is cut from the trajectory itself; default 0.5, the paper's
  readonly windows: number; // times of one, input and output together
}

export interface Mixture extends Supply {
  readonly record: AugmentRecord; // of the copies
}

const MOST = 2 ** 30; // bytes of copies

/**
 * Moves the copies, then hands out rows: of the trajectory itself, or of one of its copies that were kept, the known rows of it, drawn anew for each use
 * in each epoch. One of which no copy was kept stays as it is. Cost: 20 to 40 ms of a core for each copy of 140 × 256. Throws InputError as
 * `augment` does, and for copies that would not fit into memory.
 */
export async function augmentedSupply(
  { original = 0.5, windows, ...options }: MixtureOptions,
  adapter: Adapter,
  hooks: Partial<Hooks> = {},
): Promise<Mixture> {
  const { data, seed, copies = 16 } = options;
  const { n, nt, nx } = data;
  const own = supplyOf(data);
  if (!(original >= 0 && original <= 1))
    throw new InputError(`original is ${original}; pass the probability of windows as they are, from 0 to 1`);
  const bytes = 4 * n * copies * nt * nx;
  if (bytes > MOST)
    throw new InputError(
      `${copies} copies of ${n} trajectories of ${nt} × ${nx} take ${Math.round(bytes / 2 ** 20)} MB; pass at most ${Math.max(1, Math.floor((copies * MOST) / bytes))} copies`,
    );
  const rows = Math.max(windows, options.rows ?? Math.ceil((3 * nt) / 7));
  const kept: Float32Array[][] = Array.from({ length: n }, () => []);
  const record = await augment({ measure: 0, ...options, copies, rows }, adapter, {
    ...hooks,
    take({ trajectory, u, rows: [first, end] }) {
      kept[trajectory]!.push(Float32Array.from(u.subarray(first * nx, end * nx)));
    },
  });
  return {
    ...own,
    record,
    rows(index, copy, epoch) {
      const moved = kept[index]!;
      const draw = stream(seed, `mixture ${epoch} ${index} ${copy}`);
      if (moved.length === 0 || draw.uniform() < original) return own.rows(index, copy, epoch);
      return moved[draw.integer(0, moved.length)]!;
    },
  };
}
