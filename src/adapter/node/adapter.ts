/** What Node lends: files, a clock, worker threads, the number of cores. */
import { open, rename, rm, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Adapter, FileSink, FileSource, WorkerHandle, WorkerReply } from "../../engine/adapter.js";
import { InputError } from "../../engine/error.js";
import { writeWhole } from "../whole.js";
import { END } from "./end.js";
import { openGpu } from "./gpu.js";

export interface NodeOptions {
  /** The worker's program; tests that run from sources name the built one. */
  readonly workerUrl?: URL;
}

export function nodeAdapter(options: NodeOptions = {}): Adapter {
  const workerUrl = options.workerUrl ?? new URL("./worker.js", import.meta.url);
  return {
    runtime: `node ${process.versions.node}`,
    readFile,
    openRead,
    writeAtomic,
    openWrite,
    now: () => performance.now() / 1000,
    // Without execArgv it inherits flags such as --input-type, with which a worker from a file does not start.
    spawnWorker: ({ module }) => handleOf(new Worker(workerUrl, { workerData: { module }, execArgv: [] })),
    cores: availableParallelism(),
    openGpu,
    packageFiles: async (...wanted) =>
      (await import("./packagefiles.js")).packageFiles(wanted[0], writeAtomic, wanted[1]),
  };
}

export { nodeAdapter as adapter };

/** Only ordinary files: a pipe or a device has no size to hold against the limit. */
async function readFile(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { size, isFile } = await file.stat().then((s) => ({ size: s.size, isFile: s.isFile() }));
    if (!isFile) throw new InputError(`${path} is not a file; give the path of a file`);
    if (size > limit)
      throw new InputError(`${path} has ${size} bytes, above the limit of ${limit}; split it into smaller files`);
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}

async function openRead(path: string): Promise<FileSource> {
  const file = await open(path, "r");
  const found = await file.stat();
  if (!found.isFile()) {
    await file.close();
    throw new InputError(`${path} is not a file; give the path of a file`);
  }
  return {
    size: found.size,
    async read(at, length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await file.read(bytes, done, length - done, at + done);
        if (bytesRead === 0) throw new InputError(`${path} ends after ${at + done} bytes; copy or write it again`);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}

let written = 0;

const writeAtomic = async (path: string, bytes: Uint8Array | string): Promise<void> =>
  writeWhole(await openWrite(path), bytes);

async function openWrite(path: string): Promise<FileSink> {
  if (
    await stat(path)
      .then((s) => s.isDirectory())
      .catch(() => false)
  )
    throw new InputError(`${path} is a directory; name a file`);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${written++}.tmp`);
  const file = await open(temporary, "wx");
  let end = 0;
  let closed = false;
  const put = async (bytes: Uint8Array, at: number): Promise<void> => {
    let done = 0;
    do done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    while (done < bytes.length); // once even for what is empty: what is no bytes is refused
  };
  const close = async (): Promise<void> => {
    if (!closed) await file.close();
    closed = true;
  };
  return {
    async write(bytes) {
      await put(bytes, end);
      end += bytes.length;
    },
    overwrite: (at, bytes) => put(bytes, at),
    async commit() {
      await file.sync(); // else a crash after the rename could leave an empty file under the final name
      await close();
      await rename(temporary, path);
    },
    async discard() {
      await close().catch(() => {}); // the error before is the one to tell
      await rm(temporary, { force: true });
    },
  };
}

/** A worker thread keeps the process alive only while it owes an answer, or is ending. */
function handleOf(worker: Worker): WorkerHandle {
  let owed = 0;
  let ending = false;
  worker.unref();
  return {
    post(request, transfer) {
      worker.postMessage(request, transfer);
      if (owed++ === 0) worker.ref();
    },
    onReply(listener) {
      worker.on("message", (reply: WorkerReply) => {
        if (--owed === 0 && !ending) worker.unref();
        listener(reply);
      });
    },
    onFailure(listener) {
      worker.on("error", listener);
      worker.on("messageerror", listener);
      worker.on("exit", (code) => listener(new Error(`exit code ${code}`)));
    },
    end() {
      ending = true;
      worker.ref(); // the process would end it as abruptly as `terminate` does
      worker.postMessage(END);
      const late = setTimeout(() => void worker.terminate(), PATIENCE).unref();
      worker.once("exit", () => clearTimeout(late));
    },
    terminate: async () => void (await worker.terminate()),
  };
}

const PATIENCE = 2000; // ms for the shard at hand, which nobody waits for any more
