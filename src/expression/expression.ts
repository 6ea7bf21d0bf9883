/**
 * Expressions in named real variables, kept in a canonical form: equal expressions (up to the rules below) have equal keys.
 *
 * A sum is constant + Σ coefficient · part, a product Π base^exponent without a coefficient of its own; sums are not multiplied out.
 * Powers of one base add their exponents, exponentials in a product add their arguments. Everything is immutable.
 */

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
  readonly parts: readonly { readonly coefficient: number; readonly part: Variable | Product | Call }[];
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

export const constant = (value: number): Constant => ({ kind: "constant", value, key: `${value === 0 ? 0 : value}` });

export const variable = (name: string): Variable => ({ kind: "variable", name, key: name });

export const zero = constant(0);
export const one = constant(1);

export const isZero = (e: Expression): boolean => e.kind === "constant" && e.value === 0;

/** Σ of the given expressions. */
export function sum(...terms: readonly Expression[]): Expression {
  let total = 0;
  const parts = new Map<string, { coefficient: number; part: Variable | Product | Call }>();
  const add = (coefficient: number, part: Variable | Product | Call): void => {
    const known = parts.get(part.key);
    if (known) known.coefficient += coefficient;
    else parts.set(part.key, { coefficient, part });
  };
  for (const term of terms) {
    if (term.kind === "constant") total += term.value;
    else if (term.kind === "sum") {
      total += term.constant;
      for (const { coefficient, part } of term.parts) add(coefficient, part);
    } else add(1, term);
  }
  return makeSum(total, [...parts.values()]);
}

function makeSum(
  total: number,
  parts: readonly { coefficient: number; part: Variable | Product | Call }[],
): Expression {
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
export function product(...factors: readonly Expression[]): Expression {
  let coefficient = 1;
  const powers = new Map<string, { base: Factor["base"]; exponent: number }>();
  const exponents: Expression[] = []; // arguments of exponentials
  const multiply = (base: Factor["base"], exponent: number): void => {
    if (base.kind === "call" && base.name === "exp") {
      exponents.push(scale(exponent, base.argument));
      return;
    }
    const known = powers.get(base.key);
    if (known) known.exponent += exponent;
    else powers.set(base.key, { base, exponent });
  };
  for (const factor of factors) {
    if (factor.kind === "constant") coefficient *= factor.value;
    else if (factor.kind === "product") for (const { base, exponent } of factor.factors) multiply(base, exponent);
    else if (factor.kind === "sum") {
      const { lead, rest } = leading(factor);
      coefficient *= lead;
      if (rest.kind === "product") for (const { base, exponent } of rest.factors) multiply(base, exponent);
      else if (rest.kind !== "constant") multiply(rest, 1);
    } else multiply(factor, 1);
  }
  if (coefficient === 0) return zero;
  if (exponents.length > 0) {
    const whole = call("exp", sum(...exponents));
    if (whole.kind === "constant") coefficient *= whole.value;
    else if (whole.kind === "call") powers.set(whole.key, { base: whole, exponent: 1 });
  }
  const left = [...powers.values()].filter(({ exponent }) => exponent !== 0);
  if (left.length === 0) return constant(coefficient);
  left.sort((a, b) => compare(a.base.key, b.base.key));
  if (left.length === 1 && left[0]!.exponent === 1) return scale(coefficient, left[0]!.base);
  const key = left
    .map(({ base, exponent }) => (exponent === 1 ? base.key : `${bracketed(base)}^${exponent}`))
    .join("*");
  return scale(coefficient, { kind: "product", factors: left, key });
}

const bracketed = (base: Factor["base"]): string => (base.kind === "product" ? `[${base.key}]` : base.key);

/** A sum as lead · rest, rest with first coefficient 1 (so that multiples of one sum share a base). */
function leading(e: Sum): { lead: number; rest: Expression } {
  const lead = e.parts[0]!.coefficient;
  return {
    lead,
    rest:
      lead === 1
        ? e
        : makeSum(
            e.constant / lead,
            e.parts.map((p) => ({ ...p, coefficient: p.coefficient / lead })),
          ),
  };
}

/** base^exponent for a constant exponent. Whole exponents are taken into products; others keep their base whole. */
export function power(base: Expression, exponent: number): Expression {
  if (exponent === 0) return one;
  if (exponent === 1) return base;
  if (base.kind === "constant") return constant(base.value ** exponent);
  if (base.kind === "call" && base.name === "exp") return call("exp", scale(exponent, base.argument));
  if (base.kind === "sum") {
    const { lead, rest } = leading(base);
    const whole = Number.isInteger(exponent);
    if (lead === 1) return single(base, exponent);
    if (whole || lead > 0) return scale(lead ** exponent, power(rest, exponent));
    return single(base, exponent);
  }
  if (base.kind !== "product") return single(base, exponent);
  if (Number.isInteger(exponent)) return product(...base.factors.map((f) => single(f.base, f.exponent * exponent)));
  return single(base, exponent);
}

function single(base: Factor["base"], exponent: number): Expression {
  if (exponent === 1) return base;
  return { kind: "product", factors: [{ base, exponent }], key: `${bracketed(base)}^${exponent}` };
}

export const quotient = (a: Expression, b: Expression): Expression => product(a, power(b, -1));

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

/** The expression multiplied out, as a sum of coefficient · product; whole positive powers of sums are expanded. */
export function expand(e: Expression): Expression {
  switch (e.kind) {
    case "constant":
    case "variable":
    case "call":
      return e;
    case "sum":
      return sum(constant(e.constant), ...e.parts.map(({ coefficient, part }) => scale(coefficient, expand(part))));
    case "product":
      return e.factors.reduce<Expression>((left, { base, exponent }) => {
        if (base.kind !== "sum" || !Number.isInteger(exponent) || exponent < 0 || exponent > 8)
          return distribute(left, single(base, exponent));
        const wide = expand(base);
        let out = left;
        for (let i = 0; i < exponent; i++) out = distribute(out, wide);
        return out;
      }, one);
  }
}

const summands = (e: Expression): Expression[] =>
  e.kind === "sum"
    ? [...(e.constant === 0 ? [] : [constant(e.constant)]), ...e.parts.map((p) => scale(p.coefficient, p.part))]
    : isZero(e)
      ? []
      : [e];

function distribute(a: Expression, b: Expression): Expression {
  return sum(...summands(a).flatMap((p) => summands(b).map((q) => product(p, q))));
}

/** Top-level summands, coefficients included; not multiplied out. */
export const termsOf = summands;
