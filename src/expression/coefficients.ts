/** Coefficients and exponents in floating point, brought to the form in which equal ones are the same number. */

export const ROUNDING = 8 * Number.EPSILON; // relative: a few operations' worth

const MOST_MULTIPLE = 240;
const SAME = 1e-14; // relative: what rounding to 15 digits may move a ratio by, and a little more

/**
 * Numbers, the first of them not 0, as lead · numbers, the same numbers for all multiples: coprime whole ones where the ratios are simple
 * enough, else the first 1 and the others rounded to 15 digits unless dividing is exact. The first of them is positive.
 */
export function content(all: readonly number[]): { lead: number; numbers: readonly number[] } {
  const first = all[0]!;
  if (all.every(Number.isSafeInteger)) {
    const common = all.reduce((a, b) => divisor(Math.abs(a), Math.abs(b)));
    const lead = first < 0 ? -common : common;
    return { lead, numbers: all.map((value) => value / lead) };
  }
  const tame = all.every((value) => value === 0 || (Math.abs(value) > 1e-150 && Math.abs(value) < 1e150)); // no ratio overflows
  if (!tame) return { lead: 1, numbers: all };
  const ratios = all.map((value) => Number((value / first).toPrecision(15)));
  for (let multiple = 1; multiple <= MOST_MULTIPLE; multiple++) {
    const whole = ratios.every((r) => {
      const nearest = Math.round(r * multiple);
      return Math.abs(r * multiple - nearest) <= SAME * Math.abs(nearest) && Number.isSafeInteger(nearest);
    });
    if (whole)
      return {
        lead: multiple === 1 ? first : decimal(first / multiple),
        numbers: ratios.map((r) => Math.round(r * multiple)),
      };
  }
  return { lead: first, numbers: Math.log2(Math.abs(first)) % 1 === 0 ? all.map((value) => value / first) : ratios };
}

/** A number that rounding has moved off one of 15 digits, put back: 0.3/3 is 0.1. */
function decimal(value: number): number {
  const near = Number(value.toPrecision(15));
  return Math.abs(near - value) <= Number.EPSILON * Math.abs(value) ? near : value;
}

/** Greatest common divisor of whole numbers that are not negative. */
const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** An exponent that rounding has moved off a fraction with a small denominator, put back: 1/2 + 1/3 is 5/6. */
export function simple(exponent: number): number {
  if (Number.isInteger(exponent)) return exponent;
  for (let q = 1; q <= 12; q++) {
    const p = Math.round(exponent * q);
    if (Math.abs(exponent * q - p) <= ROUNDING * Math.max(1, Math.abs(p))) return p / q;
  }
  return exponent;
}
