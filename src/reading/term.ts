/** One term of a formula: a measured coefficient times a function of the coordinates, in one component. */
import { type Expression, power, product, scale, sum, variable } from "../expression/expression.js";
import { type Rational, ratioOf } from "./rational.js";

const ROUNDING = 1e-9;

export interface Term {
  readonly component: string; // "u": the term is in ∂u
  readonly function: string; // "t*x"
  readonly expression: Expression; // that function
  readonly coefficient: number; // as measured
  readonly standardError: number;
  readonly exact: Rational | null; // what it is taken for
  readonly deviation: number | null; // coefficient − exact
}

/** What the formula says the coefficient is. */
export const stated = ({ exact, coefficient }: Term): number => (exact ? ratioOf(exact) : coefficient);

/** Components of the field, one per coordinate. */
export const componentsOf = (terms: readonly Term[], coordinates: readonly string[]): Expression[] =>
  coordinates.map((name) =>
    sum(...terms.filter((t) => t.component === name).map((t) => scale(stated(t), t.expression))),
  );

/**
 * Polynomials times a root of one of their factors, drawn together: t/sqrt(t + 1) + 1/sqrt(t + 1) is sqrt(t + 1). Only where all
 * coefficients are exact. `name` writes a function.
 */
export function gathered(terms: readonly Term[], name: (e: Expression) => string): Term[] {
  const groups = new Map<string, { place: Place; terms: { term: Term; degree: number }[] }>();
  const out: Term[] = [];
  for (const term of terms) {
    const place = term.exact === null ? null : placeOf(term.expression);
    if (!place) {
      out.push(term);
      continue;
    }
    const key = `${term.component} ${place.key}`;
    const group = groups.get(key) ?? { place, terms: [] };
    if (group.terms.length === 0) groups.set(key, group);
    group.terms.push({ term, degree: place.degree });
  }
  for (const { place, terms: own } of groups.values()) {
    let polynomial = new Array<number>(Math.max(...own.map(({ degree }) => degree)) + 1).fill(0);
    for (const { term, degree } of own) polynomial[degree] = stated(term);
    let exponent = place.exponent;
    for (let next = divided(polynomial, place); next; next = divided(polynomial, place)) {
      polynomial = next;
      exponent++;
    }
    if (exponent === place.exponent) out.push(...own.map(({ term }) => term));
    else
      polynomial.forEach((coefficient, degree) => {
        if (coefficient === 0) return;
        const expression = product(place.others, power(variable(place.variable), degree), power(place.base, exponent));
        const error = Math.max(...own.map(({ term }) => term.standardError));
        const deviation = Math.max(...own.map(({ term }) => Math.abs(term.deviation ?? 0)));
        out.push({
          component: own[0]!.term.component,
          function: name(expression),
          expression,
          coefficient: coefficient + deviation,
          standardError: error,
          exact: { numerator: coefficient, denominator: 1 },
          deviation,
        });
      });
  }
  return out;
}

/** A function as others · v^degree · base^exponent, base = slope·v + constant under an exponent that is not whole. */
interface Place {
  readonly key: string; // the same for functions that may be drawn together
  readonly others: Expression;
  readonly variable: string;
  readonly degree: number;
  readonly base: Expression;
  readonly exponent: number;
  readonly slope: number;
  readonly root: number; // of the base
}

function placeOf(e: Expression): Place | null {
  if (e.kind !== "product") return null;
  for (const { base, exponent } of e.factors) {
    if (Number.isInteger(exponent) || base.kind !== "sum" || base.parts.length !== 1) continue;
    const { part, coefficient: slope } = base.parts[0]!;
    if (part.kind !== "variable") continue;
    const own = e.factors.find((f) => f.base.key === part.key);
    if (own && !(Number.isInteger(own.exponent) && own.exponent > 0)) continue;
    const others = product(
      ...e.factors.filter((f) => f.base !== base && f !== own).map((f) => power(f.base, f.exponent)),
    );
    return {
      key: `${others.key} ${base.key} ${exponent}`,
      others,
      variable: part.name,
      degree: own?.exponent ?? 0,
      base,
      exponent,
      slope,
      root: -base.constant / slope,
    };
  }
  return null;
}

/** The polynomial (lowest power first) over the base; null where it does not divide into whole coefficients. */
function divided(polynomial: readonly number[], { root, slope }: Place): number[] | null {
  if (polynomial.length < 2) return null;
  const out = new Array<number>(polynomial.length - 1);
  let carry = 0;
  for (let i = polynomial.length - 1; i > 0; i--) {
    carry = polynomial[i]! + root * carry;
    out[i - 1] = carry / slope;
  }
  const size = polynomial.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  if (Math.abs(polynomial[0]! + root * carry) > ROUNDING * size) return null;
  const whole = out.map(Math.round);
  return whole.every((n, i) => Math.abs(n - out[i]!) <= ROUNDING * size) ? whole : null;
}
