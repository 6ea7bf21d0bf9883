/** Expressions in LaTeX's mathematics mode. */
import type { Expression } from "./expression.js";
import { type Notation, notationOf, strength } from "./notation.js";
import { scientific, symbolOf } from "./symbol.js";

/** "-u u_{x} - u_{xxx}", "\frac{u}{2 t + 2}", "e^{t/50}". */
export const latex = (e: Expression): string => spell(notationOf(e), false);

/** In superscripts (`small`) fractions are written with a stroke. */
function spell(n: Notation, small: boolean): string {
  const at = (part: Notation, least: number): string =>
    strength[part.kind] < least ? bracketed(spell(part, small)) : spell(part, small);
  switch (n.kind) {
    case "number":
      return number(n.digits);
    case "name":
      return letters(n.name);
    case "call":
      return n.name === "exp" ? `e^{${spell(n.argument, true)}}` : `\\${n.name}${bracketed(spell(n.argument, small))}`;
    case "root":
      return `\\sqrt{${spell(n.of, small)}}`;
    case "power": {
      const exponent = `^{${spell(n.exponent, true)}}`;
      if (n.base.kind === "call") return `\\${n.base.name}${exponent}${bracketed(spell(n.base.argument, small))}`;
      return `${at(n.base, strength.name)}${exponent}`;
    }
    case "product":
      return n.factors.map((factor) => at(factor, strength.power)).join(" ");
    case "fraction":
      return small
        ? `${at(n.over, strength.product)}/${at(n.under, strength.power)}`
        : `\\frac{${spell(n.over, small)}}{${spell(n.under, small)}}`;
    case "sum":
      return n.terms
        .map(({ negative, of }, i) => {
          const sign = i === 0 ? (negative ? "-" : "") : negative ? " - " : " + ";
          return `${sign}${at(of, strength.product)}`;
        })
        .join("");
  }
}

const bracketed = (inner: string): string => `\\left(${inner}\\right)`;

/** 2.5e-7 as 2.5 · 10⁻⁷. */
function number(digits: string): string {
  const { mantissa, ten } = scientific(digits);
  if (ten === null) return mantissa;
  return mantissa === "1" ? `10^{${ten}}` : `${mantissa} \\cdot 10^{${ten}}`;
}

function letters(name: string): string {
  const { stem, greek, below } = symbolOf(name);
  const own = greek ? `\\${stem}` : stem.length === 1 ? stem : `\\mathrm{${stem}}`;
  return below === "" ? own : `${own}_{${below.replace(/_/g, "\\_")}}`;
}
