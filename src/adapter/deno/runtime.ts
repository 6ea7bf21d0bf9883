/** The part of Deno's interface that is used, and Deno itself. */
import { InputError } from "../../engine/error.js";

export interface DenoFile {
  stat(): Promise<{ readonly isFile: boolean; readonly size: number }>;
  /** Bytes read; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  /** From the start where `whence` is 0. */
  seek(offset: number, whence: 0): Promise<number>;
  sync(): Promise<void>;
  close(): void;
}

export interface DenoRuntime {
  readonly version: { readonly deno: string };
  readonly pid: number;
  /** Asks at a terminal; elsewhere what is not granted is denied. */
  readonly permissions: { requestSync(of: { name: "read"; path: URL }): { readonly state: string } };
  open(path: string, how: { read: true } | { write: true; createNew: true }): Promise<DenoFile>;
  stat(path: string): Promise<{ readonly isDirectory: boolean }>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** InputError where the program runs elsewhere. */
export function deno(): DenoRuntime {
  const { Deno } = globalThis as { readonly Deno?: DenoRuntime };
  if (!Deno) throw new InputError("this is not Deno; take the adapter of liefield/node, or that of liefield/adapter");
  return Deno;
}

/** Runs `work`; a permission that the program was not given becomes an InputError that names the flag. */
export async function permitted<T>(what: string, flags: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withheld(error) ? refusal(what, flags) : error;
  }
}

/** Deno's error for a missing permission; what the operating system refuses has another name. */
export const withheld = (error: unknown): boolean => error instanceof Error && error.name === "NotCapable";

export const refusal = (what: string, flags: string): InputError =>
  new InputError(`Deno may not ${what}; run it with ${flags}`);
