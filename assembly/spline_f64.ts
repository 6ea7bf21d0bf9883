/** Spline values, jets and their adjoints in f64. Contexts as in cubic_f64.ts; everything else is dense. */
import {
  AXES,
  CONTROL,
  DU,
  DV,
  DW,
  GRADIENT,
  prepare,
  prepareSlopes,
  put,
  SCRATCH,
  STRIDE_I,
  STRIDE_J,
  take,
  totals,
  U,
  V,
  W,
  WIDTH,
} from "./cubic_f64";

/** Σ_j v_j · row, half of one component's taps. */
// @ts-expect-error: decorator
@inline
function across(p: usize, sj: usize, v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  return f64x2.add(
    f64x2.add(f64x2.mul(v0, v128.load(p)), f64x2.mul(v1, v128.load(p + sj))),
    f64x2.add(f64x2.mul(v2, v128.load(p + 2 * sj)), f64x2.mul(v3, v128.load(p + 3 * sj))),
  );
}

/** Value at the point in scratch → four lanes at `into`. */
export function sample_f64(ctx: usize, point: usize, into: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  let p = load<usize>(ctx, CONTROL) + prepare(ctx, point);
  const w = v128.load(ctx, W);
  const w2 = v128.load(ctx, W + 16);
  const zero = i64x2.splat(0);
  let a = zero;
  let b = zero;
  let c = zero;
  let d = zero;
  let a2 = zero;
  let b2 = zero;
  let c2 = zero;
  let d2 = zero;
  if (axes === 1) {
    a = v128.load(p);
    a2 = v128.load(p, 16);
    if (width > 1) {
      b = v128.load(p, 32);
      b2 = v128.load(p, 48);
    }
    if (width > 2) {
      c = v128.load(p, 64);
      c2 = v128.load(p, 80);
    }
    if (width > 3) {
      d = v128.load(p, 96);
      d2 = v128.load(p, 112);
    }
  } else {
    const si = load<usize>(ctx, STRIDE_I);
    const sj = load<usize>(ctx, STRIDE_J);
    const v0 = v128.load64_splat(ctx, V);
    const v1 = v128.load64_splat(ctx, V + 8);
    const v2 = v128.load64_splat(ctx, V + 16);
    const v3 = v128.load64_splat(ctx, V + 24);
    const ni: usize = axes > 2 ? 32 : 8;
    for (let i: usize = 0; i < ni; i += 8) {
      const u = v128.load64_splat(ctx + i, U);
      a = f64x2.add(a, f64x2.mul(u, across(p, sj, v0, v1, v2, v3)));
      a2 = f64x2.add(a2, f64x2.mul(u, across(p + 16, sj, v0, v1, v2, v3)));
      if (width > 1) {
        b = f64x2.add(b, f64x2.mul(u, across(p + 32, sj, v0, v1, v2, v3)));
        b2 = f64x2.add(b2, f64x2.mul(u, across(p + 48, sj, v0, v1, v2, v3)));
      }
      if (width > 2) {
        c = f64x2.add(c, f64x2.mul(u, across(p + 64, sj, v0, v1, v2, v3)));
        c2 = f64x2.add(c2, f64x2.mul(u, across(p + 80, sj, v0, v1, v2, v3)));
      }
      if (width > 3) {
        d = f64x2.add(d, f64x2.mul(u, across(p + 96, sj, v0, v1, v2, v3)));
        d2 = f64x2.add(d2, f64x2.mul(u, across(p + 112, sj, v0, v1, v2, v3)));
      }
      p += si;
    }
  }
  a = f64x2.add(f64x2.mul(a, w), f64x2.mul(a2, w2));
  b = f64x2.add(f64x2.mul(b, w), f64x2.mul(b2, w2));
  c = f64x2.add(f64x2.mul(c, w), f64x2.mul(c2, w2));
  d = f64x2.add(f64x2.mul(d, w), f64x2.mul(d2, w2));
  v128.store(into, totals(a, b));
  v128.store(into, totals(c, d), 16);
}

