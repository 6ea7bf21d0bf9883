/** Files that a command is given: read whole, every fault told with the file's name. */
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

/** What `make` makes of a file; its InputErrors name the file. */
export function about<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}
