/** The page of a sweep: what came of each setting, and a row for every run. Loads and runs nothing. */
import { html, type Markup } from "./markup.js";
import { isNumber, NONE, numeral, quantity } from "./numeral.js";
import { pageOf } from "./page.js";
import { countOf, type Spread, type SweepRecord, type SweepRow } from "./sweeprecord.js";

export function renderSweep(record: SweepRecord, name: string): string {
  const { runs, done, failed, missing, warnings, version } = record;
  const rest = [
    ...(failed > 0 ? [`${failed} failed, each with its reason in the table`] : []),
    ...(missing === "" ? [] : [`missing: ${missing}`]),
  ];
  return pageOf({
    title: `Sweep ${name}`,
    header: html`<h1>Sweep ${name}</h1>
<p class="result"><strong>${done} of ${runs} runs are done.</strong> ${rest.length > 0 && `${rest.join("; ")}.`}</p>${
      warnings.length > 0 &&
      html`<div class="warnings" role="note"><strong>${warnings.length === 1 ? "Warning" : "Warnings"}</strong><ul>${warnings.map((each) => html`<li>${each}</li>`)}</ul></div>`
    }`,
    main: html`${settings(record)}
${table(record)}`,
    version,
  });
}

/** A line for each setting, over its seeds. */
function settings({ groups }: SweepRecord): Markup {
  const names = Object.keys(groups[0]?.options ?? {});
  const angles = groups.some(({ angleDegrees }) => angleDegrees !== null);
  return html`<section id="settings"><h2>By setting</h2>
<p>Runs that differ in their seed alone are one line. Look at whether they agree on the count: where they do not, the count hangs on chance and must not be trusted.</p>
<div class="scroll" role="region" aria-label="Table of settings" tabindex="0"><table class="facts"><caption>Over seeds: median, least and most</caption>
<thead><tr>${names.map((each) => html`<th scope="col">${each}</th>`)}<th scope="col">runs done</th><th scope="col">symmetries, and how many runs counted so</th>${angles && html`<th scope="col">largest angle to the truth</th>`}<th scope="col">time</th></tr></thead>
<tbody>${groups.map(
    ({ options, runs, done, counts, angleDegrees, seconds }) =>
      html`<tr>${names.map((each) => html`<td>${options[each]}</td>`)}<td>${done} of ${runs}</td><td>${counted(counts)}</td>${angles && html`<td>${spread(angleDegrees, "°")}</td>`}<td>${spread(seconds, " s")}</td></tr>`,
  )}</tbody></table></div></section>`;
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([count, times]) => `${count} (${times})`)
    .join(", ") || NONE;

const spread = (of: Spread | null, unit: string): string =>
  of === null
    ? NONE
    : of.least === of.most
      ? quantity(of.median, unit)
      : `${quantity(of.median, unit)} (${numeral(of.least)} to ${numeral(of.most)})`;

const MOST = 2000; // rows on the page; table.csv has all

function table({ rows, varied }: SweepRecord): Markup {
  const angles = rows.some(({ largestAngleDegrees }) => largestAngleDegrees !== null);
  const shown = rows.slice(0, MOST);
  return html`<section id="runs"><h2>Runs</h2>${rows.length > MOST && html`<p>The first ${MOST} of ${rows.length}; table.csv has all.</p>`}
<div class="scroll" role="region" aria-label="Table of runs" tabindex="0"><table class="facts"><caption>Every run; its number leads to its report</caption>
<thead><tr><th scope="col">run</th>${varied.map((each) => html`<th scope="col">${each}</th>`)}<th scope="col">symmetries</th><th scope="col">gap</th>${angles && html`<th scope="col">largest angle</th>`}<th scope="col">reads</th><th scope="col">time</th></tr></thead>
<tbody>${shown.map((row) => line(row, varied, angles))}</tbody></table></div></section>`;
}

function line(row: SweepRow, varied: readonly string[], angles: boolean): Markup {
  const { index, options, outcome, sentence, report, gap, largestAngleDegrees, reads, seconds, warnings } = row;
  const number = report === null ? html`${index}` : html`<a href="${report}">${index}</a>`;
  const said =
    outcome === "done"
      ? html`<td>${countOf(row)}${warnings.length > 0 && html`<small>${warnings.join("; ")}</small>`}</td><td>${numeral(gap)}</td>${angles && html`<td>${isNumber(largestAngleDegrees) ? `${numeral(largestAngleDegrees)}°` : NONE}</td>`}<td class="reads">${reads.join(", ") || NONE}</td><td>${quantity(seconds, " s")}</td>`
      : html`<td colspan="${angles ? 5 : 4}"><span class="poor">${outcome}</span>${sentence !== null && `: ${sentence}`}</td>`;
  return html`<tr><th scope="row">${number}</th>${varied.map((each) => html`<td>${options[each]}</td>`)}${said}</tr>`;
}
