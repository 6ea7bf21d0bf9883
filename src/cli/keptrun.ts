/** The checkpoint of a run in its directory: read to go on from, written while it runs, taken away when the run is whole. */
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Adapter } from "../engine/adapter.js";
import { decodeCheckpoint } from "../learn/checkpoint.js";
import type { CheckpointHook } from "../learn.js";
import { reason } from "./destination.js";
import { Interrupted } from "./interrupted.js";
import type { Io } from "./io.js";
import { about, bytesOf } from "./source.js";
import { oneLine, visible } from "./visible.js";

export const FILE = "checkpoint.safetensors";
export const LIMIT = 2 ** 28; // bytes; about 1 MB by default

export interface KeptRun {
  readonly from: { readonly resume?: Uint8Array };
  readonly save: CheckpointHook["save"];
  /** The results are written. */
  whole(): Promise<void>;
  /** What to throw after an error: interrupted runs keep their checkpoint and say so, failed ones leave nothing. */
  stopped(error: unknown, interrupted: boolean): Promise<unknown>;
}

/** A checkpoint that is not asked for is left until the first new one takes its place. */
export async function keptRun(
  directory: string,
  resume: boolean,
  adapter: Adapter,
  stderr: Io["stderr"],
  again = "the same command with --resume goes on from there",
): Promise<KeptRun> {
  const path = join(directory, FILE);
  await sweep(directory);
  const before = (await readdir(directory).catch(() => null))?.includes(FILE) ?? false;
  if (resume && !before) stderr.write(`no ${FILE} in ${visible(directory)}: the run begins anew\n`);
  if (!resume && before)
    stderr.write(`${visible(path)} is left from a run before; this one begins anew, --resume would go on from it\n`);
  let failed = false;
  let at: { readonly step: number; readonly of: number } | null = null;
  return {
    from: resume && before ? { resume: await read(path, adapter) } : {},
    async save(bytes, place) {
      try {
        await mkdir(directory, { recursive: true });
        await adapter.writeAtomic(path, bytes);
        at = place;
      } catch (error) {
        if (!failed)
          stderr.write(
            `a checkpoint cannot be written (${oneLine(reason(error))}); the run goes on, the last one stays\n`,
          );
        failed = true;
      }
    },
    whole: () => rm(path, { force: true }),
    async stopped(error, interrupted) {
      if (interrupted) {
        if (at === null) return error;
        const where = at.step < at.of ? `after step ${at.step} of ${at.of}` : "after learning";
        return new Interrupted(`interrupted ${where}; ${again}`);
      }
      if (at !== null) {
        await rm(path, { force: true });
        await rmdir(directory).catch(() => {}); // it holds other files
      }
      return error;
    },
  };
}

/** The file's bytes, looked through: a fault names the file. */
async function read(path: string, adapter: Adapter): Promise<Uint8Array> {
  const fault = (why: string): string => `${path} cannot be read: ${why}; leave --resume out to begin anew`;
  const bytes = await bytesOf(adapter, path, LIMIT, fault);
  await about(path, () => decodeCheckpoint(bytes));
  return bytes;
}

/** Takes away what processes that were killed while writing have left. */
export async function sweep(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const [, process] =
      /^\.(?:run|report|plan|table|(?:checkpoint|cell|field)[-\w]*)\.\w+\.(\d+)-\d+\.tmp$/.exec(name) ?? [];
    if (process !== undefined && !alive(Number(process))) await rm(join(directory, name), { force: true });
  }
}

export function alive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
