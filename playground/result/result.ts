/** What was found: the count in a sentence, the formulas, each field's verdict; and what a file that was opened says. */
import { algebra } from "../../src/report/brackets.js";
import { formulas } from "../../src/report/formulas.js";
import { html, Markup } from "../../src/report/markup.js";
import { typeset } from "../../src/report/mathml.js";
import { listing } from "../../src/report/numeral.js";
import type { RunFigures, RunRecord } from "../../src/report/run.js";
import { headline } from "../../src/report/summary.js";
import { boxOf, fill } from "../element.js";
import type { Opened } from "../keeper/protocol.js";
import { verdicts } from "./verdicts.js";
import { inForm } from "./words.js";

const FEW = 6; // verdicts that are shown at once

const section = (): HTMLElement => boxOf("result");

/** Returns the sentence, for those who hear the page. */
export function showRun(record: RunRecord, figures: RunFigures): string {
  const said = inForm(headline(record));
  const { warnings } = record;
  const read = formulas(record, figures);
  const near = record.approximate ?? [];
  fill(
    section(),
    worded(html`<h2 id="result-title">What it found</h2>
<p class="headline"><strong>${said}</strong></p>
${warnings.length > 0 && html`<div class="warnings" role="note"><strong>${warnings.length === 1 ? "Note" : "Notes"}</strong><ul>${warnings.map((w) => html`<li>${w}</li>`)}</ul></div>`}
${read || html`<p>${record.count === 0 ? "So there is no formula to show." : "No formula could be read off."}</p>`}
${near.length > 0 && html`<p>Nearly symmetries, not counted: ${near.map(({ reads }, i) => html`${i > 0 && ", "}<code class="reads">${reads}</code>`)}.</p>`}
${algebra(record) && html`<details><summary>How they combine: the algebra</summary>${algebra(record)}</details>`}
<details${record.generators.length <= FEW && html` open`}><summary>How each field was judged</summary>${verdicts(record, figures)}</details>`),
  );
  section().hidden = false;
  return said;
}

export function showOpened(
  { task, equation, version, verdicts: judged, formulas: read, splines }: Opened,
  file: string,
): string {
  const count = (verdict: string): number => judged.filter((own) => own === verdict).length;
  const said = [
    [count("accepted"), "accepted as symmetries"],
    [count("approximate"), "nearly symmetries"],
    [count("rejected"), "rejected"],
    [count("undecided"), "undecided"],
  ] as const;
  const told = said.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}`);
  const sentence = `${judged.length} ${splines ? (judged.length === 1 ? "field" : "fields") : judged.length === 1 ? "formula" : "formulas"} in ${file}${told.length > 0 ? `: ${listing(told)}` : ""}.`;
  fill(
    section(),
    html`<h2 id="result-title">What the file holds</h2>
<p class="headline"><strong>${sentence}</strong></p>
<p>Learned by liefield ${version} from ${equation === null ? task : html`<code class="equation">${equation}</code>`}.</p>
${read.length > 0 && html`<section id="formulas"><h2>Formulas</h2><ol class="formulas">${read.map(({ reads, mathml }, i) => html`<li><span class="name">V${i + 1}</span><div class="typeset">${typeset(mathml, reads)}</div></li>`)}</ol></section>`}`,
  );
  section().hidden = false;
  return sentence;
}

export const hideResult = (): void => {
  section().hidden = true;
};

/** The report's words, in those of this page's form. */
const worded = ({ text }: Markup): Markup => new Markup(inForm(text));
