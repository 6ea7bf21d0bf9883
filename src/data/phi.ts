/**
 * φ functions of small complex matrices, φ_0 = exp, φ_k(z) = (φ_{k−1}(z) − 1/(k−1)!)/z, the coefficients of exponential integrators, by
 * scaling and modified squaring (Skaflestad & Wright 2009): matrices that cannot be diagonalised, such as that of u_tt = 0, do no harm.
 */
import { cos, exp, log, sin } from "../engine/elementary.js";

/** Complex matrix [s, s, 2]. */
export type ComplexMatrix = Float64Array;

const TERMS = 18; // of Taylor's series at norm 1: the first left out is below 1e-17

/** [φ_0, φ_1, φ_2, φ_3] of M. Cost about 64 + 4 log2 ‖M‖ products; relative error about 2e-16 ‖M‖, for a number 2e-16. */
export function phiFunctions(s: number, M: ComplexMatrix): ComplexMatrix[] {
  if (s === 1 && Math.hypot(M[0]!, M[1]!) > 1) return ofNumber(M[0]!, M[1]!);
  const size = norm(s, M);
  const doublings = s > 1 && size > 0.5 ? Math.ceil(log(size / 0.5) / Math.LN2) : 0;
  const small = M.map((value) => value / 2 ** doublings);
  let phi = [0, 1, 2, 3].map((k) => series(s, small, k));
  for (let d = 0; d < doublings; d++) phi = doubled(s, phi);
  return phi;
}

/** By the recursion itself, which loses no digits where |z| > 1. */
function ofNumber(re: number, im: number): ComplexMatrix[] {
  const square = re * re + im * im;
  const out = [Float64Array.of(exp(re) * cos(im), exp(re) * sin(im))];
  for (const inverseFactorial of [1, 1, 1 / 2]) {
    const [a, b] = out[out.length - 1]! as unknown as [number, number];
    const c = a - inverseFactorial;
    out.push(Float64Array.of((c * re + b * im) / square, (b * re - c * im) / square));
  }
  return out;
}

/** φ_k(M) = Σ_j M^j/(j + k)!, by Horner's rule. */
function series(s: number, M: ComplexMatrix, k: number): ComplexMatrix {
  let factorial = 1;
  for (let j = 2; j <= TERMS + k; j++) factorial *= j;
  let out = identity(s, 1 / factorial);
  for (let j = TERMS; j > 0; j--) {
    factorial /= j + k;
    out = times(s, M, out);
    for (let i = 0; i < s; i++) out[2 * (s * i + i)]! += 1 / factorial;
  }
  return out;
}

/** φ_k(2M) from φ_0 … φ_3 at M: 2^k φ_k(2M) = φ_0(M) φ_k(M) + Σ_{j=1}^k φ_j(M)/(k−j)!. */
function doubled(s: number, phi: readonly ComplexMatrix[]): ComplexMatrix[] {
  const [e, one, two, three] = phi as [ComplexMatrix, ComplexMatrix, ComplexMatrix, ComplexMatrix];
  return [
    times(s, e, e),
    times(s, e, one).map((v, i) => (v + one[i]!) / 2),
    times(s, e, two).map((v, i) => (v + one[i]! + two[i]!) / 4),
    times(s, e, three).map((v, i) => (v + one[i]! / 2 + two[i]! + three[i]!) / 8),
  ];
}

export function identity(s: number, value = 1): ComplexMatrix {
  const out = new Float64Array(2 * s * s);
  for (let i = 0; i < s; i++) out[2 * (s * i + i)] = value;
  return out;
}

/** A·B. */
export function times(s: number, A: ComplexMatrix, B: ComplexMatrix): ComplexMatrix {
  const out = new Float64Array(2 * s * s);
  for (let i = 0; i < s; i++)
    for (let k = 0; k < s; k++) {
      const re = A[2 * (s * i + k)]!;
      const im = A[2 * (s * i + k) + 1]!;
      if (re === 0 && im === 0) continue; // keeps what is not coupled exactly zero, and 0 · ∞ out
      for (let j = 0; j < s; j++) {
        const at = 2 * (s * i + j);
        const b = 2 * (s * k + j);
        out[at]! += re * B[b]! - im * B[b + 1]!;
        out[at + 1]! += re * B[b + 1]! + im * B[b]!;
      }
    }
  return out;
}

/** The largest row sum. */
function norm(s: number, M: ComplexMatrix): number {
  let largest = 0;
  for (let i = 0; i < s; i++) {
    let row = 0;
    for (let j = 0; j < s; j++) row += Math.hypot(M[2 * (s * i + j)]!, M[2 * (s * i + j) + 1]!);
    largest = Math.max(largest, row);
  }
  return largest;
}
