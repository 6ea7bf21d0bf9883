/** Reading where there is no file system: what the user chose, and with leave what the page's own server has. */
import type { FileSource } from "../../engine/adapter.js";
import { InputError } from "../../engine/error.js";

export interface Readable {
  /** Files by the name they are asked for under, such as those of an `<input type="file">`. */
  readonly files?: ReadonlyMap<string, Blob>;
  /** Whether paths that are no such file may be fetched from the page's own origin. Default false: nothing is fetched. */
  readonly fetch?: boolean;
}

export async function readFile(
  { files, fetch: may = false }: Readable,
  path: string,
  limit: number,
): Promise<Uint8Array> {
  const file = files?.get(path);
  if (file) {
    if (file.size > limit) throw tooLong(path, file.size, limit);
    return new Uint8Array(await file.arrayBuffer());
  }
  if (!may)
    throw new InputError(
      `${path} cannot be read: a browser has no files of its own; hand it over in browserAdapter({ files }), or allow { fetch: true }`,
    );
  return fetched(path, limit);
}

/** A chosen file in slices; what is fetched is held whole. */
export async function openRead(from: Readable, path: string): Promise<FileSource> {
  const blob = from.files?.get(path) ?? new Blob([(await readFile(from, path, FETCHED)) as BlobPart]);
  return {
    size: blob.size,
    async read(at, length) {
      const bytes = new Uint8Array(await blob.slice(at, at + length).arrayBuffer());
      if (bytes.length < length)
        throw new InputError(`${path} ends after ${at + bytes.length} bytes; copy or write it again`);
      return bytes;
    },
    close: async () => {},
  };
}

const FETCHED = 2 ** 30; // bytes

const tooLong = (path: string, bytes: number | string, limit: number): InputError =>
  new InputError(`${path} has ${bytes} bytes, above the limit of ${limit}; split it into smaller files`);

/** Stops reading at the limit, whatever length the server announced. */
async function fetched(path: string, limit: number): Promise<Uint8Array> {
  const here = globalThis.location;
  const url = URL.canParse(path, here.href) ? new URL(path, here.href) : null;
  if (url === null || url.origin !== here.origin)
    throw new InputError(`${path} is not a path on ${here.origin}; only the page's own server is asked`);
  const answer = await fetch(url, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new InputError(`${path}: the server answered ${answer.status}; check the path`);
  const announced = Number(answer.headers.get("content-length") ?? 0);
  if (announced > limit) {
    await answer.body?.cancel();
    throw tooLong(path, announced, limit);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = answer.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length <= limit) continue;
    await reader?.cancel();
    throw tooLong(path, `at least ${length}`, limit);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
