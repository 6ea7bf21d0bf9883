import { describe, expect, test } from "@jest/globals";
import { constant, evaluate, power, scale, variable } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { latex, mathml, sympy, text } from "../../src/expression/print.js";
import { fc } from "../property.js";
import { expressions } from "./arbitrary.js";

test("text is read back as the same expression", () => {
  fc.assert(
    fc.property(expressions, (e) => {
      expect(parse(text(e)).key).toBe(e.key);
    }),
    { numRuns: 1500 },
  );
});

describe("text, LaTeX and SymPy", () => {
  test.each<[string, string, string]>([
    ["-u*u_x - u_xxx", "-u u_{x} - u_{xxx}", "-u*u_x - u_xxx"],
    ["-u^2 + 0.01*u_xx", "-u^{2} + 0.01 u_{xx}", "-u**2 + 0.01*u_xx"],
    ["u/(2*t + 2)", "\\frac{u}{2 t + 2}", "u/(2*t + 2)"],
    ["u^(1/3)", "u^{1/3}", "u**Rational(1, 3)"],
    ["2*u/3", "\\frac{2 u}{3}", "2*u/3"],
    ["-1/3", "-\\frac{1}{3}", "-Rational(1, 3)"],
    ["1/sqrt(t + 1)", "\\frac{1}{\\sqrt{t + 1}}", "1/sqrt(t + 1)"],
    ["exp(-t/50)", "e^{-t/50}", "exp(-t/50)"],
    ["exp(-x^2/2)*sqrt(u)", "e^{-x^{2}/2} \\sqrt{u}", "exp(-x**2/2)*sqrt(u)"],
    ["sin(2*x)^2", "\\sin^{2}\\left(2 x\\right)", "sin(2*x)**2"],
    ["sin(3*pi*x/8)", "\\sin\\left(\\frac{3 \\pi x}{8}\\right)", "sin(3*pi*x/8)"],
    ["-u*u_x*(0.3*sin(x) + 1)", "-u u_{x} \\left(0.3 \\sin\\left(x\\right) + 1\\right)", "-u*u_x*(0.3*sin(x) + 1)"],
    ["u*(1 - u)", "u \\left(1 - u\\right)", "u*(1 - u)"],
    ["(u + v)^2/(t^2*x)", "\\frac{\\left(u + v\\right)^{2}}{t^{2} x}", "(u + v)**2/(t**2*x)"],
    ["2.5e-7*u", "2.5 \\cdot 10^{-7} u", "2.5e-7*u"],
    ["-beta_0*c1 + rate*u_xy^2", "-\\beta_{0} c_{1} + \\mathrm{rate} u_{xy}^{2}", "-beta_0*c1 + rate*u_xy**2"],
    ["exp(log(x)*u)", "e^{\\log\\left(x\\right) u}", "exp(log(x)*u)"],
    ["sqrt(u^2)", "\\sqrt{u^{2}}", "sqrt(u**2)"],
    ["u^(3/2)", "u^{3/2}", "u**Rational(3, 2)"],
    ["u^0.37", "u^{0.37}", "u**0.37"],
    ["0", "0", "0"],
  ])("%s", (source, inLatex, inSympy) => {
    const e = parse(source);
    expect(text(e)).toBe(source); // the order is the one of the canonical form
    expect(latex(e)).toBe(inLatex);
    expect(sympy(e)).toBe(inSympy);
  });

  test.each([
    "0.3333333333333333*t^2/(t + 3*pi/16)", // not t^2/(3*(t + 3*pi/16)), which multiplies 3 into the sum and rounds
    "5/7/(t + 367879441171442400000)", // nor here, where 7 times the number is none of the whole numbers that are exact
    "0.1*u*(1 + u/3)",
    "u/(0.5 + v)/3",
    "sqrt(2*u + 2)*v",
    "-2*(u - 0.25)*v",
    "-(u^2)^(1/3)",
  ])("%s is read back from its text as it was", (source) => {
    const e = parse(source);
    expect(parse(text(e)).key).toBe(e.key);
  });

  test("numbers that are none of the nice ones keep all their digits", () => {
    expect(text(scale(0.1 + 0.2, variable("u")))).toBe("0.30000000000000004*u");
    expect(text(power(variable("u"), Math.SQRT2))).toBe("u^1.4142135623730951");
    expect(text(constant(-1e21))).toBe("-1e+21");
  });

  test("SymPy's text has the expression's value, read with Python's meaning of it", () => {
    const names = { u: 0.7, v: 1.3, u_x: 0.4, x: 1.1, t: 0.9 };
    const { exp, log, sin, cos, tanh, sqrt, PI } = Math;
    const meaning = { exp, log, sin, cos, tanh, sqrt, pi: PI, Rational: (p: number, q: number) => p / q, ...names };
    fc.assert(
      fc.property(expressions, (e) => {
        const exact = evaluate(e, (name) => names[name as keyof typeof names]);
        const beside = evaluate(e, (name) => (1 + 1e-13) * names[name as keyof typeof names]);
        const steep = !(Math.abs(beside - exact) < 1e-7 * (1 + Math.abs(exact))); // cos(1e21*t): rounding decides
        fc.pre(Number.isFinite(exact) && Math.abs(exact) < 1e6 && !steep);
        // JavaScript binds - before ** to an error; Python does not: -u**2 is -(u**2) there.
        const source = sympy(e).replace(/(^|[(])-/g, "$10-");
        const value = new Function(...Object.keys(meaning), `return ${source}`)(...Object.values(meaning)) as number;
        expect(Math.abs(value - exact)).toBeLessThan(1e-6 * (1 + Math.abs(exact))); // rounding, cancelled by some digits
      }),
    );
  });
});

describe("MathML", () => {
  test.each<[string, string]>([
    [
      "u_xx^2/2",
      "<mrow><mrow><mn>0.5</mn><mo>⁢</mo><msup><msub><mi>u</mi><mi>xx</mi></msub><mn>2</mn></msup></mrow></mrow>",
    ],
    ["1/(t + 1)", "<mrow><mfrac><mn>1</mn><mrow><mi>t</mi><mo>+</mo><mn>1</mn></mrow></mfrac></mrow>"],
    ["-nu*x", "<mrow><mrow><mo>−</mo><mrow><mi>ν</mi><mo>⁢</mo><mi>x</mi></mrow></mrow></mrow>"],
    ["tanh(u)", "<mrow><mrow><mi>tanh</mi><mo>⁡</mo><mrow><mo>(</mo><mi>u</mi><mo>)</mo></mrow></mrow></mrow>"],
    ["sqrt(u)", "<mrow><msqrt><mi>u</mi></msqrt></mrow>"],
  ])("of %s", (source, expected) => {
    expect(mathml(parse(source))).toBe(expected);
  });

  test("is well formed, with as many children as each element takes", () => {
    const takes: Readonly<Record<string, number>> = { msup: 2, msub: 2, mfrac: 2, msqrt: 1 };
    fc.assert(
      fc.property(expressions, (e) => {
        const open: { name: string; children: number }[] = [{ name: "math", children: 0 }];
        for (const [, close, name, words] of mathml(e).matchAll(/<(\/?)(\w+)>|([^<>]+)/g)) {
          if (words !== undefined) expect(["mi", "mn", "mo"]).toContain(open.at(-1)!.name);
          else if (close === "") {
            open.at(-1)!.children++;
            open.push({ name: name!, children: 0 });
          } else {
            const own = open.pop()!;
            expect(own.name).toBe(name);
            if (takes[own.name] !== undefined) expect(own.children).toBe(takes[own.name]);
          }
        }
        expect(open).toEqual([{ name: "math", children: 1 }]);
      }),
    );
  });

  test("escapes what a name could smuggle in", () => {
    expect(mathml(variable('<script>"&'))).toBe("<mrow><mi>&#60;script&#62;&#34;&#38;</mi></mrow>");
  });
});
