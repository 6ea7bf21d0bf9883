/** A field as arrows in a plane, drawn to the scale of the axes for a small round s. */
import { axes, type Box, fixed, picture, WIDTH } from "./axes.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber } from "./numeral.js";
import type { GeneratorFigures } from "./run.js";
import { linear, roundDown, type Scale } from "./scale.js";

type Slice = GeneratorFigures["slices"][number];

const BOX: Box = { left: 46, right: WIDTH - 12, top: 34, bottom: 234 };
const HEIGHT = BOX.bottom + 38;
const STILL = 1; // arrows shorter than this many pixels are dots

/** A slice ready to draw: scales, and arrows in pixels for s = 1. */
export interface Plane {
  readonly slice: Slice;
  readonly x: Scale;
  readonly y: Scale;
  readonly arrows: readonly (readonly [x: number, y: number, dx: number, dy: number])[];
  readonly spacing: number; // of the arrows' grid, the smaller one, pixels
}

export function plane(slice: Slice, box: Box = BOX, second: "up" | "down" = "up"): Plane {
  const sound = slice.arrows.filter((arrow) => arrow.every(isNumber));
  const x = linear(around(sound.map((a) => a[0])), [box.left, box.right]);
  const y = linear(around(sound.map((a) => a[1])), second === "up" ? [box.bottom, box.top] : [box.top, box.bottom]);
  const arrows = sound.map(([a, b, da, db]) => {
    const [px, py] = [x(a), y(b)];
    return [px, py, x(a + da * slice.unit[0]) - px, y(b + db * slice.unit[1]) - py] as const;
  });
  return { slice, x, y, arrows, spacing: Math.min(gap(arrows.map((a) => a[0])), gap(arrows.map((a) => a[1]))) };
}

const ENLARGED = 12; // at most so much more than the field's longest plane allows: rounding must not be drawn as a field

/** For each plane the s for which its longest arrow fills its place in the grid; null where the field is zero. */
export function drawnFor(planes: readonly Plane[]): readonly (number | null)[] {
  const longest = planes.map(({ arrows, spacing }) => {
    let most = 0;
    for (const [, , dx, dy] of arrows) most = Math.max(most, Math.hypot(dx, dy) / spacing);
    return most;
  });
  const least = Math.max(...longest) / ENLARGED;
  return longest.map((most) => (most > 0 ? roundDown(0.8 / Math.max(most, least)) : null));
}

/** Whether no arrow is long enough to be drawn. */
export const still = ({ arrows }: Plane, s: number): boolean =>
  arrows.every(([, , dx, dy]) => !(Math.hypot(s * dx, s * dy) >= STILL));

export const quiver = (drawn: Plane, s: number, spoken: string): Markup =>
  picture(HEIGHT, spoken, [
    axes(BOX, drawn.x, drawn.y, drawn.slice.across),
    marks(drawn, s),
    key(drawn.slice.across, drawn.x, drawn.y),
  ]);

/** The arrows, and dots where they are too short. */
export function marks({ arrows }: Plane, s: number): Markup {
  let [shafts, dots] = ["", ""];
  for (const [px, py, dx, dy] of arrows) {
    const drawn = arrow(px, py, s * dx, s * dy);
    if (drawn !== null) shafts += drawn;
    else dots += `M${fixed(px)} ${fixed(py)}h0`;
  }
  return html`<path class="dots" d="${dots}"/><path class="arrows" d="${shafts}"/>`;
}

/** Shaft and head as one path, its middle at (x, y); null where too short to see. */
function arrow(x: number, y: number, dx: number, dy: number): string | null {
  const length = Math.hypot(dx, dy);
  if (!(length >= STILL)) return null;
  const head = Math.min(4.5, 0.45 * length) / length;
  const [bx, by, nx, ny] = [-head * dx, -head * dy, -0.6 * head * dy, 0.6 * head * dx];
  const [tipX, tipY] = [fixed(x + dx / 2), fixed(y + dy / 2)];
  return `M${fixed(x - dx / 2)} ${fixed(y - dy / 2)}l${fixed(dx)} ${fixed(dy)}m${fixed(bx + nx)} ${fixed(by + ny)}L${tipX} ${tipY}l${fixed(bx - nx)} ${fixed(by - ny)}`;
}

/** Scale arrows over the frame: a round length along each axis. */
function key([a, b]: readonly [string, string], x: Scale, y: Scale): Markup {
  const alongX = roundDown(Math.abs(48 / (x(1) - x(0))));
  const alongY = roundDown(Math.abs(20 / (y(1) - y(0))));
  const [wide, high] = [Math.abs(x(alongX) - x(0)), Math.abs(y(alongY) - y(0))];
  const middle = (BOX.left + BOX.right) / 2 + 10;
  return html`<g class="key"><path class="arrows" d="${arrow(BOX.left + 2 + wide / 2, 16, wide, 0)}${arrow(middle, 16, 0, -high)}"/><text x="${BOX.left + 10 + wide}" y="16" dy=".35em">Δ${a} = ${given(alongX)}</text><text x="${middle + 8}" y="16" dy=".35em">Δ${b} = ${given(alongY)}</text></g>`;
}

/** Extent with half a grid step around. */
function around(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const half = gap(values) / 2;
  const margin = Number.isFinite(half) ? half : 0;
  let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [lo, hi] = [Math.min(lo, value), Math.max(hi, value)];
  return [lo - margin, hi + margin];
}

/** The mean step between distinct values. */
function gap(values: readonly number[]): number {
  const distinct = [...new Set(values.map((v) => Number(v.toPrecision(9))))].sort((a, b) => a - b);
  return distinct.length > 1 ? (distinct.at(-1)! - distinct[0]!) / (distinct.length - 1) : Number.POSITIVE_INFINITY;
}
