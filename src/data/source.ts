/** Files to be read in pieces: bytes at hand, and a file of an adapter that only has whole ones. */
import type { Adapter, FileSource } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";

/** Bytes in memory as a file. Views, not copies, are handed out. */
export function memorySource(bytes: Uint8Array): FileSource {
  return {
    size: bytes.length,
    async read(at, length) {
      if (at + length > bytes.length)
        throw new InputError(`the file ends after ${bytes.length} bytes; copy or write it again`);
      return bytes.subarray(at, at + length);
    },
    close: async () => {},
  };
}

/** `limit`: bytes of a file that must be held whole. Throws the runtime's error where it cannot be opened. */
export async function openSource(adapter: Adapter, path: string, limit: number): Promise<FileSource> {
  return adapter.openRead ? adapter.openRead(path) : memorySource(await adapter.readFile(path, limit));
}
