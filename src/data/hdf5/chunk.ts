/** Chunks of an HDF5 data set: where each lies, and its bytes as they were before they were packed. */
import { countOf } from "../stored.js";
import { address, damaged, type Hdf5File, tag } from "./file.js";
import { type Filter, unfiltered } from "./filter.js";

export interface Place {
  readonly at: number;
  readonly bytes: number; // as it lies in the file
  readonly mask: number; // bit i: filter i was left out
}

const MOST = 2 ** 20; // chunks
const LEVELS = 16;

/** Places of all chunks, row-major over the grid of chunks; those never written are missing. Throws InputError. */
export async function chunksOf(
  file: Hdf5File,
  tree: number,
  shape: readonly number[],
  chunk: readonly number[],
  name: string,
): Promise<readonly (Place | undefined)[]> {
  const across = shape.map((length, a) => Math.ceil(length / chunk[a]!));
  const count = countOf(across);
  if (count > MOST) throw damaged(`${name} lies in ${count} chunks, more than ${MOST}`);
  const places = new Array<Place | undefined>(count);
  const seen = new Set<number>();
  await node(tree, null);
  return places;

  async function node(at: number, level: number | null): Promise<void> {
    if (seen.has(at)) throw damaged(`the tree of ${name} holds itself`);
    seen.add(at);
    const head = await file.view(at, 24);
    const [own, entries] = [head.getUint8(5), head.getUint16(6, true)];
    if (tag(head, 0) !== "TREE" || head.getUint8(4) !== 1 || own > LEVELS || (level !== null && own !== level))
      throw damaged(`the tree of ${name} is not where it should be`);
    const key = 8 + 8 * (shape.length + 1);
    const view = await file.view(at + 24, entries * (key + 8));
    for (let i = 0; i < entries; i++) {
      const p = i * (key + 8);
      const child = address(view, p + key);
      if (own > 0) {
        await node(child, own - 1);
        continue;
      }
      let index = 0;
      for (const [a, length] of across.entries()) {
        const place = address(view, p + 8 + 8 * a) / chunk[a]!;
        if (!(Number.isInteger(place) && place < length)) throw damaged(`a chunk of ${name} lies outside`);
        index = index * length + place;
      }
      if (places[index]) throw damaged(`a chunk of ${name} is there twice`);
      places[index] = { at: child, bytes: view.getUint32(p, true), mask: view.getUint32(p + 4, true) };
    }
  }
}

/** `bytes`: what the chunk takes unpacked. Throws InputError. */
export async function readChunk(
  file: Hdf5File,
  place: Place,
  filters: readonly Filter[],
  bytes: number,
  width: number,
  name: string,
): Promise<Uint8Array> {
  if (!(place.at + place.bytes <= file.source.size)) throw damaged(`a chunk of ${name} is cut short`);
  const packed = await file.source.read(place.at, place.bytes);
  const raw = unfiltered(packed, filters, place.mask, bytes, width, name);
  if (raw.length !== bytes) throw damaged(`a chunk of ${name} has ${raw.length} bytes where ${bytes} are expected`);
  return raw;
}
