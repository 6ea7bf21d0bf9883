import { describe, expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { catalogue, equationOf } from "../../src/equation/catalogue.js";
import { coordinatesOf, type Equation } from "../../src/equation/equation.js";
import { readJet } from "../../src/equation/jet.js";
import { Prolongation } from "../../src/equation/prolongation.js";
import { equationFromText } from "../../src/equation/text.js";
import {
  derivative,
  type Expression,
  evaluate,
  expand,
  product,
  substitute,
  subtract,
  sum,
  variable,
  variables,
} from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { monomialLibrary } from "../../src/field/library.js";
import { sizeOf } from "../expression/size.js";

const all = Object.keys(catalogue).map((name) => [name, equationOf({ name, parameters: {} })] as const);

/** |e| at random jets relative to what is added up in it, at most. */
function share(e: Expression): number {
  const { uniform } = stream(5, "jets");
  let worst = 0;
  for (let place = 0; place < 5; place++) {
    const jets = new Map(variables(e).map((name) => [name, 0.5 + uniform()]));
    const at = (name: string): number => jets.get(name)!;
    const value = Math.abs(evaluate(e, at));
    if (value > 0) worst = Math.max(worst, value / sizeOf(e, at));
  }
  return worst;
}

/** A solution given by formula, put in for the jet variables of an expression. */
const along = (solution: readonly Expression[], components: readonly string[], e: Expression): Expression =>
  substitute(e, (name) => {
    const jet = readJet(components, name);
    if (!jet) return undefined;
    let out = solution[jet.component]!;
    for (const [direction, times] of Object.entries({ x: jet.x, y: jet.y, t: jet.t }))
      for (let i = 0; i < times; i++) out = derivative(out, direction);
    return out;
  });

describe.each(all)("total derivatives on solutions of %s", (_, equation) => {
  const prolongation = new Prolongation(equation);
  const [u] = equation.components;

  test("commute", () => {
    const e = parse(`x*t*${u}^2 + sin(${u}_x)*${u}`);
    const directions = equation.space === 1 ? (["x"] as const) : (["x", "y"] as const);
    for (const direction of directions) {
      const one = prolongation.total(prolongation.total(e, "t"), direction);
      const other = prolongation.total(prolongation.total(e, direction), "t");
      expect(share(subtract(one, other))).toBeLessThan(1e-13);
    }
  });

  test("obey the product rule", () => {
    const [f, g] = [parse(`t*${u} + ${u}_x^2`), parse(`exp(${u}_xx)*x`)];
    for (const direction of ["x", "t"] as const) {
      const parts = sum(product(f, prolongation.total(g, direction)), product(g, prolongation.total(f, direction)));
      expect(share(subtract(prolongation.total(product(f, g), direction), parts))).toBeLessThan(1e-13);
    }
  });
});

/** Solutions by formula: along each, what the equation says of time derivatives is what differentiating the formula says. */
const SOLUTIONS: readonly (readonly [string, Equation, readonly string[]])[] = [
  ["KdV's soliton", equationOf({ name: "kdv", parameters: {} }), ["3*0.8/cosh(sqrt(0.8)/2*(x - 0.8*t))^2"]],
  ["a decaying heat mode", equationOf({ name: "heat", parameters: { nu: 0.3 } }), ["exp(-0.3*4*t)*sin(2*x)"]],
  ["Burgers' front", equationOf({ name: "burgers", parameters: { nu: 0.5 } }), ["1 - tanh(x - t)"]],
  ["cylindrical KdV's ramp", equationOf({ name: "ckdv", parameters: {} }), ["x/(2*t + 2)"]],
  ["a standing wave", equationOf({ name: "wave-2d", parameters: {} }), ["sin(x)*sin(2*y)*cos(sqrt(5)*t)"]],
  [
    "a plane wave of Schrödinger's equation",
    equationOf({ name: "schrodinger-2d", parameters: {} }),
    ["0.5*cos(x + 2*y - 4.75*t)", "0.5*sin(x + 2*y - 4.75*t)"],
  ],
  [
    "a damped wave with a memory of its slope",
    equationFromText("pde", "u_tt = u_xx - 2*u_t + u_xt + u_x"),
    ["exp(-t)*sin(x)"],
  ],
];

test.each(SOLUTIONS)("%s is differentiated in time as its formula is", (_, equation, texts) => {
  const prolongation = new Prolongation(equation);
  const solution = texts.map((text) => parse(text));
  for (const component of equation.components.keys()) {
    let exact = solution[component]!;
    for (let order = 1; order <= 3; order++) {
      exact = derivative(exact, "t");
      const found = along(solution, equation.components, prolongation.timeDerivative(component, order));
      expect(share(subtract(found, exact))).toBeLessThan(1e-12);
    }
  }
});

test("the condition is linear in the generator", () => {
  const equation = equationOf({ name: "schrodinger-2d", parameters: {} });
  const prolongation = new Prolongation(equation);
  const [v, w] = [
    ["x*t", "u", "1", "x*v", "y^2"],
    ["y", "-x*u", "t^2", "u*v", "v"],
  ].map((texts) => texts.map((text) => parse(text))) as [Expression[], Expression[]];
  const combined = prolongation.condition(v.map((e, a) => sum(product(parse("3"), e), product(parse("-2"), w[a]!))));
  const [left, right] = [prolongation.condition(v), prolongation.condition(w)];
  combined.forEach((e, c) => {
    const parts = sum(product(parse("3"), left[c]!), product(parse("-2"), right[c]!));
    expect(share(subtract(e, parts))).toBeLessThan(1e-13);
    expect(share(left[c]!)).toBeGreaterThan(1e-3); // none of the two is a symmetry
  });
});

test("u_tt of KS is what one finds by hand", () => {
  const found = new Prolongation(equationOf({ name: "ks", parameters: {} })).timeDerivative(0, 2);
  const products = "2*u*u_x^2 + 4*u_x*u_xx + 6*u_x*u_xxxx + u^2*u_xx + 2*u*u_xxx + 2*u*u_xxxxx + 10*u_xx*u_xxx";
  expect(expand(found).key).toBe(parse(`${products} + u_xxxx + 2*u_xxxxxx + u_xxxxxxxx`).key);
});

test("the condition on a general quadratic generator of Schrödinger's equation is a page, not a book", () => {
  const equation = equationOf({ name: "schrodinger-2d", parameters: {} });
  const coordinates = coordinatesOf(equation);
  const { functions } = monomialLibrary(coordinates, 2);
  const general = coordinates.map((_, c) => sum(...functions.map((f, i) => product(variable(`c${c}f${i}`), f))));
  for (const e of new Prolongation(equation).condition(general)) expect(e.key.length).toBeLessThan(20_000);
});
