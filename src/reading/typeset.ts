/** Fields written out: as text, LaTeX, SymPy and MathML. */
import { constant, type Expression, one, power, variable } from "../expression/expression.js";
import { latex, mathml, sympy, text } from "../expression/print.js";
import { degreeOf } from "./degree.js";
import { rationalText } from "./rational.js";
import type { Term } from "./term.js";

export interface Typeset {
  readonly text: string; // "t ∂x + ∂u"
  readonly latex: string; // "t\,\partial_x + \partial_u"
  readonly sympy: string; // "Matrix([t, 0, 1])": components in the order of the coordinates, for sympify
  readonly mathml: string; // content of a <math> element
}

/** One way of writing: pieces into a whole. */
interface Script {
  coefficient(term: Term): string; // size alone, not 1
  function(e: Expression, order: readonly string[]): string;
  term(coefficient: string | null, of: string | null, component: string): string;
  sum(parts: readonly { readonly negative: boolean; readonly of: string }[]): string;
}

export function typeset(terms: readonly Term[], components: readonly Expression[], order: readonly string[]): Typeset {
  const write = (script: Script): string =>
    script.sum(
      terms.map((term) => {
        const size = term.exact ? Math.abs(term.exact.numerator) / term.exact.denominator : null;
        return {
          negative: (term.exact?.numerator ?? term.coefficient) < 0,
          of: script.term(
            size === 1 ? null : script.coefficient(term),
            term.expression === one || term.expression.kind === "constant"
              ? null
              : script.function(term.expression, order),
            term.component,
          ),
        };
      }),
    );
  return {
    text: write(plain),
    latex: write(tex),
    sympy: `Matrix([${components.map(sympy).join(", ")}])`,
    mathml: write(markup),
  };
}

const plain: Script = {
  coefficient: ({ exact, coefficient, standardError }) =>
    exact ? rationalText({ ...exact, numerator: Math.abs(exact.numerator) }) : decimal(coefficient, standardError),
  function: (e, order) => monomial(e, order)?.map(text).join(" ") ?? text(e),
  term(coefficient, of, component) {
    if (coefficient !== null && of?.startsWith("1/")) return `${coefficient}${of.slice(1)} ∂${component}`;
    return [coefficient, of, `∂${component}`].filter((part) => part !== null).join(" ");
  },
  sum: (parts) =>
    parts.map(({ negative, of }, i) => `${i === 0 ? (negative ? "-" : "") : negative ? " - " : " + "}${of}`).join(""),
};

const tex: Script = {
  coefficient({ exact, coefficient, standardError }) {
    if (!exact) return scripted(coefficient, standardError, latex) ?? decimal(coefficient, standardError);
    const p = Math.abs(exact.numerator);
    return exact.denominator === 1 ? String(p) : `\\frac{${p}}{${exact.denominator}}`;
  },
  function: (e, order) => monomial(e, order)?.map(latex).join(" ") ?? latex(e),
  term(coefficient, of, component) {
    const front = [coefficient, of].filter((part) => part !== null).join(" ");
    const name = latex(variable(component));
    return `${front === "" ? "" : `${front}\\,`}\\partial_${name.length === 1 ? name : `{${name}}`}`;
  },
  sum: plain.sum,
};

const TIMES = "<mo>\u2062</mo>"; // invisible

const markup: Script = {
  coefficient({ exact, coefficient, standardError }) {
    if (!exact)
      return scripted(coefficient, standardError, mathml) ?? `<mn>${decimal(coefficient, standardError)}</mn>`;
    const p = `<mn>${Math.abs(exact.numerator)}</mn>`;
    return exact.denominator === 1 ? p : `<mfrac>${p}<mn>${exact.denominator}</mn></mfrac>`;
  },
  function: (e, order) => monomial(e, order)?.map(mathml).join(TIMES) ?? mathml(e),
  term: (coefficient, of, component) =>
    [coefficient, of, `<msub><mo>∂</mo>${mathml(variable(component))}</msub>`]
      .filter((part) => part !== null)
      .join(TIMES),
  sum: (parts) =>
    `<mrow>${parts
      .map(({ negative, of }, i) => `${i === 0 && !negative ? "" : `<mo>${negative ? "−" : "+"}</mo>`}${of}`)
      .join("")}</mrow>`,
};

/** Powers of a monomial: t first, then in the order of the coordinates; null for any other function. */
function monomial(e: Expression, order: readonly string[]): Expression[] | null {
  if (degreeOf(e).foreign > 0) return null;
  const factors = e.kind === "product" ? e.factors : [{ base: e, exponent: 1 }];
  const place = ({ base }: (typeof factors)[number]): number => {
    const name = base.kind === "variable" ? base.name : "";
    return name === "t" ? -1 : order.indexOf(name);
  };
  return [...factors].sort((a, b) => place(a) - place(b)).map(({ base, exponent }) => power(base, exponent));
}

const DIGITS = { least: 2, most: 6 };

/** A coefficient's size to the digits its error leaves, zeros at the end included: 1.0 is measured, 1 is exact. */
export function decimal(coefficient: number, standardError: number): string {
  const size = Math.abs(coefficient);
  const told = Math.floor(Math.log10(size)) - Math.floor(Math.log10(Math.max(standardError, 1e-16 * size))) + 1;
  const written = size.toPrecision(Math.min(DIGITS.most, Math.max(DIGITS.least, told)));
  return written.includes("e") || size >= 1e5 ? String(Number(written)) : written;
}

/** The same digits in another script: its own only where a power of ten is needed. */
function scripted(coefficient: number, standardError: number, write: (e: Expression) => string): string | null {
  const digits = decimal(coefficient, standardError);
  return digits.includes("e") ? write(constant(Number(digits))) : null;
}
