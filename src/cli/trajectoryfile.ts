/** A file of trajectories that is written as they are made: .npz, or .npy with the other arrays beside it. */
import { companionOf } from "../data/arrayfile.js";
import { arraysOf } from "../data/check.js";
import { type NumericArray, writeNpy } from "../data/npy.js";
import { NpyStream } from "../data/npystream.js";
import { NpzStream } from "../data/npzstream.js";
import { joined } from "../data/simulatejob.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Adapter, FileSink } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";

export interface TrajectoryFile {
  take(part: Trajectories): Promise<void>;
  /** Writes what goes with the trajectories; returns what all of them are, without their numbers. Throws InputError where none came. */
  finish(adapter: Adapter): Promise<Trajectories>;
}

interface Stream {
  append(row: Float64Array): Promise<void>;
  finish(others: readonly (readonly [name: string, array: NumericArray])[], adapter: Adapter): Promise<void>;
}

/** Of equations of second order in time two large arrays are written, so that their trajectories are held until the end. */
export function trajectoryFile(path: string, sink: FileSink, timeOrder: 1 | 2): TrajectoryFile {
  let stream: Stream | null = null;
  let last: Trajectories | null = null;
  let n = 0;
  const held: Float64Array[] = [];
  const append = async (part: Trajectories): Promise<void> => {
    const { shape, data } = arraysOf(part, timeOrder).get("u")!;
    stream ??= streamTo(path, sink, shape.slice(1));
    const row = data.length / part.n;
    for (let i = 0; i < part.n; i++) await stream.append(data.subarray(i * row, (i + 1) * row));
  };
  return {
    async take(part) {
      last = part;
      n += part.n;
      if (timeOrder === 2) held.push(part.u);
      else await append(part);
    },
    async finish(adapter) {
      if (last === null) throw new InputError("no trajectories were made; ask for one at least");
      const whole = { ...last, n, u: joined(held) };
      if (timeOrder === 2) await append(whole);
      const others = [...arraysOf(timeOrder === 2 ? whole : { ...whole, n: 0 }, timeOrder)];
      await stream!.finish(
        others.filter(([name]) => name !== "u"),
        adapter,
      );
      return whole;
    },
  };
}

function streamTo(path: string, sink: FileSink, row: readonly number[]): Stream {
  if (!path.endsWith(".npy")) return new NpzStream(sink, "u", row);
  const npy = new NpyStream(sink, row);
  return {
    append: (u) => npy.append(u),
    async finish(others, adapter) {
      for (const [name, array] of others) await adapter.writeAtomic(companionOf(path, name), writeNpy(array));
      await npy.finish();
    },
  };
}
