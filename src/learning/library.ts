/**
 * The library learner: the fields of a library that come closest to symmetries, by the singular values of their relative residual.
 * Deterministic and global; nothing is trained.
 */
import { Matrix, SVD } from "ml-matrix";
import { InputError, NumericalError } from "../engine/error.js";
import { nextTurn } from "../engine/turn.js";
import { type Library, memberCount } from "../field/library.js";
import type { Conditions } from "../validity/conditions.js";
import { inBasis, inMembers, orthonormalBasis } from "./basis.js";
import { countDefaults, countSymmetries } from "./count.js";
import { dot, solveFromRight, solveTriangular, TriangularFactor } from "./qr.js";
import type { Spectrum } from "./spectrum.js";

export interface LibraryOptions {
  readonly cut?: number; // relative: functions that depend on others to within it are dropped, default 1e-10
  readonly signal?: AbortSignal; // looked at between blocks of rows
}

/** ε² of the relative score as a share of the mean square of both terms. */
export const DAMPING = 1e-6;
const FEWEST_ROWS = 2; // per field: with fewer rows than fields some satisfy them by lack of conditions
const BREATH = 50; // ms of work after which others have their turn

/**
 * With A and B the rows of both terms for fields orthonormal under the data, the scores are the singular values of (A − B) R_D⁻¹, where
 * R_D is the triangular factor of [A; B; εI]: |R v| relative to sqrt(|A v|² + |B v|² + ε²|v|²). Cost: 6 rows members² + O(members³).
 */
export async function learnLibrary(
  conditions: Conditions,
  library: Library,
  { cut = 1e-10, signal }: LibraryOptions = {},
): Promise<Spectrum> {
  const basis = orthonormalBasis(library, conditions.points, cut);
  const M = memberCount(basis.library);
  const residual = new TriangularFactor(M);
  const terms = new TriangularFactor(M);
  let square = 0;
  let rows = 0;
  let turn = performance.now();
  for (const block of conditions.rows(basis.library)) {
    signal?.throwIfAborted();
    rows += block.rows;
    const [a, b] = [block.a, block.b].map((term) => inBasis(term, basis, conditions.units)) as [
      Float64Array,
      Float64Array,
    ];
    const difference = a.map((value, i) => value - b[i]!);
    for (const term of [a, b]) {
      terms.add(term, block.rows);
      for (const value of term) square += value * value;
    }
    residual.add(difference, block.rows);
    if (performance.now() - turn > BREATH) {
      await nextTurn();
      turn = performance.now();
    }
  }
  signal?.throwIfAborted();
  if (rows < FEWEST_ROWS * M)
    throw new InputError(
      `the data give ${rows} conditions for ${M} fields of the library, and ${FEWEST_ROWS * M} are needed; pass more data or a smaller library`,
    );
  if (!Number.isFinite(square) || square === 0)
    throw new NumericalError(
      `the conditions' rows have mean square ${square}; pass states on which both terms are finite`,
    );
  const epsilon = Math.sqrt((DAMPING * square) / M);
  terms.add(diagonal(M, epsilon), M);

  const svd = new SVD(Matrix.from1DArray(M, M, solveFromRight(residual.r, terms.r, M)));
  const order = Array.from({ length: M }, (_, i) => M - 1 - i); // singular values come decreasing
  const scores = Float64Array.from(order, (i) => svd.diagonal[i]!);
  const fields = order.map((i) => solveTriangular(terms.r, Float64Array.from(svd.rightSingularVectors.getColumn(i))));
  const { floor = countDefaults.floor, decisive = countDefaults.decisive } = conditions;
  return {
    library: basis.library,
    dropped: basis.dropped,
    scores,
    coefficients: inMembers(orthonormalise(fields), basis, conditions.units),
    ...countSymmetries(scores, { floor, decisive }),
  };
}

/** Gram–Schmidt in order, each field twice: those before a gap go on spanning what they spanned. */
function orthonormalise(fields: readonly Float64Array[]): Float64Array[] {
  const out: Float64Array[] = [];
  for (const field of fields) {
    const rest = Float64Array.from(field);
    for (let round = 0; round < 2; round++)
      for (const e of out) {
        const c = dot(e, rest);
        for (let i = 0; i < rest.length; i++) rest[i]! -= c * e[i]!;
      }
    const norm = Math.sqrt(dot(rest, rest));
    out.push(rest.map((value) => value / norm));
  }
  return out;
}

function diagonal(n: number, value: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = value;
  return out;
}
