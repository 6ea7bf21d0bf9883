/** What a failure of the system means, in words. */
import { InputError } from "../../engine/error.js";

const disk: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "it is a directory",
};

/** An InputError that names the place, where writing failed for a reason of the disk's; else null. */
export function diskError(error: unknown, path: string): InputError | null {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (!Object.hasOwn(disk, code)) return null;
  return new InputError(`${path} cannot be written: ${disk[code]}; make room, or set XDG_CACHE_HOME to another place`);
}

/** The innermost message of an error: fetch wraps what happened. */
export function cause(error: unknown): string {
  let inner = error as Error & { code?: string };
  while (inner.cause instanceof Error) inner = inner.cause;
  return inner.message || (inner.code ?? "no reason given");
}
