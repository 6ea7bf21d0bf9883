/** Relative tangent scores of given library fields, as the learner defines them, on conditions it may not have seen. */
import { type Library, memberCount } from "../field/library.js";
import type { Conditions } from "../validity/conditions.js";
import { columnsOf, inBasis, orthonormalBasis } from "./basis.js";
import { DAMPING } from "./library.js";
import { dot, TriangularFactor } from "./qr.js";

/** From coefficients [fields, members of the library] → [fields]: |R v| / sqrt(|A v|² + |B v|² + ε²|v|²). */
export function libraryScores(conditions: Conditions, library: Library, coefficients: Float64Array): Float64Array {
  const members = memberCount(library);
  const fields = coefficients.length / members;
  const basis = orthonormalBasis(library, conditions.points, 1e-10);
  const n = library.functions.length;
  const residual = new Float64Array(fields);
  const terms = new Float64Array(fields);
  let square = 0;
  for (const { rows, a, b } of conditions.rows(library)) {
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < fields; k++) {
        let [p, q] = [0, 0];
        for (let m = 0; m < members; m++) {
          p += coefficients[k * members + m]! * a[row * members + m]!;
          q += coefficients[k * members + m]! * b[row * members + m]!;
        }
        residual[k]! += (p - q) ** 2;
        terms[k]! += p * p + q * q;
      }
    for (const term of [a, b]) {
      const kept = basis.size === n ? term : only(term, n, basis.kept);
      for (const value of inBasis(kept, basis, conditions.units)) square += value * value;
    }
  }
  const epsilon2 = (DAMPING * square) / (basis.size * conditions.coordinates.length);
  return residual.map((r, k) => {
    const own = coefficients.subarray(k * members, (k + 1) * members);
    return Math.sqrt(r / (terms[k]! + epsilon2 * normSquare(conditions, library, own)));
  });
}

/**
 * The score |R v| / sqrt(|A v|² + |B v|²) of any field of a small library, by its coefficients [members]: the rows are gone through once, each score
 * then costs members² operations. NaN for a field whose terms vanish.
 */
export function libraryScorer(conditions: Conditions, library: Library): (coefficients: Float64Array) => number {
  const members = memberCount(library);
  const residual = new TriangularFactor(members);
  const terms = new TriangularFactor(members);
  for (const { rows, a, b } of conditions.rows(library)) {
    terms.add(a, rows);
    terms.add(b, rows);
    residual.add(
      a.map((value, i) => value - b[i]!),
      rows,
    );
  }
  const length = ({ r }: TriangularFactor, v: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < members; i++) sum += dot(r.subarray(i * members, (i + 1) * members), v) ** 2;
    return Math.sqrt(sum);
  };
  return (coefficients) => length(residual, coefficients) / length(terms, coefficients);
}

/** The columns of functions `kept` of n in every coordinate's block. */
function only(rows: Float64Array, n: number, kept: readonly number[]): Float64Array {
  return Float64Array.from({ length: (rows.length / n) * kept.length }, (_, i) => {
    const block = Math.floor(i / kept.length);
    return rows[block * n + kept[i % kept.length]!]!;
  });
}

/** ⟨v, v⟩ of one field. */
function normSquare({ units, points }: Conditions, library: Library, coefficients: Float64Array): number {
  const columns = columnsOf(library, points);
  const n = columns.length;
  const count = columns[0]!.length;
  let sum = 0;
  for (let a = 0; a < library.coordinates.length; a++)
    for (let p = 0; p < count; p++) {
      const value = columns.reduce((total, column, f) => total + coefficients[a * n + f]! * column[p]!, 0);
      sum += (value / units.scale[a]!) ** 2;
    }
  return sum / count;
}
