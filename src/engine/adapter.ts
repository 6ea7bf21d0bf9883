/** What a runtime must lend: files, a clock, workers. Everything that differs between Node, Deno, browsers and the edge. */
export interface Adapter {
  readonly runtime: string; // e.g. "node 20.20.2"
  /** Whole file; throws the runtime's error when it cannot be read. `limit` bytes at most. */
  readFile(path: string, limit: number): Promise<Uint8Array>;
  /** A file to be read in pieces, however long. Absent where the runtime has only whole files. */
  openRead?(path: string): Promise<FileSource>;
  /** Writes under a temporary name beside `path`, then renames: a reader sees the old file or the whole new one. */
  writeAtomic(path: string, bytes: Uint8Array | string): Promise<void>;
  /**
   * The same for a file that is made piece by piece: nothing appears at `path` before `commit`. Absent where the runtime has no files that can
   * be written over.
   */
  openWrite?(path: string): Promise<FileSink>;
  /** Monotone seconds. */
  now(): number;
  /** Starts a worker that answers `WorkerRequest`s; null where the runtime has none. */
  spawnWorker(start: WorkerStart): WorkerHandle | null;
  readonly cores: number;
  /** Where tfjs's .wasm files lie, a directory or each file by name, where the runtime cannot tell by itself. */
  readonly networkFiles?: string | Readonly<Record<string, string>>;
  /**
   * Puts `navigator.gpu` and WebGPU's other globals in place where the runtime takes them from a package; null, or why it cannot.
   * Asked only when WebGPU is named. Absent where the runtime has WebGPU of its own, or no way to it.
   */
  openGpu?(): Promise<string | null>;
  /** Compiled "liefield/kernels.wasm", plain SIMD, where the runtime compiles no bytes. */
  readonly kernels?: WebAssembly.Module;
  /** Compiled tfjs .wasm, likewise. */
  readonly network?: WebAssembly.Module;
  /** Compiled "liefield/network.wasm", likewise. */
  readonly networkKernels?: WebAssembly.Module;
  /**
   * Files of a registry package by their path in it, kept in the user's cache and fetched where they are not there or not whole. Throws
   * InputError where they cannot be had. Absent where the runtime has no cache.
   */
  packageFiles?(wanted: PackageFiles, hooks?: FetchHooks): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Files of one version of a registry package, with what they must be. */
export interface PackageFiles {
  readonly name: string;
  readonly version: string;
  readonly bytes: number; // of the package as it comes
  readonly integrity: string; // of it, "sha512-" and base64
  readonly files: readonly (readonly [path: string, bytes: number, sha256: string])[];
}

export interface FetchHooks {
  readonly signal?: AbortSignal;
  /** Bytes that have come, of how many. */
  readonly progress?: (done: number, of: number) => void;
}

/** A file open for reading. */
export interface FileSource {
  readonly size: number; // bytes
  /** The bytes from `at` on, `length` of them; throws InputError where the file has become shorter. */
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A file in the making, under a temporary name. One call at a time; after `commit` or `discard` none. */
export interface FileSink {
  /** Adds to the end. */
  write(bytes: Uint8Array): Promise<void>;
  /** Writes over what is there already. */
  overwrite(at: number, bytes: Uint8Array): Promise<void>;
  /** The whole file under its name. */
  commit(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** What a fresh worker is given: the compiled kernels, or null to run the plain-TypeScript oracle. */
export interface WorkerStart {
  readonly module: WebAssembly.Module | null;
}

export interface WorkerRequest {
  readonly id: number;
  readonly job: string;
  readonly call: "prepare" | "run" | "release";
  readonly key: number; // which prepared state
  readonly payload: unknown;
}

export interface WorkerReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

export interface WorkerHandle {
  post(request: WorkerRequest, transfer: ArrayBuffer[]): void;
  onReply(listener: (reply: WorkerReply) => void): void;
  onFailure(listener: (reason: Error) => void): void;
  /** Lets it end once it has done what it was sent, where the runtime can; answers that still come are of no use. */
  end(): void;
  /** Ends it at once. */
  terminate(): Promise<void>;
}
