/**
 * Trajectories from a file, of any length: where memory does not hold them all, some are drawn, evenly spread. Learning looks at some hundreds of
 * snapshots, so that what is left out costs it nothing; every number is looked at nonetheless.
 */
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { openArrays } from "./arrayfile.js";
import { MINIMUM, trajectoriesOf } from "./check.js";
import type { NumericArray } from "./npy.js";
import { countOf, type StoredArray, wholeOf } from "./stored.js";
import type { Trajectories } from "./trajectories.js";

/** Bytes of trajectories that are held: 230 of 140 × 256. What certifies them takes time by their number, and learning no more than 512 rows. */
export const HELD = 2 ** 26;

const SMALL = 2 ** 26; // bytes of each other array

export interface Drawing {
  readonly length?: number; // as `trajectoriesOf` takes them
  readonly minimum?: { readonly n: number; readonly nt: number; readonly nx: number };
  readonly timeOrder?: 1 | 2;
  readonly held?: number; // bytes, default HELD
}

/** Those of a file of any kind that is read: .npz, .npy with others beside it, HDF5. Throws as `drawnTrajectories` and `openArrays` do. */
export async function readTrajectories(path: string, adapter: Adapter, drawing: Drawing = {}): Promise<Trajectories> {
  const file = await openArrays(adapter, path);
  try {
    return await drawnTrajectories(file.arrays, drawing);
  } finally {
    await file.close();
  }
}

/** One pass over the file. Throws InputError that names the array and the index at fault. */
export async function drawnTrajectories(
  arrays: ReadonlyMap<string, StoredArray>,
  { length, minimum = MINIMUM, timeOrder = 1, held = HELD }: Drawing = {},
): Promise<Trajectories> {
  const out = new Map<string, NumericArray>();
  const large = timeOrder === 2 ? ["u", "u_t"] : ["u"];
  const n = arrays.get("u")?.shape[0] ?? 0;
  let kept = n;
  for (const [name, stored] of arrays) {
    const called = `array ${JSON.stringify(name)}`;
    if (!large.includes(name)) {
      if (USED.includes(name)) out.set(name, await wholeOf(stored, SMALL, called));
      continue;
    }
    const row = countOf(stored.shape.slice(1));
    const room = held / large.length;
    if (stored.shape.length === 0 || row * n * 8 <= room) {
      out.set(name, await wholeOf(stored, room, called));
      continue;
    }
    kept = Math.floor(room / (8 * row));
    if (kept < minimum.n)
      throw new InputError(
        `${called} has shape [${stored.shape.join(", ")}], ${row * 8} bytes a trajectory, of which ${minimum.n} must be held in ${room}; split them in time, or keep every other output`,
      );
    out.set(name, await everySo(stored, row, kept, name));
  }
  const data = trajectoriesOf(out, length, minimum, timeOrder);
  return kept < n ? { ...data, drawnFrom: n } : data;
}

const USED = ["x", "y", "t", "L", "Ly"];

/** `kept` of the rows along the first axis, evenly spread, from a pass over all. Throws InputError at a number that is not finite. */
async function everySo({ shape, pieces }: StoredArray, row: number, kept: number, name: string): Promise<NumericArray> {
  const n = shape[0]!;
  const data = new Float64Array(kept * row);
  const indexOf = (k: number): number => Math.floor(((k + 0.5) * n) / kept);
  let at = 0; // flat index of the piece's first number
  let k = 0; // the next row to keep, or the one that is being filled
  for await (const piece of pieces()) {
    const bad = firstBad(piece);
    if (bad >= 0) throw new InputError(badNumber(name, shape, at + bad, piece[bad]!));
    for (; k < kept; k++) {
      const from = indexOf(k) * row;
      if (from >= at + piece.length) break;
      const [first, last] = [Math.max(from, at), Math.min(from + row, at + piece.length)];
      if (last > first) data.set(piece.subarray(first - at, last - at), k * row + first - from);
      if (last < from + row) break;
    }
    at += piece.length;
  }
  return { shape: [kept, ...shape.slice(1)], data };
}

function firstBad(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return i;
  return -1;
}

function badNumber(name: string, shape: readonly number[], flat: number, value: number): string {
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return `${name}[${index.join(", ")}] is ${value} but every value must be finite; leave that trajectory out`;
}
