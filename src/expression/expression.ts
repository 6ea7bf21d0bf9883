/**
 * Expressions in named real variables, kept in a canonical form: equal expressions (up to the rules below) have equal keys.
 *
 * A sum is constant + Σ coefficient · part, a product Π base^exponent without a coefficient of its own; sums are not multiplied out.
 * Powers of one base add their exponents, exponentials in a product add their arguments. Everything is immutable.
 */

import { wholePower } from "../engine/elementary.js";
import { content, ROUNDING, simple } from "./coefficients.js";

export type FunctionName = "exp" | "log" | "sin" | "cos" | "tanh";

export type Expression = Constant | Variable | Sum | Product | Call;

export interface Constant {
  readonly kind: "constant";
  readonly value: number;
  readonly key: string;
}

export interface Variable {
  readonly kind: "variable";
  readonly name: string;
  readonly key: string;
}

/** constant + Σ coefficient · part; parts are neither sums nor constants and differ from each other. */
export interface Sum {
  readonly kind: "sum";
  readonly constant: number;
  readonly parts: readonly { readonly coefficient: number; readonly part: Part }[];
  readonly key: string;
}

/** Π base^exponent; bases differ from each other, exponents are not 0, a single factor has an exponent other than 1. */
export interface Product {
  readonly kind: "product";
  readonly factors: readonly Factor[];
  readonly key: string;
}

export interface Factor {
  readonly base: Variable | Sum | Call | Product; // a product only under an exponent that is not whole
  readonly exponent: number;
}

export interface Call {
  readonly kind: "call";
  readonly name: FunctionName;
  readonly argument: Expression;
  readonly key: string;
}

export function constant(value: number): Constant {
  const own = value === 0 ? 0 : value; // never −0
  return { kind: "constant", value: own, key: `${own}` };
}

export const variable = (name: string): Variable => ({ kind: "variable", name, key: name });

export const zero = constant(0);
export const one = constant(1);

export const isZero = (e: Expression): boolean => e.kind === "constant" && e.value === 0;

/** Σ of the given expressions. */
export function sum(...terms: readonly Expression[]): Expression {
  let total = 0;
  let size = 0;
  const parts = new Map<string, { coefficient: number; size: number; part: Part }>();
  const add = (coefficient: number, part: Part): void => {
    const known = parts.get(part.key);
    if (known) {
      known.coefficient += coefficient;
      known.size += Math.abs(coefficient);
    } else parts.set(part.key, { coefficient, size: Math.abs(coefficient), part });
  };
  const addConstant = (value: number): void => {
    total += value;
    size += Math.abs(value);
  };
  for (const term of terms) {
    if (term.kind === "constant") addConstant(term.value);
    else if (term.kind === "sum") {
      addConstant(term.constant);
      for (const { coefficient, part } of term.parts) add(coefficient, part);
    } else add(1, term);
  }
  const settled = (value: number, of: number): number => (Math.abs(value) <= ROUNDING * of ? 0 : value); // what cancels to rounding is 0
  return makeSum(
    settled(total, size),
    [...parts.values()].map(({ coefficient, size, part }) => ({ coefficient: settled(coefficient, size), part })),
  );
}

type Part = Variable | Product | Call;

