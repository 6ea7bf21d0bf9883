/**
 * How an expression is written down, before it is known in which language: signs, fractions, roots and nice numbers, in the order people
 * write them. Text, SymPy, LaTeX and MathML are spellings of it.
 */
import {
  constant,
  type Expression,
  type Factor,
  type FunctionName,
  leading,
  negate,
  type Product,
  type Sum,
  scale,
  sum,
  termsOf,
} from "./expression.js";

export type Notation =
  | { readonly kind: "number"; readonly digits: string } // not negative: 12, 0.5, 1e-7
  | { readonly kind: "name"; readonly name: string } // of a variable, or pi
  | { readonly kind: "call"; readonly name: FunctionName; readonly argument: Notation }
  | { readonly kind: "root"; readonly of: Notation }
  | { readonly kind: "power"; readonly base: Notation; readonly exponent: Notation }
  | { readonly kind: "product"; readonly factors: readonly Notation[] } // two or more
  | { readonly kind: "fraction"; readonly over: Notation; readonly under: Notation }
  | { readonly kind: "sum"; readonly terms: readonly SignedNotation[] }; // one alone only where it is negative

export interface SignedNotation {
  readonly negative: boolean;
  readonly of: Notation;
}

/** Binding strength: what binds weaker than its place asks for goes in brackets. */
export const strength = { sum: 1, fraction: 2, product: 2, power: 3, root: 4, call: 4, name: 4, number: 4 } as const;

/** `inside` a function fractions are preferred to decimals: exp(t/50), but 0.02*u_xx. */
export function notationOf(e: Expression, inside = false): Notation {
  const terms = termsOf(e).map((term) => writeTerm(term, inside));
  if (terms.length === 0) return number(0);
  if (e.kind === "sum" && e.constant !== 0) {
    const [fixed, ...others] = terms as [SignedNotation, ...SignedNotation[]];
    if (fixed.negative || !others[0]!.negative) return { kind: "sum", terms: [...others, fixed] }; // u + 1 and u - 1, but 1 - u
  }
  return terms.length === 1 && !terms[0]!.negative ? terms[0]!.of : { kind: "sum", terms };
}

function writeTerm(term: Expression, inside: boolean): SignedNotation {
  if (term.kind === "constant") return writeProduct(term.value, [], inside);
  const { coefficient, part } = term.kind === "sum" ? term.parts[0]! : { coefficient: 1, part: term };
  if (part.kind === "product") return writeProduct(coefficient, part.factors, inside);
  return writeProduct(coefficient, [{ base: part, exponent: 1 }], inside);
}

/** coefficient · Π base^exponent as one fraction, sums last. */
function writeProduct(coefficient: number, factors: Product["factors"], inside: boolean): SignedNotation {
  let size = Math.abs(coefficient);
  let negative = coefficient < 0;
  const sorted = [...factors.filter((f) => !isSum(f)), ...factors.filter(isSum)];
  const at = sorted.findIndex(({ base, exponent }) => base.kind === "sum" && exponent === 1);
  if (at >= 0) {
    let base = sorted[at]!.base as Sum;
    const spread = spreadOver(base, size);
    if (spread) [base, size] = [spread, 1]; // 0.1*u*(3*x + 10) is u*(0.3*x + 1)
    if (negative && base.constant < 0) [base, negative] = [negate(base) as Sum, false]; // -u*(u - 1) is u*(1 - u)
    sorted[at] = { base, exponent: 1 };
  }
  const above = sorted.filter(({ exponent }) => exponent > 0);
  const below = sorted.filter(({ exponent }) => exponent < 0).map((f) => ({ ...f, exponent: -f.exponent }));
  const only = below.length === 1 && below[0]!.exponent === 1 ? below[0]!.base : null;
  const whole = only?.kind === "sum" && numbersOf(only).every((n) => Number.isSafeInteger(n * LARGEST_UNDER));
  // A number beside a sum below would be multiplied into it: exact for whole numbers, u/(2*t + 2), else it stays above.
  const { over, under } =
    only?.kind === "sum" && !whole && size !== 1
      ? { over: [number(size)], under: 1 }
      : numeral(size, inside || below.length > 0);
  const denominator =
    whole && under !== 1
      ? [notationOf(scale(under, only), inside)]
      : [...(under === 1 ? [] : [number(under)]), ...below.map((f) => writeFactor(f, inside))];
  return { negative, of: fraction([...over, ...above.map((f) => writeFactor(f, inside))], denominator) };
}

