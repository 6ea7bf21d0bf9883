/** The spectrum: every score on a logarithmic axis, what is counted apart from what is not, the gap between them marked. */
import { axes, type Box, fixed, picture, WIDTH } from "./axes.js";
import { controlName } from "./designation.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber, numeral } from "./numeral.js";
import type { RunRecord } from "./run.js";
import { linear, logarithmic, type Scale } from "./scale.js";

const HEIGHT = 270;
const BOX: Box = { left: 46, right: WIDTH - 12, top: 10, bottom: HEIGHT - 40 };
const LEAST = 1e-16; // where a score of exactly 0 is drawn
const MOST = 40; // of those beyond the gap

interface Entry {
  readonly score: number;
  readonly kept: boolean;
}

export function spectrum(record: RunRecord): Markup | false {
  const figure = spectrumFigure(record);
  return figure && html`<section id="spectrum"><h2>Spectrum</h2>${figure}</section>`;
}

/** The figure alone. */
export function spectrumFigure(record: RunRecord): Markup | false {
  const entries = entriesOf(record);
  const kept = entries.filter((e) => e.kept);
  const others = entries.filter((e) => !e.kept);
  const shown = [...kept, ...others.slice(0, MOST)];
  if (shown.length === 0) return false;
  const spoken = `${shown.length} scores in increasing order, logarithmic: ${kept.length} counted as symmetries, the rest not`;
  const trivial = record.method === "library" ? (record.trivial ?? []).length : 0;
  const before =
    trivial > 0
      ? `${kept.length} before the jump, of which ${kept.length - trivial} count and ${trivial} ${trivial === 1 ? "is" : "are"} trivial`
      : `${kept.length} counted as ${kept.length === 1 ? "a symmetry" : "symmetries"}`;
  return html`<figure${record.method === "library" && html` class="wide"`}>${drawn(shown, record, spoken)}<figcaption><ul class="legend">${kept.length > 0 && html`<li>${key("kept")} ${before}</li>`}${others.length > 0 && html`<li>${key("left")} ${others.length} not counted</li>`}</ul>${caption(record, kept.length, others.length)}</figcaption></figure>`;
}

/** Library: the sorted scores, of which the first are counted. Neural: its slots, each with its own verdict. */
function entriesOf({ method, spectrum: scores, count, generators, trivial = [] }: RunRecord): Entry[] {
  const all =
    method === "library"
      ? scores.map((score, i) => ({ score, kept: isNumber(count) && i < count + trivial.length }))
      : generators.map((g) => ({ score: g.tangent, kept: g.accepted }));
  return all
    .filter((e) => isNumber(e.score))
    .map((e) => ({ ...e, score: Math.max(e.score, LEAST) }))
    .sort((a, b) => Number(b.kept) - Number(a.kept) || a.score - b.score);
}

function drawn(entries: readonly Entry[], record: RunRecord, spoken: string): Markup {
  const scores = entries.map((e) => e.score);
  const x = ordinal(entries.length);
  const y = logarithmic([Math.min(...scores), Math.max(...scores)], [BOX.bottom, BOX.top]);
  const marks = entries.map(({ score, kept }, i) => mark(kept, x(i + 1), y(score)));
  return picture(HEIGHT, spoken, [
    axes(BOX, x, y, ["place in the order of scores", "tangent score"], true),
    gap(entries, record, x, y),
    html`<g class="marks">${marks}</g>`,
  ]);
}

/** The band between the last score counted and the first that is not, with the ratio. */
function gap(entries: readonly Entry[], { gap: ratio }: RunRecord, x: Scale, y: Scale): Markup | false {
  const k = entries.filter((e) => e.kept).length;
  if (k === 0 || k === entries.length || !isNumber(ratio)) return false;
  const [low, high] = [y(entries[k - 1]!.score), y(entries[k]!.score)];
  if (!(low - high > 2)) return false;
  const middle = fixed(x(k + 0.5));
  const right = x(k + 0.5) < (BOX.left + BOX.right) / 2;
  const label = `gap × ${numeral(ratio, 1)}`;
  return html`<g class="gap"><path class="band" d="M${BOX.left} ${fixed(high)}H${BOX.right}V${fixed(low)}H${BOX.left}Z"/><path class="jump" d="M${middle} ${fixed(low)}V${fixed(high)}m-3 4l3 -4l3 4"/><text x="${fixed(x(k + 0.5) + (right ? 8 : -8))}" y="${fixed((low + high) / 2)}" dy=".35em" text-anchor="${right ? "start" : "end"}">${label}</text></g>`;
}

/** Places 1 … n with whole-numbered ticks. */
function ordinal(n: number): Scale {
  const scale = linear([0.5, n + 0.5], [BOX.left + 4, BOX.right - 4]);
  const step = [1, 2, 5, 10, 20, 50].find((m) => n / m <= 9) ?? 100;
  const values = Array.from({ length: Math.floor(n / step) }, (_, i) => (i + 1) * step);
  const places = step === 1 || values[0] === 1 ? values : [1, ...values];
  return Object.assign((value: number) => scale(value), {
    domain: scale.domain,
    ticks: places.map((value) => ({ value, label: String(value) })),
    minor: [],
  });
}

const mark = (kept: boolean, x: number, y: number): Markup =>
  html`<path class="${kept ? "kept" : "left"}" transform="translate(${fixed(x)} ${fixed(y)})" d="${shape(kept)}"/>`;

/** A disc or a hollow square, so that the two differ without colour. */
const shape = (kept: boolean): string => (kept ? "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z" : "M-3 -3h6v6h-6Z");

const key = (which: "kept" | "left"): Markup =>
  html`<svg class="chip marks" viewBox="-6 -6 12 12" aria-hidden="true"><path class="${which}" d="${shape(which === "kept")}"/></svg>`;

function caption({ method, lowPass, countIs }: RunRecord, kept: number, others: number): Markup {
  const what =
    method === "library"
      ? "Each mark is one field made of the library's members, the nearest to a symmetry first; its score says how near, and 0 is exact."
      : `Each mark is one candidate; its score says how near a symmetry it is on data held out from learning, and 0 is exact.`;
  const look =
    countIs === "undecided"
      ? "No jump stands out, so nothing is counted: rises among scores below 1e-9 do not tell, because there all is rounding."
      : kept > 0 && others > 0
        ? html`<b>Look for the jump:</b> what lies beneath it is a symmetry up to the rounding and sampling of the data, what lies above is not. The count is as sure as the jump is wide.`
        : `All marks lie on one side, so no jump shows where symmetries end; compare them with the scores of ${controlName(method)}.`;
  const cut =
    lowPass &&
    html` Snapshots were smoothed first: of ${given(lowPass.of)} Fourier modes those up to ${given(lowPass.mode)} were kept, those that rise above noise and rounding and that the grid resolves in products.`;
  const more = others > MOST && ` The first ${MOST} of the ${others} above are drawn.`;
  return html`${what} ${look}${cut}${more}`;
}
