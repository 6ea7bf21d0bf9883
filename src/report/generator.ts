/** One generator's figures: its arrows in each slice, and the held-out solution before and after its flow. */
import { chip, verdict } from "./candidates.js";
import { cells, colourBar, heatMap } from "./heatmap.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber, numeral, ratio } from "./numeral.js";
import { slotClass } from "./palette.js";
import { drawnFor, plane, quiver, still } from "./quiver.js";
import type { GeneratorFigures, GeneratorRecord, RunFigures } from "./run.js";

/** `range` is the colour scale of all maps of the page; the page holds the unmoved solution's image under `before`. */
export function generator(
  record: GeneratorRecord,
  figures: GeneratorFigures,
  solution: RunFigures["solution"],
  range: readonly [number, number],
  before: string,
): Markup {
  const name = `Candidate ${record.slot}`;
  return html`<section class="generator ${slotClass(record.slot)}"><h3>${chip(record.slot)} ${name} ${verdict(record)}${record.reads !== null && html` <span class="reads">${record.reads}</span>`}</h3>
<div class="figures">${arrows(name, figures)}${maps(name, record, figures, solution, range, before)}</div></section>`;
}

function arrows(name: string, { slices }: GeneratorFigures): readonly Markup[] {
  const planes = slices.map(plane);
  const shifts = drawnFor(planes);
  return planes.map((p, i) => {
    const s = shifts[i] ?? 0;
    const [a, b] = p.slice.across;
    const scale = still(p, s)
      ? "Dots: this field hardly moves points in this plane."
      : `Arrows: the move for s\u00a0=\u00a0${given(s)}, to the scale of the axes.`;
    return html`<figure>${quiver(p, s, `Arrows of ${name} in the plane of ${a} and ${b} at ${p.slice.at}. ${scale}`)}<figcaption><b>Field in (${a}, ${b})</b> at ${p.slice.at}. ${scale}</figcaption></figure>`;
  });
}

function maps(
  name: string,
  record: GeneratorRecord,
  { moved }: GeneratorFigures,
  { x, t, u }: RunFigures["solution"],
  range: readonly [number, number],
  before: string,
): Markup | false {
  if (u.length === 0 || moved.u.length === 0) return false;
  const s = given(moved.s);
  const holes = moved.u.some((row) => row.some((value) => !isNumber(value)));
  const entry = record.flow.find((f) => f.s === moved.s);
  const score =
    entry && html` Flow score ${numeral(entry.score)}, ${numeral(ratio(entry.score, record.floor))} × the floor.`;
  return html`<figure>${heatMap({ use: before }, x, t, `Heat map of the held-out solution u over x and t, before ${name}`)}${colourBar(range)}<figcaption><b>Before:</b> the held-out solution u(x, t).</figcaption></figure>
<figure>${heatMap({ address: cells(moved.u, range) }, x, t, `Heat map of the same solution after the flow of ${name} by s = ${s}`)}${colourBar(range)}<figcaption><b>After</b> the flow by s = ${s}, same colours.${score}${holes && " Hatched: no moved point lands there."}</figcaption></figure>`;
}
