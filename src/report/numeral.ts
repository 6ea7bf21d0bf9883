/** Numbers as a reader wants them: as many digits as mean something, "—" where there is no number. */

export type Maybe = number | null | undefined;

export const NONE = "—";

export const isNumber = (value: Maybe): value is number => typeof value === "number" && Number.isFinite(value);

/** Two significant digits (or `digits`): plain between 0.001 and 10000, else as 2.1e-5. */
export function numeral(value: Maybe, digits = 2): string {
  if (!isNumber(value)) return NONE;
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size >= 1e4 || size < 1e-3) return minus(rounded.toExponential(digits - 1).replace("e+", "e"));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return minus(rounded.toFixed(decimals));
}

/** a / b, no number where either is none or b is not positive. */
export const ratio = (a: Maybe, b: Maybe): number => (isNumber(a) && isNumber(b) && b > 0 ? a / b : Number.NaN);

/** A numeral with its unit, which a missing number has not. */
export const quantity = (value: Maybe, unit: string): string => numeral(value) + (isNumber(value) ? unit : "");

/** A share as a percentage. */
export function percent(share: Maybe): string {
  if (!isNumber(share)) return NONE;
  if (share === 0) return "0 %";
  return share < 1e-3 ? "< 0.1 %" : `${numeral(100 * share)} %`;
}

/** A given number exactly as it was given, short: s = −0.4, ε = 0.000001. */
export function given(value: Maybe): string {
  return isNumber(value) ? minus(String(Number(value.toPrecision(12)))) : NONE;
}

/** Powers of ten for an axis: 10⁻³. */
export function power(exponent: number): string {
  if (exponent === 0) return "1";
  return `10${[...String(exponent)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("")}`;
}

/** "a, b and c". */
export function listing(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const minus = (text: string): string => text.replace(/^-/, "−"); // exponents keep the hyphen, so that 2.1e-5 can be pasted
