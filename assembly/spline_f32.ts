/** Spline values, jets and their adjoints in f32. Contexts as in cubic_f32.ts; everything else is dense. */
import {
  AXES,
  BLOCK,
  CONTROL,
  DU,
  DV,
  DW,
  GRADIENT,
  OFFSET,
  prepare,
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
} from "./cubic_f32";
import { madd_f32 } from "./fused";

/** Σ_j v_j · row, for one component. */
// @ts-ignore: decorator
@inline
function across(p: usize, sj: usize, v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  return f32x4.add(
    madd_f32(v1, v128.load(p + sj), f32x4.mul(v0, v128.load(p))),
    madd_f32(v3, v128.load(p + 3 * sj), f32x4.mul(v2, v128.load(p + 2 * sj))),
  );
}

/** Value at a prepared slot, one lane per component. */
export function gather_f32(ctx: usize, slot: usize): v128 {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  let p = load<usize>(ctx, CONTROL) + load<usize>(slot, OFFSET);
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  if (axes === 1) {
    a = v128.load(p);
    if (width > 1) b = v128.load(p, 16);
    if (width > 2) c = v128.load(p, 32);
    if (width > 3) d = v128.load(p, 48);
  } else {
    const si = load<usize>(ctx, STRIDE_I);
    const sj = load<usize>(ctx, STRIDE_J);
    const v0 = v128.load32_splat(slot, V);
    const v1 = v128.load32_splat(slot, V + 4);
    const v2 = v128.load32_splat(slot, V + 8);
    const v3 = v128.load32_splat(slot, V + 12);
    const end = slot + (axes > 2 ? 16 : 4);
    for (let at = slot; at < end; at += 4) {
      const u = v128.load32_splat(at, U);
      a = madd_f32(u, across(p, sj, v0, v1, v2, v3), a);
      if (width > 1) b = madd_f32(u, across(p + 16, sj, v0, v1, v2, v3), b);
      if (width > 2) c = madd_f32(u, across(p + 32, sj, v0, v1, v2, v3), c);
      if (width > 3) d = madd_f32(u, across(p + 48, sj, v0, v1, v2, v3), d);
      p += si;
    }
  }
  const w = v128.load(slot, W);
  return totals(f32x4.mul(a, w), f32x4.mul(b, w), f32x4.mul(c, w), f32x4.mul(d, w));
}

/** Values [n, width] at points [n, axes]. */
export function splineValue_f32(ctx: usize, points: usize, values: usize, n: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  for (let m: usize = 0; m < n; m += BLOCK) {
    const end = ctx + SLOTS + min(n - m, BLOCK) * SLOT;
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      prepare(ctx, slot, take(points, axes), false);
      points += axes << 2;
    }
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      put(values, gather_f32(ctx, slot), width);
      values += width << 2;
    }
  }
}

/** Value and derivatives of one component at a prepared slot: (value, along the last axis, along j, along i). */
// @ts-ignore: decorator
@inline
function jet(slot: usize, p: usize, si: usize, sj: usize, ni: usize, nj: usize): v128 {
  let value = i32x4.splat(0);
  let alongI = value;
  let alongJ = value;
  for (let i: usize = 0; i < ni; i += 4) {
    let s = i32x4.splat(0);
    let ds = s;
    let r = p;
    for (let j: usize = 0; j < nj; j += 4) {
      const taps = v128.load(r);
      s = madd_f32(taps, v128.load32_splat(slot + j, V), s);
      ds = madd_f32(taps, v128.load32_splat(slot + j, DV), ds);
      r += sj;
    }
    const u = v128.load32_splat(slot + i, U);
    value = madd_f32(s, u, value);
    alongJ = madd_f32(ds, u, alongJ);
    alongI = madd_f32(s, v128.load32_splat(slot + i, DU), alongI);
    p += si;
  }
  const w = v128.load(slot, W);
  const dw = v128.load(slot, DW);
  return totals(f32x4.mul(value, w), f32x4.mul(value, dw), f32x4.mul(alongJ, w), f32x4.mul(alongI, w));
}

