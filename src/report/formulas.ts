/** The accepted span as formulas: typeset, each with the residual of its fit, its coefficients, and text to copy. */
import { action } from "./action.js";
import { html, type Markup } from "./markup.js";
import { typeset } from "./mathml.js";
import { isNumber, numeral, percent } from "./numeral.js";
import type { FormulaRecord, RunFigures, RunRecord } from "./run.js";

type Term = FormulaRecord["terms"][number];

export function formulas({ formulas: read, method, countIs }: RunRecord, { mathml }: RunFigures): Markup | false {
  if (!read || read.length === 0) return false;
  const whose =
    method === "library"
      ? "The fields found, mixed with each other until each is as short as can be"
      : "The accepted candidates, mixed with each other and read off against a library of simple functions";
  const doubt = method === "library" && countIs === "undecided";
  return html`<section id="formulas"><h2>Formulas</h2>
<p>${doubt && "No jump in the spectrum says where symmetries end; these are the fields before the largest jump, and some or all may be none. "}${whose}. The sign ∂x says <em>in the direction of x</em>, and what stands before it how fast: for example, <span class="nowrap">t ∂x + ∂u</span> moves x at speed t and u at speed 1.${!doubt && " Any combination of these fields is a symmetry too."} The residual of the fit is the share of the field that the formula misses.</p>
<ol class="formulas">${read.map((formula, i) => entry(formula, i, mathml?.[i]))}</ol></section>`;
}

function entry(formula: FormulaRecord, i: number, mathml: string | null | undefined): Markup {
  const { fits, reads, residual } = formula;
  const does = action(formula);
  const written = fits || formula.terms.length > 0 ? typeset(mathml, reads) : html`<em>no formula</em>`;
  const fit = fits
    ? html`residual of the fit ${numeral(residual)}`
    : html`<strong class="poor">no fit:</strong> the library leaves ${percent(residual)} of this field unexpressed`;
  return html`<li><span class="name">V${i + 1}</span><div class="typeset">${written}</div><p class="does">${does && html`<span>${does}</span>`}<span class="fit">${fit}</span></p>${details(formula, i)}</li>`;
}

function details(formula: FormulaRecord, i: number): Markup | false {
  const { reads, latex, sympy, terms } = formula;
  if (terms.length === 0 && latex === null) return false;
  const copy = (name: string, text: string | null): Markup | false =>
    text !== null && html`<dt>${name}</dt><dd><code class="copy">${text}</code></dd>`;
  return html`<details><summary>Coefficients, LaTeX, SymPy</summary>${coefficients(formula, i)}<dl class="copies">${copy("Text", reads)}${copy("LaTeX", latex)}${copy("SymPy", sympy)}</dl></details>`;
}

const coefficients = ({ terms }: FormulaRecord, i: number): Markup =>
  html`<div class="scroll"><table class="terms"><caption>Coefficients of V${i + 1}, with the standard error of each and the number it is taken for</caption><thead><tr><th scope="col">term</th><th scope="col">coefficient</th><th scope="col">± error</th><th scope="col">taken for</th></tr></thead><tbody>${terms.map((t) => html`<tr><th scope="row"><span class="nowrap">${t.function === "1" ? "" : `${t.function} `}∂${t.component}</span></th><td>${numeral(t.coefficient, 7)}</td><td>${numeral(t.standardError)}</td><td>${taken(t)}</td></tr>`)}</tbody></table></div>`;

/** The recognised number and how far the coefficient is from it. */
function taken({ exact, coefficient }: Term): Markup | string {
  if (exact === null) return "no simple number";
  const parts = /^(-?\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(exact);
  const off =
    parts && isNumber(coefficient) ? Math.abs(coefficient - Number(parts[1]) / Number(parts[2] ?? 1)) : Number.NaN;
  return html`${exact.replace(/^-/, "−")}${isNumber(off) && html`<small>off by ${numeral(off)}</small>`}`;
}