function makeSum(total: number, parts: readonly { coefficient: number; part: Part }[]): Expression {
  const left = parts.filter(({ coefficient }) => coefficient !== 0);
  if (left.length === 0) return constant(total);
  if (left.length === 1 && total === 0 && left[0]!.coefficient === 1) return left[0]!.part;
  left.sort((a, b) => compare(a.part.key, b.part.key));
  const key = `(${total === 0 ? "" : `${total}+`}${left.map(({ coefficient, part }) => `${coefficient}*${part.key}`).join("+")})`;
  return { kind: "sum", constant: total, parts: left, key };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** factor · e. */
export function scale(factor: number, e: Expression): Expression {
  if (factor === 0) return zero;
  if (e.kind === "constant") return constant(factor * e.value);
  if (e.kind === "sum") {
    return makeSum(
      factor * e.constant,
      e.parts.map(({ coefficient, part }) => ({ coefficient: factor * coefficient, part })),
    );
  }
  return makeSum(0, [{ coefficient: factor, part: e }]);
}

export const negate = (e: Expression): Expression => scale(-1, e);
export const subtract = (a: Expression, b: Expression): Expression => sum(a, negate(b));

/** Π of the given expressions. */
export const product = (...factors: readonly Expression[]): Expression => ratio(factors, []);

export const quotient = (a: Expression, b: Expression): Expression => ratio([a], [b]);

/** Π over / Π under. Numbers above and below are multiplied apart and divided once, so that 5*u/3 holds the number nearest to 5/3. */
export function ratio(over: readonly Expression[], under: readonly Expression[]): Expression {
  const powers = new Map<string, { base: Factor["base"]; exponent: number }>();
  const exponents: Expression[] = []; // arguments of exponentials
  const multiply = (base: Factor["base"], exponent: number): void => {
    if (base.kind === "call" && base.name === "exp") {
      exponents.push(scale(exponent, base.argument));
      return;
    }
    const known = powers.get(base.key);
    if (known) known.exponent = simple(known.exponent + exponent);
    else powers.set(base.key, { base, exponent });
  };
  /** Takes in expressions to the power ±1; what is left are their numbers. */
  const take = (factors: readonly Expression[], sign: 1 | -1): number => {
    let coefficient = 1;
    for (const factor of factors) {
      const { lead, rest } = factor.kind === "sum" ? leading(factor) : { lead: 1, rest: factor };
      coefficient *= lead;
      if (rest.kind === "constant") coefficient *= rest.value;
      else if (rest.kind === "product") for (const { base, exponent } of rest.factors) multiply(base, sign * exponent);
      else multiply(rest, sign);
    }
    return coefficient;
  };
  const above = take(over, 1);
  let coefficient = above / take(under, -1);
  if (coefficient === 0) return zero;
  if (exponents.length > 0) {
    const whole = call("exp", sum(...exponents));
    if (whole.kind === "constant") coefficient *= whole.value;
    else if (whole.kind === "call") powers.set(whole.key, { base: whole, exponent: 1 });
  }
  const left = [...powers.values()].filter(({ exponent }) => exponent !== 0);
  if (left.length === 0) return constant(coefficient);
  // Roots of one base may have come together to a whole power, which is taken apart: sqrt(u*v)*sqrt(u*v) is u*v.
  if (left.some(({ base, exponent }) => Number.isInteger(exponent) && isDivisible(base)))
    return product(constant(coefficient), ...left.map(({ base, exponent }) => power(base, exponent)));
  left.sort((a, b) => compare(a.base.key, b.base.key));
  if (left.length === 1 && left[0]!.exponent === 1) return scale(coefficient, left[0]!.base);
  const key = left
    .map(({ base, exponent }) => (exponent === 1 ? base.key : `${bracketed(base)}^${exponent}`))
    .join("*");
  return scale(coefficient, { kind: "product", factors: left, key });
}

const bracketed = (base: Factor["base"]): string => (base.kind === "product" ? `[${base.key}]` : base.key);

/** Whether the base comes apart under a whole exponent. */
const isDivisible = (base: Factor["base"]): boolean =>
  base.kind === "product" || (base.kind === "sum" && leading(base).lead !== 1);

const leads = new WeakMap<Sum, { lead: number; rest: Expression }>();

/**
 * A sum as lead · rest, the same rest for all multiples of it: coprime whole numbers where the coefficients' ratios are simple enough,
 * else the first coefficient 1 and the others rounded to 15 digits unless dividing is exact; the first coefficient positive.
 */
export function leading(e: Sum): { readonly lead: number; readonly rest: Expression } {
  const known = leads.get(e);
  if (known) return known;
  const { lead, numbers } = content([...e.parts.map((p) => p.coefficient), e.constant]);
  const rest =
    lead === 1
      ? e
      : makeSum(
          numbers.at(-1)!,
          e.parts.map(({ part }, i) => ({ coefficient: numbers[i]!, part })),
        );
  const out = { lead, rest };
  leads.set(e, out);
  return out;
}

/**
 * base^exponent for a constant exponent. Whole exponents are taken into products; others keep their base whole, but for a single power
 * that is itself real for positive bases only.
 */
export function power(base: Expression, exponent: number): Expression {
  if (exponent === 0) return one;
  if (exponent === 1) return base;
  if (base.kind === "constant") return constant(raise(base.value, exponent));
  if (base.kind === "call" && base.name === "exp") return call("exp", scale(exponent, base.argument));
  const whole = Number.isInteger(exponent);
  if (base.kind === "sum") {
    const { lead, rest } = leading(base);
    if (lead !== 1 && (whole || lead > 0)) return scale(raise(lead, exponent), power(rest, exponent));
    return single(base, exponent);
  }
  if (base.kind !== "product") return single(base, exponent);
  if (whole) return product(...base.factors.map((f) => power(f.base, simple(f.exponent * exponent))));
  const only = base.factors.length === 1 ? base.factors[0]! : null;
  if (only && only.exponent % 2 !== 0) return power(only.base, simple(only.exponent * exponent)); // (u³)^½ = u^(3/2), but (u²)^½ = |u|
  return single(base, exponent);
}

/** value^exponent; a reciprocal is rounded once. */
const raise = (value: number, exponent: number): number =>
  Number.isInteger(exponent) ? wholePower(value, exponent) : value ** exponent;

function single(base: Factor["base"], exponent: number): Expression {
  if (exponent === 1) return base;
  return { kind: "product", factors: [{ base, exponent }], key: `${bracketed(base)}^${exponent}` };
}

/** A function of an expression; of a constant, its value. */
export function call(name: FunctionName, argument: Expression): Expression {
  if (argument.kind === "constant") return constant(apply(name, argument.value));
  return { kind: "call", name, argument, key: `${name}<${argument.key}>` };
}

export function apply(name: FunctionName, value: number): number {
  return Math[name](value);
}

/** ∂e/∂name. */
export function derivative(e: Expression, name: string): Expression {
  switch (e.kind) {
    case "constant":
      return zero;
    case "variable":
      return e.name === name ? one : zero;
    case "sum":
      return sum(...e.parts.map(({ coefficient, part }) => scale(coefficient, derivative(part, name))));
    case "product":
      return sum(
        ...e.factors.map(({ base, exponent }, i) => {
          const inner = derivative(base, name);
          if (isZero(inner)) return zero;
          const others = e.factors.filter((_, j) => j !== i).map((f) => single(f.base, f.exponent));
          return product(constant(exponent), power(base, exponent - 1), inner, ...others);
        }),
      );
    case "call": {
      const inner = derivative(e.argument, name);
      return isZero(inner) ? zero : product(outer(e), inner);
    }
  }
}

/** The derivative of a function at its argument. */
function outer({ name, argument }: Call): Expression {
  switch (name) {
    case "exp":
      return call("exp", argument);
    case "log":
      return power(argument, -1);
    case "sin":
      return call("cos", argument);
    case "cos":
      return negate(call("sin", argument));
    case "tanh":
      return subtract(one, power(call("tanh", argument), 2));
  }
}

/** Names of the variables an expression contains, sorted. */
export function variables(...expressions: readonly Expression[]): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (e: Expression): void => {
    if (seen.has(e.key)) return;
    seen.add(e.key);
    if (e.kind === "variable") found.add(e.name);
    else if (e.kind === "sum") for (const { part } of e.parts) visit(part);
    else if (e.kind === "product") for (const { base } of e.factors) visit(base);
    else if (e.kind === "call") visit(e.argument);
  };
  expressions.forEach(visit);
  return [...found].sort(compare);
}

