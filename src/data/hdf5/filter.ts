/** What HDF5 packs chunks with, undone: deflate, shuffled bytes, Fletcher's checksum. Others are refused by name. */
import { unzlibSync } from "fflate";
import { InputError } from "../../engine/error.js";
import { damaged } from "./file.js";

export type Filter = "deflate" | "shuffle" | "fletcher32";

const NAMES: Readonly<Record<number, Filter>> = { 1: "deflate", 2: "shuffle", 3: "fletcher32" };
const OTHERS: Readonly<Record<number, string>> = {
  4: "szip",
  5: "nbit",
  6: "scale-offset",
  32000: "lzf",
  32001: "blosc",
};

/** In the order in which they were applied. Throws InputError. */
export function filtersOf(view: DataView, name: string): Filter[] {
  const cut = damaged(`the filters of ${name} are cut short`);
  if (view.byteLength < 2) throw cut;
  const [version, count] = [view.getUint8(0), view.getUint8(1)];
  if (version !== 1 && version !== 2) throw damaged(`the filters of ${name} are of version ${version}`);
  const filters: Filter[] = [];
  for (let i = 0, at = version === 1 ? 8 : 2; i < count; i++) {
    if (at + 8 > view.byteLength) throw cut;
    const id = view.getUint16(at, true);
    const named = version === 1 || id > 255;
    const nameBytes = named ? view.getUint16(at + 2, true) : 0;
    const values = view.getUint16(at + (named ? 6 : 4), true);
    at += (named ? 8 : 6) + (version === 1 ? Math.ceil(nameBytes / 8) * 8 : nameBytes);
    at += 4 * (version === 1 ? values + (values % 2) : values);
    const filter = Object.hasOwn(NAMES, id) ? NAMES[id]! : null;
    if (!filter)
      throw new InputError(
        `${name} is packed by ${Object.hasOwn(OTHERS, id) ? OTHERS[id] : `filter ${id}`}; save it with compression="gzip", or none`,
      );
    filters.push(filter);
  }
  return filters;
}

/** `bytes`: how many come out, `width`: bytes of a number. Throws InputError. */
export function unfiltered(
  packed: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  bytes: number,
  width: number,
  name: string,
): Uint8Array {
  let out = packed;
  for (let i = filters.length - 1; i >= 0; i--) {
    if (mask & (1 << i)) continue;
    const filter = filters[i]!;
    if (filter === "deflate") out = inflated(out, bytes, name);
    else if (filter === "shuffle") out = unshuffled(out, width);
    else out = checkedSum(out, name);
  }
  return out;
}

function inflated(packed: Uint8Array, bytes: number, name: string): Uint8Array {
  try {
    return unzlibSync(packed, { out: new Uint8Array(bytes + 5) }); // with a checksum in it 4 more; never writes beyond
  } catch {
    throw damaged(`a chunk of ${name} does not inflate`);
  }
}

/** Byte b of number i lies at b·n + i. */
function unshuffled(bytes: Uint8Array, width: number): Uint8Array {
  const n = Math.floor(bytes.length / width);
  const out = bytes.slice();
  for (let b = 0; b < width; b++) for (let i = 0; i < n; i++) out[i * width + b] = bytes[b * n + i]!;
  return out;
}

/** Source: `H5_checksum_fletcher32`: big-endian words, sums modulo 65535. */
function checkedSum(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes.length < 4) throw damaged(`a chunk of ${name} is cut short`);
  const data = bytes.subarray(0, bytes.length - 4);
  let [a, b] = [0, 0];
  for (let i = 0; i < data.length; i += 2) {
    a = (a + data[i]! * 256 + (data[i + 1] ?? 0)) % 65535;
    b = (b + a) % 65535;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + data.length, 4);
  const same = (x: number, y: number): boolean => x % 65535 === y; // 0 and 65535 are one number
  if (!same(view.getUint16(0, true), a) || !same(view.getUint16(2, true), b))
    throw damaged(`a chunk of ${name} does not match its checksum`);
  return data;
}
