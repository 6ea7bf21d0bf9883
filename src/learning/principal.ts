/** Slots turned within their span, so that their scores part as far as they can: the first is the best field there, and so on. */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix, solve } from "ml-matrix";
import type { Sums } from "../validity/validity.js";

const FLOOR = 1e-6; // of the mean scale, added for unit fields

/**
 * Unit slots [K, size] turned within their span, by rising residual/scale, from the sums of any fields of that span.
 *
 * Training holds slots apart but does not sort them: where one symmetry is exact and the next nearly so, two slots may share both. The
 * scores of all combinations are a pair of quadratic forms in K unknowns, whose generalised eigenvectors part them (Golub & Van Loan 2013,
 * section 8.7). Cost: the sums of K (K + 1)/2 fields. Scores below 1e-7 of the largest are lost to rounding.
 */
export async function principal(
  control: Float64Array,
  slots: number,
  sums: (control: Float64Array) => Promise<Sums>,
): Promise<Float64Array> {
  const size = control.length / slots;
  const pairs = Array.from({ length: slots }, (_, a) =>
    Array.from({ length: a + 1 }, (_, b) => [a, b] as const),
  ).flat();
  const asked = new Float64Array(pairs.length * size); // the slots themselves, and sums of two
  pairs.forEach(([a, b], p) => {
    for (let i = 0; i < size; i++)
      asked[p * size + i] = a === b ? control[a * size + i]! : control[a * size + i]! + control[b * size + i]!;
  });
  const { residual, scale } = await sums(asked);
  const form = (values: Float64Array): Matrix => {
    const out = Matrix.zeros(slots, slots);
    const own = (a: number): number => values[(a * (a + 3)) / 2]!; // where [a, a] stands among the pairs
    pairs.forEach(([a, b], p) => {
      const entry = a === b ? values[p]! : (values[p]! - own(a) - own(b)) / 2;
      out.set(a, b, entry);
      out.set(b, a, entry);
    });
    return out;
  };
  const whole = form(scale);
  const floor = (FLOOR * whole.trace()) / slots; // as in the score: some symmetries' terms vanish
  for (let a = 0; a < slots; a++) whole.set(a, a, whole.get(a, a) + floor);
  const lower = new CholeskyDecomposition(whole).lowerTriangularMatrix;
  const half = solve(lower, form(residual)); // L⁻¹ A
  const turned = solve(lower, half.transpose()); // L⁻¹ A L⁻ᵀ
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(turned, { assumeSymmetric: true });
  const shares = solve(lower.transpose(), eigenvectorMatrix); // columns: combinations of slots
  const order = realEigenvalues.map((_, k) => k).sort((i, j) => realEigenvalues[i]! - realEigenvalues[j]!);
  const out = new Float64Array(control.length);
  order.forEach((k, b) => {
    for (let a = 0; a < slots; a++)
      for (let i = 0; i < size; i++) out[b * size + i]! += shares.get(a, k) * control[a * size + i]!;
  });
  return out;
}
