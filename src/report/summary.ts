/** The result in plain words: what was found, what was not and why, how sure the count is. */
import { misses } from "./bounds.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber, listing, type Maybe, numeral, ratio } from "./numeral.js";
import type { GeneratorRecord, RunFigures, RunRecord } from "./run.js";

export function summary(record: RunRecord, figures: RunFigures): Markup {
  const accepted = record.generators.filter((g) => g.accepted);
  const others = record.generators.filter((g) => !g.accepted);
  return html`<p class="result"><strong>${found(record)}</strong>, <code class="equation">${figures.equation}</code>. ${kept(accepted)} ${dropped(others, figures.thresholds)} ${counted(record, accepted.length, others.length)}</p>${
    record.warnings.length > 0 &&
    html`<div class="warnings" role="note"><strong>${record.warnings.length === 1 ? "Warning" : "Warnings"}</strong><ul>${record.warnings.map((w) => html`<li>${w}</li>`)}</ul></div>`
  }`;
}

function found({ count, countIs, task }: RunRecord): string {
  if (countIs === "undecided" || !isNumber(count)) return `The number of symmetries of ${task} is undecided`;
  const many = `${count} ${count === 1 ? "symmetry" : "symmetries"}`;
  if (countIs === "atLeast") return `At least ${many} found in ${task}`;
  return count === 0 ? `No symmetry found in ${task}` : `${many} found in ${task}`;
}

function kept(accepted: readonly GeneratorRecord[]): string {
  if (accepted.length === 0) return "";
  const which =
    accepted.length === 1 ? `along candidate ${accepted[0]!.slot}` : `along any of candidates ${slots(accepted)}`;
  const far = accepted.map(farthest);
  const s = Math.max(...far.map((f) => f?.s ?? Number.NaN));
  const times = top(accepted.map((g, i) => ratio(far[i]?.score, g.floor)));
  const random = most(accepted.map((g, i) => ratio(far[i]?.control, g.floor)));
  if (!isNumber(times)) {
    const why = isNumber(s) ? `a flow score at s = ±${given(s)} came out as no number` : "no flow score was computed";
    return `By the tangent score alone, moving a solution ${which} leaves it a solution; ${why}.`;
  }
  return `Moving a solution that learning never saw ${which} leaves it a solution: moved by s = ±${given(s)}, it misses the equation by at most ${numeral(times)} × the floor, which is what the unmoved data score${isNumber(random) ? `; random fields reach ${numeral(random)} × the floor` : ""}.`;
}

/** Why the rest were not accepted: the bounds they miss. */
function dropped(others: readonly GeneratorRecord[], thresholds: RunFigures["thresholds"]): string {
  const told = others.slice(0, 3).map((g) => {
    const verdict = g.verdict === "approximate" ? "is only approximate" : "was rejected";
    const why = misses(g, thresholds);
    return `Candidate ${g.slot} ${verdict}${why.length > 0 ? ` because ${listing(why)}` : ""}.`;
  });
  const rest = others.slice(3);
  if (rest.length > 0)
    told.push(
      `${rest.length === 1 ? "Candidate" : "Candidates"} ${slots(rest)} ${rest.length === 1 ? "was" : "were"} not accepted either; see the table.`,
    );
  return told.join(" ");
}

function counted({ countIs, count, gap, method }: RunRecord, accepted: number, others: number): string {
  const jump =
    method === "library"
      ? `between neighbouring scores of the sorted spectrum the largest jump is a factor ${numeral(gap)}`
      : `the best candidate outside has ${numeral(gap)} × the tangent score of the worst one inside`;
  if (countIs === "undecided" || !isNumber(count))
    return `${accepted} of ${accepted + others} candidates were accepted, but accepted and rejected do not separate clearly${isNumber(gap) ? ` (gap: ${jump})` : ""}, so no count is given.`;
  if (countIs === "atLeast")
    return "Every candidate was accepted, so there may be more: run again with more slots (--generators).";
  if (!isNumber(gap)) return "The count has no gap to rest on, because all candidates fell on one side.";
  return `The count is exact for the class of fields searched. It rests on the gap between the two groups: ${jump}.`;
}

/** The entry at the largest |s|, the worse of the two signs. */
export function farthest(g: GeneratorRecord): { s: number; score: number; worst: number; control: number } | null {
  const s = most(g.flow.map((f) => Math.abs(f.s)));
  if (!isNumber(s) || s === 0) return null;
  const there = g.flow.filter((f) => Math.abs(f.s) === s);
  return {
    s,
    score: top(there.map((f) => f.score)),
    worst: top(there.map((f) => f.worst)),
    control: top(there.map((f) => f.control)),
  };
}

const slots = (generators: readonly GeneratorRecord[]): string =>
  listing(
    generators
      .map((g) => g.slot)
      .sort((a, b) => a - b)
      .map(String),
  );

/** The largest of the numbers among the values; NaN if there is none. */
function most(values: readonly Maybe[]): number {
  const numbers = values.filter(isNumber);
  return numbers.length > 0 ? Math.max(...numbers) : Number.NaN;
}

/** The largest value, NaN as soon as one is no number: a failed score must not hide behind a good one. */
const top = (values: readonly Maybe[]): number => (values.every(isNumber) ? most(values) : Number.NaN);
