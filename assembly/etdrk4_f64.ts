// ETDRK4 (Kassam & Trefethen 2005, eqs. 26–29) for û_t = λ û + γ FFT(u²), two rows per v128 (lane = row).
//
// Layout
//   spectrum pair   v128[n/2 + 1][2], stepped in place
//   tables          f64[n/2 + 1][12]: E, E2, γQ, γ f1, 2γ f2, γ f3, each (re, im); γ is folded in, so stages hold FFT(u²) alone
//   work            (5 (n + 2) + 2 n) v128: spectra Nv, Na, Nb (then Nc), A, B (then C); u; and the FFT's own

import { irfft_pair_f64, rfft_pair_f64 } from "./fft_f64";
import { madd_f64, nmadd_f64 } from "./fused";

const TABLE: usize = 96; // bytes per mode

/** Vectors of work space that `etdrk4_pair_f64` needs for length n. */
export function etdrk4_work_f64(n: i32): i32 {
  return 5 * (n + 2) + 2 * n;
}

/** Transform of the square: out = FFT(IFFT(spectrum)²). */
function square(plan: usize, n: usize, spectrum: usize, out: usize, u: usize, work: usize): void {
  irfft_pair_f64(plan, spectrum, u, work);
  const end = u + (n << 4);
  for (let at = u; at < end; at += 32) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    v128.store(at, f64x2.mul(a, a));
    v128.store(at, f64x2.mul(b, b), 16);
  }
  rfft_pair_f64(plan, u, out, work);
}

// @ts-expect-error: decorator
@inline
function re(ar: v128, ai: v128, at: usize): v128 {
  return nmadd_f64(ai, v128.load64_splat(at, 8), f64x2.mul(ar, v128.load64_splat(at)));
}

// @ts-expect-error: decorator
@inline
function im(ar: v128, ai: v128, at: usize): v128 {
  return madd_f64(ai, v128.load64_splat(at), f64x2.mul(ar, v128.load64_splat(at, 8)));
}

/** out = E2 · v + γQ · N over all modes; `v`, `N`, `out` spectra, the tables' rows at `table`. */
function stage(count: usize, table: usize, v: usize, N: usize, out: usize): void {
  const end = v + (count << 5);
  while (v < end) {
    const vr = v128.load(v);
    const vi = v128.load(v, 16);
    const nr = v128.load(N);
    const ni = v128.load(N, 16);
    v128.store(out, f64x2.add(re(vr, vi, table + 16), re(nr, ni, table + 32)));
    v128.store(out, f64x2.add(im(vr, vi, table + 16), im(nr, ni, table + 32)), 16);
    v += 32;
    N += 32;
    out += 32;
    table += TABLE;
  }
}

/** `steps` steps of one row pair in place. */
export function etdrk4_pair_f64(plan: usize, table: usize, spectrum: usize, steps: i32, work: usize): void {
  const n = <usize>load<i32>(plan);
  const count = (n >> 1) + 1;
  const bytes = count << 5;
  const Nv = work;
  const Na = Nv + bytes;
  const Nb = Na + bytes;
  const A = Nb + bytes;
  const B = A + bytes;
  const u = B + bytes;
  const scratch = u + (n << 4);
  const two = f64x2.splat(2);
  for (let step = 0; step < steps; ++step) {
    square(plan, n, spectrum, Nv, u, scratch);
    stage(count, table, spectrum, Nv, A);
    square(plan, n, A, Na, u, scratch);
    stage(count, table, spectrum, Na, B);
    square(plan, n, B, Nb, u, scratch);
    // B becomes C = E2 A + γQ (2 Nb − Nv), Na becomes Na + Nb: neither is needed again
    for (let at: usize = 0, row = table; at < bytes; at += 32, row += TABLE) {
      const ar = v128.load(A + at);
      const ai = v128.load(A + at, 16);
      const br = v128.load(Nb + at);
      const bi = v128.load(Nb + at, 16);
      const mr = f64x2.sub(f64x2.mul(two, br), v128.load(Nv + at));
      const mi = f64x2.sub(f64x2.mul(two, bi), v128.load(Nv + at, 16));
      v128.store(B + at, f64x2.add(re(ar, ai, row + 16), re(mr, mi, row + 32)));
      v128.store(B + at, f64x2.add(im(ar, ai, row + 16), im(mr, mi, row + 32)), 16);
      v128.store(Na + at, f64x2.add(br, v128.load(Na + at)));
      v128.store(Na + at, f64x2.add(bi, v128.load(Na + at, 16)), 16);
    }
    square(plan, n, B, Nb, u, scratch);
    for (let at: usize = 0, row = table; at < bytes; at += 32, row += TABLE) {
      const vr = v128.load(spectrum + at);
      const vi = v128.load(spectrum + at, 16);
      const ar = v128.load(Nv + at);
      const ai = v128.load(Nv + at, 16);
      const br = v128.load(Na + at);
      const bi = v128.load(Na + at, 16);
      const cr = v128.load(Nb + at);
      const ci = v128.load(Nb + at, 16);
      v128.store(
        spectrum + at,
        f64x2.add(
          f64x2.add(re(vr, vi, row), re(ar, ai, row + 48)),
          f64x2.add(re(br, bi, row + 64), re(cr, ci, row + 80)),
        ),
      );
      v128.store(
        spectrum + at,
        f64x2.add(
          f64x2.add(im(vr, vi, row), im(ar, ai, row + 48)),
          f64x2.add(im(br, bi, row + 64), im(cr, ci, row + 80)),
        ),
        16,
      );
    }
  }
}
