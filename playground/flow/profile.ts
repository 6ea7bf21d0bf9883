/** u over x at one time: the solution as it was, and moved. */
import { axes, type Box, fixed, picture, WIDTH } from "../../src/report/axes.js";
import { html, type Markup } from "../../src/report/markup.js";
import { slotClass } from "../../src/report/palette.js";
import { linear } from "../../src/report/scale.js";

const HEIGHT = 220;
const BOX: Box = { left: 46, right: WIDTH - 12, top: 10, bottom: HEIGHT - 40 };

export type Row = ArrayLike<number>; // u at the middles of equal cells over x; NaN where nothing is known

export function profile(
  before: Row | null,
  after: Row,
  slot: number,
  x: readonly [number, number],
  u: readonly [number, number],
): Markup {
  const across = linear(x, [BOX.left, BOX.right]);
  const margin = 0.15 * (u[1] - u[0]);
  const up = linear([u[0] - margin, u[1] + margin], [BOX.bottom, BOX.top]);
  const line = (row: Row): string => {
    let [d, pen] = ["", "M"];
    for (let i = 0; i < row.length; i++) {
      const value = row[i]!;
      const shown = value >= up.domain[0] && value <= up.domain[1];
      if (shown) d += `${pen}${fixed(across(x[0] + ((i + 0.5) * (x[1] - x[0])) / row.length))} ${fixed(up(value))}`;
      pen = shown ? "L" : "M";
    }
    return d;
  };
  return picture(HEIGHT, "The solution over x at one time, before and after the move", [
    axes(BOX, across, up, ["x", "u"]),
    before && html`<g class="curve k0"><path class="dashed" d="${line(before)}"/></g>`,
    html`<g class="curve ${slotClass(slot)}"><path d="${line(after)}"/></g>`,
  ]);
}
