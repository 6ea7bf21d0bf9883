/** NumPy's NPY format, versions 1 to 3: one dense array. Source: NEP 1 and `numpy.lib.format`. */
import { InputError } from "../engine/error.js";

/** A dense row-major (C order) array; a scalar has shape []. */
export interface NumericArray {
  readonly shape: number[];
  readonly data: Float64Array;
}

/** Bytes of float64 that one file may come to. */
export const DEFAULT_LIMIT = 2 ** 30;

/** The largest header; NumPy itself refuses more than 10 000 bytes. */
const HEADER_LIMIT = 2 ** 16;

const ITEM_BYTES: Readonly<Record<string, number>> = { f2: 2, f4: 4, f8: 8, i4: 4, i8: 8 };

/**
 * Bytes of an .npy file → its array as float64. Accepts little-endian float16, float32, float64, int32 and int64 (int64 only where
 * float64 holds it exactly), in C or Fortran order. `limit`: bytes of float64 allowed. `name` is what errors call it.
 * Throws InputError.
 */
export function readNpy(bytes: Uint8Array, limit: number = DEFAULT_LIMIT, name = "the array"): NumericArray {
  const { type, fortran, shape, start } = npyForm(bytes, name);
  const count = shape.reduce((product, length) => product * length, 1); // inexact above 2^53, where it exceeds any limit
  if (!(count * 8 <= limit))
    throw new InputError(
      `${name} has shape [${shape.join(", ")}], ${count} values, above the limit of ${limit} bytes; split the file`,
    );
  checkLength(shape, type, bytes.length - start, name);
  const data = decode(bytes, start, count, type, name);
  return { shape, data: fortran && shape.length > 1 ? toRowMajor(data, shape) : data };
}

/** What an .npy file says before its numbers. */
export interface NpyForm {
  readonly type: string; // "f8"
  readonly fortran: boolean;
  readonly shape: number[];
  readonly start: number; // byte of the first number
}

/** The form from a file's first bytes, `npyStart` of them at least. Throws InputError. */
export function npyForm(bytes: Uint8Array, name: string): NpyForm {
  const { header, start } = headerOf(bytes, name);
  const type = itemType(header, name);
  const fortran = entry(header, "fortran_order", /(True|False)/, name) === "True";
  return { type, fortran, shape: shapeOf(header, name), start };
}

/** How many of a file's first bytes hold its form. */
export const npyStart = 12 + HEADER_LIMIT;

/** Throws InputError unless `present` bytes are what the shape takes. */
export function checkLength(shape: readonly number[], type: string, present: number, name: string): void {
  const expected = shape.reduce((product, length) => product * length, ITEM_BYTES[type]!);
  if (present !== expected)
    throw new InputError(
      `${name} should hold ${expected} bytes for shape [${shape.join(", ")}] but holds ${present}; write the file again`,
    );
}

/** Numbers of a type from pieces of bytes cut anywhere. `skip`: bytes before the first number. */
export async function* numbersOf(
  pieces: AsyncIterable<Uint8Array>,
  type: string,
  skip: number,
  name: string,
): AsyncGenerator<Float64Array> {
  const width = ITEM_BYTES[type]!;
  let rest = new Uint8Array(0);
  let ahead = skip;
  let seen = 0;
  for await (const piece of pieces) {
    const bytes = ahead === 0 ? piece : piece.subarray(Math.min(ahead, piece.length));
    ahead -= piece.length - bytes.length;
    let whole = bytes;
    if (rest.length > 0) {
      whole = new Uint8Array(rest.length + bytes.length);
      whole.set(rest);
      whole.set(bytes, rest.length);
    }
    const count = Math.floor(whole.length / width);
    if (count > 0) yield decode(whole, 0, count, type, name, seen);
    seen += count;
    rest = whole.slice(count * width);
  }
}

/** An array as an .npy file: float64, C order, version 1. Throws InputError when shape and data disagree. */
export function writeNpy(array: NumericArray): Uint8Array {
  const count = array.shape.reduce((product, length) => product * length, 1);
  if (count !== array.data.length)
    throw new InputError(`shape [${array.shape.join(", ")}] needs ${count} values but ${array.data.length} came`);
  const tuple = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(", ");
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${tuple}), }`;
  const headerBytes = Math.ceil((10 + text.length + 1) / 64) * 64 - 10; // data start at a multiple of 64
  const bytes = new Uint8Array(10 + headerBytes + count * 8);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, headerBytes, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(headerBytes - 1)}\n`), 10);
  for (let i = 0; i < count; i++) view.setFloat64(10 + headerBytes + i * 8, array.data[i]!, true);
  return bytes;
}

