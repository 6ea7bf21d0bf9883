/** u(x, t) in colour on a canvas, t upwards, inside axes drawn beside it. */
import { axes, picture } from "../../src/report/axes.js";
import { HEAT_BOX } from "../../src/report/heatmap.js";
import { html, type Markup } from "../../src/report/markup.js";
import { viridis } from "../../src/report/palette.js";
import { linear } from "../../src/report/scale.js";
import type { Moved } from "../keeper/protocol.js";

const SHADES = 256;
const colours = viridis(SHADES);

/** Where nothing is known the canvas stays clear. */
export function paint(
  canvas: HTMLCanvasElement,
  { u, grid }: Pick<Moved, "u" | "grid">,
  range: readonly [number, number],
): void {
  const [columns, rows] = grid;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext("2d", { willReadFrequently: true })!; // pixels are only ever written from here: no use of a GPU
  const image = context.createImageData(columns, rows);
  const scale = (SHADES - 1) / (range[1] - range[0] || 1);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const value = u[j * columns + i]!;
      if (Number.isNaN(value)) continue;
      const shade = 3 * Math.round(Math.min(Math.max((value - range[0]) * scale, 0), SHADES - 1));
      const at = 4 * ((rows - 1 - j) * columns + i);
      image.data[at] = colours[shade]!;
      image.data[at + 1] = colours[shade + 1]!;
      image.data[at + 2] = colours[shade + 2]!;
      image.data[at + 3] = 255;
    }
  context.putImageData(image, 0, 0);
}

/** The frame over the canvas: its box is where the canvas lies, as shares of the picture. */
export function frame(x: readonly [number, number], t: readonly [number, number], time: number | null): Markup {
  const { left, right, top, bottom } = HEAT_BOX;
  const across = linear(x, [left, right]);
  const up = linear(t, [bottom, top]);
  const line = time === null ? false : html`<path class="now" d="M${left} ${up(time)}H${right}"/>`;
  return picture(bottom + 38, "Axes of the picture of u over x and t", [axes(HEAT_BOX, across, up, ["x", "t"]), line]);
}
