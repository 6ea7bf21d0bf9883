/** A file from the web, brought whole into a place of its own; broken off, it goes on from there. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rm, stat } from "node:fs/promises";
import type { FetchHooks } from "../../engine/adapter.js";
import { InputError } from "../../engine/error.js";
import { cause, diskError } from "./systemerror.js";

export interface Wanted {
  readonly url: string;
  readonly bytes: number;
  readonly integrity: string; // "sha512-" and base64
  readonly path: string; // where what has come so far lies, and then all of it
}

const TRIES = 3; // while each brings more
const RANGE = 416; // the status of a range that cannot be had
const SILENCE = 60_000; // ms without a byte, after which a connection counts as broken

/** Resolves once all bytes are there and are the right ones. Throws InputError where they cannot be had, the signal's reason where it aborts. */
export async function download(wanted: Wanted, hooks: FetchHooks = {}): Promise<void> {
  const { url, bytes, path } = wanted;
  let trouble = "";
  for (let tries = 0, had = await sizeOf(path), most = had; tries < TRIES; ) {
    if (had < bytes) trouble = await goOn(wanted, had, hooks);
    hooks.signal?.throwIfAborted();
    had = await sizeOf(path);
    if (had >= bytes) break;
    tries = had > most ? 0 : tries + 1; // not than the last time: a server without ranges may get now this far, now that
    most = Math.max(most, had);
  }
  const size = await sizeOf(path);
  if (size < bytes) throw new InputError(`${url} ${trouble} (${size} of ${bytes} bytes are there); ${ONLINE}`);
  const came = `sha512-${await hashOf(path, "sha512", "base64")}`;
  if (size === bytes && came === wanted.integrity) return;
  await rm(path, { force: true });
  throw new InputError(
    `${url} gave ${size} bytes with ${came.slice(0, 20)}… where ${bytes} with ${wanted.integrity.slice(0, 20)}… are expected; nothing was kept: try again, or another registry (npm_config_registry)`,
  );
}

const ONLINE =
  "go online, or name a registry that can be reached (npm_config_registry), and run this again: it goes on from there";

/** Asks for what is missing and writes it; says what went wrong, "" where nothing did. */
async function goOn({ url, bytes, path }: Wanted, had: number, { signal, progress }: FetchHooks): Promise<string> {
  const quiet = new AbortController();
  const watch = setTimeout(() => quiet.abort(new Error("nothing came for a minute")), SILENCE);
  let file: FileHandle | null = null;
  try {
    const signals = [quiet.signal, ...(signal ? [signal] : [])];
    const headers = had > 0 ? { range: `bytes=${had}-` } : {};
    const response = await fetch(url, { headers, signal: AbortSignal.any(signals) });
    const resumed = response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${had}-`);
    if (!response.ok || !response.body || (response.status === 206 && !resumed)) {
      await response.body?.cancel();
      if (response.status === 206 || response.status === RANGE) await rm(path, { force: true }); // it objects to what is there
      return `answers with status ${response.status}`;
    }
    let at = resumed ? had : 0;
    file = await open(path, resumed ? "a" : "w");
    for await (const piece of response.body) {
      watch.refresh();
      at += piece.length;
      if (at > bytes) return "sends more than it should"; // the hash will say so too, of what is there
      await file.writeFile(piece);
      progress?.(at, bytes);
    }
    return "broke off";
  } catch (error) {
    if (signal?.aborted) return "was interrupted";
    const disk = diskError(error, path);
    if (disk) throw disk;
    return `cannot be reached: ${cause(error)}`;
  } finally {
    clearTimeout(watch);
    await file?.close();
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** The hash of a file. */
export async function hashOf(path: string, name: "sha256" | "sha512", as: "hex" | "base64"): Promise<string> {
  const hash = createHash(name);
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest(as);
}
