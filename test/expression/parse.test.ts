import { describe, expect, test } from "@jest/globals";
import { InputError } from "../../src/engine/error.js";
import { constant, type Expression, evaluate, variable } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { fc } from "../property.js";

const at: Readonly<Record<string, number>> = { u: 0.7, v: 1.9, x: -0.4, t: 2.5, u_xx: 3.1 };
const value = (text: string): number => evaluate(parse(text), (name) => at[name]!);

describe("the value of a text", () => {
  const { u, v, x, t, u_xx } = at as Record<"u" | "v" | "x" | "t" | "u_xx", number>;
  test.each<[string, number]>([
    ["1e-3 + .5 + 2. + 1.5E+2", 152.501],
    ["-u^2", -(u ** 2)],
    ["(-u)^2", u ** 2],
    ["u^-1", 1 / u],
    ["u^v^2", u ** (v ** 2)],
    ["u**2", u ** 2],
    ["2^3^2", 512],
    ["2*-u", -2 * u],
    ["u - v - x", u - v - x],
    ["u - -v", u + v],
    ["+u", u],
    ["u/v/t", u / v / t],
    ["u/v*t", (u / v) * t],
    ["-u*u_xx", -u * u_xx],
    ["(u + v)*(x - t)", (u + v) * (x - t)],
    ["  u\t+\nv ", u + v],
    ["pi*x", Math.PI * x],
    ["exp(-t)", Math.exp(-t)],
    ["log(v)", Math.log(v)],
    ["sin(x)*cos(x)*tan(x)", Math.sin(x) ** 2],
    ["sinh(x) + cosh(x)", Math.exp(x)],
    ["cosh(x)^2 - sinh(x)^2", 1],
    ["tanh(u*v)", Math.tanh(u * v)],
    ["sqrt(u^2 + v^2)", Math.hypot(u, v)],
    ["u^(1/3)", Math.cbrt(u)],
    ["2^t", 2 ** t],
    ["u^u", u ** u],
    ["0^0", 1],
  ])("%s", (text, expected) => {
    expect(value(text)).toBeCloseTo(expected, 13);
  });

  test("is that of JavaScript for sums, products and brackets", () => {
    const texts = fc.letrec<{ e: string }>((tie) => ({
      e: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom("u", "v", "x", "t", "2", "0.5", "3"),
        fc
          .tuple(tie("e"), fc.constantFrom(" + ", " - ", "*"), tie("e"), fc.boolean())
          .map(([a, sign, b, bracket]) => (bracket ? `(${a}${sign}${b})` : `${a}${sign}${b}`)),
      ),
    })).e;
    fc.assert(
      fc.property(texts, (text) => {
        const expected = new Function("u", "v", "x", "t", `return ${text}`)(u, v, x, t) as number;
        expect(Math.abs(value(text) - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected))); // rounding, cancelled at most a little
      }),
    );
  });
});

describe("names", () => {
  const names = (name: string): Expression | undefined =>
    name === "nu" ? constant(0.01) : name === "u_xx" ? variable("u_xx") : undefined;
  test("stand for what the reader is told", () => {
    expect(parse("nu*u_xx", { names }).key).toBe("(0.01*u_xx)");
  });
  test("that are unknown are named with their place, and what to do", () => {
    const advice = (name: string): string => `write nu for ${name}`;
    expect(() => parse("nu*u_xx + mu*u_xx", { names, advice })).toThrow(
      "unknown name mu at character 11: nu*u_xx + ⟨here⟩mu*u_xx; write nu for mu",
    );
  });
  test.each(["constructor", "__proto__", "toString"])("%s is an unknown name like any other", (name) => {
    expect(() => parse(name, { names })).toThrow(InputError);
  });
});

describe("a text that cannot be read", () => {
  test.each<[string, string]>([
    ["-(u*u_x", "expected a closing bracket at character 8: -(u*u_x⟨here⟩"],
    ["(u + v]", "expected an operator or a closing bracket at character 7: (u + v⟨here⟩]"],
    ["u)", "this closing bracket has no opening one at character 2: u⟨here⟩)"],
    ["2u", "expected an operator at character 2: 2⟨here⟩u; write * for a product"],
    ["2 (u + v)", "expected an operator at character 3: 2 ⟨here⟩(u + v); write * for a product"],
    ["u v", "expected an operator at character 3: u ⟨here⟩v; write * for a product"],
    ["(u)(v)", "expected an operator at character 4: (u)⟨here⟩(v); write * for a product"],
    ["1.2.3", "expected an operator at character 4: 1.2⟨here⟩.3; write * for a product"],
    ["u(x)", "u is not a function at character 1: ⟨here⟩u(x); the functions are exp, log, sin,"],
    ["exp u", "expected ( after the function exp at character 5: exp ⟨here⟩u"],
    ["u +", "expected a number, a name or an opening bracket but nothing follows at character 4: u +⟨here⟩"],
    ["", "but nothing follows at character 1: ⟨here⟩"],
    ["u */ v", "but found / at character 4: u *⟨here⟩/ v"],
    ["u + _a", "but found _ at character 5"],
    ["ν*u", "but found ν at character 1"],
    ["u + 🙂", "but found 🙂 at character 5"],
    ["u = 1", "expected an operator at character 3: u ⟨here⟩= 1"],
    ["u/0", "a number comes out as Infinity instead of a finite real one at character"],
    ["sqrt(-2)*u", "a number comes out as NaN"],
    ["(-2)^x", "a number comes out as NaN"],
    ["log(0)", "a number comes out as -Infinity"],
    ["1e999", "a number comes out as Infinity"],
    ["1e300*u*1e300", "a number comes out as Infinity"],
    ["(u - u)/(v - v)", "a number comes out as NaN"],
    ["u^(1e300*1e300)", "a number comes out as Infinity"],
  ])("%s is pointed at", (text, message) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(() => parse(text)).toThrow(message);
  });

  test("is shown around the place only where it is long, on one line", () => {
    const text = `${"u + ".repeat(50)}\n$${" + u".repeat(50)}`;
    expect(() => parse(text)).toThrow(/ at character 202: … \+( u \+)+ ⟨here⟩\$( \+ u)+ ?\+? ?…$/);
  });

  test("nesting and length are bounded, and at the bounds are read", () => {
    const nested = (depth: number): string => `${"(".repeat(depth)}u${")".repeat(depth)}`;
    expect(parse(nested(64)).key).toBe("u");
    for (const text of [nested(65), `${"-".repeat(65)}u`, `${"u^".repeat(65)}u`, "(".repeat(4000)])
      expect(() => parse(text)).toThrow(/nested more than 64 deep at character/);
    expect(parse(`u${" ".repeat(4095)}`).key).toBe("u");
    expect(() => parse(`u${" ".repeat(4096)}`)).toThrow("the text has 4097 characters but at most 4096 are read");
  });

  test("what would grow beyond memory is refused while it is small", () => {
    for (const name of ["tan", "sinh", "cosh"])
      expect(() => parse(`${`${name}(`.repeat(60)}u${")".repeat(60)}`)).toThrow(/grows too large at character/);
  });

  test("whatever the text, it is read or refused as bad input", () => {
    const pieces = fc.constantFrom(
      "u",
      "u_x",
      "2",
      ".",
      "e",
      "+",
      "-",
      "*",
      "/",
      "^",
      "**",
      "(",
      ")",
      "sin(",
      "exp",
      " ",
      "pi",
      "1e9",
      ",",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 24 }), (parts) => {
        try {
          parse(parts.join(""));
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
