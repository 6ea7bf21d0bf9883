/** Terms of the form coefficient × product of powers of u's x derivatives, with their partials derived from the exponents. */
import type { Jet, Partial, Term } from "./equation.js";

/** One factor u_order^power of a scalar equation's term. */
export type Factor = readonly [order: number, power: number];

/** u, u_x, u_xx, u_xxx, then u_4x and so on as `u_xxxx`. */
const name = (order: number): string => (order === 0 ? "u" : `u_${"x".repeat(order)}`);

/** The product as text: "-u*u_x", "0.01*u_xx", "3*u^2". */
export function monomialText(coefficient: number, factors: readonly Factor[]): string {
  const product = factors.map(([order, power]) => (power === 1 ? name(order) : `${name(order)}^${power}`));
  const size = Math.abs(coefficient);
  if (size !== 1 || product.length === 0) product.unshift(String(size));
  return (coefficient < 0 ? "-" : "") + product.join("*");
}

/** The sum of monomials as the right-hand side of an equation for u. */
export function equationText(terms: readonly Term[]): string {
  const sum = terms.map((term) => term.text).join(" + ");
  return `u_t = ${sum.replaceAll("+ -", "- ")}`;
}

/** The monomial as a term of a scalar equation; orders must be distinct and powers positive integers. */
export function monomial(coefficient: number, factors: readonly Factor[]): Term {
  return {
    text: monomialText(coefficient, factors),
    component: 0,
    value: product(coefficient, factors),
    partials: factors.map(([order, power]): Partial => {
      const rest = factors.map(([o, p]): Factor => [o, o === order ? p - 1 : p]).filter(([, p]) => p > 0);
      return { component: 0, order, value: product(coefficient * power, rest) };
    }),
    alongT: null,
    alongX: null,
  };
}

function product(coefficient: number, factors: readonly Factor[]): (jet: Jet, into: Float64Array) => void {
  return (jet, into) => {
    into.fill(coefficient);
    for (const [order, power] of factors) {
      const u = jet.u[0]![order]!;
      for (let p = 0; p < power; p++) for (let i = 0; i < into.length; i++) into[i]! *= u[i]!;
    }
  };
}
