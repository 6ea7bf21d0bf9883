/** Expressions as text. */
import type { Expression } from "./expression.js";

/** As a user would write it: "-u*u_x", "0.01*u_xx", "3*u^2". */
export function text(e: Expression): string {
  switch (e.kind) {
    case "constant":
      return String(e.value);
    case "variable":
      return e.name;
    case "call":
      return `${e.name}(${text(e.argument)})`;
    case "product":
      return e.factors
        .map(({ base, exponent }) => {
          const inner = base.kind === "sum" || base.kind === "product" ? `(${text(base)})` : text(base);
          return exponent === 1
            ? inner
            : `${inner}^${exponent < 0 || !Number.isInteger(exponent) ? `(${exponent})` : exponent}`;
        })
        .join("*");
    case "sum": {
      const parts = e.parts.map(({ coefficient, part }) => {
        const size = Math.abs(coefficient) === 1 ? "" : `${Math.abs(coefficient)}*`;
        return `${coefficient < 0 ? "-" : "+"} ${size}${text(part)}`;
      });
      if (e.constant !== 0) parts.push(`${e.constant < 0 ? "-" : "+"} ${Math.abs(e.constant)}`);
      const joined = parts.join(" ");
      return joined.startsWith("+ ") ? joined.slice(2) : `-${joined.slice(2)}`;
    }
  }
}
