/**
 * The time in which an equation is steady: where all of F has one factor g(t), as in u_t = g(t) (u u_x + u_xxx), the equation in
 * s = ∫ g dt is without it.
 */
import { buildEquation } from "../equation/build.js";
import type { Equation } from "../equation/equation.js";
import {
  type Expression,
  evaluate,
  expand,
  negate,
  one,
  power,
  product,
  sum,
  termsOf,
  variables,
} from "../expression/expression.js";

export interface Clock {
  readonly steady: Equation; // F/g
  readonly factor: Expression; // g, of one sign on the times asked for: positive here
}

const SAMPLES = 256; // of g's sign, and panels of its integral up to the last time

/** The clock of an equation of first order in time on [0, last]; null where F does not hold t, or in other ways than by one factor. */
export function clockOf(equation: Equation, last: number): Clock | null {
  const { name, right, components, space, timeOrder, parameters } = equation;
  if (timeOrder !== 1 || !variables(...right).includes("t")) return null;
  const factor = factorInTime(right.flatMap(termsOf)[0]!);
  const samples = Array.from({ length: SAMPLES + 1 }, (_, i) => evaluate(factor, () => (last * i) / SAMPLES));
  const positive = samples.every((value) => value > 0 && value < Number.POSITIVE_INFINITY);
  if (!positive && !samples.every((value) => value < 0 && value > Number.NEGATIVE_INFINITY)) return null;
  const g = positive ? factor : negate(factor);
  const steady = right.map((e) => expand(sum(...termsOf(e).map((term) => product(power(g, -1), term)))));
  if (variables(...steady).includes("t")) return null;
  return { steady: buildEquation({ name, components, space, timeOrder, parameters, right: steady }), factor: g };
}

/** Π of a term's factors in t alone. */
function factorInTime(term: Expression): Expression {
  const part = term.kind === "sum" ? term.parts[0]!.part : term;
  const factors = part.kind === "product" ? part.factors : [{ base: part, exponent: 1 }];
  const own = factors.filter(({ base }) => variables(base).join() === "t");
  return own.reduce<Expression>((left, { base, exponent }) => product(left, power(base, exponent)), one);
}

const NODES = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
const WEIGHTS = [128 / 225, 0.4786286704993665, 0.4786286704993665, 0.23692688505618908, 0.23692688505618908];

/** s at times t: by Gauss and Legendre's rule with five nodes, to rounding for factors that are smooth on a 256th of the last time. */
export function timesOn({ factor }: Clock, times: Float64Array): Float64Array {
  const panel = times[times.length - 1]! / SAMPLES;
  let [now, s] = [0, 0];
  return times.map((time) => {
    const panels = Math.max(1, Math.ceil((time - now) / panel));
    const half = (time - now) / panels / 2;
    for (let i = 0; i < panels; i++) {
      const middle = now + (2 * i + 1) * half;
      NODES.forEach((node, k) => {
        s += half * WEIGHTS[k]! * evaluate(factor, () => middle + half * node);
      });
    }
    now = time;
    return s;
  });
}
