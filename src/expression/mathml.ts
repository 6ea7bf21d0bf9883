/** Expressions in presentation MathML. */
import type { Expression } from "./expression.js";
import { type Notation, notationOf, strength } from "./notation.js";
import { scientific, symbolOf } from "./symbol.js";

/** The content of a `<math>` element, one `<mrow>`. */
export const mathml = (e: Expression): string => row(spell(notationOf(e), false));

const row = (...parts: readonly string[]): string => `<mrow>${parts.join("")}</mrow>`;
const operator = (symbol: string): string => `<mo>${symbol}</mo>`;
const TIMES = operator("\u2062"); // invisible
const APPLY = operator("\u2061"); // invisible: a function to its argument

/** In superscripts (`small`) fractions are written with a stroke. */
function spell(n: Notation, small: boolean): string {
  const at = (part: Notation, least: number): string =>
    strength[part.kind] < least ? bracketed(part) : spell(part, small);
  const bracketed = (part: Notation): string => row(operator("("), spell(part, small), operator(")"));
  const apply = (head: string, argument: Notation): string => row(head, APPLY, bracketed(argument));
  switch (n.kind) {
    case "number":
      return number(n.digits);
    case "name":
      return letters(n.name);
    case "call":
      if (n.name === "exp") return `<msup><mi>e</mi>${row(spell(n.argument, true))}</msup>`;
      return apply(`<mi>${n.name}</mi>`, n.argument);
    case "root":
      return `<msqrt>${spell(n.of, small)}</msqrt>`;
    case "power": {
      const exponent = spell(n.exponent, true);
      if (n.base.kind === "call") return apply(`<msup><mi>${n.base.name}</mi>${exponent}</msup>`, n.base.argument);
      return `<msup>${at(n.base, strength.name)}${exponent}</msup>`;
    }
    case "product":
      return row(n.factors.map((factor) => at(factor, strength.power)).join(TIMES));
    case "fraction":
      return small
        ? row(at(n.over, strength.product), operator("/"), at(n.under, strength.power))
        : `<mfrac>${spell(n.over, small)}${spell(n.under, small)}</mfrac>`;
    case "sum":
      return row(
        ...n.terms.flatMap(({ negative, of }, i) => [
          i === 0 && !negative ? "" : operator(negative ? "−" : "+"),
          at(of, strength.product),
        ]),
      );
  }
}

/** 2.5e-7 as 2.5 · 10⁻⁷. */
function number(digits: string): string {
  const { mantissa, ten } = scientific(digits);
  if (ten === null) return `<mn>${mantissa}</mn>`;
  const exponent = ten < 0 ? row(operator("−"), `<mn>${-ten}</mn>`) : `<mn>${ten}</mn>`;
  const raised = `<msup><mn>10</mn>${exponent}</msup>`;
  return mantissa === "1" ? raised : row(`<mn>${mantissa}</mn>`, operator("·"), raised);
}

function letters(name: string): string {
  const { stem, greek, below } = symbolOf(name);
  const own = `<mi>${escaped(greek ?? stem)}</mi>`;
  return below === "" ? own : `<msub>${own}<mi>${escaped(below)}</mi></msub>`;
}

const escaped = (name: string): string => name.replace(/[&<>"]/g, (symbol) => `&#${symbol.charCodeAt(0)};`);
