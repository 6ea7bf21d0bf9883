// Elementary functions of two numbers at once, each within 2 ulp; a lane's result does not depend on its neighbour's.
//
// Reductions and polynomials of exp, log, sin and cos are fdlibm's (Sun Microsystems, 1993), tanh's are Cephes' (Moshier, 1989).
// Constants are read from static memory: V8 builds a splat of a literal anew each time.

/** 2^52 + 2^51: added to x, |x| < 2^51, it leaves round(x) in the low bits. */
const ROUND = memory.data<f64>([6755399441055744.0]);

const EXP = memory.data<f64>([
  1.442695040888963387, // 0: 1/ln 2
  6.93147180369123816490e-1, // 8: ln 2, its upper 33 bits
  1.90821492927058770002e-10, // 16: the rest of it
  4.13813679705723846039e-8, // 24: P5
  -1.65339022054652515390e-6, // 32
  6.61375632143793436117e-5, // 40
  -2.77777777770155933842e-3, // 48
  1.66666666666666019037e-1, // 56: P1
  2.0, // 64
  1.0, // 72
  708.0, // 80: up to here neither the result nor its reciprocal is subnormal
  -746.0, // 88: from here on the result is 0
  710.0, // 96: from here on it is infinite
  0.5, // 104
]);

/** e^(x − k ln 2), |x − k ln 2| ≤ ½ ln 2, within 1 ulp. */
// @ts-ignore: decorator
@inline
function reduced(x: v128, k: v128): v128 {
  const high = f64x2.sub(x, f64x2.mul(k, v128.load64_splat(EXP, 8)));
  const low = f64x2.mul(k, v128.load64_splat(EXP, 16));
  const r = f64x2.sub(high, low);
  const z = f64x2.mul(r, r);
  let p = f64x2.add(v128.load64_splat(EXP, 32), f64x2.mul(z, v128.load64_splat(EXP, 24)));
  p = f64x2.add(v128.load64_splat(EXP, 40), f64x2.mul(z, p));
  p = f64x2.add(v128.load64_splat(EXP, 48), f64x2.mul(z, p));
  p = f64x2.add(v128.load64_splat(EXP, 56), f64x2.mul(z, p));
  const c = f64x2.sub(r, f64x2.mul(z, p));
  const q = f64x2.div(f64x2.mul(r, c), f64x2.sub(v128.load64_splat(EXP, 64), c));
  return f64x2.sub(v128.load64_splat(EXP, 72), f64x2.sub(f64x2.sub(low, q), high));
}

/** e^x. */
// @ts-ignore: decorator
@inline
export function exp_f64(x: v128): v128 {
  const round = v128.load64_splat(ROUND);
  const t = f64x2.add(f64x2.mul(x, v128.load64_splat(EXP)), round);
  const y = i64x2.add(reduced(x, f64x2.sub(t, round)), i64x2.shl(t, 52));
  return i64x2.all_true(f64x2.le(f64x2.abs(x), v128.load64_splat(EXP, 80))) ? y : expWide(x);
}

/** The same where a lane is NaN or its result may be subnormal, 0 or infinite: 2^k in two factors, the first of which is exact. */
function expWide(x: v128): v128 {
  x = f64x2.min(f64x2.max(x, v128.load64_splat(EXP, 88)), v128.load64_splat(EXP, 96));
  const round = v128.load64_splat(ROUND);
  const t = f64x2.add(f64x2.mul(x, v128.load64_splat(EXP)), round);
  const k = f64x2.sub(t, round);
  const half = f64x2.add(f64x2.mul(k, v128.load64_splat(EXP, 104)), round);
  const one = v128.load64_splat(EXP, 72);
  const first = i64x2.add(one, i64x2.shl(half, 52));
  const second = i64x2.add(one, i64x2.shl(f64x2.add(f64x2.sub(k, f64x2.sub(half, round)), round), 52));
  return f64x2.mul(f64x2.mul(reduced(x, k), first), second);
}

