/** Spline values, jets and their adjoints in f64. Contexts as in cubic_f64.ts; everything else is dense. */
import {
  AXES,
  BLOCK,
  CONTROL,
  DU,
  DV,
  DW,
  GRADIENT,
  K,
  OFFSET,
  prepare,
  prepareSlopes,
  put,
  SLOT,
  SLOTS,
  STRIDE_I,
  STRIDE_J,
  take,
  totals,
  U,
  V,
  W,
  WIDTH,
  Z,
} from "./cubic_f64";
import { madd_f64 } from "./fused";

/** Σ_j v_j · row, half of one component's taps. */
// @ts-ignore: decorator
@inline
function across(p: usize, sj: usize, v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  return f64x2.add(
    madd_f64(v1, v128.load(p + sj), f64x2.mul(v0, v128.load(p))),
    madd_f64(v3, v128.load(p + 3 * sj), f64x2.mul(v2, v128.load(p + 2 * sj))),
  );
}

/** Half of the taps (`at` 0 or 16) of every component, over all axes: sets K (first half) or adds to it (second). */
// @ts-ignore: decorator
@inline
function half(ctx: usize, slot: usize, at: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  let p = load<usize>(ctx, CONTROL) + load<usize>(slot, OFFSET) + at;
  let a = i64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  if (axes === 1) {
    a = v128.load(p);
    if (width > 1) b = v128.load(p, 32);
    if (width > 2) c = v128.load(p, 64);
    if (width > 3) d = v128.load(p, 96);
  } else {
    const si = load<usize>(ctx, STRIDE_I);
    const sj = load<usize>(ctx, STRIDE_J);
    const v0 = v128.load64_splat(slot, V);
    const v1 = v128.load64_splat(slot, V + 8);
    const v2 = v128.load64_splat(slot, V + 16);
    const v3 = v128.load64_splat(slot, V + 24);
    const end = slot + (axes > 2 ? 32 : 8);
    for (let i = slot; i < end; i += 8) {
      const u = v128.load64_splat(i, U);
      a = madd_f64(u, across(p, sj, v0, v1, v2, v3), a);
      if (width > 1) b = madd_f64(u, across(p + 32, sj, v0, v1, v2, v3), b);
      if (width > 2) c = madd_f64(u, across(p + 64, sj, v0, v1, v2, v3), c);
      if (width > 3) d = madd_f64(u, across(p + 96, sj, v0, v1, v2, v3), d);
      p += si;
    }
  }
  const w = v128.load(slot + at, W);
  const ab = totals(f64x2.mul(a, w), f64x2.mul(b, w));
  const cd = totals(f64x2.mul(c, w), f64x2.mul(d, w));
  v128.store(slot, at > 0 ? f64x2.add(v128.load(slot, K), ab) : ab, K);
  v128.store(slot, at > 0 ? f64x2.add(v128.load(slot, K + 16), cd) : cd, K + 16);
}

/** Value at a prepared slot → its K. */
export function gather_f64(ctx: usize, slot: usize): void {
  half(ctx, slot, 0);
  half(ctx, slot, 16);
}

/** Values [n, width] at points [n, axes]. */
export function splineValue_f64(ctx: usize, points: usize, values: usize, n: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  for (let m: usize = 0; m < n; m += BLOCK) {
    const end = ctx + SLOTS + min(n - m, BLOCK) * SLOT;
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      take(slot + Z, points, axes);
      prepare(ctx, slot, slot + Z, false);
      points += axes << 3;
    }
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      gather_f64(ctx, slot);
      put(values, slot + K, width);
      values += width << 3;
    }
  }
}

/** (value, along the last axis, along j, along i) of one component, half of its taps: sets K (`at` 0) or adds to it (16). */
// @ts-ignore: decorator
@inline
function jet(slot: usize, p: usize, si: usize, sj: usize, ni: usize, nj: usize, at: usize): void {
  let value = i64x2.splat(0);
  let alongI = value;
  let alongJ = value;
  p += at;
  for (let i: usize = 0; i < ni; i += 8) {
    let s = i64x2.splat(0);
    let ds = s;
    let r = p;
    for (let j: usize = 0; j < nj; j += 8) {
      const taps = v128.load(r);
      s = madd_f64(taps, v128.load64_splat(slot + j, V), s);
      ds = madd_f64(taps, v128.load64_splat(slot + j, DV), ds);
      r += sj;
    }
    const u = v128.load64_splat(slot + i, U);
    value = madd_f64(s, u, value);
    alongJ = madd_f64(ds, u, alongJ);
    alongI = madd_f64(s, v128.load64_splat(slot + i, DU), alongI);
    p += si;
  }
  const w = v128.load(slot + at, W);
  const inner = totals(f64x2.mul(value, w), f64x2.mul(value, v128.load(slot + at, DW)));
  const outer = totals(f64x2.mul(alongJ, w), f64x2.mul(alongI, w));
  v128.store(slot, at > 0 ? f64x2.add(v128.load(slot, K), inner) : inner, K);
  v128.store(slot, at > 0 ? f64x2.add(v128.load(slot, K + 16), outer) : outer, K + 16);
}

