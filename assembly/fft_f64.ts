// Real FFT of two rows at once: a v128 holds one number of each row (lane = row), so no butterfly needs a shuffle.
//
// Layout
//   real row pair      v128[n]            element j = (a[j], b[j])
//   spectrum pair      v128[n/2 + 1][2]   (re, im) of mode k; unscaled, e^{-2πi jk/n}
//   complex of length m = n/2             the real pair read as v128[m][2]: z[j] = x[2j] + i x[2j+1]
//   plan (scalars, 64 + 16·(⌊m/2⌋ + 1) + 16·m bytes, filled by src/engine/simd/fourier.ts)
//     i32[16]          n, number of passes P, radices r_1 … r_P (2, 3, 4, 5; product m)
//     f64[⌊m/2⌋+1][2]  e^{-2πi k/n}, which part the spectrum of z into that of x
//     f64[…][2]        per pass, with N = m/(r_1 … r_{i-1}) and l = N/r_i: e^{-2πi pj/N} for p = 0 … l-1, j = 1 … r_i-1
//
// The complex transform is Stockham's autosort (see Van Loan 1992, §1.7): pass i reads x[q + s(p + l k)], writes
// y[q + s(r p + j)], s = r_1 … r_{i-1}; no bit reversal. Nothing is allocated; inputs are left as they are.

import { madd_f64, nmadd_f64 } from "./fused";

const COMPLEX: usize = 32; // bytes of (re, im) of a pair
const HEADER: usize = 64;

const HALF_SQRT3: f64 = 0.8660254037844386; // sin(2π/3)
const COS_72: f64 = 0.30901699437494745;
const COS_144: f64 = -0.8090169943749475;
const SIN_72: f64 = 0.9510565162951535;
const SIN_144: f64 = 0.5877852522924731;

// @ts-expect-error: decorator
@inline
function storeTimes(at: usize, re: v128, im: v128, wr: v128, wi: v128): void {
  v128.store(at, nmadd_f64(im, wi, f64x2.mul(re, wr)));
  v128.store(at, madd_f64(im, wr, f64x2.mul(re, wi)), 16);
}

function pass2(l: usize, s: usize, x: usize, y: usize, w: usize): void {
  const across = l * s * COMPLEX;
  const next = s * COMPLEX;
  for (let p: usize = 0; p < l; ++p) {
    const wr = v128.load64_splat(w);
    const wi = v128.load64_splat(w, 8);
    w += 16;
    const end = x + next;
    while (x < end) {
      const ar = v128.load(x);
      const ai = v128.load(x, 16);
      const br = v128.load(x + across);
      const bi = v128.load(x + across, 16);
      v128.store(y, f64x2.add(ar, br));
      v128.store(y, f64x2.add(ai, bi), 16);
      storeTimes(y + next, f64x2.sub(ar, br), f64x2.sub(ai, bi), wr, wi);
      x += COMPLEX;
      y += COMPLEX;
    }
    y += next;
  }
}

function pass3(l: usize, s: usize, x: usize, y: usize, w: usize): void {
  const across = l * s * COMPLEX;
  const next = s * COMPLEX;
  const half = f64x2.splat(0.5);
  const sine = f64x2.splat(HALF_SQRT3);
  for (let p: usize = 0; p < l; ++p) {
    const w1r = v128.load64_splat(w);
    const w1i = v128.load64_splat(w, 8);
    const w2r = v128.load64_splat(w, 16);
    const w2i = v128.load64_splat(w, 24);
    w += 32;
    const end = x + next;
    while (x < end) {
      const ar = v128.load(x);
      const ai = v128.load(x, 16);
      const br = v128.load(x + across);
      const bi = v128.load(x + across, 16);
      const cr = v128.load(x + 2 * across);
      const ci = v128.load(x + 2 * across, 16);
      const sr = f64x2.add(br, cr);
      const si = f64x2.add(bi, ci);
      v128.store(y, f64x2.add(ar, sr));
      v128.store(y, f64x2.add(ai, si), 16);
      const mr = nmadd_f64(half, sr, ar);
      const mi = nmadd_f64(half, si, ai);
      const dr = f64x2.mul(sine, f64x2.sub(bi, ci)); // −i sin (b − c)
      const di = f64x2.mul(sine, f64x2.sub(cr, br));
      storeTimes(y + next, f64x2.add(mr, dr), f64x2.add(mi, di), w1r, w1i);
      storeTimes(y + 2 * next, f64x2.sub(mr, dr), f64x2.sub(mi, di), w2r, w2i);
      x += COMPLEX;
      y += COMPLEX;
    }
    y += 2 * next;
  }
}

