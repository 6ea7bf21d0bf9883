/** A sweep in its directory: what was planned, where each run goes, and which are there. */
import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as v from "valibot";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import type { RunRecord } from "../report/run.js";
import { version } from "../version.js";
import { GRID_LIMIT, type Grid, gridOf, type Shard, same, shardsOf } from "./grid.js";
import { pastRun, LIMIT as RECORD_LIMIT } from "./pastrun.js";
import { about, bytesOf } from "./source.js";
import { visible } from "./visible.js";

export interface Sweep {
  readonly directory: string; // absolute
  readonly grid: Grid;
  readonly shards: readonly Shard[];
}

const FILE = "sweep.json";
export const shardDirectory = (directory: string, index: number): string => join(directory, "shards", String(index));
export const failureIn = (directory: string, index: number): string => join(directory, "failed", `${index}.json`);

/** Writes a plan; one that is there stays if it is the same. Throws InputError where another sweep is there. */
export async function writeSweep(directory: string, grid: Grid, adapter: Adapter): Promise<"written" | "there"> {
  const path = join(directory, FILE);
  if (await stat(path).catch(() => null)) {
    const { grid: before } = await readSweep(directory, adapter);
    if (same(before, grid)) return "there";
    throw new InputError(`--out ${directory} holds another sweep; name another directory`);
  }
  await mkdir(join(directory, "logs"), { recursive: true });
  await adapter.writeAtomic(path, `${JSON.stringify({ schema: 1, version, ...grid }, null, 2)}\n`);
  return "written";
}

/** The plan in a directory. Throws InputError that names the file. */
export async function readSweep(given: string, adapter: Adapter): Promise<Sweep> {
  const directory = resolve(given);
  const path = join(directory, FILE);
  const none = (why: string): string =>
    `${given} holds no sweep: ${FILE}: ${why}; name a directory that sweep plan wrote`;
  const bytes = await bytesOf(adapter, path, 2 * GRID_LIMIT, none);
  try {
    const { schema, version: _, base, vary } = JSON.parse(new TextDecoder().decode(bytes)) ?? {};
    if (schema !== 1)
      throw new InputError(`schema 1 is expected but ${JSON.stringify(schema)} came; plan the sweep again`);
    const grid = gridOf(new TextEncoder().encode(JSON.stringify({ ...base, vary })), directory);
    return { directory, grid, shards: shardsOf(grid) };
  } catch (error) {
    throw error instanceof InputError
      ? new InputError(`${path}: ${error.message}`)
      : new InputError(`${path} is not JSON`);
  }
}

/** The run of that number. */
export function shardAt({ shards, directory }: Pick<Sweep, "shards" | "directory">, index: number): Shard {
  const shard = shards[index];
  if (shard) return shard;
  throw new InputError(
    `--index must be a whole number from 0 to ${shards.length - 1} but is ${index}: ${directory} has ${shards.length} runs`,
  );
}

/** What became of a run: its record, why it could not be, or null where it is still to come. */
export type Outcome = { readonly record: RunRecord } | { readonly failed: string } | null;

const failure = v.object({
  schema: v.literal(1),
  message: v.pipe(v.string(), v.maxLength(4096), v.transform(visible)),
});

/** Throws InputError for files that are there but cannot be read. */
export async function outcomeOf({ directory }: Sweep, index: number, adapter: Adapter): Promise<Outcome> {
  const path = join(shardDirectory(directory, index), "run.json");
  const bytes = await wholeFile(path, RECORD_LIMIT, adapter);
  if (bytes) return { record: await about(path, () => pastRun(bytes)) };
  const note = await wholeFile(failureIn(directory, index), 2 ** 16, adapter);
  if (note === null) return null;
  try {
    return { failed: v.parse(failure, JSON.parse(new TextDecoder().decode(note))).message };
  } catch {
    return null; // not ours: the run is to come
  }
}

async function wholeFile(path: string, limit: number, adapter: Adapter): Promise<Uint8Array | null> {
  if (!(await stat(path).catch(() => null))) return null;
  return bytesOf(adapter, path, limit, (why) => `${path} cannot be read: ${why}; take it away and make the run again`);
}

/** Indices as a Slurm array takes them: 3,7-9. */
export function rangesOf(indices: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}
