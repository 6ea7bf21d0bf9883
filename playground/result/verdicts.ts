/** Each field's verdict in plain words. */
import { misses } from "../../src/report/bounds.js";
import { chip } from "../../src/report/candidates.js";
import { capital, controlName, nameOf } from "../../src/report/designation.js";
import { html, type Markup } from "../../src/report/markup.js";
import { typeset } from "../../src/report/mathml.js";
import { given, isNumber, listing, numeral, ratio } from "../../src/report/numeral.js";
import type { GeneratorRecord, RunFigures, RunRecord } from "../../src/report/run.js";
import { farthest } from "../../src/report/summary.js";

export function verdicts(record: RunRecord, figures: RunFigures): Markup {
  return html`<ul class="verdicts">${record.generators.map((g) => entry(g, record, figures))}</ul>
<p class="note">The <em>tangent score</em> of a field says how strongly the equation objects to a small move along it: 0 for a symmetry. The <em>floor</em> is by how much a solution misses the equation with nothing moved: what measuring costs.</p>`;
}

const WORDS = {
  accepted: "✓ a symmetry",
  approximate: "≈ nearly a symmetry",
  rejected: "✗ no symmetry",
  undecided: "? undecided",
} as const;

function entry(g: GeneratorRecord, { method }: RunRecord, figures: RunFigures): Markup {
  const formula = g.reads !== null && typeset(figures.mathml?.[g.slot - 1], g.reads);
  const name = method === "library" ? `V${g.slot}` : `Slot ${g.slot}`;
  return html`<li>${chip(g.slot)} <b>${name}</b>${formula && html` ${formula}`}: <span class="verdict ${g.verdict}">${WORDS[g.verdict]}</span>. ${why(g, method, figures)}</li>`;
}

function why(g: GeneratorRecord, method: RunRecord["method"], { thresholds }: RunFigures): string {
  if (g.verdict !== "accepted") {
    const clauses = misses(g, thresholds, method);
    if (clauses.length > 0) return `${capital(listing(clauses))}.`;
  }
  const far = farthest(g);
  if (far && isNumber(far.score) && isNumber(g.floor) && g.floor > 0)
    return `Moved along it by s\u00a0=\u00a0±${given(far.s)}, a solution that learning never saw misses the equation by ${numeral(ratio(far.score, g.floor))}\u00a0× what measuring alone costs; ${controlName(method)} by ${numeral(ratio(far.control, g.floor))}\u00a0×.`;
  return `The equation objects to small moves along it by ${numeral(g.tangent)} of its terms; ${isNumber(g.tangentControl) ? `to those along ${controlName(method)} by ${numeral(g.tangentControl)}` : `${capital(nameOf(method, g.slot))} was scored by that alone`}.`;
}
