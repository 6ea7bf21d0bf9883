/** Coefficients of ETDRK4 from an equation: its linear part's symbol, the φ functions by contour integrals, its quadratic flux. */
import { cos, exp, sin, wholePower } from "../engine/elementary.js";
import { InputError } from "../engine/error.js";
import type { Etdrk4Tables } from "../engine/kernels.js";
import type { Equation, LinearTerm } from "../equation/equation.js";

const POINTS = 64; // on the unit circle: the trapezoidal rule converges like |hλ|^64/64!, far below rounding

/**
 * λ of û_t = λ û for each mode, [n/2 + 1, 2]: Σ coefficient · (i m 2π/length)^order.
 * Odd orders vanish at mode n/2, whose imaginary part a real row cannot hold.
 */
export function symbol(linear: readonly LinearTerm[], n: number, length: number): Float64Array {
  const lambda = new Float64Array(n + 2);
  for (const {
    orders: [order],
    coefficient,
  } of linear)
    for (let m = 0; m <= n / 2; m++) {
      if (order % 2 === 1 && m === n / 2) continue;
      const size = coefficient * wholePower((2 * Math.PI * m) / length, order);
      lambda[2 * m + (order % 2)]! += order % 4 < 2 ? size : -size; // i^order = 1, i, −1, −i
    }
  return lambda;
}

/**
 * Tables for steps of `h` on n points over `length`: Q, f1, f2, f3 as means over a unit circle about hλ (Kassam & Trefethen
 * 2005, §3), where their removable singularities do no harm. Throws InputError for an equation of another form.
 */
export function etdrk4Tables(equation: Equation, n: number, length: number, h: number): Etdrk4Tables {
  const { quadraticFlux } = equation;
  if (equation.components.length !== 1 || equation.space !== 1 || equation.timeOrder !== 1 || quadraticFlux === null)
    throw new InputError(
      `the exponential integrator takes u_t = (constant linear part) + a ∂x(u²), but ${equation.name} is ${equation.text}; pass trajectories as data`,
    );
  const lambda = symbol(equation.linear[0]!, n, length);
  const make = (): Float64Array => new Float64Array(n + 2);
  const tables = { n, E: make(), E2: make(), Q: make(), f1: make(), f2: make(), f3: make(), gamma: make() };
  for (let at = 0; at < n + 2; at += 2) {
    const re = h * lambda[at]!;
    const im = h * lambda[at + 1]!;
    put(tables.E, at, complexExp([re, im]));
    put(tables.E2, at, complexExp([re / 2, im / 2]));
    const sum = { Q: [0, 0], f1: [0, 0], f2: [0, 0], f3: [0, 0] } as Record<"Q" | "f1" | "f2" | "f3", Complex>;
    for (let k = 0; k < POINTS; k++) {
      const angle = (2 * Math.PI * (k + 0.5)) / POINTS;
      const z: Complex = [re + cos(angle), im + sin(angle)];
      const z2 = times(z, z);
      const cube = times(z2, z);
      const e = complexExp(z);
      const half = complexExp([z[0] / 2, z[1] / 2]);
      add(sum.Q, over([half[0] - 1, half[1]], z));
      add(sum.f1, over(plus([-4 - z[0], -z[1]], times(e, [4 - 3 * z[0] + z2[0], -3 * z[1] + z2[1]])), cube));
      add(sum.f2, over(plus([2 + z[0], z[1]], times(e, [z[0] - 2, z[1]])), cube));
      add(sum.f3, over(plus([-4 - 3 * z[0] - z2[0], -3 * z[1] - z2[1]], times(e, [4 - z[0], -z[1]])), cube));
    }
    for (const name of ["Q", "f1", "f2", "f3"] as const) {
      const [a, b] = sum[name];
      put(tables[name], at, [(h * a) / POINTS, (h * b) / POINTS]);
    }
    if (at < n) tables.gamma[at + 1] = quadraticFlux * ((Math.PI * at) / length); // a · i m 2π/length, m = at/2
  }
  return tables;
}

type Complex = [re: number, im: number];

const put = (table: Float64Array, at: number, z: Complex): void => table.set(z, at);
const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const complexExp = (z: Complex): Complex => [exp(z[0]) * cos(z[1]), exp(z[0]) * sin(z[1])];

function over(a: Complex, b: Complex): Complex {
  const size = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / size, (a[1] * b[0] - a[0] * b[1]) / size];
}

function add(sum: Complex, z: Complex): void {
  sum[0] += z[0];
  sum[1] += z[1];
}
