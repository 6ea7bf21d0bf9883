/** The numbers of a formula: a field on its members, scaled so that as many coefficients as possible are ones people would write. */
import { norm } from "./leastsquares.js";
import { coprime, type Rational, ratioOf, recognise } from "./rational.js";
import type { Nearest, Span } from "./span.js";

/** Of each member of the support. */
export interface Numbers {
  readonly values: readonly number[]; // as measured, in the scale of the formula; the first positive
  readonly errors: readonly number[];
  readonly exact: readonly (Rational | null)[];
}

const LARGE = 0.2; // of the largest term: others are measured against one that is well determined, the first such if they agree

/** Whole numbers if all ratios are recognised, else with the coefficient 1 that makes the most others recognised. */
export function numbersOf(span: Span, support: readonly number[]): Numbers {
  const start = span.nearest(support, support[0]!).coefficients;
  const shares = support.map((m, i) => Math.abs(start[i]!) * norm(span.columns[m]!));
  const large = shares.map((s) => Number(s > LARGE * Math.max(...shares)));
  const bases = support.map((_, i) => i).sort((a, b) => large[b]! - large[a]! || a - b);
  let best: { numbers: Numbers; recognised: number } | null = null;
  for (const base of bases) {
    const near = span.nearest(support, support[base]!);
    const ratios = [...near.coefficients].map((c, i) => (i === base ? ONE : nonzero(recognise(c, near.errors[i]!))));
    const together = jointly(
      span,
      support,
      ratios.map((r, i) => (r ? ratioOf(r) : near.coefficients[i]!)),
      near,
    );
    const all = together && ratios.every((r) => r !== null) ? (ratios as Rational[]) : null;
    const scaled = all && coprime(all);
    if (scaled) return whole(near, scaled);
    const exact = ratios.map((r, i) => (together || i === base ? r : null));
    const recognised = exact.filter((r) => r !== null).length;
    if (best === null || recognised > best.recognised) best = { numbers: signed(near, exact), recognised };
  }
  return best!.numbers;
}

const ONE: Rational = { numerator: 1, denominator: 1 };
const nonzero = (r: Rational | null): Rational | null => (r?.numerator === 0 ? null : r);

function whole({ coefficients, errors }: Nearest, scaled: { whole: readonly number[]; factor: number }): Numbers {
  const sign = Math.sign(scaled.whole[0]!);
  return {
    values: Array.from(coefficients, (c) => c * sign * scaled.factor),
    errors: Array.from(errors, (e) => e * scaled.factor),
    exact: scaled.whole.map((n) => ({ numerator: n * sign, denominator: 1 })),
  };
}

function signed({ coefficients, errors }: Nearest, exact: readonly (Rational | null)[]): Numbers {
  const sign = Math.sign(coefficients[0]!);
  return {
    values: Array.from(coefficients, (c) => c * sign),
    errors: [...errors],
    exact: exact.map((r) => r && { ...r, numerator: r.numerator * sign }),
  };
}

const ERRORS = 3;
const ROUNDING = 1e-8;

/** Whether the numbers together are as near to the span as its accuracy allows: each alone might be near by chance. */
function jointly(span: Span, support: readonly number[], numbers: readonly number[], { accuracy }: Nearest): boolean {
  const vector = span.vector(support, numbers);
  return norm(span.beyond(vector)) <= (ERRORS * accuracy + ROUNDING) * norm(vector);
}
