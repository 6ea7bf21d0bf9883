import { describe, expect, test } from "@jest/globals";
import { InputError } from "../../src/engine/error.js";
import { equationFromText } from "../../src/equation/text.js";
import { evaluate } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { fc } from "../property.js";

const of = (text: string | readonly string[], parameters: Record<string, number> = {}) =>
  equationFromText("pde", text, parameters);

describe("an equation from text", () => {
  test("has its right-hand side, parameters by value, and what follows from it", () => {
    const equation = of("u_t = -6*u^2*u_x - u_xxx + nu*u_xx", { nu: 0.01 });
    expect(equation).toMatchObject({
      name: "pde",
      text: "u_t = -6*u^2*u_x + 0.01*u_xx - u_xxx",
      components: ["u"],
      space: 1,
      timeOrder: 1,
      order: 3,
      parameters: { nu: 0.01 },
      quadraticFlux: null,
    });
    expect(equation.right.map((e) => e.key)).toEqual([parse("-6*u^2*u_x + 0.01*u_xx - u_xxx").key]);
    expect(equation.terms.map((term) => term.text)).toEqual(["-6*u^2*u_x", "0.01*u_xx", "-u_xxx"]);
    expect(equation.linear).toEqual([
      [
        { orders: [2, 0], coefficient: 0.01 },
        { orders: [3, 0], coefficient: -1 },
      ],
    ]);
  });

  test("may be a system, its components in the order of the equations, separated by ; or line ends or given apart", () => {
    const texts = ["b_t = a_x - b", " a_t = b_x"];
    for (const text of [texts.join(";"), texts.join("\n"), `\n${texts.join(";\n")};\n`, texts]) {
      const equation = of(text);
      expect(equation.components).toEqual(["b", "a"]);
      expect(equation.right.map((e) => e.key)).toEqual([parse("a_x - b").key, "b_x"]);
      expect(equation.linear).toEqual([[{ orders: [0, 0], coefficient: -1 }], []]); // each in its own component
      expect(equation.terms.map((term) => [term.component, term.text])).toEqual([
        [0, "a_x"],
        [0, "-b"],
        [1, "b_x"],
      ]);
    }
  });

  test("may be of second order in time, with first time derivatives on the right", () => {
    const equation = of("u_tt = u_xx - 0.1*u_t + u_tx");
    expect(equation).toMatchObject({ timeOrder: 2, order: 2, text: "u_tt = -0.1*u_t + u_xt + u_xx" });
    expect(equation.linear).toEqual([[{ orders: [2, 0], coefficient: 1 }]]);
  });

  test.each([
    ["u_t = u_xx + u_yy", 2],
    ["u_t = y*u_x", 2],
    ["u_t = u_yx", 2],
    ["u_t = u_xx + sin(x)*exp(t)", 1],
  ])("%s lives in %d space dimensions", (text, space) => {
    expect(of(text).space).toBe(space);
  });

  test("derivatives are the same in any order of their letters", () => {
    expect(of("u_t = u_yx*u_xyx").text).toBe("u_t = u_xxy*u_xy");
  });

  test("need not hold a derivative, nor the unknown", () => {
    expect(of("u_t = u*(1 - u)")).toMatchObject({ order: 0, text: "u_t = u*(1 - u)" });
    expect(of("u_t = 0").terms).toEqual([]);
  });

  test("has brackets opened where they hold unknowns, for the terms only", () => {
    const equation = of("u_t = -exp(t/50)*(u*u_x + u_xxx) - (1 + 0.3*sin(x))*u_xx");
    expect(equation.terms.map((term) => term.text)).toEqual([
      "-u_xx*(0.3*sin(x) + 1)",
      "-exp(t/50)*u*u_x",
      "-exp(t/50)*u_xxx",
    ]);
    expect(equation.linear).toEqual([[{ orders: [2, 0], coefficient: -1 }]]); // multiplied out: u_xx has a constant part
  });

  test.each<[string, number | null]>([
    ["u_t = -u*u_x - u_xxx", -0.5],
    ["u_t = u_xx", 0],
    ["u_t = 3*(u_x*u + u_xx) + u", 1.5],
    ["u_t = -u^2*u_x", null],
    ["u_t = -u*u_x + u^2", null],
    ["u_t = -t*u*u_x", null],
    ["u_tt = u*u_x", null],
    ["u_t = u*u_x; v_t = v_x", null],
    ["u_t = u*u_x + u_yy", null],
  ])("the rest of %s is %p ∂x(u²)", (text, flux) => {
    expect(of(text).quadraticFlux).toBe(flux);
  });

  test("its terms add up to its right-hand sides, whatever they are", () => {
    const summands = fc.array(
      fc.constantFrom(
        "u",
        "-u*u_x",
        "(u + u_x)*(u - 2*u_xx)",
        "x*t",
        "0.3*sin(x)*(u_xx + 1)",
        "u/(1 + u^2)",
        "-u_xxx^2",
      ),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(summands, (parts) => {
        const at = (name: string): number => ({ u: 0.7, u_x: 1.3, u_xx: -0.2, u_xxx: 2.2, x: 0.4, t: 1.1 })[name]!;
        const { terms, right } = of(`u_t = ${parts.join(" + ")}`);
        const total = terms.reduce((s, term) => s + evaluate(term.expression, at), 0);
        expect(total).toBeCloseTo(evaluate(right[0]!, at), 12);
      }),
    );
  });

  test("its text gives the same equation again", () => {
    for (const text of ["u_t = -u*u_x/3 - u_xxx - u/(2*t + 2)", "b_tt = a_xy; a_tt = b_t + sqrt(a^2 + 1)"]) {
      const once = of(text);
      const twice = of(once.text);
      expect(twice.text).toBe(once.text);
      expect(twice.right.map((e) => e.key)).toEqual(once.right.map((e) => e.key));
    }
  });
});

