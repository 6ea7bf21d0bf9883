/** Files of registry packages in the user's cache: fetched once, looked at whole each time they are taken. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { createGunzip } from "node:zlib";
import { readTar } from "../../data/tar.js";
import type { FetchHooks, PackageFiles } from "../../engine/adapter.js";
import { InputError } from "../../engine/error.js";
import { download } from "./download.js";
import { registryAddress } from "./registry.js";
import { cause, diskError } from "./systemerror.js";

type Write = (path: string, bytes: Uint8Array) => Promise<void>;

/** Where a package's files lie: $XDG_CACHE_HOME/liefield or ~/.cache/liefield, then name and version. */
export function packagePlace({ name, version }: PackageFiles, env: NodeJS.ProcessEnv = process.env): string {
  const root = env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(root, "liefield", `${name}-${version}`);
}

/** Its files by path, as `Adapter.packageFiles` says; `write` puts a file down whole or not at all. */
export async function packageFiles(
  wanted: PackageFiles,
  write: Write,
  hooks: FetchHooks = {},
): Promise<ReadonlyMap<string, Uint8Array>> {
  const place = packagePlace(wanted);
  const files = new Map<string, Uint8Array>();
  for (const file of wanted.files) {
    const bytes = await readFile(join(place, basename(file[0]))).catch(() => null);
    if (bytes && sound(bytes, file)) files.set(file[0], bytes);
    hooks.signal?.throwIfAborted();
  }
  if (files.size === wanted.files.length) return files;
  await mkdir(place, { recursive: true }).catch((error) => {
    throw diskError(error, place) ?? error;
  });
  const { name, version, bytes, integrity } = wanted;
  const url = `${await registryAddress()}${name}/-/${name}-${version}.tgz`;
  const path = join(place, "package.tgz");
  await download({ url, bytes, integrity, path }, hooks);
  const missing = new Map(
    wanted.files.filter(([file]) => !files.has(file)).map((file) => [`package/${file[0]}`, file]),
  );
  const unpacked = createReadStream(path).pipe(createGunzip());
  try {
    const sizes = new Map([...missing].map(([entry, [, size]]) => [entry, size]));
    for await (const { name: entry, bytes: content } of readTar(unpacked, sizes)) {
      const file = missing.get(entry)!;
      if (!sound(content, file))
        throw new InputError(`${file[0]} of ${name} ${version} is not the file that is expected; use another registry`);
      await write(join(place, basename(file[0])), content);
      files.set(file[0], content);
      hooks.signal?.throwIfAborted();
    }
  } catch (error) {
    const trouble = diskError(error, place);
    if (trouble) throw trouble;
    if (error instanceof InputError || hooks.signal?.aborted) throw error;
    throw new InputError(`${path} cannot be unpacked: ${cause(error)}; remove it and run this again`);
  } finally {
    unpacked.destroy();
  }
  await rm(path, { force: true });
  return files;
}

function sound(bytes: Uint8Array, [, size, sha256]: PackageFiles["files"][number]): boolean {
  return bytes.length === size && createHash("sha256").update(bytes).digest("hex") === sha256;
}
