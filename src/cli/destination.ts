/** Where results go: looked at before the work, written whole after it. */
import { mkdir, mkdtemp, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";

/**
 * Throws InputError unless a directory (or a file, by `kind`) can be made at `path`. Tried by making and removing an empty
 * directory in the nearest existing one, since permission bits say little for root, read-only disks and network shares.
 */
export async function checkDestination(path: string, kind: "directory" | "file"): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there && there.isDirectory() !== (kind === "directory"))
    throw new InputError(
      `--out ${path} is a ${kind === "file" ? "directory" : "file"} but a ${kind} is expected; name another`,
    );
  let parent = resolve(kind === "directory" ? path : dirname(path));
  while (!(await stat(parent).catch(() => null)) && dirname(parent) !== parent) parent = dirname(parent);
  try {
    await rmdir(await mkdtemp(join(parent, ".liefield-")));
  } catch (error) {
    throw new InputError(`--out ${path} cannot be written: ${reason(error)} in ${parent}; name another place`);
  }
}

/** Writes files by name into a directory, made if missing; each appears whole or not at all, the first one last. */
export async function writeInto(
  directory: string,
  files: readonly (readonly [name: string, bytes: Uint8Array | string])[],
  adapter: Adapter,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, bytes] of [...files].reverse()) await adapter.writeAtomic(join(directory, name), bytes);
}

/** What a system error means, in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: "no such file or directory",
    EACCES: "permission denied",
    EPERM: "permission denied",
    ENOTDIR: "a part of the path is not a directory",
    EISDIR: "it is a directory",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full",
  };
  return (code !== undefined ? words[code] : undefined) ?? message;
}