function pass4(l: usize, s: usize, x: usize, y: usize, w: usize): void {
  const across = l * s * COMPLEX;
  const next = s * COMPLEX;
  const first = x + next;
  while (x < first) {
    // p = 0: all factors are 1; this is the whole of the last pass
    const ar = v128.load(x);
    const ai = v128.load(x, 16);
    const br = v128.load(x + across);
    const bi = v128.load(x + across, 16);
    const cr = v128.load(x + 2 * across);
    const ci = v128.load(x + 2 * across, 16);
    const dr = v128.load(x + 3 * across);
    const di = v128.load(x + 3 * across, 16);
    const acr = f64x2.add(ar, cr);
    const aci = f64x2.add(ai, ci);
    const bdr = f64x2.add(br, dr);
    const bdi = f64x2.add(bi, di);
    v128.store(y, f64x2.add(acr, bdr));
    v128.store(y, f64x2.add(aci, bdi), 16);
    v128.store(y + 2 * next, f64x2.sub(acr, bdr));
    v128.store(y + 2 * next, f64x2.sub(aci, bdi), 16);
    const amcr = f64x2.sub(ar, cr);
    const amci = f64x2.sub(ai, ci);
    const bmdr = f64x2.sub(br, dr);
    const bmdi = f64x2.sub(bi, di);
    v128.store(y + next, f64x2.add(amcr, bmdi));
    v128.store(y + next, f64x2.sub(amci, bmdr), 16);
    v128.store(y + 3 * next, f64x2.sub(amcr, bmdi));
    v128.store(y + 3 * next, f64x2.add(amci, bmdr), 16);
    x += COMPLEX;
    y += COMPLEX;
  }
  y += 3 * next;
  w += 48;
  for (let p: usize = 1; p < l; ++p) {
    const w1r = v128.load64_splat(w);
    const w1i = v128.load64_splat(w, 8);
    const w2r = v128.load64_splat(w, 16);
    const w2i = v128.load64_splat(w, 24);
    const w3r = v128.load64_splat(w, 32);
    const w3i = v128.load64_splat(w, 40);
    w += 48;
    const end = x + next;
    while (x < end) {
      const ar = v128.load(x);
      const ai = v128.load(x, 16);
      const br = v128.load(x + across);
      const bi = v128.load(x + across, 16);
      const cr = v128.load(x + 2 * across);
      const ci = v128.load(x + 2 * across, 16);
      const dr = v128.load(x + 3 * across);
      const di = v128.load(x + 3 * across, 16);
      const acr = f64x2.add(ar, cr);
      const aci = f64x2.add(ai, ci);
      const bdr = f64x2.add(br, dr);
      const bdi = f64x2.add(bi, di);
      v128.store(y, f64x2.add(acr, bdr));
      v128.store(y, f64x2.add(aci, bdi), 16);
      storeTimes(y + 2 * next, f64x2.sub(acr, bdr), f64x2.sub(aci, bdi), w2r, w2i);
      const amcr = f64x2.sub(ar, cr);
      const amci = f64x2.sub(ai, ci);
      const bmdr = f64x2.sub(br, dr);
      const bmdi = f64x2.sub(bi, di);
      storeTimes(y + next, f64x2.add(amcr, bmdi), f64x2.sub(amci, bmdr), w1r, w1i);
      storeTimes(y + 3 * next, f64x2.sub(amcr, bmdi), f64x2.add(amci, bmdr), w3r, w3i);
      x += COMPLEX;
      y += COMPLEX;
    }
    y += 3 * next;
  }
}

