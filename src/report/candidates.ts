/** The table of scores: of the neural learner's candidates one column each, of the library's formulas one row each. */
import { controlName, nameOf } from "./designation.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber, type Maybe, numeral, percent, ratio } from "./numeral.js";
import { slotClass, slotMark } from "./palette.js";
import type { GeneratorRecord, RunRecord } from "./run.js";
import { farthest } from "./summary.js";

const MARKS = { accepted: "✓", approximate: "≈", rejected: "✗", undecided: "?" } as const;

export const verdict = (g: Pick<GeneratorRecord, "verdict">): Markup =>
  html`<span class="verdict ${g.verdict in MARKS ? g.verdict : ""}"><span aria-hidden="true">${MARKS[g.verdict]} </span>${g.verdict}</span>`;

export const chip = (slot: number): Markup =>
  html`<svg class="chip ${slotClass(slot)}" viewBox="-5 -5 10 10" aria-hidden="true"><path d="${slotMark(slot)}"/></svg>`;

export const candidates = (record: RunRecord): Markup => (record.method === "library" ? rows(record) : columns(record));

function columns({ generators, method }: RunRecord): Markup {
  const shifts = [...new Set(generators.flatMap((g) => g.flow.map((f) => f.s)))].sort((a, b) => a - b);
  const at = shifts.includes(0) ? shifts : [...shifts, 0].sort((a, b) => a - b);
  const row = (name: Markup | string, cell: (g: GeneratorRecord) => Markup | string, control = ""): Markup =>
    html`<tr><th scope="row">${name}</th>${generators.map((g) => html`<td>${cell(g)}</td>`)}<td class="control">${control}</td></tr>`;
  const flow = at.map((s) => {
    const entry = (g: GeneratorRecord) => g.flow.find((f) => f.s === s);
    return row(
      s === 0 ? "s = 0 (floor)" : html`<span class="nowrap">s = ${s > 0 && "+"}${given(s)}</span>`,
      (g) => {
        const f = entry(g);
        if (!f) return s === 0 ? numeral(g.floor) : numeral(null);
        return html`${numeral(f.score)}<small>${numeral(f.worst)}</small>`;
      },
      s === 0 ? "" : spread(generators.map((g) => entry(g)?.control)),
    );
  });
  const reads =
    generators.some((g) => g.reads !== null) &&
    row("reads", (g) => html`<span class="reads">${g.reads ?? numeral(null)}</span>`);
  return html`<div class="scroll" role="region" aria-label="Table of candidates" tabindex="0"><table class="candidates">
<caption>The candidates, most valid first, scored on data held out from learning. Smaller scores are better.</caption>
<thead><tr><th scope="col">slot</th>${generators.map((g) => html`<th scope="col">${chip(g.slot)} ${g.slot}</th>`)}<th scope="col" class="control">${controlName(method)}</th></tr></thead>
<tbody>${row("verdict", verdict)}${reads}${row("tangent score", (g) => numeral(g.tangent), spread(generators.map((g) => g.tangentControl)))}</tbody>
<tbody><tr><th scope="rowgroup" colspan="${generators.length + 2}" class="group">flow score: mean over trajectories, worst trajectory beneath</th></tr>${flow}</tbody>
<tbody>${row("folded cells", (g) => percent(g.folded))}${row("points outside", (g) => percent(g.outside))}</tbody>
</table></div>${meanings(method)}`;
}

function rows({ generators, method, certificateReason }: RunRecord): Markup {
  const flows = generators.some((g) => g.flow.length > 0);
  const s = Math.max(...generators.map((g) => farthest(g)?.s ?? 0));
  const flow = (g: GeneratorRecord): Markup | false => {
    const far = farthest(g);
    return (
      flows &&
      html`<td>${numeral(far?.score)}<small>${numeral(far?.worst)}</small></td><td>${numeral(ratio(far?.score, g.floor))}</td><td>${percent(g.folded)}</td><td>${percent(g.outside)}</td>`
    );
  };
  const row = (g: GeneratorRecord): Markup =>
    html`<tr><th scope="row">${chip(g.slot)} ${nameOf(method, g.slot)}<span class="reads">${g.reads}</span></th><td>${verdict(g)}</td><td>${numeral(g.tangent)}</td>${flow(g)}</tr>`;
  const tangent = spread(generators.map((g) => g.tangentControl));
  const control = spread(generators.map((g) => farthest(g)?.control));
  const floor = spread(generators.map((g) => g.floor));
  const heads = [
    "verdict",
    "tangent score",
    ...(flows ? [`flow score, s = ±${given(s)}`, "÷ floor", "folded cells", "points outside"] : []),
  ];
  return html`${!flows && html`<p>Nothing was moved in finite steps here, so these fields rest on the tangent score alone.${certificateReason && html` ${certificateReason}`}</p>`}
<div class="scroll" role="region" aria-label="Table of scores" tabindex="0"><table class="candidates">
<caption>Scores of each field on data held out from learning; smaller is better.${flows && " Flow: the worse of both signs, worst trajectory beneath."}</caption>
<thead><tr><th scope="col">field</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${generators.map(row)}</tbody>
<tbody class="beside"><tr><th scope="row">control: ${controlName(method)}</th><td></td><td>${tangent}</td>${flows && html`<td>${control}</td><td></td><td></td><td></td>`}</tr>${flows && html`<tr><th scope="row">floor: nothing moved</th><td></td><td></td><td>${floor}</td><td></td><td></td><td></td></tr>`}</tbody>
</table></div>${meanings(method, flows)}`;
}

/** One number where all agree to the digits shown, else the range. */
function spread(values: readonly Maybe[]): string {
  const numbers = values.filter(isNumber);
  if (numbers.length === 0) return numeral(null);
  const [lo, hi] = [numeral(Math.min(...numbers)), numeral(Math.max(...numbers))];
  return lo === hi ? lo : `${lo} to ${hi}`;
}

const meanings = (
  method: RunRecord["method"],
  flows = true,
): Markup => html`<details class="meanings" open=""><summary>What the words mean</summary><dl>
${
  method === "library"
    ? html`<dt>field</dt><dd>One of the formulas above. Its number, colour and mark are the same in all figures.</dd>`
    : html`<dt>slot</dt><dd>Where in the learner the candidate was found. Its number, colour and mark are the same in all figures.</dd>`
}
<dt>verdict</dt><dd><em>Accepted</em> fields pass all bounds listed under Thresholds, <em>approximate</em> ones come near them, <em>rejected</em> ones do not.${method === "library" && html` <em>Undecided</em> ones pass them too, but the spectrum does not say where symmetries end.`}</dd>
<dt>tangent score</dt><dd>How much an infinitely small move along the field breaks what it should leave intact, relative to the sizes of the terms that should cancel: 0 for an exact symmetry, of order 1 for an arbitrary field.</dd>
${
  flows &&
  html`<dt>flow score</dt><dd>Every point of the data is moved along the field for a parameter s; the score is by how much they then miss the equation, relative to its terms, or by how much a function has changed that should not.</dd>
<dt>floor</dt><dd>The flow score at s = 0, with nothing moved: what measuring costs. Scores well below it are not to be expected.</dd>`
}
<dt>${controlName(method)}</dt><dd>The control: the median score of ${method === "library" ? "fields drawn at random from the library" : "fields of the same class that have learned nothing"}. A symmetry must stand far below it.</dd>
${
  flows &&
  html`<dt>folded cells</dt><dd>The share of grid cells that the largest move turned over or squeezed so far that they were not scored.</dd>
<dt>points outside</dt><dd>The share of points that moved beyond the region where the field is known.</dd>`
}
</dl></details>`;
