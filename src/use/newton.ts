/** Where a moved graph passes over places (x, t): Newton's method for ũ at all of them at once. */
import type { Interpolant } from "../data/interpolant.js";
import type { Flow } from "../flow/generators.js";

export interface Passage {
  readonly u: Float64Array; // [n, components], ũ
  readonly time: Float64Array; // [n], where in t it came from
  readonly solved: Uint8Array; // [n], 1 where ũ was found
}

export const ROUNDS = 10; // two where ξ and τ are free of u, six near a fold; what takes more wanders between sheets
const DIFFERENCE = 1e-6; // of the deviation: derivatives good to as much, which costs a digit in six per round
export const LONGEST = 2; // deviations: a step in ũ is cut to this
export const UPRIGHT = 0.05; // of the determinant, 1 where nothing moves: below it the graph is about to fold, and ũ says little

/**
 * Solves g(ũ) = u₀ − u(x₀, t₀) = 0 for (x₀, t₀, u₀) = back(x, t, ũ), `back` being the inverse of the flow that moved the graph of u. For
 * generators whose ξ and τ are free of u, and φ linear in it, one step is exact.
 */
export class Newton {
  constructor(
    private readonly known: Interpolant,
    private readonly back: Flow,
    private readonly size: Float64Array, // [components], the deviation of each
  ) {}

  /** Places [n, 2]; `precision` in deviations. */
  solve(places: Float64Array, precision: number): Passage {
    const { known, size } = this;
    const { components } = known;
    const n = places.length / 2;
    const u = new Float64Array(n * components);
    for (let p = 0; p < n; p++) known.value(places[2 * p]!, places[2 * p + 1]!, u, p * components);
    const time = new Float64Array(n).fill(Number.NaN);
    const solved = new Uint8Array(n);
    let active = Uint32Array.from({ length: n }, (_, p) => p);
    const matrix = new Float64Array(components * components);
    const step = new Float64Array(components);
    for (let round = 0; round < ROUNDS && active.length > 0; round++) {
      const { miss, cameFrom } = this.misses(places, u, active);
      let left = 0;
      for (let i = 0; i < active.length; i++) {
        const p = active[i]!;
        let worst = 0;
        for (let c = 0; c < components; c++) {
          const own = miss[i * components + c]!;
          worst = Math.max(worst, Math.abs(own) / size[c]!);
          step[c] = own;
          for (let d = 0; d < components; d++) {
            const there = miss[((1 + d) * active.length + i) * components + c]!;
            matrix[c * components + d] = (there - own) / (DIFFERENCE * size[d]!);
          }
        }
        const determinant = solveSmall(matrix, step);
        if (worst <= precision) {
          time[p] = cameFrom[i]!;
          solved[p] = determinant >= UPRIGHT ? 1 : 0;
          continue;
        }
        let longest = 1;
        for (let c = 0; c < components; c++) longest = Math.max(longest, Math.abs(step[c]!) / (LONGEST * size[c]!));
        if (!Number.isFinite(longest)) continue; // given up: nothing finite to go on from
        for (let c = 0; c < components; c++) u[p * components + c]! -= step[c]! / longest;
        active[left++] = p;
      }
      active = active.slice(0, left);
    }
    return { u, time, solved };
  }

  /** g at ũ and, after that, with each component of ũ moved on by a little: [1 + components, active, components]; and t₀. */
  private misses(
    places: Float64Array,
    u: Float64Array,
    active: Uint32Array,
  ): { miss: Float64Array; cameFrom: Float64Array } {
    const { known, back, size } = this;
    const { components } = known;
    const width = 2 + components;
    const count = active.length;
    const points = new Float64Array((1 + components) * count * width);
    for (let d = 0; d <= components; d++)
      for (let i = 0; i < count; i++) {
        const p = active[i]!;
        const at = (d * count + i) * width;
        points[at] = places[2 * p]!;
        points[at + 1] = places[2 * p + 1]!;
        for (let c = 0; c < components; c++) points[at + 2 + c] = u[p * components + c]!;
        if (d > 0) points[at + 1 + d]! += DIFFERENCE * size[d - 1]!;
      }
    const origin = back.move(points);
    const miss = new Float64Array((1 + components) * count * components);
    for (let i = 0; i < (1 + components) * count; i++) {
      known.value(origin[i * width]!, origin[i * width + 1]!, miss, i * components);
      for (let c = 0; c < components; c++) {
        const at = i * components + c;
        miss[at] = origin[i * width + 2 + c]! - miss[at]!;
      }
    }
    return { miss, cameFrom: Float64Array.from({ length: count }, (_, i) => origin[i * width + 1]!) };
  }
}

/** Solves A x = b for a few unknowns by elimination with pivots, x in place of b; returns det A. */
function solveSmall(a: Float64Array, b: Float64Array): number {
  const n = b.length;
  let determinant = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(a[r * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = r;
    if (pivot !== k) {
      determinant = -determinant;
      for (let c = 0; c < n; c++) [a[k * n + c], a[pivot * n + c]] = [a[pivot * n + c]!, a[k * n + c]!];
      [b[k], b[pivot]] = [b[pivot]!, b[k]!];
    }
    determinant *= a[k * n + k]!;
    for (let r = k + 1; r < n; r++) {
      const factor = a[r * n + k]! / a[k * n + k]!;
      for (let c = k; c < n; c++) a[r * n + c]! -= factor * a[k * n + c]!;
      b[r]! -= factor * b[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let c = k + 1; c < n; c++) b[k]! -= a[k * n + c]! * b[c]!;
    b[k]! /= a[k * n + k]!;
  }
  return determinant;
}