function pass5(l: usize, s: usize, x: usize, y: usize, w: usize): void {
  const across = l * s * COMPLEX;
  const next = s * COMPLEX;
  const c1 = f64x2.splat(COS_72);
  const c2 = f64x2.splat(COS_144);
  const s1 = f64x2.splat(SIN_72);
  const s2 = f64x2.splat(SIN_144);
  for (let p: usize = 0; p < l; ++p) {
    const end = x + next;
    while (x < end) {
      const ar = v128.load(x);
      const ai = v128.load(x, 16);
      const br = v128.load(x + across);
      const bi = v128.load(x + across, 16);
      const cr = v128.load(x + 2 * across);
      const ci = v128.load(x + 2 * across, 16);
      const dr = v128.load(x + 3 * across);
      const di = v128.load(x + 3 * across, 16);
      const er = v128.load(x + 4 * across);
      const ei = v128.load(x + 4 * across, 16);
      const ber = f64x2.add(br, er);
      const bei = f64x2.add(bi, ei);
      const cdr = f64x2.add(cr, dr);
      const cdi = f64x2.add(ci, di);
      v128.store(y, f64x2.add(ar, f64x2.add(ber, cdr)));
      v128.store(y, f64x2.add(ai, f64x2.add(bei, cdi)), 16);
      const ur = f64x2.sub(br, er);
      const ui = f64x2.sub(bi, ei);
      const vr = f64x2.sub(cr, dr);
      const vi = f64x2.sub(ci, di);
      const m1r = f64x2.add(ar, madd_f64(c2, cdr, f64x2.mul(c1, ber)));
      const m1i = f64x2.add(ai, madd_f64(c2, cdi, f64x2.mul(c1, bei)));
      const m2r = f64x2.add(ar, madd_f64(c1, cdr, f64x2.mul(c2, ber)));
      const m2i = f64x2.add(ai, madd_f64(c1, cdi, f64x2.mul(c2, bei)));
      const n1r = madd_f64(s2, vi, f64x2.mul(s1, ui)); // −i (s1 u + s2 v)
      const n1i = f64x2.neg(madd_f64(s2, vr, f64x2.mul(s1, ur)));
      const n2r = nmadd_f64(s1, vi, f64x2.mul(s2, ui));
      const n2i = nmadd_f64(s2, ur, f64x2.mul(s1, vr));
      storeTimes(y + next, f64x2.add(m1r, n1r), f64x2.add(m1i, n1i), v128.load64_splat(w), v128.load64_splat(w, 8));
      storeTimes(
        y + 2 * next,
        f64x2.add(m2r, n2r),
        f64x2.add(m2i, n2i),
        v128.load64_splat(w, 16),
        v128.load64_splat(w, 24),
      );
      storeTimes(
        y + 3 * next,
        f64x2.sub(m2r, n2r),
        f64x2.sub(m2i, n2i),
        v128.load64_splat(w, 32),
        v128.load64_splat(w, 40),
      );
      storeTimes(
        y + 4 * next,
        f64x2.sub(m1r, n1r),
        f64x2.sub(m1i, n1i),
        v128.load64_splat(w, 48),
        v128.load64_splat(w, 56),
      );
      x += COMPLEX;
      y += COMPLEX;
    }
    w += 64;
    y += 4 * next;
  }
}

/** Forward passes from `x` alternating between `a` (first) and `b`; returns where the result lies (`x` for m = 1). */
function passes(plan: usize, x: usize, a: usize, b: usize): usize {
  let n = <usize>load<i32>(plan) >> 1;
  const count = load<i32>(plan, 4);
  let w = plan + HEADER + (((n >> 1) + 1) << 4);
  let s: usize = 1;
  for (let i = 0; i < count; ++i) {
    const r = <usize>load<i32>(plan + ((<usize>i) << 2), 8);
    const l = n / r;
    if (r === 4) pass4(l, s, x, a, w);
    else if (r === 2) pass2(l, s, x, a, w);
    else if (r === 3) pass3(l, s, x, a, w);
    else pass5(l, s, x, a, w);
    w += l * (r - 1) * 16;
    s *= r;
    n = l;
    x = a;
    a = b;
    b = x;
  }
  return x;
}

/** Spectra of a row pair: x v128[n] → out v128[n/2 + 1][2]; work v128[n]. The three must not overlap. */
export function rfft_pair_f64(plan: usize, x: usize, out: usize, work: usize): void {
  const m = <usize>load<i32>(plan) >> 1;
  const z = passes(plan, x, work, out);
  const half = f64x2.splat(0.5);
  const z0r = v128.load(z);
  const z0i = v128.load(z, 16);
  const zero = f64x2.splat(0);
  let low = z + COMPLEX;
  let high = z + (m - 1) * COMPLEX;
  let to = out + COMPLEX;
  let back = out + (m - 1) * COMPLEX;
  let w = plan + HEADER + 16;
  while (low <= high) {
    const wr = v128.load64_splat(w);
    const wi = v128.load64_splat(w, 8);
    const ar = v128.load(low);
    const ai = v128.load(low, 16);
    const br = v128.load(high);
    const bi = v128.load(high, 16);
    const er = f64x2.mul(half, f64x2.add(ar, br)); // transform of the even samples
    const ei = f64x2.mul(half, f64x2.sub(ai, bi));
    const or = f64x2.mul(half, f64x2.add(ai, bi)); // of the odd ones
    const oi = f64x2.mul(half, f64x2.sub(br, ar));
    const tr = nmadd_f64(oi, wi, f64x2.mul(or, wr));
    const ti = madd_f64(oi, wr, f64x2.mul(or, wi));
    v128.store(to, f64x2.add(er, tr));
    v128.store(to, f64x2.add(ei, ti), 16);
    v128.store(back, f64x2.sub(er, tr));
    v128.store(back, f64x2.sub(ti, ei), 16);
    low += COMPLEX;
    high -= COMPLEX;
    to += COMPLEX;
    back -= COMPLEX;
    w += 16;
  }
  v128.store(out, f64x2.add(z0r, z0i));
  v128.store(out, zero, 16);
  v128.store(out + m * COMPLEX, f64x2.sub(z0r, z0i));
  v128.store(out + m * COMPLEX, zero, 16);
}

