import { type Expression, evaluate } from "../../src/expression/expression.js";

/** Size of all that is added up on the way to a value: what the value's rounding is relative to. */
export function sizeOf(e: Expression, at: (name: string) => number): number {
  if (e.kind === "sum")
    return e.parts.reduce((s, p) => s + Math.abs(p.coefficient) * sizeOf(p.part, at), Math.abs(e.constant));
  if (e.kind === "product")
    return e.factors.reduce((p, f) => {
      const value = Math.abs(evaluate(f.base, at));
      return p * value ** f.exponent * (sizeOf(f.base, at) / value) ** Math.abs(f.exponent);
    }, 1);
  if (e.kind === "call") return Math.max(1, sizeOf(e.argument, at)) * Math.max(1, Math.abs(evaluate(e, at)));
  return Math.abs(evaluate(e, at));
}
