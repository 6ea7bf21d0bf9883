/** How the found fields commute: the bracket table as a heat map with its entries written in, and what the algebra is. */
import { combination, uncertainty } from "./combination.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber, listing, numeral, percent } from "./numeral.js";
import type { AlgebraRecord, RunRecord } from "./run.js";

const LEVELS = 5; // shades besides none
const WRITTEN = { rows: 8, length: 30 }; // up to which formulas stand in the table's first column

/** A bracket ready to be written. */
export interface Entry {
  readonly text: string; // "2 V3 − V7", "0"; with "…" where it leaves the span
  readonly size: number; // largest coefficient, 0 where none is above its error
}

/**
 * [Vi, Vj] for all i, j from 1, from those with i < j; "—" where none is given. Of fields known `exact`ly a bracket that leaves the span
 * is "…" alone: how much of it lies within depends on the data only.
 */
export function bracketOf({ brackets, closure }: AlgebraRecord, i: number, j: number, exact = false): Entry {
  if (i === j) return { text: "0", size: 0 };
  const found = brackets.find((b) => (b.i === i && b.j === j) || (b.i === j && b.j === i));
  if (!found) return { text: "—", size: 0 };
  const { outside = closure } = found;
  if (exact && outside > CLOSED && found.outside !== undefined) return { text: "…", size: 0 };
  const error = uncertainty(outside);
  const coefficients = found.i === i ? found.coefficients : found.coefficients.map((c) => -c);
  const text = combination(coefficients, error);
  const leaves = found.outside !== undefined && found.outside > LEAVES;
  return {
    text: leaves ? (text === "0" ? "…" : `${text} + …`) : text,
    size: Math.max(0, ...coefficients.map((c) => Math.abs(c)).filter((c) => c > error)),
  };
}

const LEAVES = 0.05; // share of a bracket beyond the span that its entry tells

export function algebra({ algebra: found, formulas }: Pick<RunRecord, "algebra" | "formulas">): Markup | false {
  if (found === null || found.basis.length === 0) return false;
  return html`<section id="algebra"><h2>Algebra</h2>
<p>The bracket [V<sub>i</sub>, V<sub>j</sub>] says whether it matters which of two moves is made first. It is 0 where the order makes no difference; otherwise it is the field along which the two results lie apart. For symmetries it is always a symmetry again.</p>
${table(found, recognised(formulas))}<ul class="facts-in-words">${facts(found, formulas).map((fact) => html`<li>${fact}</li>`)}</ul></section>`;
}

function table(found: AlgebraRecord, exact: boolean): Markup {
  const { basis } = found;
  const largest = Math.max(0, ...found.brackets.map(({ i, j }) => bracketOf(found, i, j, exact).size));
  const leaves = found.brackets.some(({ i, j }) => bracketOf(found, i, j, exact).text.endsWith("…"));
  const cell = (i: number, j: number): Markup => {
    const { text, size } = bracketOf(found, i, j, exact);
    const level = largest > 0 ? Math.ceil((LEVELS * size) / largest) : 0;
    return html`<td class="h${level}${text === "0" && " zero"}">${text}</td>`;
  };
  const read = basis.length <= WRITTEN.rows && basis.every((text) => text.length <= WRITTEN.length);
  const numbers = basis.map((_, i) => i + 1);
  return html`<div class="scroll" role="region" aria-label="Bracket table" tabindex="0"><table class="brackets">
<caption>[row, column] as a combination of the found fields; the stronger the colour, the larger${leaves && ". Dots stand for what lies beyond their span"}</caption>
<thead><tr><th scope="col"><span class="nowrap">[ , ]</span></th>${numbers.map((j) => html`<th scope="col">V${j}</th>`)}</tr></thead>
<tbody>${numbers.map((i) => html`<tr><th scope="row">V${i}${read && html`<span class="reads">${basis[i - 1]}</span>`}</th>${numbers.map((j) => cell(i, j))}</tr>`)}</tbody></table></div>`;
}

/** The algebra in sentences, for the page and the terminal; `formulas` are those that its basis reads. */
export function facts(
  { basis, closure, jacobi, centre, derived, ...kind }: AlgebraRecord,
  formulas: RunRecord["formulas"] = null,
): string[] {
  const n = basis.length;
  const series = derived[0] === n ? derived : [n, ...derived];
  const said = [closureOf(closure, n, recognised(formulas))];
  if (isNumber(jacobi)) said.push(jacobiOf(jacobi, closure));
  if (centre === n) return [...said, "All brackets vanish: the order of moves never matters (an abelian algebra)."];
  said.push(
    centre === 0
      ? "No combination of the fields commutes with all others (centre of dimension 0)."
      : `The combinations that commute with all others have dimension ${given(centre)} (the centre).`,
  );
  const kinds = [
    kind.nilpotent && "nilpotent",
    kind.solvable && !kind.nilpotent && "solvable",
    kind.semisimple && "semisimple",
  ].filter((word) => word !== false);
  said.push(
    `Brackets, brackets of brackets and so on span ${series.length === 1 ? `all ${n}` : series.map(given).join(" → ")} dimensions (the derived series)${kinds.length > 0 ? `: the algebra is ${listing(kinds)}` : ""}.`,
    ...(kind.name ? [`It is the ${/[()]/.test(kind.name) ? `algebra ${kind.name}` : `${kind.name} algebra`}.`] : []),
  );
  return said;
}

/** Whether every coefficient is known as a number, so that no error of the formulas can explain what brackets leave. */
export const recognised = (formulas: RunRecord["formulas"]): boolean =>
  !!formulas && formulas.length > 0 && formulas.every((f) => f.fits && f.terms.every((t) => t.exact !== null));

const CLOSED = 1e-3; // share of a bracket beyond the span up to which it counts as within

function closureOf(closure: number, n: number, exact: boolean): string {
  if (!isNumber(closure)) return "Whether brackets stay within the span of the found fields was not measured.";
  if (closure <= CLOSED)
    return `Brackets stay ${closure === 0 ? "exactly within the span of the found fields" : `within the span of the found fields to ${numeral(closure)} of their size`}, so these form a Lie algebra of dimension ${n}.`;
  const by = `Brackets leave the span of the found fields by up to ${percent(closure)} of their size`;
  const within = "What follows is about the parts within the span.";
  if (exact)
    return `${by}. The formulas are exact, so this is no error of theirs: some brackets are symmetries that the library cannot express, as where a library of degree 2 cuts an algebra of infinite dimension. ${within}`;
  return closure < 0.05
    ? `${by}, as is to be expected of fields that are known only so well.`
    : `${by}: symmetries are missing from it, as where the library holds only the simpler ones of a linear equation, or its fields are only approximate. ${within}`;
}

/** The check on a table: brackets of brackets agree, as far as nothing was left out of them. */
function jacobiOf(jacobi: number, closure: number): string {
  if (jacobi > CLOSED && closure > CLOSED)
    return `Jacobi's identity, a check on such a table, is missed by ${numeral(jacobi)}, because of the parts beyond the span.`;
  return `Jacobi's identity, a check on such a table, holds ${jacobi === 0 ? "exactly" : `to ${numeral(jacobi)}`}.`;
}
