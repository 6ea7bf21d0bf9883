/**
 * One run of a sweep, made so that it can be asked for at any time, by any number of processes: it is worked on in a directory of the process's
 * own, goes on from the furthest checkpoint that any process has left, and takes its final name by one renaming.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { InputError, NumericalError } from "../engine/error.js";
import { decodeCheckpoint } from "../learn/checkpoint.js";
import type { RunRecord } from "../report/run.js";
import { version } from "../version.js";
import type { Context } from "./command.js";
import { type Shard, shardRequest } from "./grid.js";
import { alive, FILE, LIMIT } from "./keptrun.js";
import { learnInto } from "./learn.js";
import { pastRun, LIMIT as RECORD_LIMIT } from "./pastrun.js";
import { failureIn, type Sweep, shardDirectory } from "./sweepfile.js";
import { oneLine } from "./visible.js";

export interface Done {
  readonly index: number;
  readonly state: "done" | "already";
  readonly directory: string;
  readonly record: RunRecord;
}

/** Makes one run, or finds it made. Throws InputError or NumericalError for a run that cannot be, after a note of it is left for the table. */
export async function makeShard(sweep: Sweep, shard: Shard, context: Context): Promise<Done> {
  const { index } = shard;
  const adapter = await context.work.adapter();
  const directory = shardDirectory(sweep.directory, index);
  const record = async (): Promise<RunRecord> =>
    pastRun(await adapter.readFile(join(directory, "run.json"), RECORD_LIMIT));
  if (await isThere(directory)) return { index, state: "already", directory, record: await record() };
  await mkdir(join(sweep.directory, "shards"), { recursive: true });
  const own = join(sweep.directory, "shards", ownName(index));
  const resume = await gathered(sweep.directory, index, own);
  const argv = [...shard.argv, "--out", directory];
  const request = shardRequest(shard);
  const place = { directory: own, called: directory, again: "the same command goes on from there" };
  try {
    await learnInto({ ...request, options: { ...request.options, resume }, rawArgs: argv }, place, context);
    await rename(own, directory);
  } catch (error) {
    const first = await isThere(directory); // another process was, and its run stands
    if (!first) {
      const outcome = error instanceof InputError || error instanceof NumericalError;
      if (outcome && !context.signal.aborted) {
        await rm(own, { recursive: true, force: true });
        await mkdir(join(sweep.directory, "failed"), { recursive: true });
        const said = { schema: 1, version, index, kind: error.name, message: oneLine(error.message) };
        await adapter.writeAtomic(failureIn(sweep.directory, index), `${JSON.stringify(said)}\n`);
      }
      throw error;
    }
  }
  await rm(failureIn(sweep.directory, index), { force: true });
  for (const left of await others(sweep.directory, index)) await rm(left, { recursive: true, force: true });
  return { index, state: "done", directory, record: await record() };
}

/** Directories in which the run is, or was, worked on. */
async function others(sweep: string, index: number): Promise<string[]> {
  const names = await readdir(join(sweep, "shards")).catch(() => []);
  return names.filter((name) => name.startsWith(`.${index}.`)).map((name) => join(sweep, "shards", name));
}

const HOST = hostname().replace(/[^\w-]/g, "_");
const ownName = (index: number): string => `.${index}.${HOST}.${process.pid}.${randomBytes(4).toString("hex")}`;

/** Puts the furthest checkpoint that this version has left of the run into `own`; whether there was one. What dead processes left goes. */
async function gathered(sweep: string, index: number, own: string): Promise<boolean> {
  let best: { readonly bytes: Uint8Array; readonly at: readonly [number, number] } | null = null;
  for (const directory of await others(sweep, index)) {
    const file = join(directory, FILE);
    try {
      if ((await stat(file)).size > LIMIT) continue;
      const bytes = await readFile(file);
      const { settings, phase, learner } = decodeCheckpoint(bytes);
      if (settings.version !== JSON.stringify(version)) continue; // its steps may not be ours
      if (best === null || phase > best.at[0] || (phase === best.at[0] && learner.step > best.at[1]))
        best = { bytes, at: [phase, learner.step] };
    } catch {} // none there, or no whole one: the run begins anew, or goes on from another
  }
  if (best) {
    await mkdir(own, { recursive: true });
    await writeFile(join(own, FILE), best.bytes);
  }
  for (const directory of await others(sweep, index)) {
    const [host, id] = directory.split(".").slice(-3);
    if (directory !== own && host === HOST && !alive(Number(id))) await rm(directory, { recursive: true, force: true });
  }
  return best !== null;
}

const isThere = (directory: string): Promise<boolean> =>
  stat(join(directory, "run.json")).then(
    () => true,
    () => false,
  );
