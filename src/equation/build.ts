/** An equation from the right-hand sides of its components: terms, order, and what an exponential integrator can take over. */
import {
  derivative,
  type Expression,
  expand,
  isZero,
  power,
  product,
  scale,
  subtract,
  termsOf,
  variable,
  variables,
} from "../expression/expression.js";
import { text } from "../expression/print.js";
import type { Equation, LinearTerm, Term } from "./equation.js";
import { type JetVariable, jetName, readJet } from "./jet.js";

export type EquationParts = Pick<Equation, "name" | "components" | "space" | "timeOrder" | "parameters" | "right">;

export function buildEquation(parts: EquationParts): Equation {
  const { components, right, space, timeOrder } = parts;
  const jets = variables(...right).flatMap((name) => readJet(components, name) ?? []);
  const linear = right.map((e, component) => linearPart(e, components, component));
  const sides = right.map((e, c) => `${jetName(components, { component: c, x: 0, y: 0, t: timeOrder })} = ${text(e)}`);
  return {
    ...parts,
    text: sides.join("; "),
    order: Math.max(0, ...jets.map(({ x, y }) => x + y)),
    terms: right.flatMap((e, component) => summandsOf(e, components, component)),
    linear,
    quadraticFlux:
      components.length === 1 && space === 1 && timeOrder === 1 ? fluxOf(right[0]!, linear[0]!, components) : null,
  };
}

/**
 * Summands, with brackets around derivatives of the unknowns opened: in -exp(t/50)*(u*u_x + u_xxx) two terms cancel each other, and a
 * residual is to be relative to both. Brackets in x and t alone, which only scale a term, stay.
 */
function summandsOf(e: Expression, components: readonly string[], component: number): Term[] {
  const opened = expand(e, (base) => variables(base).some((name) => readJet(components, name) !== null));
  return termsOf(opened).map((term) => ({ text: text(term), component, expression: term }));
}

/** Summands coefficient · u_x…y… of a component's own right-hand side. */
function linearPart(e: Expression, components: readonly string[], component: number): LinearTerm[] {
  return termsOf(expand(e)).flatMap((term): LinearTerm[] => {
    const coefficient = term.kind === "sum" ? term.parts[0]!.coefficient : 1;
    const part = term.kind === "sum" ? term.parts[0]!.part : term;
    if (part.kind !== "variable") return [];
    const jet = readJet(components, part.name);
    if (!jet || jet.component !== component || jet.t > 0) return [];
    return [{ orders: [jet.x, jet.y], coefficient }];
  });
}

/** The linear part as an expression. */
export function linearExpression(
  linear: readonly LinearTerm[],
  components: readonly string[],
  component: number,
): Expression[] {
  return linear.map(({ orders: [x, y], coefficient }) =>
    scale(coefficient, variable(jetName(components, { component, x, y, t: 0 } satisfies JetVariable))),
  );
}

/** a where what is left of F is 2a·u·u_x. */
function fluxOf(e: Expression, linear: readonly LinearTerm[], components: readonly string[]): number | null {
  const rest = linearExpression(linear, components, 0).reduce<Expression>(
    (left, term) => subtract(left, term),
    expand(e),
  );
  if (isZero(rest)) return 0;
  const u = variable(components[0]!);
  const slope = variable(jetName(components, { component: 0, x: 1, y: 0, t: 0 }));
  const twice = derivative(derivative(rest, u.name), slope.name);
  if (twice.kind !== "constant") return null;
  return isZero(subtract(rest, scale(twice.value, product(u, power(slope, 1))))) ? twice.value / 2 : null;
}
