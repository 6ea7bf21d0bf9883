/** One generator's figures: its arrows in each slice, and the held-out solution before and after its flow. */
import { chip, verdict } from "./candidates.js";
import { capital, nameOf } from "./designation.js";
import { film } from "./film.js";
import { cells, colourBar, heatMap } from "./heatmap.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber, numeral, ratio } from "./numeral.js";
import { overlay } from "./overlay.js";
import { slotClass } from "./palette.js";
import { drawnFor, plane, quiver, still } from "./quiver.js";
import type { GeneratorFigures, GeneratorRecord, RunFigures, RunRecord, Sheet } from "./run.js";

/** What all generators of a page share: its colour scale, and the unmoved solution, whose image it holds under `before`. */
export interface Shown {
  readonly method: RunRecord["method"];
  readonly solution: RunFigures["solution"];
  readonly range: readonly [number, number];
  readonly before: string;
  readonly mean: Sheet | null; // of images, which arrows are drawn over
}

/** `formula` is what the heading reads, typeset. */
export function generator(
  record: GeneratorRecord,
  figures: GeneratorFigures,
  formula: Markup | null,
  shown: Shown,
): Markup {
  const name = capital(nameOf(shown.method, record.slot));
  const after = maps(name, record, figures, shown);
  return html`<section class="generator ${slotClass(record.slot)}"><h3>${chip(record.slot)} ${name} ${formula} ${verdict(record)}</h3>
<div class="figures">${shown.mean ? pictured(name, figures, shown.mean) : arrows(name, figures)}</div>${after && html`<div class="figures">${after}</div>`}</section>`;
}

/** Of images: arrows over their mean, and what becomes of some. */
function pictured(name: string, { slices, film: own }: GeneratorFigures, mean: Sheet): readonly Markup[] {
  const strips =
    own &&
    html`<figure>${film(own, name)}<figcaption><b>Held-out images</b> moved through s, the middle column as they are. What a symmetry does to them the network should not see.</figcaption></figure>`;
  return [...slices.map((slice) => overlay(slice, mean, name)), ...(strips ? [strips] : [])];
}

function arrows(name: string, { slices }: GeneratorFigures): readonly Markup[] {
  const planes = slices.map((slice) => plane(slice));
  const shifts = drawnFor(planes);
  return planes.map((p, i) => {
    const s = shifts[i] ?? 0;
    const [a, b] = p.slice.across;
    const at = p.slice.at === "" ? "" : ` at ${p.slice.at}`;
    const scale = still(p, s)
      ? "Dots: this field hardly moves points in this plane."
      : `Arrows: the move for s\u00a0=\u00a0${given(s)}, to the scale of the axes.`;
    return html`<figure>${quiver(p, s, `Arrows of ${name} in the plane of ${a} and ${b}${at}. ${scale}`)}<figcaption><b>Field in (${a}, ${b})</b>${at}. ${scale}</figcaption></figure>`;
  });
}

function maps(
  name: string,
  record: GeneratorRecord,
  { moved }: GeneratorFigures,
  { solution, range, before }: Shown,
): Markup | false {
  if (solution === null || moved === null || solution.u.length === 0 || moved.u.length === 0) return false;
  const { x, t } = solution;
  const s = given(moved.s);
  const holes = moved.u.some((row) => row.some((value) => !isNumber(value)));
  const entry = record.flow.find((f) => f.s === moved.s);
  const times = ratio(entry?.score, record.floor);
  const score =
    entry && html` Flow score ${numeral(entry.score)}${isNumber(times) && `, ${numeral(times)} × the floor`}.`;
  return html`<figure>${heatMap({ use: before }, x, t, `Heat map of the held-out solution u over x and t, before ${name}`)}${colourBar(range)}<figcaption><b>Before:</b> the held-out solution u(x, t), in colour.</figcaption></figure>
<figure>${heatMap({ address: cells(moved.u, range) }, x, t, `Heat map of the same solution after the flow of ${name} by s = ${s}`)}${colourBar(range)}<figcaption><b>After</b> the flow by s = ${s}, same colours.${score}${holes && " Hatched: no moved point lands there."}</figcaption></figure>`;
}
