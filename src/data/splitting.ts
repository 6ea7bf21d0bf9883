/**
 * An equation as a system of first order in time for its state, ∂t w = L(t) w + N: L holds every summand (coefficient of t) · (space
 * derivative of one component), whichever component's equation it stands in; N is the rest of F.
 */
import type { Program } from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import { type JetVariable, jetName, readJet } from "../equation/jet.js";
import {
  constant,
  derivative,
  type Expression,
  evaluate,
  expand,
  isZero,
  product,
  subtract,
  sum,
  termsOf,
  variable,
  variables,
} from "../expression/expression.js";
import { compile } from "../expression/program.js";
import type { Orders } from "./grid.js";

/** Adds coefficient(t) · ∂x^a ∂y^b w_from to ∂t w_into. */
export interface Coupling {
  readonly into: number;
  readonly from: number;
  readonly orders: Orders;
  readonly coefficient: Expression; // in t, or constant
}

/** A derivative of the state that N is made of. */
export interface JetInput {
  readonly name: string;
  readonly state: number;
  readonly orders: Orders;
}

export interface Splitting {
  readonly states: number; // components, and then their first time derivatives where the equation is of second order in time
  readonly timeOrder: 1 | 2;
  readonly couplings: readonly Coupling[];
  readonly steady: boolean; // all coefficients are constant
  readonly jets: readonly JetInput[];
  readonly rest: readonly { readonly state: number; readonly expression: Expression }[]; // where N is not zero
  readonly inputs: readonly string[]; // the jets, then x, y, t, then for each coupling that changes in time what L holds meanwhile
  readonly program: Program; // N of those states, from the inputs
  readonly moving: readonly Coupling[];
}

export function splittingOf(equation: Equation): Splitting {
  const { components, right, timeOrder } = equation;
  const count = components.length;
  const stateOf = (jet: JetVariable): number => jet.component + count * jet.t;
  const couplings: Coupling[] = [];
  if (timeOrder === 2)
    for (let c = 0; c < count; c++)
      couplings.push({ into: c, from: c + count, orders: [0, 0], coefficient: constant(1) });
  const rests = right.map((e, c) => {
    const left: Expression[] = [];
    for (const term of termsOf(expand(e))) {
      const found = linearTerm(term, components);
      if (!found) left.push(term);
      else {
        const { jet, coefficient } = found;
        const into = c + count * (timeOrder - 1);
        couplings.push({ into, from: stateOf(jet), orders: [jet.x, jet.y], coefficient });
      }
    }
    return left;
  });
  const moving = couplings.filter(({ coefficient }) => coefficient.kind !== "constant");
  const held = moving.map((_, i) => `held ${i}`); // no name that a user can write
  const rest = rests
    .map((left, c) => {
      const state = c + count * (timeOrder - 1);
      const drift = moving.flatMap((coupling, i) =>
        coupling.into === state
          ? [product(subtract(coupling.coefficient, variable(held[i]!)), variable(nameOf(coupling, components)))]
          : [],
      );
      return { state, expression: sum(...left, ...drift) };
    })
    .filter(({ expression }) => !isZero(expression));
  const expressions = rest.map(({ expression }) => expression);
  const jets = variables(...expressions).flatMap((name): JetInput[] => {
    const jet = readJet(components, name);
    return jet ? [{ name, state: stateOf(jet), orders: [jet.x, jet.y] }] : [];
  });
  const inputs = [...jets.map(({ name }) => name), "x", "y", "t", ...held];
  return {
    states: count * timeOrder,
    timeOrder,
    couplings,
    steady: moving.length === 0,
    jets,
    rest,
    inputs,
    program: compile(expressions, inputs),
    moving,
  };
}

/** coefficient(t) · (one jet variable), or null. */
function linearTerm(
  term: Expression,
  components: readonly string[],
): { jet: JetVariable; coefficient: Expression } | null {
  const jets = variables(term).filter((name) => readJet(components, name));
  if (jets.length !== 1) return null;
  const [name] = jets as [string];
  const coefficient = derivative(term, name);
  if (variables(coefficient).some((other) => other !== "t")) return null;
  if (!isZero(subtract(term, product(coefficient, variable(name))))) return null;
  return { jet: readJet(components, name)!, coefficient };
}

function nameOf({ from, orders: [x, y] }: Coupling, components: readonly string[]): string {
  const count = components.length;
  return jetName(components, { component: from % count, x, y, t: Math.floor(from / count) });
}

/** The coefficient of a coupling at a time. */
export const coefficientAt = ({ coefficient }: Coupling, t: number): number => evaluate(coefficient, () => t);
