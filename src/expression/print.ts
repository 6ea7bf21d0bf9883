/** Expressions as text, which `parse` reads back as the same expression, and as SymPy. */
import type { Expression } from "./expression.js";
import { type Notation, notationOf, strength } from "./notation.js";

export { latex } from "./latex.js";
export { mathml } from "./mathml.js";

/** As a user would write it: "-u*u_x", "0.01*u_xx", "u/(2*t + 2)", "u^(1/3)". */
export const text = (e: Expression): string => spell(notationOf(e), { raised: "^", rational: null });

/** As Python with SymPy's names: "u**2*u_x", "exp(t/50)", "u**Rational(1, 3)". */
export const sympy = (e: Expression): string =>
  spell(notationOf(e), { raised: "**", rational: (p, q) => `Rational(${p}, ${q})` });

interface Dialect {
  readonly raised: string;
  readonly rational: ((p: string, q: string) => string) | null; // a function that gives p/q, where p/q itself would round
}

function spell(n: Notation, dialect: Dialect): string {
  const rational = (part: Notation): string | null =>
    dialect.rational && part.kind === "fraction" && part.over.kind === "number" && part.under.kind === "number"
      ? dialect.rational(part.over.digits, part.under.digits)
      : null;
  const at = (part: Notation, least: number): string =>
    strength[part.kind] < least && rational(part) === null ? `(${spell(part, dialect)})` : spell(part, dialect);
  switch (n.kind) {
    case "number":
      return n.digits;
    case "name":
      return n.name;
    case "call":
      return `${n.name}(${spell(n.argument, dialect)})`;
    case "root":
      return `sqrt(${spell(n.of, dialect)})`;
    case "power":
      return `${at(n.base, strength.name)}${dialect.raised}${at(n.exponent, strength.name)}`;
    case "product":
      return n.factors.map((factor) => at(factor, strength.power)).join("*");
    case "fraction":
      return rational(n) ?? `${at(n.over, strength.product)}/${at(n.under, strength.power)}`;
    case "sum":
      return n.terms
        .map(({ negative, of }, i) => {
          const sign = i === 0 ? (negative ? "-" : "") : negative ? " - " : " + ";
          return `${sign}${at(of, strength.product)}`;
        })
        .join("");
  }
}