/** Values [n, width] at points [n, axes]. */
export function splineValue_f64(ctx: usize, points: usize, values: usize, n: usize): void {
  const axes = load<usize>(ctx, AXES);
  const width = load<usize>(ctx, WIDTH);
  const point = ctx + SCRATCH;
  for (let i: usize = 0; i < n; i++) {
    take(point, points, axes);
    sample_f64(ctx, point, point + 32);
    put(values, point + 32, width);
    points += axes << 3;
    values += width << 3;
  }
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
  const point = ctx + SCRATCH;
  for (let m: usize = 0; m < n; m++) {
    take(point, points, axes);
    const p = load<usize>(ctx, CONTROL) + prepareSlopes(ctx, point);
    for (let c: usize = 0; c < width; c++) {
      let jet = i64x2.splat(0); // value, along the last axis
      let outer = jet; // along j, along i
      for (let half: usize = 0; half < 32; half += 16) {
        let value = i64x2.splat(0);
        let alongI = value;
        let alongJ = value;
        let q = p + (c << 5) + half;
        for (let i: usize = 0; i < ni; i += 8) {
          let s = i64x2.splat(0);
          let ds = s;
          let r = q;
          for (let j: usize = 0; j < nj; j += 8) {
            const taps = v128.load(r);
            s = f64x2.add(s, f64x2.mul(taps, v128.load64_splat(ctx + j, V)));
            ds = f64x2.add(ds, f64x2.mul(taps, v128.load64_splat(ctx + j, DV)));
            r += sj;
          }
          const u = v128.load64_splat(ctx + i, U);
          value = f64x2.add(value, f64x2.mul(s, u));
          alongJ = f64x2.add(alongJ, f64x2.mul(ds, u));
          alongI = f64x2.add(alongI, f64x2.mul(s, v128.load64_splat(ctx + i, DU)));
          q += si;
        }
        const w = v128.load(ctx + half, W);
        const dw = v128.load(ctx + half, DW);
        jet = f64x2.add(jet, totals(f64x2.mul(value, w), f64x2.mul(value, dw)));
        outer = f64x2.add(outer, totals(f64x2.mul(alongJ, w), f64x2.mul(alongI, w)));
      }
      v128.store_lane<f64>(values + (c << 3), jet, 0);
      const d = derivatives + (c << 3) + (axes - 1) * row;
      v128.store_lane<f64>(d, jet, 1);
      if (axes > 1) v128.store_lane<f64>(d - row, outer, 0);
      if (axes > 2) v128.store_lane<f64>(d - 2 * row, outer, 1);
    }
    points += axes << 3;
    values += row;
    derivatives += axes * row;
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
  const point = ctx + SCRATCH;
  const zero = i64x2.splat(0);
  for (let m: usize = 0; m < n; m++) {
    take(point, points, axes);
    const p = load<usize>(ctx, GRADIENT) + prepareSlopes(ctx, point);
    for (let c: usize = 0; c < width; c++) {
      for (let half: usize = 0; half < 32; half += 16) {
        const w = v128.load(ctx + half, W);
        let onValue = f64x2.mul(w, v128.load64_splat(values + (c << 3)));
        let onI = zero;
        let onJ = zero;
        if (derivatives) {
          const d = derivatives + (c << 3) + (axes - 1) * row;
          onValue = f64x2.add(onValue, f64x2.mul(v128.load(ctx + half, DW), v128.load64_splat(d)));
          if (axes > 1) onJ = f64x2.mul(w, v128.load64_splat(d - row));
          if (axes > 2) onI = f64x2.mul(w, v128.load64_splat(d - 2 * row));
        }
        let q = p + (c << 5) + half;
        for (let i: usize = 0; i < ni; i += 8) {
          const u = v128.load64_splat(ctx + i, U);
          const onV = f64x2.add(f64x2.mul(u, onValue), f64x2.mul(v128.load64_splat(ctx + i, DU), onI));
          const onDV = f64x2.mul(u, onJ);
          let r = q;
          for (let j: usize = 0; j < nj; j += 8) {
            const added = f64x2.add(
              f64x2.mul(onV, v128.load64_splat(ctx + j, V)),
              f64x2.mul(onDV, v128.load64_splat(ctx + j, DV)),
            );
            v128.store(r, f64x2.add(v128.load(r), added));
            r += sj;
          }
          q += si;
        }
      }
    }
    points += axes << 3;
    values += row;
    if (derivatives) derivatives += axes * row;
  }
}
