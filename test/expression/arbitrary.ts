/** Random expressions in u, v, u_x, x and t for properties. */

import {
  call,
  constant,
  type Expression,
  type FunctionName,
  power,
  product,
  quotient,
  scale,
  sum,
  variable,
} from "../../src/expression/expression.js";
import { fc } from "../property.js";

export const names = ["t", "u", "u_x", "v", "x"];

const numbers = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom(
    0.5,
    -0.25,
    0.1,
    0.01,
    1 / 3,
    -2 / 3,
    5 / 7,
    Math.PI / 8,
    (3 * Math.PI) / 16,
    1e-7,
    1e21,
    0.123456789,
  ),
);
const exponents = fc.constantFrom(2, 3, -1, -2, 0.5, -0.5, 1 / 3, 1.5, -2 / 3, 0.3, 7);
const functions = fc.constantFrom<FunctionName>("exp", "log", "sin", "cos", "tanh");

/** Any expression whose coefficients are finite. */
export const expressions: fc.Arbitrary<Expression> = fc
  .letrec<{ e: Expression }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(fc.constantFrom(...names).map(variable), numbers.map(constant)) as fc.Arbitrary<Expression>,
      fc.tuple(tie("e"), tie("e")).map(([a, b]) => sum(a, b)),
      fc.tuple(tie("e"), tie("e")).map(([a, b]) => product(a, b)),
      fc.tuple(tie("e"), tie("e")).map(([a, b]) => quotient(a, b)),
      fc.tuple(numbers, tie("e")).map(([a, b]) => scale(a, b)),
      fc.tuple(tie("e"), exponents).map(([a, b]) => power(a, b)),
      fc.tuple(functions, tie("e")).map(([f, a]) => call(f, a)),
    ),
  }))
  .e.filter((e) => !/NaN|Infinity/.test(e.key));

/** Polynomials and their roots, functions and quotients kept away from singular places: smooth for positive values. */
export const smooth: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(...names).map(variable),
      fc.integer({ min: -3, max: 3 }).map(constant),
    ) as fc.Arbitrary<Expression>,
    fc.tuple(tie("e"), tie("e")).map(([a, b]) => sum(a, b)),
    fc.tuple(tie("e"), tie("e")).map(([a, b]) => product(a, b)),
    fc.tuple(tie("e"), tie("e")).map(([a, b]) => quotient(a, sum(constant(2), product(b, b)))),
    fc.tuple(tie("e"), fc.constantFrom(0.5, -0.5, 1 / 3, 1.5)).map(([a, q]) => power(sum(constant(1), power(a, 2)), q)),
    fc.tuple(fc.constantFrom<FunctionName>("sin", "cos", "tanh"), tie("e")).map(([f, a]) => call(f, a)),
    tie("e").map((a) => call("exp", call("tanh", a))),
    tie("e").map((a) => call("log", sum(constant(1), product(a, a)))),
  ),
})).e;

const halves = fc.constantFrom(2, 3, -1, -2, 0.5, -0.5, 1.5, -0.75, 0.25, 7);

/** Whole coefficients and binary fractions as exponents, which stay exact: for laws of the canonical form itself. */
export const exact: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(...names).map(variable),
      fc.integer({ min: -3, max: 3 }).map(constant),
      fc.tuple(fc.constantFrom(...names), halves).map(([name, q]) => power(variable(name), q)),
    ) as fc.Arbitrary<Expression>,
    fc.tuple(tie("e"), tie("e")).map(([a, b]) => sum(a, b)),
    fc.tuple(tie("e"), tie("e")).map(([a, b]) => product(a, b)),
    fc.tuple(tie("e"), fc.constantFrom(2, 3)).map(([a, n]) => power(a, n)),
    fc
      .tuple(functions, fc.constantFrom(...names), tie("e"))
      .map(([f, name, a]) => call(f, power(sum(variable(name), power(a, 2)), 3))),
  ),
})).e;