/** Values [n, width] and derivatives [n, axes, width]. */
export function splineJet_f64(ctx: usize, points: usize, values: usize, derivatives: usize, n: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  const ni: usize = axes > 2 ? 32 : 8;
  const nj: usize = axes > 1 ? 32 : 8;
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const row: usize = width << 3;
  for (let m: usize = 0; m < n; m += BLOCK) {
    const end = ctx + SLOTS + min(n - m, BLOCK) * SLOT;
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      take(slot + Z, points, axes);
      prepareSlopes(ctx, slot, slot + Z);
      points += axes << 3;
    }
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      const p = load<usize>(ctx, CONTROL) + load<usize>(slot, OFFSET);
      for (let c: usize = 0; c < width; c++) {
        jet(slot, p + (c << 5), si, sj, ni, nj, 0);
        jet(slot, p + (c << 5), si, sj, ni, nj, 16);
        store<f64>(values + (c << 3), load<f64>(slot, K));
        const d = derivatives + (c << 3) + (axes - 1) * row;
        store<f64>(d, load<f64>(slot, K + 8));
        if (axes > 1) store<f64>(d - row, load<f64>(slot, K + 16));
        if (axes > 2) store<f64>(d - 2 * row, load<f64>(slot, K + 24));
      }
      values += row;
      derivatives += axes * row;
    }
  }
}

/** Adds u·v·onValue + du·v·onI + u·dv·onJ to half of the taps of one component. */
// @ts-ignore: decorator
@inline
function spread(
  slot: usize,
  p: usize,
  si: usize,
  sj: usize,
  ni: usize,
  nj: usize,
  onValue: v128,
  onI: v128,
  onJ: v128,
): void {
  for (let i: usize = 0; i < ni; i += 8) {
    const u = v128.load64_splat(slot + i, U);
    const onV = madd_f64(v128.load64_splat(slot + i, DU), onI, f64x2.mul(u, onValue));
    const onDV = f64x2.mul(u, onJ);
    let r = p;
    for (let j: usize = 0; j < nj; j += 8) {
      const here = f64x2.mul(onV, v128.load64_splat(slot + j, V));
      const both = madd_f64(onDV, v128.load64_splat(slot + j, DV), here);
      v128.store(r, f64x2.add(v128.load(r), both));
      r += sj;
    }
    p += si;
  }
}

/** Adds the adjoint of the values to the context's gradient; with `derivatives` ≠ 0, that of the derivatives too. */
export function splinePullback_f64(ctx: usize, points: usize, values: usize, derivatives: usize, n: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  const ni: usize = axes > 2 ? 32 : 8;
  const nj: usize = axes > 1 ? 32 : 8;
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const row: usize = width << 3;
  for (let m: usize = 0; m < n; m += BLOCK) {
    const end = ctx + SLOTS + min(n - m, BLOCK) * SLOT;
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      take(slot + Z, points, axes);
      prepareSlopes(ctx, slot, slot + Z);
      points += axes << 3;
    }
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      const p = load<usize>(ctx, GRADIENT) + load<usize>(slot, OFFSET);
      for (let c: usize = 0; c < width; c++)
        for (let at: usize = 0; at < 32; at += 16) {
          const w = v128.load(slot + at, W);
          let onValue = f64x2.mul(w, v128.load64_splat(values + (c << 3)));
          let onI = i64x2.splat(0);
          let onJ = i64x2.splat(0);
          if (derivatives) {
            const d = derivatives + (c << 3) + (axes - 1) * row;
            onValue = madd_f64(v128.load(slot + at, DW), v128.load64_splat(d), onValue);
            if (axes > 1) onJ = f64x2.mul(w, v128.load64_splat(d - row));
            if (axes > 2) onI = f64x2.mul(w, v128.load64_splat(d - 2 * row));
          }
          spread(slot, p + (c << 5) + at, si, sj, ni, nj, onValue, onI, onJ);
        }
      values += row;
      if (derivatives) derivatives += axes * row;
    }
  }
}
