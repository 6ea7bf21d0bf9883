import { expect, test } from "@jest/globals";
import { unzlibSync } from "fflate";
import { affineMap } from "../../src/report/affinemap.js";
import { film, filmOf, type Picture, sheetOf } from "../../src/report/film.js";
import { overlay } from "../../src/report/overlay.js";
import { pixelAddress } from "../../src/report/png.js";
import type { RunRecord, Sheet } from "../../src/report/run.js";

const [height, width] = [4, 6]; // not square
const value = (i: number): number => (i % 7) / 7;
const batch = (n: number, channels: number) => ({
  ...{ n, height, width, channels },
  values: Float32Array.from({ length: n * height * width * channels }, (_, i) => value(i)),
});
/** What a "warp" got: the first place's x, as the colour of all pixels. */
const picture = (channels: number): Picture => ({
  mean: batch(1, channels),
  samples: batch(2, channels),
  warped: (of, places) => ({ ...of, values: of.values.map(() => Math.abs(places[0]! - -5 / 6)) }),
});

/** The bytes of a PNG's rows, without their filters. */
function rowsOf(sheet: Sheet): number[] {
  const bytes = Uint8Array.from(atob(pixelAddress(sheet).split(",")[1]!), (c) => c.charCodeAt(0));
  const text = String.fromCharCode(...bytes);
  const at = text.indexOf("IDAT");
  const length = new DataView(bytes.buffer).getUint32(at - 4);
  const raw = unzlibSync(bytes.subarray(at + 4, at + 4 + length));
  const row = sheet.width * sheet.channels + 1;
  return [...raw].filter((_, i) => i % row !== 0);
}

test.each([
  ["grey", 1, 1],
  ["colour", 3, 3],
  ["two channels, of which the first is shown", 2, 1],
])("pixels of %s pass through a PNG unchanged", (_, channels, shown) => {
  const sheet = sheetOf(batch(1, channels));
  expect(sheet.channels).toBe(shown);
  expect(rowsOf(sheet)).toEqual([...sheet.pixels]);
  expect(sheet.pixels[shown]).toBe(Math.round(255 * value(channels)));
});

test("a film has a row an image and a column for each s from −0.4 to 0.4, the middle one as it was", () => {
  const reached: number[] = [];
  const carried = (places: Float64Array, stops: Float64Array): Float64Array => {
    const out = new Float64Array(stops.length * places.length);
    stops.forEach((s, m) => {
      reached.push(s);
      places.forEach((z, i) => {
        out[m * places.length + i] = z + s;
      });
    });
    return out;
  };
  const { stops, rows, sheet } = filmOf(picture(1), carried);
  expect(stops).toEqual([-0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4]);
  expect([rows, sheet.width, sheet.height]).toEqual([2, 9 * (width + 1) - 1, 2 * (height + 1) - 1]);
  expect(reached).toEqual([-0.1, -0.2, -0.3, -0.4, 0.1, 0.2, 0.3, 0.4]);
  const pixel = (column: number): number => sheet.pixels[column * (width + 1)]!;
  const shades = stops.map((s) => Math.round(255 * (s === 0 ? value(0) : Math.abs(s))));
  expect(stops.map((_, m) => Math.abs(pixel(m) - shades[m]!))).toEqual(stops.map(() => 0));
  expect(film({ stops, rows, sheet }, "candidate 1").text).toContain(">−0.4<");
});

test("arrows lie over the mean image, y downwards", () => {
  const arrows = [-0.5, 0.5].flatMap((y) => [-0.5, 0.5].map((x) => [x, y, 0, 1] as const));
  const { text } = overlay({ across: ["x", "y"], at: "", unit: [1, 1], arrows }, sheetOf(batch(1, 1)), "candidate 1");
  expect(text).toContain("data:image/png;base64,");
  const [, y, dy] = /class="arrows" d="M[\d.]+ ([\d.]+)l0 (-?[\d.]+)/.exec(text)!.map(Number);
  expect(y! < 200 && dy! > 0).toBe(true); // the first arrow begins in the upper half and points down, as y grows
});

test("the map beside affine fields shows two digits, a real minus, and the share of the square", () => {
  const affine = { names: ["∂x", "-y ∂x + x ∂y"], fields: [{ cosines: [0.004, -0.987], share: 0.9 }] };
  const record = { affine, generators: [{ slot: 3 }], method: "neural" } as unknown as RunRecord;
  const map = affineMap(record);
  if (!map) throw new Error("there is no map");
  const { text } = map;
  for (const part of [">0<", ">−0.99<", "−y ∂x + x ∂y", "81 %", "Candidate 3"]) expect(text).toContain(part);
  expect(affineMap({ ...record, affine: { names: [], fields: [] } })).toBe(false);
});
