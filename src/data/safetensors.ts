/**
 * Safetensors: named dense arrays and a map of strings, read without running anything. Source: the format's page in
 * github.com/huggingface/safetensors: eight bytes with the header's length, the header as JSON, then the numbers without gaps.
 */
import { InputError } from "../engine/error.js";
import { crc32 } from "./checksum.js";

/** A dense row-major array; `dtype` is how its numbers lie in the file. */
export interface Tensor {
  readonly dtype: "F64" | "F32";
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

export const SAFETENSORS_LIMIT = 2 ** 28; // bytes of a file
const HEADER_LIMIT = 2 ** 20; // bytes; a header of ours has about a thousand
const WIDTH: Readonly<Record<string, number>> = { F64: 8, F32: 4 };
const METADATA = "__metadata__";
const CHECKSUM = "checksum"; // the entry of the metadata: "crc32:" and eight digits, of all numbers' bytes

/**
 * A safetensors file, little-endian, with the checksum of its numbers among the metadata. The same input gives the same bytes. Throws
 * InputError where a shape and its data disagree, or a name is the format's own.
 */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: Tensor]>,
  metadata: Iterable<readonly [key: string, text: string]>,
): Uint8Array {
  const sorted = [...tensors].sort(
    ([a, { dtype: of }], [b, { dtype: other }]) => WIDTH[other]! - WIDTH[of]! || (a < b ? -1 : 1), // as the format's own writer, so that numbers are aligned
  );
  const header: [string, unknown][] = [];
  let at = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    if (name === METADATA || header.some(([taken]) => taken === name))
      throw new InputError(`a tensor cannot be called ${JSON.stringify(name)}: that name is taken; choose another`);
    if (shape.reduce((product, length) => product * length, 1) !== data.length)
      throw new InputError(
        `${name} has shape [${shape.join(", ")}] but ${data.length} numbers; pass as many as it says`,
      );
    header.push([name, { dtype, shape, data_offsets: [at, at + data.length * WIDTH[dtype]!] }]);
    at += data.length * WIDTH[dtype]!;
  }
  const numbers = new Uint8Array(at);
  const view = new DataView(numbers.buffer);
  at = 0;
  for (const [, { dtype, data }] of sorted)
    for (const value of data) {
      if (dtype === "F64") view.setFloat64(at, value, true);
      else view.setFloat32(at, value, true);
      at += WIDTH[dtype]!;
    }
  const strings = [...metadata, [CHECKSUM, checksumOf(numbers)] as const];
  const json = JSON.stringify(Object.fromEntries([[METADATA, Object.fromEntries(strings)], ...header]));
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + numbers.length).fill(0x20, 8, 8 + length); // spaces may follow the JSON
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(text, 8);
  bytes.set(numbers, 8 + length);
  return bytes;
}

/**
 * A file's tensors of F64 and F32 and its metadata. Nothing in it is believed before it is looked at: lengths, names that come twice, types,
 * shapes, offsets that overlap or leave gaps, the checksum where there is one. Throws InputError.
 */
export function readSafetensors(bytes: Uint8Array, limit: number = SAFETENSORS_LIMIT): Safetensors {
  if (bytes.length > limit)
    throw new InputError(`the file has ${bytes.length} bytes, above the limit of ${limit}; pass a smaller one`);
  const { header, start } = headerOf(bytes);
  const numbers = bytes.subarray(start);
  const metadata = metadataOf(Object.hasOwn(header, METADATA) ? header[METADATA] : {});
  const declared = metadata.get(CHECKSUM);
  const laid = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => entryOf(name, entry, numbers.length))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of laid) {
    if (begin !== at)
      throw damaged(`${shown(name)} begins at byte ${begin} but ${at} is expected, without gaps or overlaps`);
    at = end;
  }
  if (at !== numbers.length) throw damaged(`its tensors end at byte ${at} but ${numbers.length} bytes of numbers came`);
  if (declared !== undefined && declared !== checksumOf(numbers))
    throw damaged(`its checksum is ${checksumOf(numbers)} but ${shown(declared)} is declared`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, numbers.length);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of laid) {
    const data = new Float64Array((end - begin) / WIDTH[dtype]!);
    if (dtype === "F64") for (let i = 0; i < data.length; i++) data[i] = view.getFloat64(begin + 8 * i, true);
    else for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(begin + 4 * i, true);
    tensors.set(name, { dtype, shape, data });
  }
  return { tensors, metadata };
}

const checksumOf = (numbers: Uint8Array): string => `crc32:${crc32(numbers).toString(16).padStart(8, "0")}`;

const damaged = (what: string): InputError =>
  new InputError(`the safetensors file is damaged: ${what}; copy or write it again`);

/** A string of the file's, as a message may hold it. */
const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function headerOf(bytes: Uint8Array): { header: Json; start: number } {
  if (bytes.length < 8) throw damaged(`it has ${bytes.length} bytes but at least 8 are expected`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT))
    throw damaged(`its header would have ${length} bytes, above the limit of ${HEADER_LIMIT}`);
  const start = 8 + Number(length);
  if (start > bytes.length) throw damaged(`it ends within its header, after ${bytes.length} bytes of ${start}`);
  if (bytes[8] !== 0x7b) throw damaged('its header does not begin with "{"');
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, start));
    header = JSON.parse(text);
  } catch {
    throw damaged("its header is not JSON in UTF-8");
  }
  const twice = repeatedKey(text);
  if (twice !== null) throw damaged(`its header holds ${shown(twice)} twice`);
  return { header: header as Json, start };
}

/** A key that an object of a valid JSON text holds twice, which JSON.parse passes over. */
function repeatedKey(text: string): string | null {
  const open: Set<string>[] = []; // keys of each object that is open
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g))
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(string!) as string; // escapes may hide that two are the same
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  return null;
}

function metadataOf(strings: unknown): Map<string, string> {
  if (!isObject(strings)) throw damaged(`its ${METADATA} is no object`);
  const metadata = new Map<string, string>();
  for (const [key, text] of Object.entries(strings)) {
    if (typeof text !== "string") throw damaged(`its ${METADATA} holds ${shown(key)}, which is no string`);
    metadata.set(key, text);
  }
  return metadata;
}

interface Laid {
  readonly name: string;
  readonly dtype: "F64" | "F32";
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function entryOf(name: string, entry: unknown, available: number): Laid {
  const what = shown(name);
  if (!isObject(entry)) throw damaged(`${what} is no object with dtype, shape and data_offsets`);
  const own = (key: string): unknown => (Object.hasOwn(entry, key) ? entry[key] : undefined);
  const [dtype, shape, offsets] = [own("dtype"), own("shape"), own("data_offsets")];
  if (typeof dtype !== "string" || !Object.hasOwn(WIDTH, dtype))
    throw new InputError(
      `${what} has dtype ${typeof dtype === "string" ? shown(dtype) : "none"} but F64 or F32 is expected; convert the tensor`,
    );
  if (!Array.isArray(shape) || shape.length > 32 || !shape.every(isCount))
    throw damaged(`${what} has no shape of whole numbers`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw damaged(`${what} has no data_offsets [begin, end]`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > available)
    throw damaged(`${what} lies at bytes ${begin} to ${end} of ${available} that came`);
  const expected = shape.reduce((product: number, length: number) => product * length, WIDTH[dtype]!); // inexact above 2^53, where it exceeds what came
  if (expected !== end - begin)
    throw damaged(`${what} of shape [${shape.join(", ")}] needs ${expected} bytes but has ${end - begin}`);
  return { name, dtype: dtype as "F64" | "F32", shape, begin, end };
}
