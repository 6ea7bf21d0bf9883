/** NumPy's NPZ format: named arrays in a ZIP archive. */
import { zipSync } from "fflate";
import { InputError } from "../engine/error.js";
import { DEFAULT_LIMIT, type NumericArray, readNpy, writeNpy } from "./npy.js";
import { readZip } from "./zip.js";

export { DEFAULT_LIMIT, type NumericArray, readNpy, writeNpy };

/**
 * Bytes of an .npz file (numpy.savez or numpy.savez_compressed) → its arrays by name, as float64 in C order.
 * `limit`: bytes that members together, and each array as float64, may come to. Throws InputError.
 */
export function readNpz(bytes: Uint8Array, limit: number = DEFAULT_LIMIT): Map<string, NumericArray> {
  const arrays = new Map<string, NumericArray>();
  for (const [member, content] of readZip(bytes, limit)) {
    if (!member.endsWith(".npy"))
      throw new InputError(
        `the archive holds ${JSON.stringify(member)} but only .npy arrays are expected; write it with numpy.savez`,
      );
    const name = member.slice(0, -4);
    arrays.set(name, readNpy(content, limit, `array ${JSON.stringify(name)}`));
  }
  return arrays;
}

/** Arrays by name → an .npz file, float64, C order, not compressed. The same arrays give the same bytes. */
export function writeNpz(entries: Iterable<readonly [name: string, array: NumericArray]>): Uint8Array {
  const members = Object.create(null) as Record<string, Uint8Array>;
  for (const [name, array] of entries) members[`${name}.npy`] = writeNpy(array);
  return zipSync(members, { level: 0, mtime: new Date(1980, 0, 1) }); // ZIP's first day, in local time as it stores it
}