describe("bad input is pointed at:", () => {
  test.each<[string, string, string]>([
    [
      "an unknown name",
      "u_t = nu*u_xx",
      "unknown name nu at character 7: u_t = ⟨here⟩nu*u_xx; the names are x, t, u and",
    ],
    ["and how to give a parameter", "u_t = nu*u_xx", "a parameter is given as --param nu=0.1"],
    [
      "a derivative of an unknown unknown",
      "u_t = w_x",
      "unknown name w_x at character 7: u_t = ⟨here⟩w_x; derivatives are of u",
    ],
    ["a derivative in an unknown direction", "u_t = u_xz", "unknown name u_xz at character 7"],
    ["a bare underscore", "u_t = u_", "unknown name u_ at character 7"],
    ["unbalanced brackets", "u_t = -(u*u_x", "expected a closing bracket at character 14: u_t = -(u*u_x⟨here⟩"],
    [
      "in the second equation, by its place in the whole",
      "u_t = v; v_t = (u",
      "expected a closing bracket at character 18: u_t = v; v_t = (u⟨here⟩",
    ],
    [
      "an equation cut off by the next",
      "u_t = u +; v_t = u",
      "nothing follows at character 10: u_t = u +⟨here⟩; v_t = u",
    ],
    ["mixed orders in time", "u_tt = u_xx; v_t = u", "u_tt, v_t are of different order in t at character 14"],
    [
      "a time derivative on the right",
      "u_t = u_xt",
      "u_xt on the right at character 7: u_t = ⟨here⟩u_xt; equations are solved for u_t",
    ],
    ["its own time derivative on the right", "u_t = u_x + u_t", "u_t on the right at character 13"],
    ["another's time derivative on the right", "u_t = v_t; v_t = u", "v_t on the right at character 7"],
    ["a second one in an equation of second order", "u_tt = u_ttx", "u_ttx on the right at character 8"],
    ["u_tt itself on the right", "u_tt = u_xx + u_tt", "u_tt on the right at character 15"],
    ["two equations for one unknown", "u_t = u_x; u_t = u_xx", "a second equation for u at character 12"],
    ["two of different order", "u_t = u_x; u_tt = u_xx", "a second equation for u at character 12"],
    [
      "an unknown called x",
      "x_t = 1",
      "x has a meaning of its own at character 1: ⟨here⟩x_t = 1; call the unknown u, v or the like",
    ],
    ["an unknown called t", "t_t = 1", "t has a meaning of its own"],
    ["an unknown called y", "y_t = 1", "y has a meaning of its own"],
    ["an unknown called as a function", "u_t = 1; sin_t = 1", "sin has a meaning of its own at character 10"],
    ["an unknown called pi", "pi_t = 1", "pi has a meaning of its own"],
    ["an unknown with an underscore", "a_b_t = 1", "an underscore in the unknown a_b at character 1"],
    ["no equation sign", "u_t - u_xx", "expected = and a right-hand side at character 11: u_t - u_xx⟨here⟩"],
    [
      "two equation signs",
      "u_t = u_xx = 0",
      "a second = sign at character 12: u_t = u_xx ⟨here⟩= 0; separate equations by ;",
    ],
    ["a left-hand side of another kind", "u_x = u_t", "expected a left-hand side such as u_t or u_tt at character 1"],
    ["one of third order", "u_ttt = u", "expected a left-hand side such as u_t or u_tt"],
    ["one that is a sum", "u_t + u_x = 0", "expected a left-hand side such as u_t or u_tt"],
    ["an empty right-hand side", "u_t =", "nothing follows at character 6: u_t =⟨here⟩"],
    [
      "too high an order in space",
      "u_t = u_xxxxx",
      "u_xxxxx is of order 5 in space at character 7: u_t = ⟨here⟩u_xxxxx; at most 4 is possible",
    ],
    ["too high an order together", "u_t = u_xxyyy", "u_xxyyy is of order 5 in space"],
    ["nothing at all", " ;\n; ", "the equation is empty; write one such as u_t = -u*u_x - u_xxx"],
    ["too long a text", `u_t = u${" + u".repeat(2000)}`, "the text has 8007 characters but at most 4096 are read"],
  ])("%s", (_, text, message) => {
    expect(() => of(text)).toThrow(InputError);
    expect(() => of(text)).toThrow(message);
  });

  test("parameters that do not occur are named", () => {
    expect(() => of("u_t = nu*u_xx", { nu: 1, mu: 2, c: 3 })).toThrow(
      "the equation has no parameter mu, c: u_t = nu*u_xx",
    );
  });

  test.each<[string, Record<string, number>, RegExp]>([
    ["a coordinate", { x: 1 }, /parameter x has the name of something else/],
    ["an unknown", { u: 1 }, /parameter u has the name of something else/],
    ["a derivative", { u_xx: 1 }, /parameter u_xx has the name of something else/],
    ["a function", { exp: 1 }, /parameter exp has the name of something else/],
    ["no name", { "2a": 1 }, /a parameter is called "2a"; names are a letter/],
  ])("a parameter that is called as %s", (_, parameters, message) => {
    expect(() => of("u_t = u_xx", parameters)).toThrow(message);
  });

  test("a parameter that is not a finite number", () => {
    for (const nu of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => of("u_t = nu*u_xx", { nu })).toThrow(`parameter nu must be a finite number, but is ${nu}`);
  });

  test("names of the language itself are unknown like any other", () => {
    for (const name of ["constructor", "__proto__", "toString"]) expect(() => of(`u_t = ${name}`)).toThrow(InputError);
    expect(of("u_t = constructor*u_x", { constructor: 2 } as unknown as Record<string, number>).text).toBe(
      "u_t = 2*u_x",
    );
  });

  test("expressions too large to multiply out are read all the same, quickly", () => {
    const started = performance.now();
    expect(of(`u_t = ${"(u + u_x + x)*".repeat(200)}u`).order).toBe(1);
    expect(performance.now() - started).toBeLessThan(2000); // 3^200 terms would take for ever
  });
});
