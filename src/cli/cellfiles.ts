/** Cells of a table as files. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import type { Adapter } from "../engine/adapter.js";
import type { CellStore } from "../evaluate.js";

/** Files of a directory that is made when something is written. */
export function storeIn(directory: string, adapter: Adapter): CellStore {
  return {
    async read(name) {
      const there = (await readdir(directory).catch((): string[] => [])).includes(name);
      return there ? adapter.readFile(join(directory, name), SAFETENSORS_LIMIT) : null;
    },
    async write(name, bytes) {
      await mkdir(directory, { recursive: true });
      await adapter.writeAtomic(join(directory, name), bytes);
    },
    remove: (name) => rm(join(directory, name), { force: true }),
  };
}
