/**
 * Least squares over columns in a given order, by Gram–Schmidt, each column twice: what every leading set of columns leaves of a target
 * comes with the fit. n · s² · 4 operations for s columns of length n.
 */
const DEPENDENT = 1e-13; // of its norm: what is left of a column then is rounding

export class LeastSquares {
  readonly basis: Float64Array[] = []; // orthonormal; zero for a column that depends on those before
  readonly #triangle: Float64Array[] = []; // column j of R, [j + 1]
  #inverse: Float64Array[] | null = null; // row i of R⁻¹, [s]

  constructor(columns: readonly Float64Array[]) {
    for (const column of columns) this.#take(column, DEPENDENT, true);
  }

  /** Takes in one more column; false, and nothing done, where no more than `least` of it is new. */
  append(column: Float64Array, least: number): boolean {
    return this.#take(column, least, false);
  }

  #take(column: Float64Array, least: number, always: boolean): boolean {
    const own = Float64Array.from(column);
    const above = new Float64Array(this.basis.length + 1);
    const whole = norm(own);
    for (let round = 0; round < 2; round++)
      this.basis.forEach((q, i) => {
        above[i]! += take(q, own);
      });
    const left = norm(own);
    const fresh = left > least * whole;
    if (!fresh && !always) return false;
    for (let i = 0; i < own.length; i++) own[i] = fresh ? own[i]! / left : 0;
    above[this.basis.length] = fresh ? left : 0;
    this.basis.push(own);
    this.#triangle.push(above);
    this.#inverse = null;
    return fresh;
  }

  /** Coordinates of column j in the basis, [s]. */
  column(j: number): Float64Array {
    const out = new Float64Array(this.basis.length);
    out.set(this.#triangle[j]!);
    return out;
  }

  /**
   * Coordinates of a target in the basis [s], the rest of it, and in `left` [s + 1] its distance from the span of the first i columns.
   */
  project(target: Float64Array): { coordinates: Float64Array; rest: Float64Array; left: Float64Array } {
    const own = Float64Array.from(target);
    const s = this.basis.length;
    const coordinates = new Float64Array(s);
    for (let round = 0; round < 2; round++)
      this.basis.forEach((q, i) => {
        coordinates[i]! += take(q, own);
      });
    const left = new Float64Array(s + 1);
    left[s] = norm(own);
    for (let i = s - 1; i >= 0; i--) left[i] = Math.hypot(left[i + 1]!, coordinates[i]!);
    return { coordinates, rest: own, left };
  }

  /** Coefficients of the columns for coordinates in the basis; 0 for dependent columns. */
  solve(coordinates: Float64Array): Float64Array {
    const out = Float64Array.from(coordinates);
    for (let j = out.length - 1; j >= 0; j--) {
      const column = this.#triangle[j]!;
      out[j] = column[j]! > 0 ? out[j]! / column[j]! : 0;
      for (let i = 0; i < j; i++) out[i]! -= column[i]! * out[j]!;
    }
    return out;
  }

  /** ‖R⁻ᵀ d‖ for d [s]: the standard error of Σ d · coefficients, per unit of error in every direction. */
  spread(d: Float64Array): number {
    const solved = new Float64Array(d.length);
    let sum = 0;
    for (let j = 0; j < d.length; j++) {
      const column = this.#triangle[j]!;
      if (!(column[j]! > 0)) continue;
      let rest = d[j]!;
      for (let i = 0; i < j; i++) rest -= column[i]! * solved[i]!;
      solved[j] = rest / column[j]!;
      sum += solved[j]! ** 2;
    }
    return Math.sqrt(sum);
  }

  /** The same for coefficient i alone. */
  error(i: number): number {
    this.#inverse ??= this.#invert();
    return norm(this.#inverse[i]!);
  }

  #invert(): Float64Array[] {
    const s = this.basis.length;
    const rows = Array.from({ length: s }, () => new Float64Array(s));
    for (let i = s - 1; i >= 0; i--) {
      const pivot = this.#triangle[i]![i]!;
      if (!(pivot > 0)) continue;
      const row = rows[i]!;
      row[i] = 1 / pivot;
      for (let k = i + 1; k < s; k++) {
        const factor = this.#triangle[k]![i]! / pivot;
        const below = rows[k]!;
        if (factor !== 0) for (let j = k; j < s; j++) row[j]! -= factor * below[j]!;
      }
    }
    return rows;
  }
}

/** Takes a unit vector's share out of v; returns it. */
function take(q: Float64Array, v: Float64Array): number {
  const c = dot(q, v);
  if (c !== 0) for (let i = 0; i < v.length; i++) v[i]! -= c * q[i]!;
  return c;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

/** Σ factor · vector. */
export function combine(factors: ArrayLike<number>, vectors: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(vectors[0]?.length ?? 0);
  vectors.forEach((v, j) => {
    const factor = factors[j]!;
    if (factor !== 0) for (let i = 0; i < out.length; i++) out[i]! += factor * v[i]!;
  });
  return out;
}
