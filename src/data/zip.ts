/** The members of a ZIP archive, with every size, name and checksum looked at first. Source: PKWARE APPNOTE 6.3. */
import { Inflate, inflateSync } from "fflate";
import type { FileSource } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { Checksum, crc32 } from "./checksum.js";

const [END, ENTRY, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50]; // record signatures
const [LONG_END, LOCATOR] = [0x06064b50, 0x07064b50]; // ZIP64's
const [LONG_END_BYTES, LOCATOR_BYTES] = [56, 20];
const TAIL = 22 + 0xffff + LOCATOR_BYTES + LONG_END_BYTES; // bytes in which the end record lies
const DIRECTORY_LIMIT = 2 ** 24; // bytes
const PIECE = 2 ** 22; // bytes read at a time
const PACKED_PIECE = 2 ** 14; // bytes inflated at a time: a thousandfold at most
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
  const { count, at, end } = directoryPlace(bytes, 0);
  const entries = checked(directory(bytes.subarray(Math.min(at, end), end), count));
  const total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (total > limit)
    throw new InputError(`the archive unpacks to ${total} bytes, above the limit of ${limit}; split the file`);
  return new Map(entries.map((entry) => [entry.name, member(bytes, view, entry)]));
}

/** A member that is read when it is asked for. */
export interface ZipMember {
  readonly bytes: number; // once inflated
  /** Its bytes in pieces; those of the last come only if all match their checksum. Throws InputError where it is damaged. */
  pieces(): AsyncGenerator<Uint8Array>;
}

/** Members of an archive however long, by name; nothing but the directory is read. Refuses what `readZip` does, but for the limit. */
export async function openZip(source: FileSource): Promise<Map<string, ZipMember>> {
  const from = Math.max(0, source.size - TAIL);
  const { count, at, end } = directoryPlace(await source.read(from, source.size - from), from);
  if (end - at > DIRECTORY_LIMIT) throw damaged(`its directory has ${end - at} bytes`);
  const entries = checked(directory(await source.read(Math.min(at, end), Math.max(0, end - at)), count));
  return new Map(
    entries.map((entry) => [entry.name, { bytes: entry.bytes, pieces: () => memberPieces(source, entry) }]),
  );
}

function checked(entries: Entry[]): Entry[] {
  const seen = new Set<string>();
  for (const entry of entries) {
    const shown = JSON.stringify(entry.name);
    if (!/^[^/\\\p{Cc}]+$/u.test(entry.name) || entry.name.startsWith(".."))
      throw new InputError(`the archive holds ${shown}, which is a path; plain names such as "u.npy" are expected`);
    if (seen.has(entry.name)) throw new InputError(`the archive holds ${shown} twice; each array is expected once`);
    seen.add(entry.name);
    if (entry.flags & 1) throw new InputError(`${shown} is encrypted; save the archive without a password`);
    if (entry.method !== 0 && entry.method !== 8)
      throw new InputError(`${shown} is packed by method ${entry.method}; save it with numpy.savez`);
    if (entry.method === 0 && entry.packed !== entry.bytes) throw damaged(`the sizes of ${shown} disagree`);
  }
  return entries;
}

/** Where the directory lies, from the archive's last bytes; `from`: where in the archive those begin. */
function directoryPlace(tail: Uint8Array, from: number): { count: number; at: number; end: number } {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let end = tail.length - 22; // size of the end record without its comment
  while (end >= 0 && end >= tail.length - 22 - 0xffff && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint32(end, true) !== END)
    throw new InputError(`an .npz (ZIP) archive is expected but its end record is missing; ${REPAIR}`);
  const long = end - LOCATOR_BYTES - LONG_END_BYTES; // of archives above 2 or 4 GiB
  if (long >= 0 && view.getUint32(end - LOCATOR_BYTES, true) === LOCATOR && view.getUint32(long, true) === LONG_END) {
    const at = whole(view, long + 48);
    return { count: whole(view, long + 32), at, end: Math.min(at + whole(view, long + 40), from + long) };
  }
  return { count: view.getUint16(end + 10, true), at: view.getUint32(end + 16, true), end: from + end };
}

/** 64 bits as a number; above 2^53 it is inexact and beyond every file. */
const whole = (view: DataView, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;

function directory(bytes: Uint8Array, count: number): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Entry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY)
      throw damaged(`entry ${i} of its directory is damaged`);
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > bytes.length) throw damaged(`entry ${i} of its directory is damaged`);
    const long = longSizes(view, nameEnd, extraEnd);
    const size = (field: number): number => {
      const value = view.getUint32(at + field, true);
      return value === 0xffffffff ? (long.shift() ?? value) : value;
    };
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, nameEnd)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      bytes: size(24), // in the order in which the extension has them
      packed: size(20),
      at: size(42),
    });
    at = next;
  }
  return entries;
}

/** Sizes and place of a member that 32 bits do not hold, in the ZIP64 part of its extra field. */
function longSizes(view: DataView, from: number, to: number): number[] {
  for (let at = from; at + 4 <= to; ) {
    const [kind, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (kind === 1 && at + 4 + length <= to)
      return Array.from({ length: Math.min(3, length >> 3) }, (_, i) => whole(view, at + 4 + 8 * i));
    at += 4 + length;
  }
  return [];
}

async function* memberPieces(source: FileSource, entry: Entry): AsyncGenerator<Uint8Array> {
  const shown = JSON.stringify(entry.name);
  const lost = damaged(`the record of ${shown} is not where the directory says`);
  if (entry.at + 30 > source.size) throw lost;
  const local = await source.read(entry.at, 30);
  const view = new DataView(local.buffer, local.byteOffset, 30);
  if (view.getUint32(0, true) !== LOCAL) throw lost;
  const start = entry.at + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.packed > source.size) throw damaged(`${shown} is cut short`);
  const sum = new Checksum();
  let out = 0;
  const step = entry.method === 0 ? PIECE : PACKED_PIECE;
  let made: Uint8Array[] = [];
  const inflate = new Inflate((chunk) => void made.push(chunk));
  for (let at = 0; at < entry.packed; at += step) {
    const packed = await source.read(start + at, Math.min(step, entry.packed - at));
    if (entry.method === 0) made = [packed];
    else
      try {
        inflate.push(packed, at + step >= entry.packed);
      } catch {
        throw damaged(`${shown} does not inflate`);
      }
    for (const piece of made) {
      out += piece.length;
      if (out > entry.bytes) break;
      sum.add(piece);
    }
    const done = at + step >= entry.packed;
    if (out > entry.bytes || (done && (out !== entry.bytes || sum.value !== entry.checksum)))
      throw damaged(`${shown} does not match its checksum`);
    yield* made;
    made = [];
  }
  if (entry.packed === 0 && entry.bytes !== 0) throw damaged(`${shown} is empty`);
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
