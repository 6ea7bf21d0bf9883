/**
 * The triangular factor of rows that arrive in blocks, by Householder reflections: R with |R v| = |rows v| for every v, as accurate as the
 * rows themselves. A Gram matrix would lose every singular value below 1e-8 of the largest (Golub & Van Loan 2013, section 5.2).
 */
export class TriangularFactor {
  readonly r: Float64Array; // [n, n], upper triangular, by row

  constructor(readonly n: number) {
    this.r = new Float64Array(n * n);
  }

  /** Takes in rows [count, n]. Cost: 2 count n² operations. */
  add(rows: Float64Array, count: number): void {
    const { n, r } = this;
    const w = new Float64Array(n * count); // by column
    for (let i = 0; i < count; i++) for (let j = 0; j < n; j++) w[j * count + i] = rows[i * n + j]!;
    for (let j = 0; j < n; j++) {
      const own = w.subarray(j * count, (j + 1) * count);
      const diagonal = r[j * n + j]!;
      const below = dot(own, own);
      if (below === 0) continue;
      const norm = Math.sqrt(diagonal * diagonal + below);
      const lead = diagonal + (diagonal < 0 ? -norm : norm); // v = (lead, own): no cancellation
      r[j * n + j] = diagonal < 0 ? norm : -norm;
      const factor = 1 / (norm * Math.abs(lead)); // 2/|v|²
      for (let k = j + 1; k < n; k++) {
        const other = w.subarray(k * count, (k + 1) * count);
        const s = factor * (lead * r[j * n + k]! + dot(own, other));
        r[j * n + k]! -= s * lead;
        for (let i = 0; i < count; i++) other[i]! -= s * own[i]!;
      }
    }
  }
}

/** Σ a b, in four sums. */
export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let [p, q, r, s] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  for (; i < n; i++) p += a[i]! * b[i]!;
  return p + q + (r + s);
}

/** Rows x [count, n] with x R = rows, for a regular upper triangular R [n, n]. */
export function solveFromRight(rows: Float64Array, r: Float64Array, n: number): Float64Array {
  const out = Float64Array.from(rows);
  for (let row = 0; row < out.length; row += n)
    for (let j = 0; j < n; j++) {
      const x = (out[row + j]! /= r[j * n + j]!);
      for (let k = j + 1; k < n; k++) out[row + k]! -= x * r[j * n + k]!;
    }
  return out;
}

/** y with R y = x, for a regular upper triangular R [n, n]. */
export function solveTriangular(r: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  const y = Float64Array.from(x);
  for (let i = n - 1; i >= 0; i--) {
    let rest = y[i]!;
    for (let j = i + 1; j < n; j++) rest -= r[i * n + j]! * y[j]!;
    y[i] = rest / r[i * n + i]!;
  }
  return y;
}
