/**
 * The two terms of the linearised equation on characteristics, D_t^m Q and F′[u] Q, tested against a function ψ, as expressions: for the
 * field p ∂_a with a function p of the coordinates, Q^c = p q_a^c with q_a = (−u_x, (−u_y,) −u_t, δ), and every row is
 * Σ over places of D_t^i p · Σ_β ∂^β ψ · K, with K free of p and ψ (Olver 1993, section 5.1, in weak form).
 */
import type { Equation } from "../equation/equation.js";
import { jetName, readJet } from "../equation/jet.js";
import { Prolongation } from "../equation/prolongation.js";
import {
  constant,
  derivative,
  type Expression,
  isZero,
  negate,
  one,
  product,
  sum,
  variable,
  variables,
  zero,
} from "../expression/expression.js";

type Orders = readonly [x: number, y: number];

/** One K: which term's rows it goes into, for which component c of the equation and which coordinate a of the field. */
export interface Factor {
  readonly term: "a" | "b"; // D_t^m Q or F′[u] Q
  readonly component: number; // c
  readonly coordinate: number; // a
  readonly order: number; // i: derivatives of p along solutions
  readonly test: Orders; // β: derivatives of ψ
  readonly expression: Expression; // in jet variables, x, y and t
}

/** All K of an equation that do not vanish. */
export function determiningFactors(equation: Equation): Factor[] {
  const prolongation = new Prolongation(equation);
  const { components, space, timeOrder } = equation;
  const slopes = components.map((_, c) => [
    variable(jetName(components, { component: c, x: 1, y: 0, t: 0 })),
    ...(space === 2 ? [variable(jetName(components, { component: c, x: 0, y: 1, t: 0 }))] : []),
    prolongation.timeDerivative(c, 1),
  ]);
  const coordinates = space + 1 + components.length;
  const along = (e: Expression, times: number): Expression => {
    let out = e;
    for (let i = 0; i < times; i++) out = prolongation.total(out, "t");
    return out;
  };
  const q = (a: number, c: number): Expression =>
    a <= space ? negate(slopes[c]![a]!) : a === space + 1 + c ? one : zero;
  const adjoints = components.map((_, c) => adjoint(prolongation, c));
  const out: Factor[] = [];
  for (let c = 0; c < components.length; c++)
    for (let a = 0; a < coordinates; a++) {
      const place = { component: c, coordinate: a };
      for (let i = 0; i <= timeOrder; i++) {
        const expression = product(constant(binomial(timeOrder, i)), along(q(a, c), timeOrder - i));
        out.push({ ...place, term: "a", order: i, test: [0, 0], expression });
      }
      for (let i = 0; i < timeOrder; i++)
        for (const { test, parts } of adjoints[c]!) {
          const expression = sum(
            ...parts.flatMap(({ component, t, factor }) =>
              t < i ? [] : [product(constant(binomial(t, i)), factor, along(q(a, component), t - i))],
            ),
          );
          out.push({ ...place, term: "b", order: i, test, expression });
        }
    }
  return out.filter(({ expression }) => !isZero(expression));
}

interface Adjoint {
  readonly test: Orders; // β
  readonly parts: readonly { readonly component: number; readonly t: number; readonly factor: Expression }[];
}

/** ∫ ψ F′^c Q = ∫ Σ_β ∂^β ψ Σ H_β D_t^j Q^c′ by parts: H_β = Σ_{α ≥ β} (−1)^|α| binomial(α, β) D^(α−β) ∂F^c/∂u^c′_{α,j}. */
function adjoint(prolongation: Prolongation, c: number): Adjoint[] {
  const { components, right } = prolongation.equation;
  const found = new Map<
    string,
    { test: Orders; parts: Map<string, { component: number; t: number; sum: Expression[] }> }
  >();
  for (const name of variables(right[c]!)) {
    const jet = readJet(components, name);
    if (!jet) continue;
    const partial = derivative(right[c]!, name);
    const sign = (jet.x + jet.y) % 2 === 0 ? 1 : -1;
    for (let x = 0; x <= jet.x; x++)
      for (let y = 0; y <= jet.y; y++) {
        let moved = partial;
        for (let i = x; i < jet.x; i++) moved = prolongation.total(moved, "x");
        for (let i = y; i < jet.y; i++) moved = prolongation.total(moved, "y");
        const entry = getOrMake(found, `${x} ${y}`, () => ({ test: [x, y] as const, parts: new Map() }));
        const key = `${jet.component} ${jet.t}`;
        const part = getOrMake(entry.parts, key, () => ({ component: jet.component, t: jet.t, sum: [] }));
        part.sum.push(product(constant(sign * binomial(jet.x, x) * binomial(jet.y, y)), moved));
      }
  }
  return [...found.values()].map(({ test, parts }) => ({
    test,
    parts: [...parts.values()].map(({ component, t, sum: terms }) => ({ component, t, factor: sum(...terms) })),
  }));
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function binomial(n: number, k: number): number {
  let out = 1;
  for (let i = 0; i < k; i++) out = (out * (n - i)) / (i + 1);
  return out;
}

/** p, D_t p, … up to the equation's order in time, of functions of the coordinates; rates as variables u_t (and u_tt), known at each place. */
export function alongSolutions({ components, timeOrder }: Equation, functions: readonly Expression[]): Expression[][] {
  const rate = (component: number, t: number): Expression =>
    variable(jetName(components, { component, x: 0, y: 0, t }));
  return functions.map((p) => {
    const out = [p];
    for (let i = 0; i < timeOrder; i++) {
      const e = out[i]!;
      const parts = components.flatMap((_, c) =>
        Array.from({ length: i + 1 }, (_, t) =>
          product(derivative(e, jetName(components, { component: c, x: 0, y: 0, t })), rate(c, t + 1)),
        ),
      );
      out.push(sum(derivative(e, "t"), ...parts));
    }
    return out;
  });
}
