/**
 * Where a moved graph passes over places, in f64: Newton's method on a spline of displacements (three axes, three components; context as in
 * cubic_f64.ts) and a surface of local polynomials. One place at a time: the two parts of a round overlap in the processor.
 */
import { CONTROL, DW, OFFSET, prepareSlopes, SLOTS, STRIDE_I, STRIDE_J, totals, U, V, W, Z } from "./cubic_f64";
import { madd_f64 } from "./fused";

const POINTS: usize = 12; // of a local polynomial in x; at most as many in t

const ROWS: usize = 0; // in the block that the caller fills: the surface, 32-bit
const STRIDE: usize = 4; // bytes of a row, POINTS columns beyond the period included
const COLUMNS: usize = 8; // of a period
const OUTPUTS: usize = 12;
const POINTS_T: usize = 16;
const TIMES: usize = 20;
const WEIGHTS: usize = 24; // in t, a row of POINTS_T for each first output
const ROUNDS: usize = 28;
const X0: usize = 32; // f64 from here on
const PER_X: usize = 40; // columns per unit
const T0: usize = 48;
const PER_T: usize = 56;
const PRECISION: usize = 64;
const LONGEST: usize = 72;
const UPRIGHT: usize = 80;
const LO: usize = 88; // ends of the spline's last axis
const HI: usize = 96;
const WEIGHTS_X: usize = 112; // [POINTS]
const BASIS: usize = 208; // [POINTS] of (in x, in t)
const SLOPES: usize = 400; // likewise, their derivatives
const AFTER: usize = 592; // likewise, products of the distances to the points after each, and their derivatives
const RATE_AFTER: usize = 784;
// 976 bytes

let value: f64 = 0; // of the surface, and its derivatives per column and row
let alongX: f64 = 0;
let alongT: f64 = 0;

/**
 * Lagrange's bases in x and t and their derivatives side by side, by products before and after each point. Both chains of products run in one
 * loop, from either end, so that one hides the other's latency.
 */
function bases(block: usize, column: f64, t: f64, times: usize, weights: usize, n: usize): void {
  const one = f64x2.splat(1);
  let before = one;
  let rateBefore = f64x2.splat(0);
  let after = one;
  let rateAfter = rateBefore;
  for (let j: usize = 0; j < POINTS; j++) {
    const left = block + (j << 4);
    v128.store(left, before, BASIS);
    v128.store(left, rateBefore, SLOPES);
    let d = distance(column, t, times, j, n);
    rateBefore = madd_f64(rateBefore, d, f64x2.mul(before, grows(j, n)));
    before = f64x2.mul(before, d);
    const k = POINTS - 1 - j;
    const right = block + (k << 4);
    v128.store(right, after, AFTER);
    v128.store(right, rateAfter, RATE_AFTER);
    d = distance(column, t, times, k, n);
    rateAfter = madd_f64(rateAfter, d, f64x2.mul(after, grows(k, n)));
    after = f64x2.mul(after, d);
  }
  for (let j: usize = 0; j < POINTS; j++) {
    const at = block + (j << 4);
    const x = v128.load64_splat(block + (j << 3), WEIGHTS_X);
    const weight = f64x2.replace_lane(x, 1, j < n ? load<f64>(weights + (j << 3)) : 0);
    before = f64x2.mul(weight, v128.load(at, BASIS));
    after = v128.load(at, AFTER);
    rateBefore = f64x2.mul(weight, v128.load(at, SLOPES));
    v128.store(at, madd_f64(rateBefore, after, f64x2.mul(before, v128.load(at, RATE_AFTER))), SLOPES);
    v128.store(at, f64x2.mul(before, after), BASIS);
  }
}

/** From point j, in x and in t; beyond the points in t nothing is multiplied on. */
// @ts-ignore: decorator
@inline
function distance(column: f64, t: f64, times: usize, j: usize, n: usize): v128 {
  return f64x2.replace_lane(f64x2.splat(column - <f64>j), 1, j < n ? t - load<f64>(times + (j << 3)) : 1);
}