function headerOf(bytes: Uint8Array, name: string): { header: string; start: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte))
    throw new InputError(`${name} should be in NumPy's .npy format but does not begin as one; save it with numpy.save`);
  const version = bytes[6]!;
  if (version < 1 || version > 3)
    throw new InputError(`${name} should be .npy version 1 to 3 but is version ${version}; save it with numpy.save`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (version === 1 ? 10 : 12) + length;
  if (length > HEADER_LIMIT)
    throw new InputError(
      `${name} has a header of ${length} bytes, at most ${HEADER_LIMIT} are possible; save it with numpy.save`,
    );
  if (start > bytes.length)
    throw new InputError(`${name} ends within its header, after ${bytes.length} bytes; the file is cut short`);
  return { header: new TextDecoder().decode(bytes.subarray(start - length, start)), start };
}

function itemType(header: string, name: string): string {
  const descr = entry(header, "descr", /('[^']*'|\[)/, name);
  const [order, type] = [descr[1] ?? "", descr.slice(2, -1)];
  if (order === ">" && type in ITEM_BYTES)
    throw new InputError(
      `${name} is big-endian (${descr}) but little-endian is expected; save a.astype('<${type}') instead`,
    );
  if (order === "|" && type === "O")
    throw new InputError(
      `${name} holds pickled Python objects (${descr}), which are never loaded; save arrays of float64`,
    );
  if (order !== "<" || !Object.hasOwn(ITEM_BYTES, type))
    throw new InputError(
      `${name} has type ${descr === "[" ? "record" : shown(descr)} but '<f2', '<f4', '<f8', '<i4' or '<i8' is expected; save a.astype('<f8') instead`,
    );
  return type;
}

/** A type as the header has it, unless that is none to be read. */
const shown = (descr: string): string =>
  /^'[\w<>|=]{1,20}'$/.test(descr) ? descr : JSON.stringify(descr.slice(0, 20));

function shapeOf(header: string, name: string): number[] {
  const tuple = entry(header, "shape", /\(((?:\d+, *)*(?:\d+,?)?)\)/, name);
  return tuple
    .slice(1, -1)
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
}

/** The value of one key of the header's Python dictionary; it must match `value` whole. */
function entry(header: string, key: string, value: RegExp, name: string): string {
  const found = [...header.matchAll(new RegExp(`'${key}': *${value.source}`, "g"))];
  if (found.length !== 1)
    throw new InputError(
      `${name} has a damaged header: one '${key}' is expected, ${found.length} readable found; save it with numpy.save`,
    );
  return found[0]![0].replace(/^'[a-z_]+': */, "");
}

/** `first`: flat index of the first number, for messages. */
export function decode(
  bytes: Uint8Array,
  start: number,
  count: number,
  type: string,
  name: string,
  first = 0,
): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const data = new Float64Array(count);
  if (type === "f8")
    new Uint8Array(data.buffer).set(bytes.subarray(start, start + count * 8)); // little-endian, as every machine that runs this
  else if (type === "f2") for (let i = 0; i < count; i++) data[i] = half(view.getUint16(i * 2, true));
  else if (type === "f4") for (let i = 0; i < count; i++) data[i] = view.getFloat32(i * 4, true);
  else if (type === "i4") for (let i = 0; i < count; i++) data[i] = view.getInt32(i * 4, true);
  else
    for (let i = 0; i < count; i++) {
      const value = view.getBigInt64(i * 8, true);
      data[i] = Number(value);
      if (BigInt(data[i]!) !== value)
        throw new InputError(
          `${name} holds ${value} at flat index ${first + i}, which float64 cannot hold exactly; save it as float64`,
        );
    }
  return data;
}

/** The number that 16 bits stand for. Source: IEEE 754-2008, binary16. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size =
    exponent === 31
      ? fraction === 0
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

/** Fortran order (first index fastest) → C order. */
export function toRowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(data.length);
  const strides: number[] = []; // in the Fortran-ordered source
  let stride = 1;
  for (const length of shape) {
    strides.push(stride);
    stride *= length;
  }
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, from = 0; i < out.length; i++) {
    out[i] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