const LOG = memory.data<f64>([
  1.479819860511658591e-1, // 0: Lg7
  1.818357216161805012e-1, // 8: Lg5
  2.857142874366239149e-1, // 16: Lg3
  6.666666666666735130e-1, // 24: Lg1
  1.531383769920937332e-1, // 32: Lg6
  2.222219843214978396e-1, // 40: Lg4
  3.999999999940941908e-1, // 48: Lg2
  6.93147180369123816490e-1, // 56: ln 2, its upper 33 bits
  1.90821492927058770002e-10, // 64: the rest of it
  0.5, // 72
  1.0, // 80
  2.0, // 88
  4503599627371519.0, // 96: 2^52 + 1023
  2.2250738585072014e-308, // 104: the least normal number
  1.7976931348623157e308, // 112: the largest
  18014398509481984.0, // 120: 2^54
  54.0, // 128
]);
const LOG_BITS = memory.data<u64>([
  0x3ff0000000000000 - 0x3fe6a09e00000000, // 0: brings √½ to the foot of a binade
  0x000fffffffffffff, // 8
  0x3fe6a09e00000000, // 16
  0x4330000000000000, // 24: 2^52
]);

/** log of a positive normal number, less `down` ln 2. */
// @ts-ignore: decorator
@inline
function logNormal(x: v128, down: v128): v128 {
  const bits = i64x2.add(x, v128.load64_splat(LOG_BITS));
  const exponent = v128.or(i64x2.shr_u(bits, 52), v128.load64_splat(LOG_BITS, 24));
  const k = f64x2.sub(f64x2.sub(exponent, v128.load64_splat(LOG, 96)), down);
  const m = i64x2.add(v128.and(bits, v128.load64_splat(LOG_BITS, 8)), v128.load64_splat(LOG_BITS, 16)); // in [√½, √2)
  const f = f64x2.sub(m, v128.load64_splat(LOG, 80));
  const half = f64x2.mul(f64x2.mul(v128.load64_splat(LOG, 72), f), f);
  const s = f64x2.div(f, f64x2.add(v128.load64_splat(LOG, 88), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  let odd = f64x2.add(v128.load64_splat(LOG, 8), f64x2.mul(w, v128.load64_splat(LOG)));
  odd = f64x2.add(v128.load64_splat(LOG, 16), f64x2.mul(w, odd));
  odd = f64x2.mul(z, f64x2.add(v128.load64_splat(LOG, 24), f64x2.mul(w, odd)));
  let even = f64x2.add(v128.load64_splat(LOG, 40), f64x2.mul(w, v128.load64_splat(LOG, 32)));
  even = f64x2.mul(w, f64x2.add(v128.load64_splat(LOG, 48), f64x2.mul(w, even)));
  const small = f64x2.add(
    f64x2.mul(s, f64x2.add(half, f64x2.add(odd, even))),
    f64x2.mul(k, v128.load64_splat(LOG, 64)),
  );
  return f64x2.sub(f64x2.mul(k, v128.load64_splat(LOG, 56)), f64x2.sub(f64x2.sub(half, small), f));
}

/** log x. */
// @ts-ignore: decorator
@inline
export function log_f64(x: v128): v128 {
  const normal = v128.and(
    f64x2.ge(x, v128.load64_splat(LOG, 104)),
    f64x2.le(x, v128.load64_splat(LOG, 112)),
  );
  return i64x2.all_true(normal) ? logNormal(x, i64x2.splat(0)) : logWide(x);
}

/** The same where a lane is subnormal, 0, negative, infinite or NaN. */
function logWide(x: v128): v128 {
  const zero = i64x2.splat(0);
  const subnormal = f64x2.lt(x, v128.load64_splat(LOG, 104));
  const y = logNormal(
    v128.bitselect(f64x2.mul(x, v128.load64_splat(LOG, 120)), x, subnormal),
    v128.and(subnormal, v128.load64_splat(LOG, 128)),
  );
  const positive = v128.and(f64x2.gt(x, zero), f64x2.le(x, v128.load64_splat(LOG, 112)));
  const infinity = f64x2.splat(Infinity);
  const beyond = v128.bitselect(f64x2.neg(infinity), f64x2.add(f64x2.sqrt(x), infinity), f64x2.eq(x, zero)); // √ makes NaN of negatives
  return v128.bitselect(y, beyond, positive);
}

const TANH = memory.data<f64>([
  -9.64399179425052238628e-1, // 0: P0
  -9.92877231001918586564e1, // 8
  -1.61468768441708447952e3, // 16
  1.12811678491632931402e2, // 24: Q0
  2.23548839060100448583e3, // 32
  4.84406305325125486048e3, // 40
  0.625, // 48
  30.0, // 56: from here on 1 to rounding
  -0.0, // 64: the sign bit
  2.0, // 72
  1.0, // 80
]);

/** tanh x. */
// @ts-ignore: decorator
@inline
export function tanh_f64(x: v128): v128 {
  const sign = v128.and(x, v128.load64_splat(TANH, 64));
  const a = f64x2.abs(x);
  const z = f64x2.mul(a, a);
  let p = f64x2.add(v128.load64_splat(TANH, 8), f64x2.mul(z, v128.load64_splat(TANH)));
  p = f64x2.add(v128.load64_splat(TANH, 16), f64x2.mul(z, p));
  let q = f64x2.add(v128.load64_splat(TANH, 24), z);
  q = f64x2.add(v128.load64_splat(TANH, 32), f64x2.mul(z, q));
  q = f64x2.add(v128.load64_splat(TANH, 40), f64x2.mul(z, q));
  const near = f64x2.add(a, f64x2.mul(f64x2.mul(a, z), f64x2.div(p, q)));
  const one = v128.load64_splat(TANH, 80);
  const far = v128.load64_splat(TANH, 72);
  const e = exp_f64(f64x2.mul(far, f64x2.min(a, v128.load64_splat(TANH, 56))));
  const y = v128.bitselect(
    near,
    f64x2.sub(one, f64x2.div(far, f64x2.add(e, one))),
    f64x2.lt(a, v128.load64_splat(TANH, 48)),
  );
  return v128.or(y, sign);
}

const SINE = memory.data<f64>([
  6.36619772367581382433e-1, // 0: 2/π
  1.5707963267341256, // 8: π/2, its upper 31 bits
  6.07710050359346e-11, // 16: the next 31
  2.9127320548227e-20, // 24: and 31 more
  1.2706558760139879e-29, // 32: the rest of it
  1.58969099521155010221e-10, // 40: S6
  -2.50507602534068634195e-8, // 48
  2.75573137070700676789e-6, // 56
  -1.98412698298579493134e-4, // 64
  8.33333333332248946124e-3, // 72
  -1.66666666666666324348e-1, // 80: S1
  -1.13596475577881948265e-11, // 88: C6
  2.08757232129817482790e-9, // 96
  -2.75573143513906633035e-7, // 104
  2.48015872894767294178e-5, // 112
  -1.38888888888741095749e-3, // 120
  4.16666666666666019037e-2, // 128: C1
  0.5, // 136
  1.0, // 144
  4194304.0, // 152: 2^22, the largest |x| reduced here: multiples of π/2 have 22 bits, so that three of the products are exact
]);
const SINE_BITS = memory.data<u64>([1, 2]);

/** sin x (`quarter` 0) or cos x (1). */
// @ts-ignore: decorator
@inline
function circular(x: v128, quarter: v128): v128 {
  const round = v128.load64_splat(ROUND);
  const t = f64x2.add(f64x2.mul(x, v128.load64_splat(SINE)), round);
  const n = f64x2.sub(t, round);
  const first = f64x2.sub(x, f64x2.mul(n, v128.load64_splat(SINE, 8))); // exact
  let w = f64x2.mul(n, v128.load64_splat(SINE, 16));
  const second = f64x2.sub(first, w);
  let lost = f64x2.sub(f64x2.sub(first, second), w);
  w = f64x2.mul(n, v128.load64_splat(SINE, 24));
  const third = f64x2.sub(second, w);
  lost = f64x2.add(lost, f64x2.sub(f64x2.sub(second, third), w));
  w = f64x2.sub(f64x2.mul(n, v128.load64_splat(SINE, 32)), lost);
  const y = f64x2.sub(third, w);
  const tail = f64x2.sub(f64x2.sub(third, y), w);
  const z = f64x2.mul(y, y);
  const zz = f64x2.mul(z, z);
  const half = v128.load64_splat(SINE, 136);
  // sine
  let s = f64x2.add(v128.load64_splat(SINE, 64), f64x2.mul(z, v128.load64_splat(SINE, 56)));
  s = f64x2.add(v128.load64_splat(SINE, 72), f64x2.mul(z, s));
  let top = f64x2.add(v128.load64_splat(SINE, 48), f64x2.mul(z, v128.load64_splat(SINE, 40)));
  s = f64x2.add(s, f64x2.mul(f64x2.mul(z, zz), top));
  const cube = f64x2.mul(z, y);
  const bend = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(half, tail), f64x2.mul(cube, s))), tail);
  const sine = f64x2.sub(y, f64x2.sub(bend, f64x2.mul(cube, v128.load64_splat(SINE, 80))));
  // cosine
  let c = f64x2.add(v128.load64_splat(SINE, 120), f64x2.mul(z, v128.load64_splat(SINE, 112)));
  c = f64x2.mul(z, f64x2.add(v128.load64_splat(SINE, 128), f64x2.mul(z, c)));
  top = f64x2.add(v128.load64_splat(SINE, 96), f64x2.mul(z, v128.load64_splat(SINE, 88)));
  top = f64x2.add(v128.load64_splat(SINE, 104), f64x2.mul(z, top));
  c = f64x2.add(c, f64x2.mul(f64x2.mul(zz, zz), top));
  const one = v128.load64_splat(SINE, 144);
  const h = f64x2.mul(half, z);
  const u = f64x2.sub(one, h);
  const cosine = f64x2.add(
    u,
    f64x2.add(f64x2.sub(f64x2.sub(one, u), h), f64x2.sub(f64x2.mul(z, c), f64x2.mul(y, tail))),
  );
  const turn = i64x2.add(t, quarter);
  const odd = i64x2.neg(v128.and(turn, v128.load64_splat(SINE_BITS)));
  const sign = i64x2.shl(v128.and(turn, v128.load64_splat(SINE_BITS, 8)), 62);
  const value = v128.xor(v128.bitselect(cosine, sine, odd), sign);
  const near = f64x2.le(f64x2.abs(x), v128.load64_splat(SINE, 152));
  return i64x2.all_true(near) ? value : v128.bitselect(value, circularFar(x, quarter), near);
}

/** Lane by lane; only beyond 2^22, since the compiler's own reduction (0.28) reads before its table from 1.6e6 to there. */
function circularFar(x: v128, quarter: v128): v128 {
  const cosine = i64x2.extract_lane(quarter, 0) != 0;
  const a = f64x2.extract_lane(x, 0);
  const b = f64x2.extract_lane(x, 1);
  const y = f64x2.splat(cosine ? NativeMath.cos(a) : NativeMath.sin(a));
  return f64x2.replace_lane(y, 1, cosine ? NativeMath.cos(b) : NativeMath.sin(b));
}

/** sin x. */
// @ts-ignore: decorator
@inline
export function sin_f64(x: v128): v128 {
  return circular(x, i64x2.splat(0));
}

/** cos x. */
// @ts-ignore: decorator
@inline
export function cos_f64(x: v128): v128 {
  return circular(x, v128.load64_splat(SINE_BITS));
}
