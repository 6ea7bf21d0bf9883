/** Linear combinations of V1, V2, … as text. */
import { isNumber, NONE, numeral } from "./numeral.js";

const DENOMINATORS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 50, 100];

/**
 * "V1", "2 V3 − V7", "0". Coefficients within `error` of 0 are left out, those within it of a fraction with a small denominator are
 * written as that.
 */
export function combination(coefficients: readonly (number | null)[], error: number): string {
  if (!coefficients.every(isNumber)) return NONE;
  const parts = coefficients.flatMap((c, i) => {
    const size = Math.abs(c as number);
    if (size <= error) return [];
    const written = fraction(size, error);
    return [{ sign: (c as number) < 0 ? "−" : "+", term: written === "1" ? `V${i + 1}` : `${written} V${i + 1}` }];
  });
  const [first, ...rest] = parts;
  if (first === undefined) return "0";
  return `${first.sign === "−" ? "−" : ""}${first.term}${rest.map(({ sign, term }) => ` ${sign} ${term}`).join("")}`;
}

/** By how much the coefficients of a table may be off: what its brackets leave outside the span, within reason. */
export const uncertainty = (closure: number | null): number =>
  Math.min(0.02, Math.max(1e-6, isNumber(closure) ? closure : 0));

function fraction(size: number, error: number): string {
  for (const q of DENOMINATORS) {
    const p = Math.round(size * q);
    if (p > 0 && Math.abs(size - p / q) <= error / q) return q === 1 ? String(p) : `${p}/${q}`;
  }
  return numeral(size, 3);
}
