import { describe, expect, test } from "@jest/globals";
import {
  call,
  constant,
  derivative,
  type Expression,
  evaluate,
  expand,
  isZero,
  one,
  power,
  product,
  quotient,
  scale,
  substitute,
  subtract,
  sum,
  variable,
  variables,
} from "../../src/expression/expression.js";
import { fc } from "../property.js";
import { exact, names, smooth } from "./arbitrary.js";
import { sizeOf } from "./size.js";

const [t, u, v] = ["t", "u", "v"].map(variable) as unknown as [Expression, Expression, Expression];

/** Values of the names, all positive, so that roots are real. */
const places = fc.record(
  Object.fromEntries(names.map((name) => [name, fc.double({ min: 0.3, max: 1.2, noNaN: true })])),
) as fc.Arbitrary<Record<string, number>>;
const at =
  (place: Record<string, number>) =>
  (name: string): number =>
    place[name]!;

function expectSame(a: Expression, b: Expression, place: Record<string, number>): void {
  const bound = 1e-11 * (1e-3 + sizeOf(a, at(place)) + sizeOf(b, at(place))); // rounding of some hundred operations, amplified
  if (!Number.isFinite(bound)) return;
  expect(Math.abs(evaluate(a, at(place)) - evaluate(b, at(place)))).toBeLessThanOrEqual(bound);
}

describe("the canonical form", () => {
  test("does not depend on order or grouping of sums and products", () => {
    fc.assert(
      fc.property(exact, exact, exact, (a, b, c) => {
        expect(sum(a, b).key).toBe(sum(b, a).key);
        expect(product(a, b).key).toBe(product(b, a).key);
        expect(sum(sum(a, b), c).key).toBe(sum(a, sum(b, c)).key);
        expect(product(product(a, b), c).key).toBe(product(a, product(b, c)).key);
      }),
    );
  });

  test("a − a is 0, a/a is 1, and 2·a·b − a·(b + b) is 0", () => {
    fc.assert(
      fc.property(smooth, smooth, (a, b) => {
        expect(isZero(subtract(a, a))).toBe(true);
        if (!isZero(a)) expect(quotient(a, a).key).toBe(one.key);
        expect(isZero(subtract(scale(2, product(a, b)), product(a, sum(b, b))))).toBe(true);
      }),
    );
  });

  test.each<[string, Expression, Expression]>([
    [
      "0.1u + 0.2u − 0.3u is 0, though its coefficients round",
      sum(scale(0.1, u), scale(0.2, u), scale(-0.3, u)),
      constant(0),
    ],
    ["−0 is 0", scale(-1, constant(0)), constant(0)],
    ["multiples of one sum divide to their ratio", quotient(sum(scale(2, t), constant(2)), sum(t, one)), constant(2)],
    ["so do those with decimals", quotient(sum(scale(0.3, t), constant(0.1)), sum(scale(3, t), one)), constant(0.1)],
    [
      "roots of a product multiply to it",
      product(v, power(product(u, v), 0.5), power(product(u, v), 0.5)),
      product(u, power(v, 2)),
    ],
    [
      "roots of a negative sum do",
      product(t, power(scale(-1, sum(u, v)), 0.5), power(scale(-1, sum(u, v)), 0.5)),
      scale(-1, product(t, sum(u, v))),
    ],
    ["cubic roots come together to a whole power", product(power(u, 1 / 3), power(u, 1 / 3), power(u, 1 / 3)), u],
    ["1/2 and 1/3 add up to 5/6", product(power(u, 1 / 2), power(u, 1 / 3)), power(u, 5 / 6)],
    ["the root of a cube is a power", power(power(u, 3), 0.5), power(u, 1.5)],
    ["the square of a root is what it is of", power(power(sum(u, v), 0.5), 2), sum(u, v)],
    ["exponentials in a product add their arguments", product(call("exp", t), call("exp", scale(-1, t)), u), u],
    ["a power of an exponential is one", power(call("exp", t), -0.5), call("exp", scale(-0.5, t))],
    ["5u/3 holds the number nearest to 5/3", quotient(scale(5, u), constant(3)), scale(5 / 3, u)],
    ["5u/(3v) does", quotient(scale(5, u), scale(3, v)), scale(5 / 3, quotient(u, v))],
    ["u^0 is 1", power(u, 0), one],
  ])("%s", (_, a, b) => {
    expect(a.key).toBe(b.key);
  });

  test("the root of a square stays: it is the absolute value", () => {
    const root = power(power(u, 2), 0.5);
    expect(evaluate(root, () => -3)).toBe(3);
    expect(root.key).not.toBe(u.key);
  });

  test("what is not a number stays visible: it neither vanishes nor hangs", () => {
    const bad = product(constant(Number.NaN), sum(u, one));
    expect(evaluate(power(product(bad, sum(v, one)), 2), () => 1)).toBeNaN();
    expect(evaluate(sum(bad, u), () => 1)).toBeNaN();
  });
});

