/** A library orthonormalised under the data, without the functions that depend on others there. */
import { Matrix, SVD } from "ml-matrix";
import { InputError } from "../engine/error.js";
import { tapeOracle } from "../engine/oracle/tape.js";
import { compile } from "../expression/program.js";
import type { Library, Units } from "../field/library.js";
import { dot, TriangularFactor } from "./qr.js";

const FUNCTIONS = 32; // compiled into one program
const ROUNDING = 1e-13; // of the largest singular value

export interface OrthonormalBasis {
  readonly library: Library; // without dependent functions
  readonly kept: readonly number[]; // indices of its functions in the whole library
  readonly dropped: readonly string[]; // labels of the others
  readonly size: number; // n, functions kept
  readonly transform: Float64Array; // [n, n] by row: Σ_f transform[f, i] function_f, i < n, is orthonormal: mean over the points of products
}

/**
 * From points [P, dim]. Functions are taken in their order: one whose values lie within `cut` (relative) of the span of those before it is
 * dropped. So are functions in which rounding hides a relation: those of singular values below 1e-13 of the largest, columns of norm 1.
 * (A relative cut of 1e-10 on singular values would take exp(t/50) from nKdV's library on its data, where it stands 5e-8 out of the others.)
 */
export function orthonormalBasis(library: Library, points: Float64Array, cut: number): OrthonormalBasis {
  const values = columnsOf(library, points);
  const norms = values.map((column) => Math.sqrt(dot(column, column)));
  let kept = inOrder(values, norms, cut);
  for (;;) {
    const n = kept.length;
    if (n === 0) throw new InputError("every function of the library vanishes on the data; pass others");
    const factor = new TriangularFactor(n);
    const count = values[0]!.length;
    const rows = new Float64Array(n * count);
    kept.forEach((f, j) => void values[f]!.forEach((value, i) => void (rows[i * n + j] = value / norms[f]!)));
    factor.add(rows, count);
    const svd = new SVD(Matrix.from1DArray(n, n, factor.r));
    const s = svd.diagonal; // decreasing
    const V = svd.rightSingularVectors;
    if (s[n - 1]! >= ROUNDING * s[0]!) {
      const scale = Math.sqrt(count); // from Σ to mean
      const transform = Float64Array.from({ length: n * n }, (_, k) => {
        const f = Math.floor(k / n);
        return (scale * V.get(f, k % n)) / (s[k % n]! * norms[kept[f]!]!);
      });
      const gone = library.functions.flatMap((_, f) => (kept.includes(f) ? [] : [f]));
      const pick = <T>(list: readonly T[], of: readonly number[]): T[] => of.map((f) => list[f]!);
      return {
        library: { ...library, functions: pick(library.functions, kept), labels: pick(library.labels, kept) },
        kept,
        dropped: pick(library.labels, gone),
        size: n,
        transform,
      };
    }
    const share = kept.map((_, f) => Math.abs(V.get(f, n - 1)));
    const most = Math.max(...share);
    const last = share.reduce((found, value, f) => (value > most / 2 ? f : found), 0); // the latest that takes a full part in the relation
    kept = kept.filter((_, f) => f !== last);
  }
}

/** Functions that stand out of the span of those before them, by Gram–Schmidt, each twice. */
function inOrder(values: readonly Float64Array[], norms: readonly number[], cut: number): number[] {
  const basis: Float64Array[] = [];
  return values.flatMap((column, f) => {
    if (!(norms[f]! > 0)) return [];
    const rest = column.map((value) => value / norms[f]!);
    for (let round = 0; round < 2; round++)
      for (const e of basis) {
        const c = dot(e, rest);
        for (let i = 0; i < rest.length; i++) rest[i]! -= c * e[i]!;
      }
    const left = Math.sqrt(dot(rest, rest));
    if (!(left > cut)) return [];
    basis.push(rest.map((value) => value / left));
    return [f];
  });
}

/** Values of a library's functions at points [P, dim], one column [P] each. Throws InputError where one is not finite. */
export function columnsOf({ functions, labels, coordinates }: Library, points: Float64Array): Float64Array[] {
  const dim = coordinates.length;
  const count = points.length / dim;
  const inputs = coordinates.map((_, a) => Float64Array.from({ length: count }, (_, p) => points[p * dim + a]!));
  const columns = functions.map(() => new Float64Array(count));
  for (let first = 0; first < functions.length; first += FUNCTIONS) {
    const some = functions.slice(first, first + FUNCTIONS);
    tapeOracle.evaluate(compile(some, coordinates), inputs, columns.slice(first, first + some.length));
  }
  columns.forEach((column, f) => {
    const bad = column.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return;
    const where = coordinates.map((name, a) => `${name} = ${inputs[a]![bad]!.toPrecision(4)}`).join(", ");
    throw new InputError(
      `the library's ${labels[f]} is ${column[bad]} at ${where}; pass functions that are finite on the data, or other data`,
    );
  });
  return columns;
}

/** Rows [rows, members of `basis.library`] in fields of the basis: e_i times one normalised unit of each coordinate. */
export function inBasis(rows: Float64Array, { size: n, transform }: OrthonormalBasis, units: Units): Float64Array {
  const dim = units.scale.length;
  const out = new Float64Array(rows.length);
  for (let at = 0, block = 0; at < rows.length; at += n, block++) {
    const unit = units.scale[block % dim]!;
    for (let f = 0; f < n; f++) {
      const value = unit * rows[at + f]!;
      if (value === 0) continue; // no function of u acts on another component's D_t Q
      for (let i = 0; i < n; i++) out[at + i]! += value * transform[f * n + i]!;
    }
  }
  return out;
}

/** Fields of the basis as coefficients of the library's members, [fields, members]. */
export function inMembers(
  fields: readonly Float64Array[],
  { size: n, transform }: OrthonormalBasis,
  units: Units,
): Float64Array {
  const dim = units.scale.length;
  const out = new Float64Array(fields.length * dim * n);
  fields.forEach((field, k) => {
    for (let a = 0; a < dim; a++)
      for (let f = 0; f < n; f++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += transform[f * n + i]! * field[a * n + i]!;
        out[(k * dim + a) * n + f] = units.scale[a]! * sum;
      }
  });
  return out;
}
