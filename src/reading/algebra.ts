/**
 * The algebra that fields form: brackets by exact derivatives of the formulas, projected on their span over the data, and what the
 * structure constants say.
 */
import type { TapeKernels } from "../engine/kernels.js";
import { bracketOf, jetsOf } from "./fieldjet.js";
import type { Formula } from "./formula.js";
import { LeastSquares, norm } from "./leastsquares.js";
import { type Measure, thinned } from "./measure.js";
import { ratioOf, recognise, simplest } from "./rational.js";
import { type Structure, structureOf } from "./structure.js";

export interface Bracket {
  readonly i: number; // [V_i, V_j], i < j, from 1
  readonly j: number;
  readonly coefficients: readonly number[]; // of V_1 … V_k
  readonly outside: number; // what lies beyond their span, relative to V_i·∇V_j and V_j·∇V_i together
}

/** Of a set that does not close, what `Structure` says is about brackets projected on the span; its adjectives are all false. */
export interface Algebra extends Structure {
  readonly of: "formulas"; // also where these approximate learned fields
  readonly basis: readonly string[]; // what V1, V2, … read
  readonly left: readonly number[]; // places of given formulas that fit nothing and so have no bracket
  readonly constants: Float64Array; // [k, k, k]: [V_i, V_j] = Σ_m c_ijm V_m, antisymmetric in i, j
  readonly brackets: readonly Bracket[];
  readonly closure: number; // largest `outside`
  readonly closes: boolean;
  readonly jacobi: number; // largest defect of Jacobi's identity for unit fields, relative to the largest constant squared
  readonly text: string; // brackets that do not vanish, one line each
}

export const algebraDefaults = {
  points: 256, // used of those given
  exact: 1e-6, // closure up to which formulas with recognised numbers close
  measured: 0.05, // the same where some coefficient is a measured one
};

const ROUNDING = 1e-10; // of a bracket's parts
const MEASURED = 1e-2; // most that closure counts as an error of the constants

export function algebraOf(
  kernels: TapeKernels,
  formulas: readonly Formula[],
  coordinates: readonly string[],
  measure: Measure,
): Algebra {
  const own = formulas.filter((f) => f.fits);
  const k = own.length;
  const points = thinned(measure.points, coordinates.length, algebraDefaults.points);
  const jets = jetsOf(
    kernels,
    own.map((f) => f.components),
    coordinates,
    { ...measure, points },
  );
  const squares = new LeastSquares(jets.map(({ value }) => value));
  const lengths = jets.map(({ value }) => norm(value));
  const found = jets.flatMap((V, i) =>
    jets.slice(i + 1).map((W, n) => {
      const { value, size } = bracketOf(V, W, coordinates.length);
      const { coordinates: along, left } = squares.project(value);
      return { i, j: i + 1 + n, size, solved: squares.solve(along), outside: size > 0 ? left[k]! / size : 0 };
    }),
  );
  const closure = Math.max(0, ...found.map((b) => b.outside));
  const exact = own.every(({ terms }) => terms.every((t) => t.exact !== null));
  const constants = new Float64Array(k ** 3);
  const brackets = found.map(({ i, j, size, solved, outside }): Bracket => {
    // Where coefficients are measured, what one bracket leaves outside tells how far off the others are inside.
    const error = size * Math.min(MEASURED, Math.max(ROUNDING, exact ? outside : closure));
    const coefficients = [...solved].map((c, m) => settled(c, error * squares.error(m)));
    coefficients.forEach((c, m) => {
      if (c === 0) return;
      constants[(i * k + j) * k + m] = c;
      constants[(j * k + i) * k + m] = -c;
    });
    return { i: i + 1, j: j + 1, coefficients, outside };
  });
  const closes = closure <= (exact ? algebraDefaults.exact : algebraDefaults.measured);
  const unit = constants.map((c, n) => {
    const [i, j, m] = [Math.floor(n / (k * k)), Math.floor(n / k) % k, n % k];
    return (c * lengths[m]!) / (lengths[i]! * lengths[j]!);
  });
  const structure = structureOf(unit, k, Math.max(1e-8, closes ? 10 * closure : 0));
  const open = { abelian: false, nilpotent: false, solvable: false, semisimple: false, name: null };
  return {
    ...structure,
    ...(closes ? {} : open),
    of: "formulas",
    basis: own.map((f) => f.text),
    left: formulas.flatMap((f, i) => (f.fits ? [] : [i])),
    constants,
    brackets,
    closure,
    closes,
    jacobi: jacobiDefect(unit, k),
    text: tableText(brackets, closes ? closure : algebraDefaults.exact),
  };
}

/** A constant within its error of 0 is 0, one within it of a simple fraction is that. */
function settled(value: number, error: number): number {
  if (Math.abs(value) <= 3 * error) return 0;
  const exact = recognise(value, error);
  return exact ? ratioOf(exact) : value;
}

/** Largest component of [[V_i, V_j], V_l] and its cyclic sum. */
function jacobiDefect(c: Float64Array, k: number): number {
  const largest = c.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  if (largest === 0) return 0;
  let worst = 0;
  const sums = new Float64Array(k);
  const add = (i: number, j: number, l: number): void => {
    for (let m = 0; m < k; m++) {
      const first = c[(i * k + j) * k + m]!;
      if (first !== 0) for (let n = 0; n < k; n++) sums[n]! += first * c[(m * k + l) * k + n]!;
    }
  };
  for (let i = 0; i < k; i++)
    for (let j = i + 1; j < k; j++)
      for (let l = j + 1; l < k; l++) {
        sums.fill(0);
        add(i, j, l);
        add(j, l, i);
        add(l, i, j);
        for (const v of sums) worst = Math.max(worst, Math.abs(v));
      }
  return worst / largest ** 2;
}

/** "[V1, V4] = V1", "[V2, V3] = 2 V1 - V4", "[V7, V8] leaves the span, by 35 %". */
function tableText(brackets: readonly Bracket[], negligible: number): string {
  const lines = brackets.flatMap(({ i, j, coefficients, outside }) => {
    if (outside > negligible) return [`[V${i}, V${j}] leaves the span, by ${Number((100 * outside).toPrecision(2))} %`];
    const parts = coefficients.flatMap((c, m) => {
      if (c === 0) return [];
      const size = numeral(Math.abs(c));
      return [`${c < 0 ? "- " : "+ "}${size === "1" ? "" : `${size} `}V${m + 1}`];
    });
    if (parts.length === 0) return [];
    return [`[V${i}, V${j}] = ${parts.join(" ").replace(/^\+ /, "").replace(/^- /, "-")}`];
  });
  return lines.length > 0 ? lines.join("\n") : "all brackets vanish";
}

const FRACTION = 60; // largest denominator written as one

/** A settled constant: a fraction if it is one to rounding. */
function numeral(size: number): string {
  const { numerator, denominator } = simplest(size * (1 - 1e-14), size * (1 + 1e-14));
  if (denominator <= FRACTION) return denominator === 1 ? String(numerator) : `${numerator}/${denominator}`;
  return String(Number(size.toPrecision(4)));
}