describe("values", () => {
  test("are kept by expanding", () => {
    fc.assert(
      fc.property(smooth, smooth, places, (a, b, place) => {
        const e = product(a, b, sum(a, u));
        expectSame(e, expand(e), place);
      }),
    );
  });

  test("of polynomials are written without brackets by expanding", () => {
    const brackets = fc
      .tuple(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }), fc.constantFrom(1, 2))
      .map(([words, n]) => power(sum(constant(2), ...words.map(variable)), n));
    fc.assert(
      fc.property(fc.array(brackets, { maxLength: 3 }), (factors) => {
        expect(expand(product(...factors, u)).key.slice(1, -1)).not.toMatch(/[(]/);
      }),
    );
  });

  test("are those of the parts put together", () => {
    fc.assert(
      fc.property(smooth, smooth, places, (a, b, place) => {
        const [x, y] = [evaluate(a, at(place)), evaluate(b, at(place))];
        expectSame(sum(a, b), constant(x + y), place);
        expectSame(product(a, b), constant(x * y), place);
        expectSame(
          substitute(product(variable("t"), a), (name) => (name === "t" ? b : undefined)),
          product(
            b,
            substitute(a, (name) => (name === "t" ? b : undefined)),
          ),
          place,
        );
      }),
    );
  });

  test("expanding gives up on what would fill the memory, and returns it as it was", () => {
    const many = product(...Array.from({ length: 60 }, (_, i) => sum(variable(`a${i}`), variable(`b${i}`))));
    expect(expand(many).key).toBe(many.key);
    const high = power(sum(...names.map(variable)), 1000);
    expect(expand(high).key).toBe(high.key);
  });
});

describe("derivatives", () => {
  test("are what central differences find", () => {
    const h = 2 ** -13; // error of the differences: h⁴ of the fifth derivative, and rounding 1e-16/h
    fc.assert(
      fc.property(smooth, places, fc.constantFrom(...names), (e, place, name) => {
        const f = (k: number): number => evaluate(e, at({ ...place, [name]: place[name]! + k * h }));
        const values = [-3, -2, -1, 0, 1, 2, 3].map(f);
        const [c3, c2, c1, , d1, d2, d3] = values as [number, number, number, number, number, number, number];
        const difference = (45 * (d1 - c1) - 9 * (d2 - c2) + (d3 - c3)) / (60 * h);
        const coarse = (8 * (d1 - c1) - (d2 - c2)) / (12 * h);
        const scatter = Math.abs(difference - coarse) + (1e-12 * sizeOf(e, at(place))) / h;
        fc.pre(Number.isFinite(scatter) && scatter < 1e-3 * (1 + Math.abs(difference)));
        expect(Math.abs(evaluate(derivative(e, name), at(place)) - difference)).toBeLessThanOrEqual(
          scatter + 1e-8 * (1 + Math.abs(difference)),
        );
      }),
    );
  });

  test("by a name that does not occur vanish", () => {
    fc.assert(fc.property(smooth, (e) => isZero(derivative(e, "w"))));
  });

  test.each<[string, Expression, Expression]>([
    ["√t", power(t, 0.5), scale(0.5, power(t, -0.5))],
    ["(t + 1)^(−1/2)", power(sum(t, one), -0.5), scale(-0.5, power(sum(t, one), -1.5))],
    ["exp(t/50)·u", product(call("exp", scale(0.02, t)), u), scale(0.02, product(call("exp", scale(0.02, t)), u))],
    ["log t", call("log", t), power(t, -1)],
    ["tanh t", call("tanh", t), subtract(one, power(call("tanh", t), 2))],
  ])("of %s is known", (_, e, expected) => {
    expect(derivative(e, "t").key).toBe(expected.key);
  });
});

test("the variables of an expression are those that its value depends on, sorted", () => {
  expect(variables(product(v, call("sin", sum(u, scale(2, t)))), power(u, 0.5))).toEqual(["t", "u", "v"]);
  expect(variables(subtract(u, u))).toEqual([]);
});
