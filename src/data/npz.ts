/** NumPy's NPZ format: named arrays in a ZIP archive. */
import { zipSync } from "fflate";
import type { FileSource } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import {
  checkLength,
  DEFAULT_LIMIT,
  type NumericArray,
  npyForm,
  npyStart,
  numbersOf,
  readNpy,
  toRowMajor,
  writeNpy,
} from "./npy.js";
import { countOf, type StoredArray } from "./stored.js";
import { openZip, readZip } from "./zip.js";

export { DEFAULT_LIMIT, type NumericArray, readNpy, writeNpy };

/**
 * Bytes of an .npz file (numpy.savez or numpy.savez_compressed) → its arrays by name, as float64 in C order.
 * `limit`: bytes that members together, and each array as float64, may come to. Throws InputError.
 */
export function readNpz(bytes: Uint8Array, limit: number = DEFAULT_LIMIT): Map<string, NumericArray> {
  const arrays = new Map<string, NumericArray>();
  for (const [member, content] of readZip(bytes, limit)) {
    const name = arrayName(member);
    arrays.set(name, readNpy(content, limit, `array ${JSON.stringify(name)}`));
  }
  return arrays;
}

/** The arrays of an .npz file however long; their numbers are read when they are asked for. Throws InputError. */
export async function openNpz(source: FileSource): Promise<Map<string, StoredArray>> {
  const arrays = new Map<string, StoredArray>();
  for (const [member, { bytes, pieces }] of await openZip(source)) {
    const name = arrayName(member);
    arrays.set(name, await openNpy(pieces, bytes, `array ${JSON.stringify(name)}`));
  }
  return arrays;
}

/** An .npy file of `size` bytes that come in pieces. Throws InputError. */
export async function openNpy(
  pieces: () => AsyncIterable<Uint8Array>,
  size: number,
  name = "the array",
): Promise<StoredArray> {
  const { type, fortran, shape, start } = npyForm(await firstOf(pieces()), name);
  checkLength(shape, type, size - start, name);
  const numbers = (): AsyncGenerator<Float64Array> => numbersOf(pieces(), type, start, name);
  if (!fortran || shape.length < 2) return { shape, pieces: numbers };
  return {
    shape,
    async *pieces() {
      const count = countOf(shape);
      if (!(count * 8 <= DEFAULT_LIMIT))
        throw new InputError(
          `${name} has shape [${shape.join(", ")}] in Fortran order, which cannot be read in pieces; save numpy.ascontiguousarray(a)`,
        );
      const data = new Float64Array(count);
      let at = 0;
      for await (const piece of numbers()) {
        data.set(piece, at);
        at += piece.length;
      }
      yield toRowMajor(data, shape);
    },
  };
}

/** As many of the first bytes as hold an array's form. */
async function firstOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array(0);
  for await (const piece of pieces) {
    const longer = new Uint8Array(Math.min(npyStart, first.length + piece.length));
    longer.set(first);
    longer.set(piece.subarray(0, longer.length - first.length), first.length);
    first = longer;
    if (first.length === npyStart) break;
  }
  return first;
}

function arrayName(member: string): string {
  if (member.endsWith(".npy")) return member.slice(0, -4);
  throw new InputError(
    `the archive holds ${JSON.stringify(member)} but only .npy arrays are expected; write it with numpy.savez`,
  );
}

/** Arrays by name → an .npz file, float64, C order, not compressed. The same arrays give the same bytes. */
export function writeNpz(entries: Iterable<readonly [name: string, array: NumericArray]>): Uint8Array {
  const members = Object.create(null) as Record<string, Uint8Array>;
  for (const [name, array] of entries) members[`${name}.npy`] = writeNpy(array);
  return zipSync(members, { level: 0, mtime: new Date(1980, 0, 1) }); // ZIP's first day, in local time as it stores it
}
