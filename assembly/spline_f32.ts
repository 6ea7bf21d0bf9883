/** Spline values, jets and their adjoints in f32. Contexts as in cubic_f32.ts; everything else is dense. */
import {
  AXES,
  CONTROL,
  cellOf,
  DU,
  DV,
  DW,
  GRADIENT,
  lane0,
  lane1,
  lane2,
  lane3,
  offsetOf,
  place,
  prepare,
  put,
  STRIDE_I,
  STRIDE_J,
  take,
  totals,
  U,
  V,
  W,
  WIDTH,
  weights,
} from "./cubic_f32";

/** Σ_j v_j · row, for one component. */
// @ts-ignore: decorator
@inline
function across(p: usize, sj: usize, v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(v0, v128.load(p)), f32x4.mul(v1, v128.load(p + sj))),
    f32x4.add(f32x4.mul(v2, v128.load(p + 2 * sj)), f32x4.mul(v3, v128.load(p + 3 * sj))),
  );
}

/** Value at one point, one lane per component. */
export function sample_f32(ctx: usize, z: v128): v128 {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  const t = place(ctx, z);
  const cell = cellOf(ctx, t);
  const f = f32x4.sub(t, cell);
  let p = load<usize>(ctx, CONTROL) + offsetOf(ctx, cell);
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let w = a;
  if (axes === 1) {
    w = weights(ctx, lane0(f));
    a = v128.load(p);
    if (width > 1) b = v128.load(p, 16);
    if (width > 2) c = v128.load(p, 32);
    if (width > 3) d = v128.load(p, 48);
  } else {
    const si = load<usize>(ctx, STRIDE_I);
    const sj = load<usize>(ctx, STRIDE_J);
    const v = axes === 3 ? weights(ctx, lane1(f)) : weights(ctx, lane0(f));
    const v0 = lane0(v);
    const v1 = lane1(v);
    const v2 = lane2(v);
    const v3 = lane3(v);
    if (axes === 3) {
      v128.store(ctx, weights(ctx, lane0(f)), U);
      w = weights(ctx, lane2(f));
      for (let i: usize = 0; i < 16; i += 4) {
        const u = v128.load32_splat(ctx + i, U);
        a = f32x4.add(a, f32x4.mul(u, across(p, sj, v0, v1, v2, v3)));
        if (width > 1) b = f32x4.add(b, f32x4.mul(u, across(p + 16, sj, v0, v1, v2, v3)));
        if (width > 2) c = f32x4.add(c, f32x4.mul(u, across(p + 32, sj, v0, v1, v2, v3)));
        if (width > 3) d = f32x4.add(d, f32x4.mul(u, across(p + 48, sj, v0, v1, v2, v3)));
        p += si;
      }
    } else {
      w = weights(ctx, lane1(f));
      a = across(p, sj, v0, v1, v2, v3);
      if (width > 1) b = across(p + 16, sj, v0, v1, v2, v3);
      if (width > 2) c = across(p + 32, sj, v0, v1, v2, v3);
      if (width > 3) d = across(p + 48, sj, v0, v1, v2, v3);
    }
  }
  return totals(f32x4.mul(a, w), f32x4.mul(b, w), f32x4.mul(c, w), f32x4.mul(d, w));
}

/** Values [n, width] at points [n, axes]. */
export function splineValue_f32(ctx: usize, points: usize, values: usize, n: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  for (let i: usize = 0; i < n; i++) {
    put(values, sample_f32(ctx, take(points, axes)), width);
    points += axes << 2;
    values += width << 2;
  }
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
  for (let m: usize = 0; m < n; m++) {
    const p = load<usize>(ctx, CONTROL) + prepare(ctx, take(points, axes));
    const w = v128.load(ctx, W);
    const dw = v128.load(ctx, DW);
    for (let c: usize = 0; c < width; c++) {
      let value = i32x4.splat(0);
      let alongI = value;
      let alongJ = value;
      let q = p + (c << 4);
      for (let i: usize = 0; i < ni; i += 4) {
        let s = i32x4.splat(0);
        let ds = s;
        let r = q;
        for (let j: usize = 0; j < nj; j += 4) {
          const taps = v128.load(r);
          s = f32x4.add(s, f32x4.mul(taps, v128.load32_splat(ctx + j, V)));
          ds = f32x4.add(ds, f32x4.mul(taps, v128.load32_splat(ctx + j, DV)));
          r += sj;
        }
        const u = v128.load32_splat(ctx + i, U);
        value = f32x4.add(value, f32x4.mul(s, u));
        alongJ = f32x4.add(alongJ, f32x4.mul(ds, u));
        alongI = f32x4.add(alongI, f32x4.mul(s, v128.load32_splat(ctx + i, DU)));
        q += si;
      }
      const jet = totals(f32x4.mul(value, w), f32x4.mul(value, dw), f32x4.mul(alongJ, w), f32x4.mul(alongI, w));
      v128.store_lane<f32>(values + (c << 2), jet, 0);
      const d = derivatives + (c << 2) + (axes - 1) * row;
      v128.store_lane<f32>(d, jet, 1);
      if (axes > 1) v128.store_lane<f32>(d - row, jet, 2);
      if (axes > 2) v128.store_lane<f32>(d - 2 * row, jet, 3);
    }
    points += axes << 2;
    values += row;
    derivatives += axes * row;
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
  const zero = i32x4.splat(0);
  for (let m: usize = 0; m < n; m++) {
    const p = load<usize>(ctx, GRADIENT) + prepare(ctx, take(points, axes));
    const w = v128.load(ctx, W);
    for (let c: usize = 0; c < width; c++) {
      let onValue = f32x4.mul(w, v128.load32_splat(values + (c << 2)));
      let onI = zero;
      let onJ = zero;
      if (derivatives) {
        const d = derivatives + (c << 2) + (axes - 1) * row;
        onValue = f32x4.add(onValue, f32x4.mul(v128.load(ctx, DW), v128.load32_splat(d)));
        if (axes > 1) onJ = f32x4.mul(w, v128.load32_splat(d - row));
        if (axes > 2) onI = f32x4.mul(w, v128.load32_splat(d - 2 * row));
      }
      let q = p + (c << 4);
      for (let i: usize = 0; i < ni; i += 4) {
        const u = v128.load32_splat(ctx + i, U);
        const onV = f32x4.add(f32x4.mul(u, onValue), f32x4.mul(v128.load32_splat(ctx + i, DU), onI));
        const onDV = f32x4.mul(u, onJ);
        let r = q;
        for (let j: usize = 0; j < nj; j += 4) {
          const added = f32x4.add(
            f32x4.mul(onV, v128.load32_splat(ctx + j, V)),
            f32x4.mul(onDV, v128.load32_splat(ctx + j, DV)),
          );
          v128.store(r, f32x4.add(v128.load(r), added));
          r += sj;
        }
        q += si;
      }
    }
    points += axes << 2;
    values += row;
    if (derivatives) derivatives += axes * row;
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
