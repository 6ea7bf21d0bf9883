/**
 * A library rewritten in the functions a formula is made of: monomials in (t − 44)/56 multiplied out to monomials in t. Where that makes
 * more functions than can be told apart on the data, the simplest are kept and the others expressed in them.
 */
import type { TapeKernels } from "../engine/kernels.js";
import { type Expression, expand, one, termsOf } from "../expression/expression.js";
import { text } from "../expression/print.js";
import type { Library } from "../field/library.js";
import { compareDegrees, degreeOf } from "./degree.js";
import { LeastSquares } from "./leastsquares.js";
import { valuesAt } from "./measure.js";

const DEPENDENT = 1e-10; // of its rms: what is new in a function; the cut of the library learner

export interface Rewritten {
  readonly library: Library; // functions ordered by degree
  readonly matrix: Float64Array; // [functions, new functions]: each old one in the new ones
}

export function rewrite(kernels: TapeKernels, library: Library, points: Float64Array): Rewritten {
  const parts = new Map<string, Expression>();
  const rows = library.functions.map((f) =>
    termsOf(expand(f)).map((term) => {
      const { coefficient, part } = split(term);
      parts.set(part.key, part);
      return { coefficient, key: part.key };
    }),
  );
  const found = [...parts.values()].sort((a, b) => compareDegrees(degreeOf(a), degreeOf(b)));
  const values = found.length > library.functions.length ? valuesAt(kernels, found, library.coordinates, points) : null;
  const { kept, others } = values ? independent(values) : { kept: found.map((_, i) => i), others: new Map() };
  const place = new Map(kept.map((from, to) => [from, to]));
  const index = new Map(found.map((part, i) => [part.key, i]));
  const matrix = new Float64Array(rows.length * kept.length);
  rows.forEach((row, f) => {
    for (const { coefficient, key } of row) {
      const from = index.get(key)!;
      const to = place.get(from);
      if (to !== undefined) matrix[f * kept.length + to]! += coefficient;
      else
        (others.get(from) as Float64Array).forEach((c, i) => {
          matrix[f * kept.length + i]! += coefficient * c;
        });
    }
  });
  const functions = kept.map((i) => found[i]!);
  return { library: { ...library, functions, labels: functions.map(text) }, matrix };
}

/** A summand as coefficient · part. */
function split(term: Expression): { coefficient: number; part: Expression } {
  if (term.kind === "constant") return { coefficient: term.value, part: one };
  if (term.kind === "sum") return { coefficient: term.parts[0]!.coefficient, part: term.parts[0]!.part };
  return { coefficient: 1, part: term };
}

/** Which functions say something new, in order, and the coefficients of the others in those (of all kept ones). */
function independent(values: readonly Float64Array[]): { kept: number[]; others: Map<number, Float64Array> } {
  const kept: number[] = [];
  const left: number[] = [];
  const squares = new LeastSquares([]);
  values.forEach((value, i) => {
    (squares.append(value, DEPENDENT) ? kept : left).push(i);
  });
  const others = new Map(left.map((i) => [i, squares.solve(squares.project(values[i]!).coordinates)]));
  return { kept, others };
}
