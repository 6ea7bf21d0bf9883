/** How simple a function of the coordinates is: what formulas prefer and how they are ordered. */
import type { Expression } from "../expression/expression.js";

export interface Degree {
  readonly degree: number; // total, in powers of the coordinates themselves
  readonly foreign: number; // factors that are no such power: exp(t/50), 1/sqrt(t + 1)
}

export function degreeOf(e: Expression): Degree {
  if (e.kind === "constant") return { degree: 0, foreign: 0 };
  if (e.kind === "variable") return { degree: 1, foreign: 0 };
  if (e.kind !== "product") return { degree: 0, foreign: 1 };
  let degree = 0;
  let foreign = 0;
  for (const { base, exponent } of e.factors) {
    if (base.kind === "variable" && Number.isInteger(exponent) && exponent > 0) degree += exponent;
    else foreign++;
  }
  return { degree, foreign };
}

/** By degree, then polynomials first. */
export const compareDegrees = (a: Degree, b: Degree): number => a.degree - b.degree || a.foreign - b.foreign;
