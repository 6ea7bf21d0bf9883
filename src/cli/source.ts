/** Files that a command is given: read whole, every fault told with the file's name. */
import { type ArrayFile, openArrays } from "../data/arrayfile.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { reason } from "./destination.js";

/** At most `limit` bytes. Throws InputError where they cannot be had; `fault` words it, given why. */
export async function bytesOf(
  adapter: Adapter,
  path: string,
  limit: number,
  fault = (why: string): string => `${path} cannot be read: ${why}; check the path`,
): Promise<Uint8Array> {
  return adapter.readFile(path, limit).catch((error) => {
    throw new InputError(fault(reason(error)));
  });
}

/** The arrays of a file, to be read by slices; called `named` in faults. Throws InputError where they cannot be had. */
export async function storedIn(adapter: Adapter, file: string, named = file): Promise<ArrayFile> {
  return openArrays(adapter, file).catch((error) => {
    if (error instanceof InputError && !error.message.startsWith(file))
      return about(named, () => Promise.reject(error));
    throw new InputError(`${named || "the file"} cannot be read: ${reason(error)}; check the path`);
  });
}

/** What `make` makes of a file; its InputErrors name the file. */
export async function about<T>(file: string, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}
