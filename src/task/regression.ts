/**
 * Least squares with members taken in one by one: orthonormalised over the samples (modified Gram–Schmidt, a second time where the first
 * cancels), so that the fit by any leading part of them and its leave-one-out error cost nothing more (Allen 1974).
 */
const CANCELS = 0.1; // of a column's norm: below, it is orthogonalised again
const DEPENDENT = 1e-10;

export class Regression {
  readonly #columns: Float64Array[] = []; // orthonormal, [n] each
  readonly #triangle: Float64Array[] = []; // column m of R, [m + 1]
  readonly #leverage: Float64Array; // [n], diagonal of the projection
  readonly #rest: Float64Array[]; // what each target is left with, [n]
  readonly #components: number[][]; // of each target along the columns

  /** Targets [n] each. */
  constructor(targets: readonly Float64Array[]) {
    this.#leverage = new Float64Array(targets[0]!.length);
    this.#rest = targets.map((target) => Float64Array.from(target));
    this.#components = targets.map(() => []);
  }

  get members(): number {
    return this.#columns.length;
  }

  /** Takes in a member by its values [n] at the samples; false where it depends on those before. 2 · n · members operations. */
  add(values: Float64Array): boolean {
    const column = Float64Array.from(values);
    const whole = norm(column);
    const above = new Float64Array(this.members + 1);
    for (let round = 0, before = whole; round < 2; round++) {
      this.#columns.forEach((q, m) => {
        const along = dot(q, column);
        above[m]! += along;
        subtract(along, q, column);
      });
      const after = norm(column);
      if (after > CANCELS * before) break;
      before = after;
    }
    const left = norm(column);
    if (!(left > DEPENDENT * whole)) return false;
    above[this.members] = left;
    for (let i = 0; i < column.length; i++) {
      column[i]! /= left;
      this.#leverage[i]! += column[i]! ** 2;
    }
    this.#rest.forEach((rest, c) => {
      const along = dot(column, rest);
      this.#components[c]!.push(along);
      subtract(along, column, rest);
    });
    this.#columns.push(column);
    this.#triangle.push(above);
    return true;
  }

  /** Rms over the samples of a target's error when the sample itself is left out of the fit. */
  leaveOneOut(target: number): number {
    const rest = this.#rest[target]!;
    let sum = 0;
    for (let i = 0; i < rest.length; i++) sum += (rest[i]! / Math.max(1e-12, 1 - this.#leverage[i]!)) ** 2;
    return Math.sqrt(sum / rest.length);
  }

  /** Coefficients of a target's fit by the leading `members`. */
  coefficients(target: number, members: number): Float64Array {
    const out = Float64Array.from(this.#components[target]!.slice(0, members));
    for (let m = members - 1; m >= 0; m--) {
      out[m]! /= this.#triangle[m]![m]!;
      for (let k = 0; k < m; k++) out[k]! -= this.#triangle[m]![k]! * out[m]!;
    }
    return out;
  }

  /** Variance of Σ row · coefficients for samples of unit variance: ‖R⁻ᵀ row‖². `row` may be shorter than the members. */
  variance(row: Float64Array): number {
    const solved = new Float64Array(row.length);
    let sum = 0;
    for (let m = 0; m < row.length; m++) {
      const above = this.#triangle[m]!;
      let left = row[m]!;
      for (let k = 0; k < m; k++) left -= above[k]! * solved[k]!;
      solved[m] = left / above[m]!;
      sum += solved[m]! ** 2;
    }
    return sum;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

/** y − factor · x, in place. */
function subtract(factor: number, x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! -= factor * x[i]!;
}
