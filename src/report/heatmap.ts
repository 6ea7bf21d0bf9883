/** A function of (x, t) as coloured cells, t upwards, with the colour scale beside it. */
import { axes, type Box, fixed, picture, WIDTH } from "./axes.js";
import { html, type Markup } from "./markup.js";
import { isNumber, type Maybe } from "./numeral.js";
import { viridis } from "./palette.js";
import { pngAddress } from "./png.js";
import { linear } from "./scale.js";

type Rows = readonly (readonly Maybe[])[];

const COLOURS = 255; // index 255 is "no value"
const MOST = [256, 144] as const; // cells across and up; finer grids are averaged

/** One colour scale for several arrays: their extent, or the inner 99 % of it where single values would stretch it. */
export function colourRange(arrays: readonly Rows[]): readonly [number, number] {
  let size = 0;
  for (const rows of arrays) for (const row of rows) size += row.length;
  const values = new Float64Array(size);
  let n = 0;
  for (const rows of arrays) for (const row of rows) for (const value of row) if (isNumber(value)) values[n++] = value;
  if (n === 0) return [0, 1];
  const sorted = values.subarray(0, n).sort();
  const at = (share: number): number => sorted[Math.round(share * (n - 1))]!;
  const [lo, hi, low, high] = [at(0), at(1), at(0.005), at(0.995)];
  const slack = 0.5 * (high - low);
  return [lo < low - slack ? low : lo, hi > high + slack ? high : hi];
}

/** The cells as a PNG address: rows by time, first row at the bottom. Cells finer than the picture are averaged, holes apart. */
export function cells(rows: Rows, [lo, hi]: readonly [number, number]): string {
  const up = edges(rows.length, MOST[1]);
  const across = edges(rows[0]?.length ?? 0, MOST[0]);
  const [width, height] = [across.length - 1, up.length - 1];
  const indices = new Uint8Array(width * height).fill(COLOURS);
  const scale = hi > lo ? 1 / (hi - lo) : 0;
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++) {
      let [sum, count] = [0, 0];
      for (let j = up[r]!; j < up[r + 1]!; j++)
        for (let i = across[c]!; i < across[c + 1]!; i++) {
          const value = rows[j]![i];
          if (!isNumber(value)) continue;
          sum += value;
          count++;
        }
      if (count === 0) continue;
      const share = scale > 0 ? (sum / count - lo) * scale : 0.5;
      indices[(height - 1 - r) * width + c] = Math.min(Math.max(share, 0), 1) * (COLOURS - 1) + 0.5; // rounded by the store
    }
  return pngAddress(indices, width, height, viridis(COLOURS));
}

/** `n` grid points shared out among at most `most` cells: the first point of each, then n. */
function edges(n: number, most: number): number[] {
  const count = Math.min(n, most);
  return Array.from({ length: count + 1 }, (_, i) => Math.floor((i * n) / Math.max(1, count)));
}

export const HEAT_BOX: Box = { left: 46, right: WIDTH - 12, top: 8, bottom: 208 };
const HEIGHT = HEAT_BOX.bottom + 38;

/** The map; `image` refers to an `<image>` of the page, or is an address of its own. Hatched where there is no value. */
export function heatMap(
  image: { use: string } | { address: string },
  x: readonly number[],
  t: readonly number[],
  spoken: string,
): Markup {
  const { left, right, top, bottom } = HEAT_BOX;
  const across = linear(cellExtent(x), [left, right]);
  const up = linear(cellExtent(t), [bottom, top]);
  const place = html`x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"`;
  const picked = "use" in image ? html`<use href="#${image.use}"/>` : sheet(image.address);
  return picture(HEIGHT, spoken, [
    html`<rect ${place} fill="url(#hatch)"/>`,
    picked,
    axes(HEAT_BOX, across, up, ["x", "t"]),
  ]);
}

/** The image of a map in its place; with an id it can be used again. */
export function sheet(address: string, id: string | null = null): Markup {
  const { left, right, top, bottom } = HEAT_BOX;
  return html`<image${id !== null && html` id="${id}"`} x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" preserveAspectRatio="none" href="${address}"/>`;
}

/** Grid points are the middles of cells. */
export function cellExtent(grid: readonly number[]): [number, number] {
  const [first, last] = [grid[0] ?? 0, grid.at(-1) ?? 1];
  const half = grid.length > 1 ? (last - first) / (grid.length - 1) / 2 : 0.5;
  return [first - half, last + half];
}

/** The colour scale of the maps of u, with numbers. */
export function colourBar(range: readonly [number, number]): Markup {
  const [left, right] = [46, WIDTH - 12];
  const scale = linear(range, [left, right], 6);
  const colours = viridis(COLOURS);
  const address = pngAddress(
    Uint8Array.from({ length: COLOURS }, (_, i) => i),
    COLOURS,
    1,
    colours,
  );
  const ticks = scale.ticks.map(({ value, label }) => {
    const at = fixed(scale(value));
    return html`<path d="M${at} 16v4"/><text x="${at}" y="31" text-anchor="middle">${label}</text>`;
  });
  return picture(36, `Colour scale of u, from ${scale.domain[0]} (dark) to ${scale.domain[1]} (bright)`, [
    html`<image x="${left}" y="4" width="${right - left}" height="12" preserveAspectRatio="none" href="${address}"/>`,
    html`<g class="axes"><path d="M${left} 4H${right}V16H${left}Z"/>${ticks}<text class="name" x="${left - 9}" y="14" text-anchor="end">u</text></g>`,
  ]);
}
