/** What a browser lends, on a page and inside a Web Worker: a clock, workers, the number of cores; files only where handed over. */
import type { Adapter } from "../../engine/adapter.js";
import { InputError } from "../../engine/error.js";
import { handleOf } from "../web/handle.js";
import { browserName } from "./agent.js";
import { openRead, type Readable, readFile } from "./files.js";
import { networkFiles } from "./networkfiles.js";

export { download } from "./download.js";

export interface BrowserOptions extends Readable {
  /** Starts worker.js, where a bundler does not find it by itself (`import Program from "liefield/browser/worker?worker"`). */
  readonly worker?: () => Worker;
  /** Or where worker.js lies. Default: beside this file, and beside the script that a bundler put it in. */
  readonly workerUrl?: string | URL;
  /** Takes what is written; `download` offers it to the user. */
  readonly save?: (path: string, bytes: Uint8Array | string) => void | Promise<void>;
}

/** Where there is no `Worker` (inside a worker, in older browsers) everything runs on one thread. */
export function browserAdapter(options: BrowserOptions = {}): Adapter {
  const { save } = options;
  return {
    runtime: browserName(globalThis.navigator ?? {}),
    readFile: (path, limit) => readFile(options, path, limit),
    openRead: (path) => openRead(options, path),
    writeAtomic: async (path, bytes) => {
      if (!save)
        throw new InputError(
          `${path} cannot be written: a browser has no files of its own; pass browserAdapter({ save: download })`,
        );
      await save(path, bytes);
    },
    now: () => performance.now() / 1000,
    spawnWorker: (start) => (typeof Worker === "undefined" ? null : handleOf(started(options), start, REMEDY)),
    cores: globalThis.navigator?.hardwareConcurrency || 1,
    networkFiles: networkFiles(),
  };
}

export { browserAdapter as adapter };

function started({ worker, workerUrl }: BrowserOptions): Worker {
  try {
    if (worker) return worker();
    if (workerUrl !== undefined) return new Worker(workerUrl, { type: "module" });
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" }); // as it stands: bundlers look for these words
  } catch (error) {
    throw new InputError(`no worker can be started (${(error as Error).message}); ${REMEDY}`);
  }
}

const REMEDY = "serve liefield's worker.js from the page's own server and name it by workerUrl, or ask for workers: 0";
