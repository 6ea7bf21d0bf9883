/** A data set of an HDF5 file: its shape, its type of number, and its numbers, together or in chunks. */
import { InputError } from "../../engine/error.js";
import { DEFAULT_LIMIT, decode, numbersOf } from "../npy.js";
import { countOf, type StoredArray } from "../stored.js";
import { chunksOf, readChunk } from "./chunk.js";
import { address, CONVERT, damaged, type Hdf5File, type Message, NOWHERE, unknown } from "./file.js";
import { type Filter, filtersOf } from "./filter.js";

const [SPACE, TYPE, EXTERNAL, LAYOUT, PIPELINE] = [0x01, 0x03, 0x07, 0x08, 0x0b];
const RANK = 8;
const PIECE = 2 ** 22; // bytes read at a time
const BAND = 2 ** 28; // bytes of float64 of a row of chunks

/** Whether a header is a data set's, not a group's. */
export const isDataset = (messages: readonly Message[]): boolean => messages.some(({ type }) => type === SPACE);

/** `name` is what errors call it. Throws InputError. */
export function datasetOf(file: Hdf5File, messages: readonly Message[], name: string): StoredArray {
  const message = (type: number): DataView => {
    const found = messages.find((each) => each.type === type);
    if (!found) throw damaged(`${name} lacks what says how it lies`);
    if (found.shared) throw unknown(`${name} with a committed type`);
    return found.view;
  };
  const shape = shapeOf(message(SPACE), name);
  const { type, width } = typeOf(message(TYPE), name);
  if (messages.some((each) => each.type === EXTERNAL)) throw unknown(`the numbers of ${name} in other files`);
  const count = countOf(shape);
  if (!(count * 8 <= Number.MAX_SAFE_INTEGER))
    throw new InputError(
      `${name} has shape [${shape.join(", ")}], more values than there can be; write the file again`,
    );
  const layout = message(LAYOUT);
  if (layout.byteLength < 2) throw damaged(`${name} does not say how it lies`);
  const [version, kind] = [layout.getUint8(0), layout.getUint8(1)];
  if (version !== 3 && version !== 4) throw unknown(`${name} in a layout of version ${version}`);
  const least = kind === 0 ? 4 : kind === 1 ? 18 : 11;
  if (kind > 2 || layout.byteLength < least) throw unknown(`${name} in a layout of kind ${kind}`);
  if (kind === 0) {
    const data = new Uint8Array(layout.buffer, layout.byteOffset + 4, layout.byteLength - 4);
    if (data.length < count * width) throw damaged(`${name} is cut short`);
    return {
      shape,
      async *pieces() {
        yield decode(data, 0, count, type, name);
      },
    };
  }
  if (kind === 1) {
    const at = address(layout, 2);
    if (count > 0 && at === NOWHERE) throw empty(name);
    if (count > 0 && !(at + count * width <= file.source.size)) throw damaged(`${name} is cut short`);
    return { shape, pieces: () => numbersOf(bytesFrom(file, at, count * width), type, 0, name) };
  }
  if (version === 4) throw unknown(`${name} in chunks as libver='latest' writes them`);
  const dims = layout.getUint8(2);
  if (dims !== shape.length + 1 || layout.byteLength < 11 + 4 * dims)
    throw damaged(`the chunks of ${name} have ${dims - 1} axes`);
  const chunk = shape.map((_, a) => layout.getUint32(11 + 4 * a, true));
  if (chunk.some((length) => length === 0) || layout.getUint32(11 + 4 * shape.length, true) !== width)
    throw damaged(`the chunks of ${name} are empty`);
  const pipeline = messages.find((each) => each.type === PIPELINE);
  const filters = pipeline ? filtersOf(pipeline.view, name) : [];
  return chunked(file, { shape, chunk, type, width, filters, name, tree: address(layout, 3) });
}

interface Chunked {
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  readonly type: string;
  readonly width: number;
  readonly filters: readonly Filter[];
  readonly name: string;
  readonly tree: number;
}

/** In bands as high as a chunk along the first axis. */
function chunked(file: Hdf5File, of: Chunked): StoredArray {
  const { shape, chunk, type, width, filters, name, tree } = of;
  const row = countOf(shape.slice(1));
  const bytes = countOf(chunk) * width;
  if (!(chunk[0]! * row * 8 <= BAND && bytes <= BAND && countOf(chunk) * 8 <= DEFAULT_LIMIT))
    throw new InputError(
      `${name} lies in chunks of [${chunk.join(", ")}], of which a row fills the memory; ${CONVERT}`,
    );
  const strides = shape.map((_, a) => countOf(shape.slice(a + 1)));
  return {
    shape,
    async *pieces() {
      if (countOf(shape) === 0) return;
      if (tree === NOWHERE) throw empty(name);
      const places = await chunksOf(file, tree, shape, chunk, name);
      const across = shape.map((length, a) => Math.ceil(length / chunk[a]!));
      const perBand = countOf(across.slice(1));
      for (let band = 0; band < across[0]!; band++) {
        const first = band * chunk[0]!;
        const rows = Math.min(chunk[0]!, shape[0]! - first);
        const out = new Float64Array(rows * row);
        for (let k = 0; k < perBand; k++) {
          const place = places[band * perBand + k];
          const corner = cornerOf(band * perBand + k, across, chunk);
          if (!place) throw new InputError(`${name} holds no numbers at [${corner.join(", ")}]; write it whole`);
          const raw = await readChunk(file, place, filters, bytes, width, name);
          const values = decode(raw, 0, bytes / width, type, name);
          scatter(values, chunk, corner, shape, strides, out, first * row);
        }
        yield out;
      }
    },
  };
}

