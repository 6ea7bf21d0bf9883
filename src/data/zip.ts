/** The members of a ZIP archive, with every size, name and checksum looked at first. Source: PKWARE APPNOTE 6.3. */
import { inflateSync } from "fflate";
import { InputError } from "../engine/error.js";
import { crc32 } from "./checksum.js";

const [END, ENTRY, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50]; // record signatures
const REPAIR = "copy or write the file again";

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number; // bytes in the archive
  readonly bytes: number; // bytes once inflated
  readonly at: number; // of the local record
}

/**
 * All members by name, in the archive's order. Refuses, before anything is inflated: members that together exceed `limit`
 * bytes, duplicate names, names that are paths, encryption. Throws InputError.
 */
export function readZip(bytes: Uint8Array, limit: number): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = directory(bytes, view);
  const seen = new Set<string>();
  let total = 0;
  for (const entry of entries) {
    const shown = JSON.stringify(entry.name);
    if (!/^[^/\\\p{Cc}]+$/u.test(entry.name) || entry.name.startsWith(".."))
      throw new InputError(`the archive holds ${shown}, which is a path; plain names such as "u.npy" are expected`);
    if (seen.has(entry.name)) throw new InputError(`the archive holds ${shown} twice; each array is expected once`);
    seen.add(entry.name);
    if (entry.flags & 1) throw new InputError(`${shown} is encrypted; save the archive without a password`);
    if (entry.method !== 0 && entry.method !== 8)
      throw new InputError(`${shown} is packed by method ${entry.method}; save it with numpy.savez`);
    total += entry.bytes;
  }
  if (total > limit)
    throw new InputError(`the archive unpacks to ${total} bytes, above the limit of ${limit}; split the file`);
  return new Map(entries.map((entry) => [entry.name, member(bytes, view, entry)]));
}

function directory(bytes: Uint8Array, view: DataView): Entry[] {
  let end = bytes.length - 22; // size of the end record without its comment
  while (end >= 0 && end >= bytes.length - 22 - 0xffff && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint32(end, true) !== END)
    throw new InputError(`an .npz (ZIP) archive is expected but its end record is missing; ${REPAIR}`);
  const count = view.getUint16(end + 10, true);
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY) throw damaged(`entry ${i} of its directory is damaged`);
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw damaged(`entry ${i} of its directory is damaged`);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true), // 0xffffffff marks ZIP64: 4 GiB and more, above any limit here
      at: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return entries;
}

function member(bytes: Uint8Array, view: DataView, entry: Entry): Uint8Array {
  const shown = JSON.stringify(entry.name);
  if (entry.at + 30 > bytes.length || view.getUint32(entry.at, true) !== LOCAL)
    throw damaged(`the record of ${shown} is not where the directory says`);
  const start = entry.at + 30 + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
  if (start + entry.packed > bytes.length) throw damaged(`${shown} is cut short`);
  const packed = bytes.subarray(start, start + entry.packed);
  let out = packed;
  if (entry.method === 8)
    try {
      out = inflateSync(packed, { out: new Uint8Array(entry.bytes) }); // never writes beyond the declared size
    } catch {
      throw damaged(`${shown} does not inflate`);
    }
  if (out.length !== entry.bytes || crc32(out) !== entry.checksum)
    throw damaged(`${shown} does not match its checksum`);
  return out;
}

const damaged = (what: string): InputError => new InputError(`the .npz archive is damaged: ${what}; ${REPAIR}`);
