/** What the structure constants of a Lie algebra say about it: centre, derived series, Killing form, and its name where it is a small one. */
import { EigenvalueDecomposition, Matrix, SVD } from "ml-matrix";

export interface Structure {
  readonly centre: number; // dimension
  readonly derived: readonly number[]; // dimensions of g, [g, g], [[g, g], [g, g]], … until they repeat or vanish
  readonly lower: readonly number[]; // of g, [g, g], [g, [g, g]], …
  readonly radical: number; // dimension of the largest solvable ideal
  readonly killing: { readonly positive: number; readonly negative: number; readonly zero: number }; // signature
  readonly abelian: boolean;
  readonly nilpotent: boolean;
  readonly solvable: boolean;
  readonly semisimple: boolean;
  readonly name: string | null; // "so(3)"
}

/**
 * Constants [k, k, k] of unit fields, [V_i, V_j] = Σ_m c_ijm V_m; `tolerance`: below this share of the largest a number is 0.
 * k⁴ operations.
 */
export function structureOf(constants: Float64Array, k: number, tolerance: number): Structure {
  const largest = constants.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  const c = largest > 0 ? constants.map((v) => v / largest) : constants;
  const whole: Float64Array[] = Array.from({ length: k }, (_, i) =>
    Float64Array.from({ length: k }, (_, m) => (i === m ? 1 : 0)),
  );
  const series = (next: (last: readonly Float64Array[]) => Float64Array[]): Float64Array[][] => {
    const out: Float64Array[][] = [whole];
    for (let last = whole; last.length > 0; ) {
      const then = next(last);
      if (then.length === last.length) break;
      out.push(then);
      last = then;
    }
    return out;
  };
  const span = (rows: readonly Float64Array[]): Float64Array[] => orthonormalRows(rows, tolerance);
  const derived = series((last) => span(brackets(c, k, last, last)));
  const lower = series((last) => span(brackets(c, k, whole, last)));
  // a ↦ the brackets of Σ a_i V_i with every field
  const adjoint = whole.map((_, i) => c.slice(i * k * k, (i + 1) * k * k));
  const centre = k - span(transposed(adjoint)).length;
  const killing = killingForm(c, k);
  const first = derived[1] ?? (largest > 0 ? whole : []);
  const against = first.map((d) => multiply(killing, d)); // rows κ(·, d)
  const radical = k - span(against).length;
  const values =
    k > 0
      ? new EigenvalueDecomposition(new Matrix(killing.map((r) => [...r])), { assumeSymmetric: true }).realEigenvalues
      : [];
  const bound = tolerance * Math.max(1e-300, ...values.map(Math.abs));
  const signature = {
    positive: values.filter((v) => v > bound).length,
    negative: values.filter((v) => v < -bound).length,
    zero: values.filter((v) => Math.abs(v) <= bound).length,
  };
  const dimensions = { derived: derived.map((d) => d.length), lower: lower.map((d) => d.length) };
  const kind = {
    centre,
    ...dimensions,
    radical,
    killing: signature,
    abelian: largest === 0,
    nilpotent: dimensions.lower.at(-1) === 0,
    solvable: dimensions.derived.at(-1) === 0,
    semisimple: k > 0 && signature.zero === 0,
  };
  return { ...kind, name: nameOf(k, kind) };
}

/** Brackets of every vector of one set with every one of another. */
function brackets(
  c: Float64Array,
  k: number,
  left: readonly Float64Array[],
  right: readonly Float64Array[],
): Float64Array[] {
  return left.flatMap((a) => {
    const along = new Float64Array(k * k); // [j, m]
    a.forEach((v, i) => {
      if (v !== 0) for (let n = 0; n < k * k; n++) along[n]! += v * c[i * k * k + n]!;
    });
    return right.map((b) => {
      const out = new Float64Array(k);
      b.forEach((v, j) => {
        if (v !== 0) for (let m = 0; m < k; m++) out[m]! += v * along[j * k + m]!;
      });
      return out;
    });
  });
}

/** Orthonormal basis of the span of vectors, singular values up to `tolerance` (of 1) taken as 0. */
function orthonormalRows(rows: readonly Float64Array[], tolerance: number): Float64Array[] {
  const kept = rows.filter((row) => row.some((v) => v !== 0));
  if (kept.length === 0) return [];
  const { diagonal, rightSingularVectors } = new SVD(new Matrix(kept.map((r) => [...r])), { autoTranspose: true });
  return diagonal.flatMap((s, i) => (s > tolerance ? [Float64Array.from(rightSingularVectors.getColumn(i))] : []));
}

function transposed(rows: readonly Float64Array[]): Float64Array[] {
  return Array.from({ length: rows[0]?.length ?? 0 }, (_, m) => Float64Array.from(rows, (row) => row[m]!));
}

/** κ_ij = tr(ad V_i ad V_j). */
function killingForm(c: Float64Array, k: number): Float64Array[] {
  const out = Array.from({ length: k }, () => new Float64Array(k));
  for (let i = 0; i < k; i++)
    for (let j = i; j < k; j++) {
      let trace = 0;
      for (let m = 0; m < k; m++)
        for (let n = 0; n < k; n++) trace += c[(i * k + m) * k + n]! * c[(j * k + n) * k + m]!;
      out[i]![j] = trace;
      out[j]![i] = trace;
    }
  return out;
}

const multiply = (rows: readonly Float64Array[], v: Float64Array): Float64Array =>
  Float64Array.from(rows, (row) => row.reduce((sum, r, i) => sum + r * v[i]!, 0));

/** Names of the algebras people know by name, up to dimension 6. */
function nameOf(k: number, { abelian, nilpotent, centre, derived, killing }: Omit<Structure, "name">): string | null {
  if (k === 0) return null;
  if (abelian) return "abelian";
  const { positive, negative, zero } = killing;
  if (zero === 0 && k === 3) return negative === 3 ? "so(3)" : "sl(2, R)";
  if (zero === 0 && k === 6 && derived.length === 1) {
    if (negative === 6) return "so(4)";
    if (positive === 3) return "so(3, 1)";
  }
  if (nilpotent && k === 3 && centre === 1) return "Heisenberg";
  return null;
}