/** The expression with variables replaced; names without an entry stay. */
export function substitute(e: Expression, by: (name: string) => Expression | undefined): Expression {
  switch (e.kind) {
    case "constant":
      return e;
    case "variable":
      return by(e.name) ?? e;
    case "sum":
      return sum(constant(e.constant), ...e.parts.map((p) => scale(p.coefficient, substitute(p.part, by))));
    case "product":
      return product(...e.factors.map((f) => power(substitute(f.base, by), f.exponent)));
    case "call":
      return call(e.name, substitute(e.argument, by));
  }
}

/** The value at one place. For many places compile a program instead. */
export function evaluate(e: Expression, at: (name: string) => number): number {
  switch (e.kind) {
    case "constant":
      return e.value;
    case "variable":
      return at(e.name);
    case "sum":
      return e.parts.reduce((s, { coefficient, part }) => s + coefficient * evaluate(part, at), e.constant);
    case "product":
      return e.factors.reduce((p, { base, exponent }) => p * evaluate(base, at) ** exponent, 1);
    case "call":
      return apply(e.name, evaluate(e.argument, at));
  }
}

const MOST_TERMS = 4096; // a product that would have more summands stays as it is
const MOST_FACTORS = 8; // so does a higher power of a sum

/**
 * The expression multiplied out, as a sum of coefficient · product; whole positive powers of sums are expanded. `where` says over which
 * sums products are distributed, all unless given.
 */
export function expand(e: Expression, where: (base: Sum) => boolean = () => true): Expression {
  if (e.kind === "sum") {
    const parts = e.parts.map(({ coefficient, part }) => scale(coefficient, expand(part, where)));
    return sum(constant(e.constant), ...parts);
  }
  if (e.kind !== "product") return e;
  const opened = e.factors.filter((f) => opens(f, where));
  if (opened.length === 0 || countTerms(e, where) > MOST_TERMS) return e;
  const closed = e.factors.filter((f) => !opens(f, where)).map((f) => single(f.base, f.exponent));
  return opened.reduce<Expression>(
    (left, { base, exponent }) => {
      const wide = expand(base, where);
      let out = left;
      for (let i = 0; i < exponent; i++) out = distribute(out, wide, where);
      return out;
    },
    product(...closed),
  );
}

const opens = ({ base, exponent }: Factor, where: (base: Sum) => boolean): boolean =>
  base.kind === "sum" && Number.isInteger(exponent) && exponent > 0 && exponent <= MOST_FACTORS && where(base);

/** How many summands the expression has multiplied out, before any cancel. */
function countTerms(e: Expression, where: (base: Sum) => boolean): number {
  if (e.kind === "sum") return e.parts.reduce((n, { part }) => n + countTerms(part, where), e.constant === 0 ? 0 : 1);
  if (e.kind !== "product") return 1;
  return e.factors.reduce((n, f) => (opens(f, where) ? n * countTerms(f.base, where) ** f.exponent : n), 1);
}

const summands = (e: Expression): Expression[] =>
  e.kind === "sum"
    ? [...(e.constant === 0 ? [] : [constant(e.constant)]), ...e.parts.map((p) => scale(p.coefficient, p.part))]
    : isZero(e)
      ? []
      : [e];

/** a·b, term by term; roots may multiply to sums, which are multiplied out in turn. */
function distribute(a: Expression, b: Expression, where: (base: Sum) => boolean): Expression {
  const right = summands(b);
  return sum(...summands(a).flatMap((p) => right.map((q) => expand(product(p, q), where))));
}

/** Top-level summands, coefficients included; not multiplied out. */
export const termsOf = summands;
