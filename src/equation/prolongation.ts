/**
 * Total derivatives on solutions, and the condition for a generator to be a symmetry, as expressions in space derivatives alone
 * (Olver 1993, sections 2.3 and 5.1). Everything is exact: no grid, no differencing.
 */
import {
  derivative,
  type Expression,
  negate,
  product,
  subtract,
  sum,
  variable,
  variables,
} from "../expression/expression.js";
import type { Equation } from "./equation.js";
import { jetName, readJet } from "./jet.js";

export type Direction = "x" | "y" | "t";

export class Prolongation {
  readonly #known = new Map<string, Expression>();

  constructor(readonly equation: Equation) {}

  /** D_x, D_y or D_t of an expression on solutions: time derivatives that the equation gives are put in. */
  total(e: Expression, direction: Direction): Expression {
    const key = `${direction} ${e.key}`;
    const known = this.#known.get(key);
    if (known) return known;
    const { components } = this.equation;
    const parts = variables(e).flatMap((name) => {
      const jet = readJet(components, name);
      return jet ? [product(derivative(e, name), this.jet(jet.component, jet.x, jet.y, jet.t, direction))] : [];
    });
    const out = sum(derivative(e, direction), ...parts);
    this.#known.set(key, out);
    return out;
  }

  /** ∂x^x ∂y^y of a component's `timeOrder`-th time derivative: the total derivative of its right-hand side. */
  right(component: number, x = 0, y = 0): Expression {
    if (x > 0) return this.total(this.right(component, x - 1, y), "x");
    if (y > 0) return this.total(this.right(component, x, y - 1), "y");
    return this.equation.right[component]!;
  }

  /** A jet variable differentiated once more. */
  private jet(component: number, x: number, y: number, t: number, direction: Direction): Expression {
    const { components, timeOrder } = this.equation;
    if (direction === "t" && t + 1 === timeOrder) return this.right(component, x, y);
    const more = {
      component,
      x: x + (direction === "x" ? 1 : 0),
      y: y + (direction === "y" ? 1 : 0),
      t: t + (direction === "t" ? 1 : 0),
    };
    return variable(jetName(components, more));
  }

  /** ∂t^order of a component on solutions. */
  timeDerivative(component: number, order: number): Expression {
    let out: Expression = variable(this.equation.components[component]!);
    for (let i = 0; i < order; i++) out = this.total(out, "t");
    return out;
  }

  /** Q^c = φ^c − ξ u^c_x − η u^c_y − τ u^c_t of a generator given per coordinate of `coordinatesOf(equation)`. */
  characteristic(generator: readonly Expression[]): Expression[] {
    const { components, space } = this.equation;
    return components.map((_, c) => {
      const slopes = [
        variable(jetName(components, { component: c, x: 1, y: 0, t: 0 })),
        ...(space === 2 ? [variable(jetName(components, { component: c, x: 0, y: 1, t: 0 }))] : []),
        this.timeDerivative(c, 1),
      ];
      return subtract(generator[slopes.length + c]!, sum(...slopes.map((slope, a) => product(generator[a]!, slope))));
    });
  }

  /** D_t^m Q − F′[u] Q per component: zero on every jet exactly for a symmetry. */
  condition(generator: readonly Expression[]): Expression[] {
    const { equation } = this;
    const Q = this.characteristic(generator);
    const along = (e: Expression, x: number, y: number, t: number): Expression => {
      let out = e;
      for (let i = 0; i < t; i++) out = this.total(out, "t");
      for (let i = 0; i < x; i++) out = this.total(out, "x");
      for (let i = 0; i < y; i++) out = this.total(out, "y");
      return out;
    };
    return equation.right.map((right, c) => {
      const linearised = variables(right).flatMap((name) => {
        const jet = readJet(equation.components, name);
        return jet ? [product(derivative(right, name), along(Q[jet.component]!, jet.x, jet.y, jet.t))] : [];
      });
      return sum(along(Q[c]!, 0, 0, equation.timeOrder), negate(sum(...linearised)));
    });
  }
}
