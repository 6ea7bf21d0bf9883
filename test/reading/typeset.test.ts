import { describe, expect, test } from "@jest/globals";
import { type Expression, one } from "../../src/expression/expression.js";
import { text } from "../../src/expression/print.js";
import type { Rational } from "../../src/reading/rational.js";
import { componentsOf, gathered, stated, type Term } from "../../src/reading/term.js";
import { decimal, typeset } from "../../src/reading/typeset.js";
import { typeset as shown } from "../../src/report/mathml.js";
import { expression } from "./span.js";

const whole = (numerator: number, denominator = 1): Rational => ({ numerator, denominator });
const term = (
  component: string,
  of: string,
  coefficient: number,
  exact: Rational | null,
  standardError = 1e-9,
): Term => {
  const e: Expression = of === "1" ? one : expression(of);
  return { component, function: text(e), expression: e, coefficient, standardError, exact, deviation: exact && 0 };
};
const order = ["x", "t", "u"];
const write = (...terms: Term[]) => typeset(terms, componentsOf(terms, order), order);

describe("a field is written", () => {
  const scaling = write(term("x", "x", 1, whole(1)), term("t", "t", 3, whole(3)), term("u", "u", -2, whole(-2)));
  test("as text", () => void expect(scaling.text).toBe("x ∂x + 3 t ∂t - 2 u ∂u"));
  test("as LaTeX", () => void expect(scaling.latex).toBe("x\\,\\partial_x + 3 t\\,\\partial_t - 2 u\\,\\partial_u"));
  test("as a SymPy matrix of its components", () => void expect(scaling.sympy).toBe("Matrix([x, 3*t, -2*u])"));
  test("as MathML that the report lets through", () => {
    expect(shown(scaling.mathml, "").text).toMatch(/<math>.*<mi>x<\/mi>/); // not the plain text it falls back to
    expect(scaling.mathml).toMatch(/^<mrow><mrow><mi>x<\/mi><\/mrow>.*<mo>\+<\/mo><mn>3<\/mn>.*<mo>−<\/mo><mn>2<\/mn>/);
  });

  test("with t first and x before the components, powers and fractions", () => {
    const {
      text: plain,
      latex,
      sympy,
    } = write(
      term("x", "u*x*t^2", -1, whole(-1)),
      term("t", "1", 2 / 3, whole(2, 3)),
      term("u", "x*u", 0.25, null, 1e-3),
    );
    expect(plain).toBe("-t^2 x u ∂x + 2/3 ∂t + 0.250 x u ∂u");
    expect(latex).toBe("-t^{2} x u\\,\\partial_x + \\frac{2}{3}\\,\\partial_t + 0.250 x u\\,\\partial_u");
    expect(sympy).toMatch(/^Matrix\(\[-t\*\*2\*u\*x, (2\/3|Rational\(2, 3\)|0\.6+\d?), 0\.25\*u\*x\]\)$/);
  });

  test("with other functions as expressions are printed", () => {
    const { text: plain, latex } = write(
      term("x", "exp(t/50)", 50, whole(50)),
      term("t", "exp(-t/50)", -1, whole(-1)),
      term("u", "1/sqrt(t + 1)", 2, whole(2)),
    );
    expect(plain).toBe("50 exp(t/50) ∂x - exp(-t/50) ∂t + 2/sqrt(t + 1) ∂u");
    expect(latex).toContain("50 e^{t/50}\\,\\partial_x");
  });
});

test.each<[number, number, string]>([
  [0.123456789, 1e-3, "0.123"],
  [-1.9999, 0.01, "2.00"],
  [1234567, 1, "1234570"],
  [1.5, 3, "1.5"],
  [0.33333333333, 1e-12, "0.333333"],
  [1.2345e-9, 1e-11, "1.23e-9"],
])("%d ± %d has the digits %s", (value, error, digits) => {
  expect(decimal(value, error)).toBe(digits);
});

describe("terms are drawn together", () => {
  const together = (...terms: Term[]) => gathered(terms, text).map((t) => `${stated(t)} ${t.function}`);
  test("where a root's base divides", () => {
    expect(together(term("x", "t/sqrt(t + 1)", 2, whole(2)), term("x", "1/sqrt(t + 1)", 2, whole(2)))).toEqual([
      "2 sqrt(t + 1)",
    ]);
    const cubic = [1, 3, 3, 1].map((c, d) => term("t", `${d === 0 ? "1" : `t^${d}`}/sqrt(t + 1)`, c, whole(c)));
    expect(together(...cubic)).toEqual(["1 (t + 1)^(5/2)"]);
    expect(together(term("x", "x*t/sqrt(t + 2)", 1, whole(1)), term("x", "x/sqrt(t + 2)", 2, whole(2)))).toEqual([
      "1 sqrt(t + 2)*x",
    ]);
  });
  test("not where it does not, nor across components, nor measured numbers", () => {
    const apart = (...terms: Term[]): void => void expect(gathered(terms, text)).toEqual(terms);
    apart(term("x", "t/sqrt(t + 1)", 2, whole(2)), term("x", "1/sqrt(t + 1)", 3, whole(3)));
    apart(term("x", "t/sqrt(t + 1)", 2, whole(2)), term("u", "1/sqrt(t + 1)", 2, whole(2)));
    apart(term("x", "t/sqrt(t + 1)", 2, null), term("x", "1/sqrt(t + 1)", 2, null));
    apart(term("x", "t", 2, whole(2)), term("x", "1", 2, whole(2)));
  });
});