const isSum = ({ base, exponent }: Factor): boolean => base.kind === "sum" && exponent !== 0.5;
const numbersOf = (e: Sum): number[] => [...e.parts.map((p) => p.coefficient), e.constant];

/** The sum with a coefficient multiplied in, where that takes fewer characters and is read back as it was; else null. */
function spreadOver(base: Sum, coefficient: number): Sum | null {
  if (Number.isInteger(coefficient)) return null;
  const times = (value: number): number => Number((coefficient * value).toPrecision(15));
  const terms = base.parts.map((p) => scale(times(p.coefficient), p.part));
  const spread = sum(constant(times(base.constant)), ...terms) as Sum;
  const written = (e: Sum): number =>
    numbersOf(e).reduce(
      (n, value) => n + (Math.abs(value) === 1 || value === 0 ? 0 : String(Math.abs(value)).length),
      0,
    );
  if (written(spread) >= written(base) + String(coefficient).length) return null;
  const { lead, rest } = leading(spread);
  return lead === coefficient && rest.key === base.key ? spread : null;
}

function fraction(over: readonly Notation[], under: readonly Notation[]): Notation {
  return under.length === 0 ? times(over) : { kind: "fraction", over: times(over), under: times(under) };
}

const times = (factors: readonly Notation[]): Notation =>
  factors.length === 0 ? number(1) : factors.length === 1 ? factors[0]! : { kind: "product", factors };

function writeFactor({ base, exponent }: Factor, inside: boolean): Notation {
  const of: Notation =
    base.kind === "call"
      ? { kind: "call", name: base.name, argument: notationOf(base.argument, true) }
      : base.kind === "variable"
        ? { kind: "name", name: base.name }
        : notationOf(base, inside);
  if (exponent === 1) return of;
  if (exponent === 0.5) return { kind: "root", of };
  return { kind: "power", base: of, exponent: writeExponent(exponent) };
}

function writeExponent(exponent: number): Notation {
  const found = multiple(exponent, 1, 12);
  return found ? fraction([number(found.p)], found.q === 1 ? [] : [number(found.q)]) : number(exponent);
}

const number = (value: number): Notation => ({ kind: "number", digits: String(value) });

const LARGEST_UNDER = 1000;
const SHORT = 6; // characters: decimals up to here stay as they are

/** A positive number as factors over a whole number: decimals where short, else fractions and multiples of π where they are exact. */
function numeral(value: number, fractions: boolean): { over: Notation[]; under: number } {
  if (value === 1) return { over: [], under: 1 };
  const plain = { over: [number(value)], under: 1 };
  if (Number.isInteger(value)) return plain;
  const reciprocal = Math.round(1 / value);
  if (fractions && reciprocal <= LARGEST_UNDER && 1 / reciprocal === value) return { over: [], under: reciprocal };
  if (String(value).length <= SHORT) return plain;
  const rational = multiple(value, 1, LARGEST_UNDER);
  if (rational) return { over: rational.p === 1 ? [] : [number(rational.p)], under: rational.q };
  const angle = multiple(value, Math.PI, LARGEST_UNDER);
  if (!angle) return plain;
  const pi: Notation = { kind: "name", name: "pi" };
  return { over: angle.p === 1 ? [pi] : [number(angle.p), pi], under: angle.q };
}

/** p and q ≤ most with p·unit/q exactly the value, to the last bit. */
function multiple(value: number, unit: number, most: number): { p: number; q: number } | null {
  for (let q = 1; q <= most; q++) {
    const p = Math.round((value / unit) * q);
    if (p > 0 && p < 1e6 && (p * unit) / q === value) return { p, q };
  }
  return null;
}
