/** The page of an evaluation: tables, curves of the error against the rollout's step, and how it was made. */
import type { Evaluation, Row } from "../use/evaluation.js";
import { chip } from "./candidates.js";
import { type Curve, chart } from "./chart.js";
import { intervalOf, METRIC, SPREAD, verdictOf } from "./evaluationwords.js";
import { html, type Markup } from "./markup.js";
import { given, numeral, quantity } from "./numeral.js";
import { pageOf } from "./page.js";
import { slotClass } from "./palette.js";

/** One HTML file that loads nothing: bounded by its arms, about 3 kB a curve. */
export function renderEvaluation(evaluation: Evaluation, command: string): string {
  const { task, cells, preset, version, trajectories, equation } = evaluation;
  const whole = cells.done === cells.of;
  return pageOf({
    title: `Rollouts of ${task}`,
    header: html`<h1>Rollouts of ${task}, with and without augmentation</h1>
<p><code class="equation">${equation}</code></p>
<p>Neural operators trained on ${list(trajectories)} trajectories, preset <b>${preset}</b>, continue ${evaluation.test.trajectories} others that nothing was learned from.</p>
${!whole && html`<div class="warnings" role="note"><strong>Not whole</strong><ul><li>${cells.done} of ${cells.of} cells are done; the same command with --resume goes on.</li></ul></div>`}
<p>Rollout ${METRIC}</p>`,
    main: html`${trajectories.map((n) => size(evaluation, n))}
${compared(evaluation)}
${made(evaluation, command)}`,
    version,
  });
}

const list = (numbers: readonly number[]): string => numbers.join(" and ");

/** Table and curves at one number of trajectories. */
function size(evaluation: Evaluation, trajectories: number): Markup {
  const rows = evaluation.rows.filter((row) => row.trajectories === trajectories);
  return html`<section id="n${trajectories}"><h2>Trained on ${trajectories} trajectories</h2>
<div class="wide">${figure(evaluation, rows)}<div class="scroll">${table(evaluation, rows)}</div></div></section>`;
}

/** Arms by number: their colour in figure and table. */
const numberOf = ({ arms }: Evaluation, arm: string): number => arms.findIndex(({ name }) => name === arm) + 1;

function table(evaluation: Evaluation, rows: readonly Row[]): Markup {
  const { baselines } = evaluation;
  const line = (k: number, name: string, cells: readonly string[]): Markup =>
    html`<tr class="${k > 0 ? slotClass(k) : "k0"}"><th scope="row">${k > 0 && html`<span class="nowrap">${chip(k)} <b>${k}</b></span> `}${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
  const ends = (perStep: readonly number[]): string[] => [numeral(perStep[0]), numeral(perStep.at(-1))];
  return html`<table><caption>Rollout error: mean over seeds ± the deviation between them, and how many seeds are done</caption>
<thead><tr><th scope="col">augmentation</th><th scope="col">error</th><th scope="col">seeds</th><th scope="col">first step</th><th scope="col">last step</th></tr></thead>
<tbody>${rows.map(({ arm, mean, deviation, errors, perStep }) => {
    const done = errors.filter((error) => error !== null).length;
    return line(numberOf(evaluation, arm), arm, [
      numeral(mean, 3) + (deviation === null ? "" : `\u00a0±\u00a0${numeral(deviation)}`),
      `${done}`,
      ...ends(perStep),
    ]);
  })}
${Object.entries(baselines).map(([name, { mean, perStep }]) => line(0, name, [numeral(mean, 3), "", ...ends(perStep)]))}</tbody></table>`;
}

function figure(evaluation: Evaluation, rows: readonly Row[]): Markup | null {
  const curves: Curve[] = [
    ...rows.map(({ arm, perStep }) => {
      const slot = numberOf(evaluation, arm);
      return { slot, label: String(slot), points: perStep.map((error, j) => [j + 1, error] as const), marks: false };
    }),
    ...Object.entries(evaluation.baselines).map(([name, { perStep }]) => ({
      ...{ slot: 0, label: name === "zero" ? "zero" : "persist.", marks: false, dashed: true },
      points: perStep.map((error, j) => [j + 1, error] as const),
    })),
  ];
  const drawn = chart(curves, ["step of the rollout", "rollout error"], "Rollout error against the rollout's step");
  return (
    drawn &&
    html`<figure>${drawn}<figcaption><b>Error against the rollout's step</b>, mean over seeds; numbers are those of the table, dashed lines need no learning. An operator is of use while its curve is below them; the lower and the later it rises, the better.</figcaption></figure>`
  );
}

function compared(evaluation: Evaluation): Markup | false {
  const { differences } = evaluation;
  if (differences.length === 0) return false;
  return html`<section id="differences"><h2>What differs</h2><p>${SPREAD}</p>
<div class="scroll"><table class="facts"><caption>Error of the first minus error of the second: below zero the first is better</caption>
<thead><tr><th scope="col">compared</th><th scope="col">trained on</th><th scope="col">difference</th><th scope="col">seeds</th><th scope="col">so</th></tr></thead>
<tbody>${differences.map((d) => html`<tr><th scope="row" class="of">${d.arm} − ${d.against}</th><td>${d.trajectories}</td><td class="nowrap">${numeral(d.mean)}${intervalOf(d)}</td><td>${d.pairs}</td><td class="so">${verdictOf(d)}</td></tr>`)}</tbody></table></div></section>`;
}

function made({ settings, steps, seeds, test, sigma, copies, original, seconds }: Evaluation, command: string): Markup {
  const facts: readonly (readonly [string, string])[] = [
    ["seeds", seeds.join(", ")],
    ["test trajectories", `${test.trajectories}, of seed ${test.seed}`],
    [
      "copies moved along the generators",
      `${copies} of each trajectory, each by up to ${given(sigma)} of the data's extents along every direction of their span`,
    ],
    ["windows cut from them", quantity(100 * (1 - original), " %")],
    ["time of all cells", quantity(seconds, " s")],
  ];
  const rows = (pairs: readonly (readonly [string, string])[]): Markup[] =>
    pairs.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`);
  return html`<section id="particulars"><h2>How it was made</h2><p>To go on with it, or to see it again:</p><pre tabindex="0"><code>${command}</code></pre>
<div class="tables"><table class="facts"><caption>Comparison</caption><tbody>${rows(facts)}</tbody></table>
<table class="facts"><caption>Operator and its training</caption><tbody>${rows(Object.entries(steps === null ? settings : { ...settings, epochs: null, steps }).flatMap(([name, value]) => (value === null ? [] : [[name, typeof value === "string" ? value : given(value)] as const])))}</tbody></table></div></section>`;
}
