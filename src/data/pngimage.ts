/**
 * Reads PNG as data come in it: 8 bits a channel, grey or RGB, not interlaced. Every other kind is refused by name. fast-png reads more kinds
 * and checks less; these bytes are large, and come from outside. Source: W3C PNG specification, third edition.
 */
import { unzlibSync } from "fflate";
import { InputError } from "../engine/error.js";
import { crc32 } from "./checksum.js";

export interface PngImage {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array; // [height, width, channels]
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** `limit`: bytes of the picture; `name`: what errors call it. Throws InputError. */
export function readPng(bytes: Uint8Array, limit: number, name: string): PngImage {
  const damaged = (what: string): InputError => new InputError(`${name} is no PNG that can be read: ${what}`);
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw damaged("it does not begin as one");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  let header: Uint8Array | null = null;
  let ended = false;
  for (let at = SIGNATURE.length; !ended; ) {
    if (at + 12 > bytes.length) throw damaged(`it ends after ${bytes.length} bytes, within a chunk`);
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (length > bytes.length - at - 12) throw damaged(`chunk ${JSON.stringify(kind)} is cut short`);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      throw damaged(`chunk ${JSON.stringify(kind)} does not match its checksum`);
    if ((header === null) !== (kind === "IHDR")) throw damaged("its header is not its first chunk");
    if (kind === "IHDR") header = data;
    else if (kind === "IDAT") parts.push(data);
    else if (kind === "IEND") ended = true;
    else if (!/^[a-z]/.test(kind))
      throw damaged(`it needs chunk ${JSON.stringify(kind)}, as pictures with a palette do`);
    at += 12 + length;
  }
  if (header?.length !== 13) throw damaged("its header is damaged");
  const of = new DataView(header.buffer, header.byteOffset, header.length);
  const [width, height] = [of.getUint32(0), of.getUint32(4)];
  const [depth, colour, packing, filter, interlaced] = header.subarray(8);
  if (depth !== 8 || (colour !== 0 && colour !== 2) || packing !== 0 || filter !== 0 || interlaced !== 0)
    throw damaged(`8 bits of grey or RGB, not interlaced, are expected, not ${[...header.subarray(8)].join(", ")}`);
  const channels = colour === 0 ? 1 : 3;
  const row = width * channels;
  if (!(width > 0 && height > 0 && row * height <= limit))
    throw damaged(`it has ${height} × ${width} pixels of ${channels} bytes, and ${limit} bytes are allowed`);
  const filtered = inflated(parts, height * (row + 1));
  if (!filtered) throw damaged(`its pixels do not inflate to ${height} rows of ${row} bytes`);
  const data = new Uint8Array(height * row);
  for (let y = 0; y < height; y++) {
    const kind = filtered[y * (row + 1)]!;
    if (kind > 4) throw damaged(`row ${y} has filter ${kind}`);
    unfilter(kind, filtered.subarray(y * (row + 1) + 1, (y + 1) * (row + 1)), data, y * row, row, channels);
  }
  return { height, width, channels, data };
}

function inflated(parts: readonly Uint8Array[], size: number): Uint8Array | null {
  const packed = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    packed.set(part, at);
    at += part.length;
  }
  try {
    const out = unzlibSync(packed, { out: new Uint8Array(size + 1) }); // never writes beyond; one byte more tells too much
    return out.length === size ? out : null;
  } catch {
    return null;
  }
}

/** One row: `from` holds differences to the pixel before, above, to their mean, or to the nearest of three. */
function unfilter(kind: number, from: Uint8Array, out: Uint8Array, at: number, row: number, step: number): void {
  for (let i = 0; i < row; i++) {
    const left = i >= step ? out[at + i - step]! : 0;
    const up = at >= row ? out[at + i - row]! : 0;
    let guess = 0;
    if (kind === 1) guess = left;
    else if (kind === 2) guess = up;
    else if (kind === 3) guess = (left + up) >> 1;
    else if (kind === 4) {
      const corner = i >= step && at >= row ? out[at + i - row - step]! : 0;
      const a = Math.abs(up - corner);
      const b = Math.abs(left - corner);
      const c = Math.abs(left + up - 2 * corner);
      guess = a <= b && a <= c ? left : b <= c ? up : corner;
    }
    out[at + i] = from[i]! + guess;
  }
}
