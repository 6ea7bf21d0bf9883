/** Arrays by name from a file of any kind that is read: .npz, .npy with others beside it, HDF5. Nothing but headers is held. */
import type { Adapter, FileSource } from "../engine/adapter.js";
import { DEFAULT_LIMIT, type NumericArray } from "./npy.js";
import { openNpy, openNpz } from "./npz.js";
import { openSource } from "./source.js";
import { type StoredArray, wholeOf } from "./stored.js";

export interface ArrayFile {
  readonly arrays: ReadonlyMap<string, StoredArray>;
  close(): Promise<void>;
}

/** What may lie beside `NAME.npy`, in files such as `NAME.t.npy`. */
export const COMPANIONS = ["u_t", "x", "y", "t", "L", "Ly"] as const;

const PIECE = 2 ** 22; // bytes read at a time

/**
 * Told apart by their first bytes. Of an .npy the array is called u, and arrays of `COMPANIONS` are looked for beside it. Throws InputError, or
 * the runtime's error where it cannot be opened.
 */
export async function openArrays(adapter: Adapter, path: string): Promise<ArrayFile> {
  const opened: FileSource[] = [];
  const open = async (name: string): Promise<FileSource> => {
    const source = await openSource(adapter, name, DEFAULT_LIMIT);
    opened.push(source);
    return source;
  };
  const close = async (): Promise<void> => {
    for (const source of opened) await source.close();
  };
  try {
    const source = await open(path);
    const first = await source.read(0, Math.min(8, source.size));
    if (begins(first, NPY)) return { arrays: await withCompanions(source, path, open), close };
    if (begins(first, HDF5)) return { arrays: await (await import("./hdf5.js")).openHdf5(source), close };
    return { arrays: await openNpz(source), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** All arrays of a file, whole. `limit`: bytes of float64 that they may come to together. Throws InputError. */
export async function wholeArrays(
  { arrays }: ArrayFile,
  limit: number = DEFAULT_LIMIT,
): Promise<Map<string, NumericArray>> {
  const out = new Map<string, NumericArray>();
  let left = limit;
  for (const [name, stored] of arrays) {
    const array = await wholeOf(stored, left, `array ${JSON.stringify(name)}`);
    left -= array.data.byteLength;
    out.set(name, array);
  }
  return out;
}

const NPY = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const begins = (bytes: Uint8Array, magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);

async function withCompanions(
  source: FileSource,
  path: string,
  open: (name: string) => Promise<FileSource>,
): Promise<Map<string, StoredArray>> {
  const arrays = new Map([["u", await npy(source, "u")]]);
  if (!path.endsWith(".npy")) return arrays;
  for (const name of COMPANIONS) {
    const beside = await open(companionOf(path, name)).catch(() => null); // there is none
    if (beside) arrays.set(name, await npy(beside, name));
  }
  return arrays;
}

/** Where an array that belongs to `NAME.npy` lies. */
export const companionOf = (path: string, name: string): string => path.replace(/\.npy$/, `.${name}.npy`);

const npy = (source: FileSource, name: string): Promise<StoredArray> =>
  openNpy(() => bytesOf(source), source.size, `array ${JSON.stringify(name)}`);

async function* bytesOf(source: FileSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield await source.read(at, Math.min(PIECE, source.size - at));
}
