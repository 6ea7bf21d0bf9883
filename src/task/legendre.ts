/** Products of Legendre polynomials on a box, ordered by total degree: a basis that stays well conditioned on scattered points. */
import type { Box } from "./box.js";

/** Degrees per coordinate of every product of total degree `degree` in `dim` coordinates. */
export function productsOfDegree(dim: number, degree: number): number[][] {
  if (dim === 1) return [[degree]];
  return Array.from({ length: degree + 1 }, (_, first) =>
    productsOfDegree(dim - 1, degree - first).map((rest) => [first, ...rest]),
  ).flat();
}

/** P_d and dP_d/dz of one physical coordinate at points [n, dim] for d = 0 … degree; [n] each. */
export interface LegendreTable {
  readonly value: readonly Float64Array[];
  readonly slope: readonly Float64Array[];
}

/** One table per coordinate. P_{d+1} and P'_{d+1} by recurrence (Abramowitz & Stegun 1964, 8.5.3, 8.5.4). */
export function legendreTables({ lo, hi }: Box, points: Float64Array, degree: number): LegendreTable[] {
  const dim = lo.length;
  const n = points.length / dim;
  return Array.from(lo, (low, a) => {
    const half = (hi[a]! - low) / 2;
    const y = Float64Array.from({ length: n }, (_, p) => (points[p * dim + a]! - low) / half - 1);
    const value = [new Float64Array(n).fill(1), y];
    const slope = [new Float64Array(n), new Float64Array(n).fill(1 / half)];
    for (let d = 1; d < degree; d++) {
      const [p0, p1, s0] = [value[d - 1]!, value[d]!, slope[d - 1]!];
      value.push(p1.map((p, i) => ((2 * d + 1) * y[i]! * p - d * p0[i]!) / (d + 1)));
      slope.push(s0.map((s, i) => s + ((2 * d + 1) * p1[i]!) / half));
    }
    return { value, slope };
  });
}

/** A product at n points; with `along`, its derivative in that coordinate. */
export function productAt(tables: readonly LegendreTable[], degrees: readonly number[], along = -1): Float64Array {
  const out = new Float64Array(tables[0]!.value[0]!.length).fill(1);
  degrees.forEach((d, a) => {
    const factor = (a === along ? tables[a]!.slope : tables[a]!.value)[d]!;
    if (d === 0 && a !== along) return;
    for (let i = 0; i < out.length; i++) out[i]! *= factor[i]!;
  });
  return out;
}
