import { describe, expect, test } from "@jest/globals";
import { zlibSync } from "fflate";
import { crc32 } from "../../src/data/checksum.js";
import { readPng } from "../../src/data/pngimage.js";
import { stream } from "../../src/engine/random.js";

const { integer } = stream(8, "png");

function chunk(kind: string, data: Uint8Array): number[] {
  const named = [...new TextEncoder().encode(kind), ...data];
  const word = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  return [...word(data.length), ...named, ...word(crc32(Uint8Array.from(named)))];
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const header = (width: number, height: number, colour: number, rest = [0, 0, 0], depth = 8): Uint8Array =>
  Uint8Array.from([0, 0, 0, width, 0, 0, 0, height, depth, colour, ...rest]);

/** The filters as the specification defines them, forwards: written apart from what undoes them. */
function filtered(data: Uint8Array, row: number, step: number, kinds: readonly number[]): Uint8Array {
  const out: number[] = [];
  kinds.forEach((kind, y) => {
    out.push(kind);
    for (let i = 0; i < row; i++) {
      const raw = (dy: number, di: number): number => (y - dy < 0 || i - di < 0 ? 0 : data[(y - dy) * row + i - di]!);
      const [a, b, c] = [raw(0, step), raw(1, 0), raw(1, step)];
      const p = a + b - c;
      const nearest = [a, b, c].reduce((best, v) => (Math.abs(p - v) < Math.abs(p - best) ? v : best), a);
      out.push(data[y * row + i]! - [0, a, b, Math.floor((a + b) / 2), nearest][kind]!);
    }
  });
  return Uint8Array.from(out);
}

function png(width: number, height: number, channels: 1 | 3, kinds: readonly number[], pieces = 1) {
  const data = Uint8Array.from({ length: width * height * channels }, () => integer(0, 256));
  const packed = zlibSync(filtered(data, width * channels, channels, kinds));
  const size = Math.ceil(packed.length / pieces);
  const parts = Array.from({ length: pieces }, (_, i) => packed.subarray(i * size, (i + 1) * size));
  const bytes = Uint8Array.from([
    ...SIGNATURE,
    ...chunk("IHDR", header(width, height, channels === 1 ? 0 : 2)),
    ...chunk("tEXt", Uint8Array.of(65, 0, 66)),
    ...parts.flatMap((part) => chunk("IDAT", part)),
    ...chunk("IEND", new Uint8Array(0)),
  ]);
  return { data, bytes };
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((v, i) => v === b[i]);

describe("a PNG", () => {
  test.each([1, 3] as const)("of %i channels is read, whatever filters its rows have and how it is cut", (channels) => {
    for (const kinds of [[0], [4, 4, 4], [1, 2, 3, 4, 0, 3, 2, 4, 1]])
      for (const pieces of [1, 3]) {
        const { data, bytes } = png(7, kinds.length, channels, kinds, pieces);
        const read = readPng(bytes, 1000, "a");
        expect([read.width, read.height, read.channels, same(read.data, data)]).toEqual([
          7,
          kinds.length,
          channels,
          true,
        ]);
      }
  });

  const { bytes } = png(3, 2, 1, [0, 1]);
  const with_ = (parts: number[][]): Uint8Array => Uint8Array.from([...SIGNATURE, ...parts.flat()]);
  const pixels = (raw: number[]): number[] => chunk("IDAT", zlibSync(Uint8Array.from(raw)));
  const end = chunk("IEND", new Uint8Array(0));
  test.each<[string, Uint8Array, string]>([
    ["that is none", Uint8Array.of(1, 2, 3), "does not begin as one"],
    ["cut short", bytes.subarray(0, bytes.length - 3), "ends after"],
    ["cut short in its pixels", bytes.subarray(0, bytes.length - 14), '"IDAT" is cut short'],
    ["changed on its way", bytes.map((b, i) => (i === 20 ? b ^ 1 : b)), "does not match its checksum"],
    ["without a header", with_([pixels([0, 1]), end]), "header is not its first chunk"],
    ["with a palette", with_([chunk("IHDR", header(1, 1, 3)), end]), "8 bits of grey or RGB"],
    ["of 16 bits", with_([chunk("IHDR", header(1, 1, 0, [0, 0, 0], 16)), end]), "8 bits of grey or RGB"],
    ["interlaced", with_([chunk("IHDR", header(1, 1, 0, [0, 0, 1])), end]), "not interlaced"],
    [
      "with a chunk that one must know",
      with_([chunk("IHDR", header(1, 1, 0)), chunk("PLTE", Uint8Array.of(1)), end]),
      "it needs chunk",
    ],
    ["above the limit", with_([chunk("IHDR", header(200, 200, 0)), end]), "1000 bytes are allowed"],
    ["of no size", with_([chunk("IHDR", header(0, 2, 0)), end]), "0 pixels"],
    [
      "with too few pixels",
      with_([chunk("IHDR", header(2, 2, 0)), pixels([0, 1, 2]), end]),
      "do not inflate to 2 rows",
    ],
    ["with too many", with_([chunk("IHDR", header(1, 1, 0)), pixels([0, 1, 2]), end]), "do not inflate to 1 rows"],
    ["with an unknown filter", with_([chunk("IHDR", header(1, 1, 0)), pixels([5, 1]), end]), "row 0 has filter 5"],
  ])("%s is refused", (_, given, message) => {
    expect(() => readPng(given, 1000, "a file")).toThrow(message);
  });
});