/** Values [n, width] and derivatives [n, axes, width]. */
export function splineJet_f32(ctx: usize, points: usize, values: usize, derivatives: usize, n: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  const ni: usize = axes > 2 ? 16 : 4;
  const nj: usize = axes > 1 ? 16 : 4;
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const row: usize = width << 2;
  for (let m: usize = 0; m < n; m += BLOCK) {
    const end = ctx + SLOTS + min(n - m, BLOCK) * SLOT;
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      prepare(ctx, slot, take(points, axes), true);
      points += axes << 2;
    }
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      const p = load<usize>(ctx, CONTROL) + load<usize>(slot, OFFSET);
      for (let c: usize = 0; c < width; c++) {
        const all = jet(slot, p + (c << 4), si, sj, ni, nj);
        v128.store_lane<f32>(values + (c << 2), all, 0);
        const d = derivatives + (c << 2) + (axes - 1) * row;
        v128.store_lane<f32>(d, all, 1);
        if (axes > 1) v128.store_lane<f32>(d - row, all, 2);
        if (axes > 2) v128.store_lane<f32>(d - 2 * row, all, 3);
      }
      values += row;
      derivatives += axes * row;
    }
  }
}

/** Adds u·v·onValue + du·v·onI + u·dv·onJ to the taps of one component. */
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
  for (let i: usize = 0; i < ni; i += 4) {
    const u = v128.load32_splat(slot + i, U);
    const onV = madd_f32(v128.load32_splat(slot + i, DU), onI, f32x4.mul(u, onValue));
    const onDV = f32x4.mul(u, onJ);
    let r = p;
    for (let j: usize = 0; j < nj; j += 4) {
      const here = f32x4.mul(onV, v128.load32_splat(slot + j, V));
      const both = madd_f32(onDV, v128.load32_splat(slot + j, DV), here);
      v128.store(r, f32x4.add(v128.load(r), both));
      r += sj;
    }
    p += si;
  }
}

/** Adds the adjoint of the values to the context's gradient; with `derivatives` ≠ 0, that of the derivatives too. */
export function splinePullback_f32(ctx: usize, points: usize, values: usize, derivatives: usize, n: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  const ni: usize = axes > 2 ? 16 : 4;
  const nj: usize = axes > 1 ? 16 : 4;
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const row: usize = width << 2;
  for (let m: usize = 0; m < n; m += BLOCK) {
    const end = ctx + SLOTS + min(n - m, BLOCK) * SLOT;
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      prepare(ctx, slot, take(points, axes), true);
      points += axes << 2;
    }
    for (let slot = ctx + SLOTS; slot < end; slot += SLOT) {
      const p = load<usize>(ctx, GRADIENT) + load<usize>(slot, OFFSET);
      const w = v128.load(slot, W);
      for (let c: usize = 0; c < width; c++) {
        let onValue = f32x4.mul(w, v128.load32_splat(values + (c << 2)));
        let onI = i32x4.splat(0);
        let onJ = i32x4.splat(0);
        if (derivatives) {
          const d = derivatives + (c << 2) + (axes - 1) * row;
          onValue = madd_f32(v128.load(slot, DW), v128.load32_splat(d), onValue);
          if (axes > 1) onJ = f32x4.mul(w, v128.load32_splat(d - row));
          if (axes > 2) onI = f32x4.mul(w, v128.load32_splat(d - 2 * row));
        }
        spread(slot, p + (c << 4), si, sj, ni, nj, onValue, onI, onJ);
      }
      values += row;
      if (derivatives) derivatives += axes * row;
    }
  }
}

/** Adds `count` gradient entries (a multiple of 4) to a double total and zeroes them: sums of many points stay exact to f32. */
export function settle_f32(gradient: usize, total: usize, count: usize): void {
  const end = gradient + (count << 2);
  while (gradient < end) {
    const g = v128.load(gradient);
    v128.store(total, f64x2.add(v128.load(total), f64x2.promote_low_f32x4(g)));
    v128.store(total, f64x2.add(v128.load(total, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(g, g, 2, 3, 2, 3))), 16);
    v128.store(gradient, i32x4.splat(0));
    gradient += 16;
    total += 32;
  }
}