/** The distance's own derivative. */
// @ts-ignore: decorator
@inline
function grows(j: usize, n: usize): v128 {
  return f64x2.replace_lane(f64x2.splat(1), 1, j < n ? 1 : 0);
}

/** Σ_i of two columns' sums times the bases in x at `from`, one of BASIS and SLOPES. */
// @ts-ignore: decorator
@inline
function across(from: usize, a0: v128, a1: v128, a2: v128, a3: v128, a4: v128, a5: v128): f64 {
  let s = f64x2.mul(a0, pair(from));
  s = madd_f64(a1, pair(from + 32), s);
  s = madd_f64(a2, pair(from + 64), s);
  s = madd_f64(a3, pair(from + 96), s);
  s = madd_f64(a4, pair(from + 128), s);
  s = madd_f64(a5, pair(from + 160), s);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** The first lanes of two vectors. */
// @ts-ignore: decorator
@inline
function pair(at: usize): v128 {
  return v128.shuffle<f64>(v128.load(at), v128.load(at, 16), 0, 2);
}

/** The surface and its derivatives at a place → value, alongX, alongT. Beyond the first and last row it is theirs. */
function surface(block: usize, x: f64, t: f64): void {
  const columns = <f64>load<i32>(block, COLUMNS);
  const outputs = load<i32>(block, OUTPUTS);
  const n = load<i32>(block, POINTS_T);
  const times = load<usize>(block, TIMES);
  const stride = load<usize>(block, STRIDE);
  const column = (x - load<f64>(block, X0)) * load<f64>(block, PER_X);
  const place = column - floor(column / columns) * columns; // NaN where x is not finite
  const cell = floor(place);
  let first = <i32>(cell) - (<i32>POINTS / 2 - 1);
  if (first < 0) first += load<i32>(block, COLUMNS);
  const row = (t - load<f64>(block, T0)) * load<f64>(block, PER_T);
  const last = load<f64>(times + (<usize>(outputs - 1) << 3));
  const clamped = min(max(row, 0), last);
  let lo = max(min(<i32>(floor(clamped)), outputs - 2), 0);
  while (lo > 0 && load<f64>(times + (<usize>lo << 3)) > clamped) lo--;
  while (lo < outputs - 2 && load<f64>(times + (<usize>(lo + 1) << 3)) <= clamped) lo++;
  const from = min(max(lo - (n >> 1) + 1, 0), outputs - n);
  bases(
    block,
    place - cell + <f64>(POINTS / 2 - 1),
    clamped,
    times + (<usize>from << 3),
    load<usize>(block, WEIGHTS) + (<usize>(from * n) << 3),
    n,
  );
  let p = load<usize>(block, ROWS) + <usize>from * stride + (<usize>first << 3);
  const zero = f64x2.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let a4 = zero;
  let a5 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  let b4 = zero;
  let b5 = zero;
  const end = block + (<usize>n << 4);
  for (let at = block; at < end; at += 16) {
    const weight = v128.load64_splat(at, BASIS + 8);
    const slope = v128.load64_splat(at, SLOPES + 8);
    let u = v128.load(p);
    a0 = madd_f64(u, weight, a0);
    b0 = madd_f64(u, slope, b0);
    u = v128.load(p, 16);
    a1 = madd_f64(u, weight, a1);
    b1 = madd_f64(u, slope, b1);
    u = v128.load(p, 32);
    a2 = madd_f64(u, weight, a2);
    b2 = madd_f64(u, slope, b2);
    u = v128.load(p, 48);
    a3 = madd_f64(u, weight, a3);
    b3 = madd_f64(u, slope, b3);
    u = v128.load(p, 64);
    a4 = madd_f64(u, weight, a4);
    b4 = madd_f64(u, slope, b4);
    u = v128.load(p, 80);
    a5 = madd_f64(u, weight, a5);
    b5 = madd_f64(u, slope, b5);
    p += stride;
  }
  value = across(block + BASIS, a0, a1, a2, a3, a4, a5) + (x - x);
  alongX = across(block + SLOPES, a0, a1, a2, a3, a4, a5) * load<f64>(block, PER_X);
  const inside = row >= 0 && row <= last;
  alongT = inside ? across(block + BASIS, b0, b1, b2, b3, b4, b5) * load<f64>(block, PER_T) : 0;
}

/** Of one component at a prepared slot: (value, derivative along the last axis). */
function alongLast(slot: usize, p: usize, si: usize, sj: usize): v128 {
  let low = f64x2.splat(0);
  let high = low;
  for (let i: usize = 0; i < 32; i += 8) {
    const v0 = v128.load64_splat(slot, V);
    const v1 = v128.load64_splat(slot, V + 8);
    const v2 = v128.load64_splat(slot, V + 16);
    const v3 = v128.load64_splat(slot, V + 24);
    let a = f64x2.mul(v0, v128.load(p));
    let b = f64x2.mul(v0, v128.load(p, 16));
    a = madd_f64(v1, v128.load(p + sj), a);
    b = madd_f64(v1, v128.load(p + sj, 16), b);
    a = madd_f64(v2, v128.load(p + 2 * sj), a);
    b = madd_f64(v2, v128.load(p + 2 * sj, 16), b);
    a = madd_f64(v3, v128.load(p + 3 * sj), a);
    b = madd_f64(v3, v128.load(p + 3 * sj, 16), b);
    const u = v128.load64_splat(slot + i, U);
    low = madd_f64(u, a, low);
    high = madd_f64(u, b, high);
    p += si;
  }
  const w = madd_f64(low, v128.load(slot, W), f64x2.mul(high, v128.load(slot, W + 16)));
  const dw = madd_f64(low, v128.load(slot, DW), f64x2.mul(high, v128.load(slot, DW + 16)));
  return totals(w, dw);
}

/** Places [n, 2], first guesses and results w [n], times [n], bytes solved [n]. */
export function passage_f64(
  ctx: usize,
  block: usize,
  places: usize,
  w: usize,
  time: usize,
  solved: usize,
  n: usize,
): void {
  const slot = ctx + SLOTS;
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const precision = load<f64>(block, PRECISION);
  const longest = load<f64>(block, LONGEST);
  const rounds = load<i32>(block, ROUNDS);
  for (let q: usize = 0; q < n; q++) {
    const x = load<f64>(places);
    const t = load<f64>(places, 8);
    let u = load<f64>(w);
    let came: f64 = NaN;
    let found: i32 = 0;
    store<f64>(slot, x, Z);
    store<f64>(slot, t, Z + 8);
    store<f64>(slot, 0, Z + 24);
    for (let round = 0; round < rounds; round++) {
      store<f64>(slot, u, Z + 16);
      prepareSlopes(ctx, slot, slot + Z);
      const p = load<usize>(ctx, CONTROL) + load<usize>(slot, OFFSET);
      const dx = alongLast(slot, p, si, sj);
      const dt = alongLast(slot, p + 32, si, sj);
      const du = alongLast(slot, p + 64, si, sj);
      const origin = t + f64x2.extract_lane(dt, 0);
      surface(block, x + f64x2.extract_lane(dx, 0), origin);
      const g = u + f64x2.extract_lane(du, 0) - value;
      const rate =
        1 + f64x2.extract_lane(du, 1) - alongX * f64x2.extract_lane(dx, 1) - alongT * f64x2.extract_lane(dt, 1);
      const step = g / rate;
      if (!isFinite(step)) break;
      if (abs(step) <= precision) {
        came = origin - step * f64x2.extract_lane(dt, 1);
        u -= step;
        found = i32(rate >= load<f64>(block, UPRIGHT) && u >= load<f64>(block, LO) && u <= load<f64>(block, HI));
        break;
      }
      u -= abs(step) > longest ? (step > 0 ? longest : -longest) : step;
    }
    store<f64>(w, u);
    store<f64>(time, came);
    store<u8>(solved, found);
    places += 16;
    w += 8;
    time += 8;
    solved++;
  }
}