/**
 * Its inverse, scaled by 1/n: X v128[n/2 + 1][2] → out v128[n]; work v128[n]; no overlaps. Imaginary parts of modes 0 and n/2
 * are ignored. The complex spectrum is laid down in reversed order, which turns the forward passes into the inverse ones.
 */
export function irfft_pair_f64(plan: usize, X: usize, out: usize, work: usize): void {
  const m = <usize>load<i32>(plan) >> 1;
  const odd = load<i32>(plan, 4) & 1;
  const z = odd ? work : out;
  const scale = f64x2.splat(0.5 / <f64>m);
  const x0 = v128.load(X);
  const xm = v128.load(X + m * COMPLEX);
  v128.store(z, f64x2.mul(scale, f64x2.add(x0, xm)));
  v128.store(z, f64x2.mul(scale, f64x2.sub(x0, xm)), 16);
  let low = X + COMPLEX;
  let high = X + (m - 1) * COMPLEX;
  let to = z + COMPLEX;
  let back = z + (m - 1) * COMPLEX;
  let w = plan + HEADER + 16;
  while (low <= high) {
    const wr = v128.load64_splat(w);
    const wi = v128.load64_splat(w, 8);
    const ar = v128.load(low);
    const ai = v128.load(low, 16);
    const br = v128.load(high);
    const bi = v128.load(high, 16);
    const er = f64x2.mul(scale, f64x2.add(ar, br));
    const ei = f64x2.mul(scale, f64x2.sub(ai, bi));
    const dr = f64x2.mul(scale, f64x2.sub(ar, br));
    const di = f64x2.mul(scale, f64x2.add(ai, bi));
    const or = madd_f64(di, wi, f64x2.mul(dr, wr)); // times the conjugate of w
    const oi = nmadd_f64(dr, wi, f64x2.mul(di, wr));
    v128.store(back, f64x2.sub(er, oi));
    v128.store(back, f64x2.add(ei, or), 16);
    v128.store(to, f64x2.add(er, oi));
    v128.store(to, f64x2.sub(or, ei), 16);
    low += COMPLEX;
    high -= COMPLEX;
    to += COMPLEX;
    back -= COMPLEX;
    w += 16;
  }
  passes(plan, z, odd ? out : work, odd ? work : out);
}

/** Rows a and b, f64[n] each → out v128[n]. */
export function interleave_pair_f64(a: usize, b: usize, n: i32, out: usize): void {
  const end = a + ((<usize>(n & -2)) << 3);
  while (a < end) {
    const p = v128.load(a);
    const q = v128.load(b);
    v128.store(out, v128.shuffle<f64>(p, q, 0, 2));
    v128.store(out, v128.shuffle<f64>(p, q, 1, 3), 16);
    a += 16;
    b += 16;
    out += 32;
  }
  if (n & 1) {
    store<f64>(out, load<f64>(a));
    store<f64>(out, load<f64>(b), 8);
  }
}

/** The way back: v128[n] → rows a and b, f64[n] each. For a single row pass a twice in both directions. */
export function deinterleave_pair_f64(x: usize, n: i32, a: usize, b: usize): void {
  const end = a + ((<usize>(n & -2)) << 3);
  while (a < end) {
    const p = v128.load(x);
    const q = v128.load(x, 16);
    v128.store(a, v128.shuffle<f64>(p, q, 0, 2));
    v128.store(b, v128.shuffle<f64>(p, q, 1, 3));
    a += 16;
    b += 16;
    x += 32;
  }
  if (n & 1) {
    store<f64>(a, load<f64>(x));
    store<f64>(b, load<f64>(x, 8));
  }
}
