/**
 * An evolution equation as data: u_t = F(x, t, u, u_x, …) = Σ terms, every part a function of arrays.
 * Code outside `equation/` never asks which equation it is.
 */

/** What the terms are evaluated on: n places, one array each. `u[c][k]` is the k-th x derivative of component c. */
export interface Jet {
  readonly x: Float64Array;
  readonly t: Float64Array;
  readonly u: readonly (readonly Float64Array[])[];
}

/** One summand of F for one component. */
export interface Term {
  readonly text: string; // as printed, e.g. "-u*u_x"
  readonly component: number; // whose right-hand side it belongs to
  value(jet: Jet, into: Float64Array): void;
  /** Each ∂(term)/∂u_k that is not identically zero, as a function of arrays. */
  readonly partials: readonly Partial[];
  /** ∂(term)/∂t and ∂(term)/∂x at fixed u_k; null where identically zero. */
  readonly alongT: ((jet: Jet, into: Float64Array) => void) | null;
  readonly alongX: ((jet: Jet, into: Float64Array) => void) | null;
}

export interface Partial {
  readonly component: number;
  readonly order: number; // k of u_k
  value(jet: Jet, into: Float64Array): void;
}

export interface Equation {
  readonly name: string;
  readonly text: string; // e.g. "u_t = -u*u_x - u_xxx"
  readonly components: readonly string[];
  readonly space: 1 | 2;
  readonly timeOrder: 1 | 2;
  readonly order: number; // highest x derivative
  readonly parameters: Readonly<Record<string, number>>;
  readonly terms: readonly Term[];
  /** Constant-coefficient linear part per component as (order, coefficient) pairs, for the exponential integrator. */
  readonly linear: readonly (readonly (readonly [order: number, coefficient: number])[])[];
  /** What is left of F after `linear`, as a·∂x(u²) where it has that form (scalar equations); null otherwise. */
  readonly quadraticFlux: number | null;
}

/** An equation by name: what travels between threads and into files, where functions cannot. */
export interface EquationSpec {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
}
