/** Training windows cut from trajectories, batch by batch: at most one batch is held, whatever the number of trajectories. */
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import { stream } from "../engine/random.js";
import { checked } from "./rollout.js";

type Rows = Float32Array | Float64Array;

/** Where trajectories come from: data as they are, or moved by symmetries on the way. */
export interface Supply {
  readonly count: number; // trajectories
  readonly nx: number;
  /** Rows [times, nx] of trajectory `index` for its use number `copy` in an epoch; the same numbers give the same rows. */
  rows(index: number, copy: number, epoch: number): Promise<Rows> | Rows;
}

export interface WindowPlan {
  readonly inputs: number; // times given
  readonly outputs: number; // times asked for, right after
  readonly batch: number; // windows
  readonly copies: number; // windows of each trajectory in an epoch, each from a place in time of its own
}

export interface Windows {
  readonly input: Float32Array; // [size, inputs, nx], (u − mean)/deviation
  readonly target: Float32Array; // [size, outputs, nx]
  readonly size: number;
}

export interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/** The data as they are. Throws InputError where they are not scalar in one dimension. */
export function supplyOf(data: Trajectories): Supply {
  const { u, n, nt, nx } = checked(data, 1);
  return { count: n, nx, rows: (index) => u.subarray(index * nt * nx, (index + 1) * nt * nx) };
}

export const batchesOf = ({ count }: Pick<Supply, "count">, { batch, copies }: WindowPlan): number =>
  Math.ceil((count * copies) / batch);

/** One epoch's batches in random order, by seed and epoch alone; the last may be smaller. */
export async function* windowsOf(
  supply: Supply,
  plan: WindowPlan,
  { mean, deviation }: Scale,
  seed: number,
  epoch: number,
): AsyncGenerator<Windows, void, void> {
  const { inputs, outputs, batch, copies } = plan;
  const { count, nx } = supply;
  const draw = stream(seed, `windows ${epoch}`);
  const order = Uint32Array.from({ length: count * copies }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = draw.integer(0, i + 1); // Fisher & Yates (1938)
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  for (let at = 0; at < order.length; at += batch) {
    const size = Math.min(batch, order.length - at);
    const input = new Float32Array(size * inputs * nx);
    const target = new Float32Array(size * outputs * nx);
    for (let b = 0; b < size; b++) {
      const index = Math.floor(order[at + b]! / copies);
      const copy = order[at + b]! % copies;
      const rows = await supply.rows(index, copy, epoch);
      const times = rows.length / nx;
      if (!(Number.isInteger(times) && times >= inputs + outputs))
        throw new InputError(
          `trajectory ${index} has ${times} times for training; at least ${inputs + outputs} are needed, ${inputs} given and ${outputs} asked for`,
        );
      const from = draw.integer(0, times - inputs - outputs + 1) * nx;
      const scaled = (into: Float32Array, offset: number, start: number, length: number): void => {
        for (let i = 0; i < length; i++) into[offset + i] = (rows[start + i]! - mean) / deviation;
      };
      scaled(input, b * inputs * nx, from, inputs * nx);
      scaled(target, b * outputs * nx, from + inputs * nx, outputs * nx);
    }
    yield { input, target, size };
  }
}
