/**
 * An evolution equation as data: ∂t^m u = F(x, (y,) t, u, u_x, …), m = 1 or 2, one F per component, everything as expressions.
 * Code outside `equation/` never asks which equation it is.
 */
import type { Expression } from "../expression/expression.js";

/** One summand of F for one component, as the user wrote it: what relative residuals are relative to. */
export interface Term {
  readonly text: string; // as printed, e.g. "-u*u_x"
  readonly component: number; // whose right-hand side it belongs to
  readonly expression: Expression;
}

/** A summand coefficient · ∂x^a ∂y^b of the component's own, with a constant coefficient. */
export interface LinearTerm {
  readonly orders: readonly [x: number, y: number];
  readonly coefficient: number;
}

export interface Equation {
  readonly name: string; // of the catalogue's row, or "pde"
  readonly text: string; // e.g. "u_t = -u*u_x - u_xxx"; parameters by value
  readonly components: readonly string[]; // u, v: in the order of their equations
  readonly space: 1 | 2;
  readonly timeOrder: 1 | 2; // of every component
  readonly order: number; // highest total order of space derivatives
  readonly parameters: Readonly<Record<string, number>>;
  /** F per component, in the jet variables of `jet.ts`, x, y and t. Time derivatives occur only where timeOrder is 2, as u_t, u_xt, … */
  readonly right: readonly Expression[];
  readonly terms: readonly Term[];
  /** Constant-coefficient linear part of each component in itself (space derivatives only), for the exponential integrator. */
  readonly linear: readonly (readonly LinearTerm[])[];
  /** What is left of F after `linear`, as a·∂x(u²) where it has that form (scalar, one space dimension, first order in time); null otherwise. */
  readonly quadraticFlux: number | null;
}

/** The coordinates generators act on: x, (y,) t, then the components. */
export const coordinatesOf = ({ space, components }: Equation): string[] => [
  ...(space === 1 ? ["x", "t"] : ["x", "y", "t"]),
  ...components,
];

/** An equation as what travels between threads and into files: a catalogue name, or a text, with parameters by value. */
export interface EquationSpec {
  readonly name: string;
  readonly text?: string; // where the name is not in the catalogue: equations separated by ";" or line ends
  readonly parameters: Readonly<Record<string, number>>;
}
