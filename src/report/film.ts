/** Images as a field of the plane moves them: film strips, one image a row, s growing along it. */
import { pixelPlaces } from "../data/plane.js";
import type { ImageBatch } from "../network/imagefeatures.js";
import { fixed, picture, WIDTH } from "./axes.js";
import { html, type Markup } from "./markup.js";
import { given } from "./numeral.js";
import { pixelAddress } from "./png.js";
import type { Film, Sheet } from "./run.js";

/** Images to be shown. */
export interface Picture {
  readonly mean: ImageBatch; // one image
  readonly samples: ImageBatch; // some held-out ones
  /** All of a batch, sampled at places [pixels, 2] of the plane. */
  warped(batch: ImageBatch, places: Float64Array): ImageBatch;
}

/** Places [n, 2] carried along a field to stops of one sign, growing in size: [stops, n, 2]. */
export type Carried = (places: Float64Array, stops: Float64Array) => Float64Array;

const STOPS = [0.1, 0.2, 0.3, 0.4] as const; // and their opposites
const GAP = 1; // pixels between frames

export function filmOf({ samples, warped }: Picture, carried: Carried): Film {
  const places = pixelPlaces(samples);
  const side = (sign: number): ImageBatch[] => {
    const all = carried(
      places,
      Float64Array.from(STOPS, (s) => sign * s),
    );
    return STOPS.map((_, m) => warped(samples, all.subarray(m * places.length, (m + 1) * places.length)));
  };
  const frames = [...side(-1).reverse(), samples, ...side(1)];
  const { n: rows, height, width } = samples;
  const channels = colours(samples);
  const wide = frames.length * (width + GAP) - GAP;
  const pixels = new Array<number>(channels * wide * (rows * (height + GAP) - GAP)).fill(255);
  frames.forEach((batch, m) => {
    for (let r = 0; r < rows; r++) {
      const bytes = bytesOf(batch, r);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let c = 0; c < channels; c++)
            pixels[((r * (height + GAP) + y) * wide + m * (width + GAP) + x) * channels + c] =
              bytes[(y * width + x) * channels + c]!;
    }
  });
  const stops = [...STOPS.map((s) => -s).reverse(), 0, ...STOPS];
  return { stops, rows, sheet: { width: wide, height: rows * (height + GAP) - GAP, channels, pixels } };
}

/** The first image of a batch as bytes. */
export const sheetOf = (batch: ImageBatch): Sheet => ({
  width: batch.width,
  height: batch.height,
  channels: colours(batch),
  pixels: [...bytesOf(batch, 0)],
});

/** Red, green and blue, or grey: the first channel of any other number. */
const colours = ({ channels }: ImageBatch): 1 | 3 => (channels === 3 ? 3 : 1);

function bytesOf(batch: ImageBatch, i: number): Uint8Array {
  const { height, width, channels, values } = batch;
  const shown = colours(batch);
  const from = i * height * width * channels;
  return Uint8Array.from({ length: height * width * shown }, (_, at) => {
    const value = values[from + Math.floor(at / shown) * channels + (at % shown)]!;
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  });
}

const TOP = 18; // of the labels

/** The strips of one generator, s above each column. */
export function film({ stops, sheet }: Film, name: string): Markup {
  const scale = WIDTH / sheet.width;
  const height = sheet.height * scale;
  const column = (sheet.width + GAP) / stops.length;
  const labels = stops.map((s, m) => {
    const at = fixed(scale * (m * column + (column - GAP) / 2));
    return html`<text x="${at}" y="12" text-anchor="middle">${given(s)}</text>`;
  });
  return picture(fixed(TOP + height), `Held-out images moved along ${name}, from s = ${given(stops[0])} to ${given(stops.at(-1))}`, [
    html`<g class="axes">${labels}</g>`,
    html`<image class="pixels" x="0" y="${TOP}" width="${WIDTH}" height="${fixed(height)}" preserveAspectRatio="none" href="${pixelAddress(sheet)}"/>`,
  ]); // biome-ignore format: one picture
}
