/** The spectrum while slots are trained: their scores in increasing order, each with its slot's mark. */
import { axes, type Box, fixed, picture, WIDTH } from "../../src/report/axes.js";
import { html, type Markup } from "../../src/report/markup.js";
import { slotClass, slotMark } from "../../src/report/palette.js";
import { linear, logarithmic } from "../../src/report/scale.js";

const HEIGHT = 270;
const BOX: Box = { left: 46, right: WIDTH - 50, top: 10, bottom: HEIGHT - 40 };
const RANGE = [1e-5, 1] as const; // shown at least, so that marks sink instead of the axis rising

/** `scores`: natural logs [K], smoothed or not. */
export function liveSpectrum(scores: ArrayLike<number>): Markup {
  const sorted = Array.from(scores, (score, b) => ({ slot: b + 1, score: Math.exp(score) })).sort(
    (p, q) => p.score - q.score,
  );
  const n = sorted.length;
  const x = Object.assign(linear([0.5, n + 0.5], [BOX.left + 4, BOX.right - 4]), {
    ticks: sorted.map((_, i) => ({ value: i + 1, label: String(i + 1) })),
  });
  const all = sorted.map(({ score }) => score);
  const y = logarithmic([Math.min(RANGE[0], ...all), Math.max(RANGE[1], ...all)], [BOX.bottom, BOX.top]);
  const marks = sorted.map(
    ({ slot, score }, i) =>
      html`<g class="curve ${slotClass(slot)}"><path class="mark" transform="translate(${fixed(x(i + 1))} ${fixed(y(score))}) scale(1.4)" d="${slotMark(slot)}"/><text class="end" x="${fixed(x(i + 1) + 9)}" y="${fixed(y(score))}" dy=".35em">${slot}</text></g>`,
  );
  return picture(HEIGHT, `Scores of ${n} slots in increasing order, logarithmic`, [
    axes(BOX, x, y, ["place in the order of scores", "score"], true),
    ...marks,
  ]);
}
