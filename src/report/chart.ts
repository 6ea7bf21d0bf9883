/** Curves over a linear x and a logarithmic y. */
import { axes, type Box, fixed, picture, WIDTH } from "./axes.js";
import { html, type Markup } from "./markup.js";
import { isNumber, type Maybe } from "./numeral.js";
import { slotClass, slotMark } from "./palette.js";
import { linear, logarithmic, type Scale } from "./scale.js";

export interface Curve {
  readonly slot: number; // 0: no slot's, drawn in the text's colour
  readonly label: string; // at the right end
  readonly points: readonly (readonly [x: Maybe, y: Maybe])[]; // gaps where either is no number; y ≤ 0 has no place
  readonly upper?: readonly Maybe[]; // the top of a band over the curve
  readonly marks: boolean;
  readonly dashed?: boolean;
}

const HEIGHT = 270;
const BOX: Box = { left: 46, right: WIDTH - 50, top: 10, bottom: HEIGHT - 40 };

/** The chart, or null where no curve has a point. */
export function chart(curves: readonly Curve[], names: readonly [string, string], spoken: string): Markup | null {
  const drawn = curves.map((curve) => ({ ...curve, points: curve.points.map((p) => placeable(p)) }));
  const places = drawn.flatMap(({ points }) => points.filter((p) => p !== null));
  if (places.length === 0) return null;
  const heights = [...places.map((p) => p[1]), ...curves.flatMap((c) => (c.upper ?? []).filter(positive))];
  const x = linear(extent(places.map((p) => p[0])), [BOX.left + 8, BOX.right - 8]);
  const y = logarithmic(extent(heights), [BOX.bottom, BOX.top]);
  const body = drawn.map((curve) => {
    const line = path(curve.points, x, y);
    const marks = curve.marks && curve.points.map((p) => p && mark(curve.slot, x(p[0]), y(p[1])));
    return html`<g class="curve ${curve.slot > 0 ? slotClass(curve.slot) : "k0"}">${curve.upper && band(curve.points, curve.upper, x, y)}<path class="${curve.dashed ? "dashed" : "line"}" d="${line}"/>${marks}</g>`;
  });
  return picture(HEIGHT, spoken, [axes(BOX, x, y, names, true), ...body, labels(drawn, y)]);
}

type Place = readonly [number, number];

const positive = (value: Maybe): value is number => isNumber(value) && value > 0;

const placeable = ([x, y]: readonly [Maybe, Maybe]): Place | null => (isNumber(x) && positive(y) ? [x, y] : null);

function extent(values: readonly number[]): [number, number] {
  let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    lo = Math.min(lo, value);
    hi = Math.max(hi, value);
  }
  return [lo, hi];
}

function path(points: readonly (Place | null)[], x: Scale, y: Scale): string {
  let d = "";
  let pen = "M";
  for (const p of points) {
    if (p) d += `${pen}${fixed(x(p[0]))} ${fixed(y(p[1]))}`;
    pen = p ? "L" : "M";
  }
  return d;
}

function band(points: readonly (Place | null)[], upper: readonly Maybe[], x: Scale, y: Scale): Markup {
  const kept = points.flatMap((p, i) => (p && positive(upper[i]) ? [{ p, top: upper[i] as number }] : []));
  const there = kept.map(({ p, top }) => `${fixed(x(p[0]))} ${fixed(y(top))}`);
  const back = kept.map(({ p }) => `${fixed(x(p[0]))} ${fixed(y(p[1]))}`).reverse();
  return html`<path class="band" d="M${[...there, ...back].join("L")}Z"/>`;
}

const mark = (slot: number, x: number, y: number): Markup =>
  html`<path class="mark" transform="translate(${fixed(x)} ${fixed(y)})" d="${slotMark(slot)}"/>`;

/** Names at the curves' right ends, pushed apart to one line each. */
function labels(
  curves: readonly { slot: number; label: string; points: readonly (Place | null)[] }[],
  y: Scale,
): Markup[] {
  const line = 12;
  const ends = curves
    .flatMap(({ slot, label, points }) => {
      const last = points.filter((p) => p !== null).at(-1);
      return last ? [{ slot, label, at: y(last[1]) }] : [];
    })
    .sort((a, b) => a.at - b.at);
  for (let i = 1; i < ends.length; i++) ends[i]!.at = Math.max(ends[i]!.at, ends[i - 1]!.at + line);
  let floor = BOX.bottom + 4;
  for (const end of ends.reverse()) {
    end.at = Math.min(end.at, floor);
    floor = end.at - line;
  }
  return ends.map(
    ({ slot, label, at }) =>
      html`<text class="end ${slot > 0 ? slotClass(slot) : "k0"}" x="${BOX.right + 5}" y="${fixed(at)}" dy=".35em">${label}</text>`,
  );
}
