/** A pool whose shards are answered by hand: what was asked is kept, and nothing is computed. */
import type { Pool } from "../../src/engine/job.js";

export interface Answered<Asked> {
  readonly pool: Pool;
  readonly asked: Asked[]; // every shard so far
  readonly sizes: number[]; // shards of each call
}

export function answered<Asked>(answer: (args: Asked) => unknown): Answered<Asked> {
  const asked: Asked[] = [];
  const sizes: number[] = [];
  const pool: Pool = {
    lost: [],
    workers: 0,
    open: async <_Setup, _State, Args, Result>() => ({
      run: async (shards: readonly Args[]): Promise<Result[]> => {
        sizes.push(shards.length);
        asked.push(...(shards as readonly unknown[] as Asked[]));
        return shards.map((args) => answer(args as unknown as Asked) as Result);
      },
      release: async () => {},
    }),
    close: async () => {},
  };
  return { pool, asked, sizes };
}
