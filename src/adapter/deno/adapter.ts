/** What Deno lends: files, a clock, workers, the number of cores. */
import type { Adapter, FileSink, FileSource, WorkerHandle, WorkerStart } from "../../engine/adapter.js";
import { InputError } from "../../engine/error.js";
import { handleOf } from "../web/handle.js";
import { writeWhole } from "../whole.js";
import { deno, permitted, refusal, withheld } from "./runtime.js";

export interface DenoOptions {
  /** The worker's program, where a bundle has moved it; it may import what lies beside it. */
  readonly workerUrl?: URL;
}

/** Throws InputError outside Deno. Needs no permission itself; files need --allow-read and --allow-write, workers --allow-read. */
export function denoAdapter(options: DenoOptions = {}): Adapter {
  const { workerUrl } = options;
  const url = workerUrl ?? new URL("../web/worker.js", import.meta.url);
  const folder = url.protocol === "file:" ? new URL(workerUrl ? "./" : "../../", url) : null; // all that it imports
  return {
    runtime: `deno ${deno().version.deno}`,
    readFile,
    openRead,
    writeAtomic,
    openWrite,
    now: () => performance.now() / 1000,
    spawnWorker: (start) => spawnWorker(url, folder, start),
    cores: navigator.hardwareConcurrency,
  };
}

export { denoAdapter as adapter };

/** Only ordinary files: a pipe or a device has no size to hold against the limit. */
async function readFile(path: string, limit: number): Promise<Uint8Array> {
  const file = await permitted(`read ${path}`, `--allow-read=${path}`, () => deno().open(path, { read: true }));
  try {
    const { isFile, size } = await file.stat();
    if (!isFile) throw new InputError(`${path} is not a file; give the path of a file`);
    if (size > limit)
      throw new InputError(`${path} has ${size} bytes, above the limit of ${limit}; split it into smaller files`);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (let read: number | null = 0; at < size && read !== null; at += read ?? 0)
      read = await file.read(bytes.subarray(at));
    return bytes.subarray(0, at);
  } finally {
    file.close();
  }
}

async function openRead(path: string): Promise<FileSource> {
  const file = await permitted(`read ${path}`, `--allow-read=${path}`, () => deno().open(path, { read: true }));
  const { isFile, size } = await file.stat();
  if (!isFile) {
    file.close();
    throw new InputError(`${path} is not a file; give the path of a file`);
  }
  return {
    size,
    async read(at, length) {
      const bytes = new Uint8Array(length);
      await file.seek(at, 0);
      for (let done = 0; done < length; ) {
        const read = await file.read(bytes.subarray(done));
        if (!read) throw new InputError(`${path} ends after ${at + done} bytes; copy or write it again`);
        done += read;
      }
      return bytes;
    },
    close: async () => file.close(),
  };
}

let written = 0;

const writeAtomic = async (path: string, bytes: Uint8Array | string): Promise<void> =>
  writeWhole(await openWrite(path), bytes);

async function openWrite(path: string): Promise<FileSink> {
  const { open, stat, rename, remove, pid } = deno();
  const folder = path.replace(/[^/\\]*$/, "");
  const temporary = path.replace(/[^/\\]*$/, (name) => `.${name}.${pid}-${written++}.tmp`);
  const flags = `--allow-read=${folder || "."} --allow-write=${folder || "."}`;
  const may = <T>(work: () => Promise<T>): Promise<T> => permitted(`write ${path}`, flags, work);
  const file = await may(async () => {
    const isDirectory = await stat(path).then(
      (found) => found.isDirectory,
      (error) => {
        if (withheld(error)) throw error;
        return false;
      },
    );
    if (isDirectory) throw new InputError(`${path} is a directory; name a file`);
    return open(temporary, { write: true, createNew: true });
  });
  let end = 0;
  let closed = false;
  const put = async (bytes: Uint8Array): Promise<void> => {
    let at = 0;
    do at += await file.write(bytes.subarray(at));
    while (at < bytes.length);
  };
  const close = (): void => {
    if (!closed) file.close();
    closed = true;
  };
  return {
    async write(bytes) {
      await put(bytes);
      end += bytes.length;
    },
    async overwrite(at, bytes) {
      await file.seek(at, 0);
      await put(bytes);
      await file.seek(end, 0);
    },
    async commit() {
      await file.sync(); // else a crash after the rename could leave an empty file under the final name
      close();
      await may(() => rename(temporary, path));
    },
    async discard() {
      close();
      await remove(temporary).catch(() => {}); // the error before is the one to tell
    },
  };
}

/** A worker that may not read its own program says so only once it has started, so the permission is asked for here. */
function spawnWorker(url: URL, folder: URL | null, start: WorkerStart): WorkerHandle {
  if (folder && deno().permissions.requestSync({ name: "read", path: folder }).state !== "granted")
    throw refusal("start workers", `--allow-read=${decodeURIComponent(folder.pathname)}, or pass workers: 0`);
  return handleOf(new Worker(url, { type: "module" }), start);
}