function cornerOf(index: number, across: readonly number[], chunk: readonly number[]): number[] {
  const corner: number[] = [];
  for (let a = across.length - 1, rest = index; a >= 0; a--) {
    corner.unshift((rest % across[a]!) * chunk[a]!);
    rest = Math.floor(rest / across[a]!);
  }
  return corner;
}

/** A chunk's values that lie within the shape, to their places. `from`: flat index of `out`'s first. */
function scatter(
  values: Float64Array,
  chunk: readonly number[],
  corner: readonly number[],
  shape: readonly number[],
  strides: readonly number[],
  out: Float64Array,
  from: number,
): void {
  const last = shape.length - 1;
  const length = Math.min(chunk[last]!, shape[last]! - corner[last]!);
  const lines = values.length / chunk[last]!;
  for (let line = 0; line < lines; line++) {
    let at = corner[last]! - from;
    let inside = true;
    for (let a = last - 1, rest = line; a >= 0; a--) {
      const index = corner[a]! + (rest % chunk[a]!);
      rest = Math.floor(rest / chunk[a]!);
      inside &&= index < shape[a]!;
      at += index * strides[a]!;
    }
    if (inside) out.set(values.subarray(line * chunk[last]!, line * chunk[last]! + length), at);
  }
}

async function* bytesFrom(file: Hdf5File, at: number, length: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; done += PIECE)
    yield await file.source.read(at + done, Math.min(PIECE, length - done));
}

const empty = (name: string): InputError => new InputError(`${name} holds no numbers; write it whole`);

function shapeOf(view: DataView, name: string): number[] {
  if (view.byteLength < 4) throw damaged(`the shape of ${name} is cut short`);
  const [version, rank] = [view.getUint8(0), view.getUint8(1)];
  if (version !== 1 && version !== 2) throw unknown(`a shape of version ${version} for ${name}`);
  if (version === 2 && view.getUint8(3) === 2) throw empty(name);
  if (rank > RANK) throw unknown(`${rank} axes of ${name}`);
  const at = version === 1 ? 8 : 4;
  if (view.byteLength < at + 8 * rank) throw damaged(`the shape of ${name} is cut short`);
  return Array.from({ length: rank }, (_, a) => address(view, at + 8 * a));
}

/** Bits of a float's exponent and fraction, and the exponent's bias, of the IEEE types. */
const FLOATS: Readonly<Record<number, readonly number[]>> = { 2: [5, 10, 15], 4: [8, 23, 127], 8: [11, 52, 1023] };

function typeOf(view: DataView, name: string): { type: string; width: number } {
  if (view.byteLength < 12) throw damaged(`the type of ${name} is cut short`);
  const kind = view.getUint8(0) & 15;
  const bits = view.getUint8(1);
  const width = view.getUint32(4, true);
  const wanted = `${name} is expected in float16, float32, float64, int32 or int64`;
  if (kind > 1) throw new InputError(`${wanted} but is of class ${CLASSES[kind] ?? kind}; save it as float64`);
  if (bits & 1) throw new InputError(`${name} is big-endian but little-endian is expected; save it as '<f8'`);
  if (kind === 0) {
    const signed = (bits & 8) !== 0;
    if (!signed || (width !== 4 && width !== 8))
      throw new InputError(`${wanted} but is ${signed ? "" : "u"}int${8 * width}; save it as float64`);
    return { type: `i${width}`, width };
  }
  const expected = Object.hasOwn(FLOATS, width) ? FLOATS[width]! : null;
  const found = view.byteLength < 20 ? [] : [view.getUint8(13), view.getUint8(15), view.getUint32(16, true)];
  if (!expected?.every((value, i) => value === found[i]))
    throw new InputError(`${wanted} but is a float of ${width} bytes of another kind; save it as float64`);
  return { type: `f${width}`, width };
}

const CLASSES = [
  "integer",
  "float",
  "time",
  "string",
  "bits",
  "opaque",
  "compound",
  "reference",
  "enumeration",
  "list",
  "array",
];
