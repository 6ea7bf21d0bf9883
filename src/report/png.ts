/** An image of palette indices, or of pixels, as a PNG. Source: W3C PNG specification, third edition. */
import { zlibSync } from "fflate";
import type { Sheet } from "./run.js";

/**
 * `indices` [height, width] from the top, `palette` [n ≤ 255, 3] bytes; index n is transparent. Gives a `data:` address.
 */
export function pngAddress(indices: Uint8Array, width: number, height: number, palette: Uint8Array): string {
  const colours = palette.length / 3;
  const table = new Uint8Array(3 * (colours + 1));
  table.set(palette);
  table.fill(128, 3 * colours);
  const alpha = new Uint8Array(colours + 1).fill(255, 0, colours);
  return address(indices, { width, height, channels: 1, type: INDEXED }, [chunk("PLTE", table), chunk("tRNS", alpha)]);
}

/** Bytes [height, width, channels] from the top, grey or red, green and blue, as a `data:` address. */
export const pixelAddress = ({ pixels, width, height, channels }: Sheet): string =>
  address(Uint8Array.from(pixels), { width, height, channels, type: channels === 3 ? COLOUR : GREY }, []);

const [GREY, COLOUR, INDEXED] = [0, 2, 3]; // colour types

interface Header {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly type: number;
}

function address(bytes: Uint8Array, { width, height, channels, type }: Header, tables: readonly Uint8Array[]): string {
  const row = width * channels;
  const rows = new Uint8Array(height * (row + 1)); // a filter byte, always 0, before each row
  for (let r = 0; r < height; r++) rows.set(bytes.subarray(r * row, (r + 1) * row), r * (row + 1) + 1);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, type], 8); // bits
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    ...tables,
    chunk("IDAT", zlibSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array(0)),
  ];
  return `data:image/png;base64,${btoa(parts.map(latin).join(""))}`;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) out[4 + i] = name.charCodeAt(i);
  out.set(data, 8);
  view.setUint32(8 + data.length, checksum(out.subarray(4, 8 + data.length)));
  return out;
}

function checksum(bytes: Uint8Array): number {
  let c = 0xffffffff; // CRC-32, bit by bit: an image is some 30 kB
  for (const byte of bytes) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  }
  return ~c >>> 0;
}

function latin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
