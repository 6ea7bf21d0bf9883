/** RK4 flows of spline fields in f32 and their discrete adjoint. Contexts as in cubic_f32.ts, width = axes. */
import { AXES, CONTROL, DU, DV, DW, GRADIENT, lane0, lane1, lane2, prepare, put, STRIDE_I, STRIDE_J, take, totals, U, V, W } from "./cubic_f32";
import { sample_f32 } from "./spline_f32";

// @ts-expect-error: decorator
@inline
function along(z: v128, h: v128, k: v128): v128 {
  return f32x4.add(z, f32x4.mul(h, k));
}

/** A table of 4 f32 (h/6, h/3, h/2, h) and one i32 (substeps) per stop, padded to 32 bytes. */
const ROW: usize = 32;

/** Points [n, dim] through the plan [m] → moved [m, n, dim]. */
export function flow_f32(ctx: usize, plan: usize, m: usize, points: usize, moved: usize, n: usize): void {
  const dim = load<usize>(ctx, AXES);
  const stride: usize = dim << 2;
  for (let p: usize = 0; p < n; p += 2) {
    const q = p + 1 < n ? p + 1 : p; // two points at a time, so that one's latencies hide the other's
    let y = take(points + p * stride, dim);
    let z = take(points + q * stride, dim);
    let into = moved;
    for (let i: usize = 0; i < m; i++) {
      const row = plan + i * ROW;
      for (let j = load<i32>(row, 16); j > 0; j--) {
        const h2 = v128.load32_splat(row, 8);
        const h = v128.load32_splat(row, 12);
        const k1 = sample_f32(ctx, y);
        const l1 = sample_f32(ctx, z);
        const k2 = sample_f32(ctx, along(y, h2, k1));
        const l2 = sample_f32(ctx, along(z, h2, l1));
        const k3 = sample_f32(ctx, along(y, h2, k2));
        const l3 = sample_f32(ctx, along(z, h2, l2));
        const k4 = sample_f32(ctx, along(y, h, k3));
        const l4 = sample_f32(ctx, along(z, h, l3));
        const h6 = v128.load32_splat(row);
        const h3 = v128.load32_splat(row, 4);
        y = along(along(y, h6, f32x4.add(k1, k4)), h3, f32x4.add(k2, k3));
        z = along(along(z, h6, f32x4.add(l1, l4)), h3, f32x4.add(l2, l3));
      }
      put(into + p * stride, y, dim);
      put(into + q * stride, z, dim);
      into += n * stride;
    }
  }
}

/** Jᵀ·l at z, one lane per axis; adds the adjoint of the value at z under l to the context's gradient. */
function pull(ctx: usize, z: v128, l: v128): v128 {
  const axes = load<usize>(ctx, AXES);
  const offset = prepare(ctx, z);
  let p = load<usize>(ctx, CONTROL) + offset;
  let g = load<usize>(ctx, GRADIENT) + offset;
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const w = v128.load(ctx, W);
  const l0 = lane0(l);
  const l1 = lane1(l);
  const l2 = lane2(l);
  let value = i32x4.splat(0);
  let alongI = value;
  let alongJ = value;
  const ni: usize = axes > 2 ? 16 : 4;
  const nj: usize = axes > 1 ? 16 : 4;
  const w0 = f32x4.mul(w, l0);
  const w1 = f32x4.mul(w, l1);
  const w2 = f32x4.mul(w, l2);
  for (let i: usize = 0; i < ni; i += 4) {
    const u = v128.load32_splat(ctx + i, U);
    let s = i32x4.splat(0);
    let ds = s;
    let q = p;
    let r = g;
    for (let j: usize = 0; j < nj; j += 4) {
      const v = v128.load32_splat(ctx + j, V);
      const uv = f32x4.mul(u, v);
      let taps = f32x4.mul(l0, v128.load(q));
      v128.store(r, f32x4.add(v128.load(r), f32x4.mul(w0, uv)));
      if (axes > 1) {
        taps = f32x4.add(taps, f32x4.mul(l1, v128.load(q, 16)));
        v128.store(r, f32x4.add(v128.load(r, 16), f32x4.mul(w1, uv)), 16);
      }
      if (axes > 2) {
        taps = f32x4.add(taps, f32x4.mul(l2, v128.load(q, 32)));
        v128.store(r, f32x4.add(v128.load(r, 32), f32x4.mul(w2, uv)), 32);
      }
      s = f32x4.add(s, f32x4.mul(v, taps));
      ds = f32x4.add(ds, f32x4.mul(v128.load32_splat(ctx + j, DV), taps));
      q += sj;
      r += sj;
    }
    value = f32x4.add(value, f32x4.mul(u, s));
    alongJ = f32x4.add(alongJ, f32x4.mul(u, ds));
    alongI = f32x4.add(alongI, f32x4.mul(v128.load32_splat(ctx + i, DU), s));
    p += si;
    g += si;
  }
  const onLast = f32x4.mul(value, v128.load(ctx, DW));
  const zero = i32x4.splat(0);
  if (axes === 3) return totals(f32x4.mul(alongI, w), f32x4.mul(alongJ, w), onLast, zero);
  if (axes === 2) return totals(f32x4.mul(alongJ, w), onLast, zero, zero);
  return totals(onLast, zero, zero, zero);
}

/**
 * Adjoint of `flow_f32` on n points under their cotangent, `rows` points apart from stop to stop: adds to the context's gradient and to addToPoints [n, dim].
 * `stages` holds 64 bytes per substep of the whole plan: the positions where the field was sampled.
 */
export function flowPullback_f32(
  ctx: usize,
  plan: usize,
  m: usize,
  points: usize,
  cotangent: usize,
  addToPoints: usize,
  stages: usize,
  n: usize,
  rows: usize,
): void {
  const dim = load<usize>(ctx, AXES);
  const stride: usize = dim << 2;
  for (let p: usize = 0; p < n; p++) {
    let z = take(points + p * stride, dim);
    let at = stages;
    for (let i: usize = 0; i < m; i++) {
      const row = plan + i * ROW;
      for (let j = load<i32>(row, 16); j > 0; j--) {
        const h2 = v128.load32_splat(row, 8);
        v128.store(at, z);
        const k1 = sample_f32(ctx, z);
        const y2 = along(z, h2, k1);
        v128.store(at, y2, 16);
        const k2 = sample_f32(ctx, y2);
        const y3 = along(z, h2, k2);
        v128.store(at, y3, 32);
        const k3 = sample_f32(ctx, y3);
        const y4 = along(z, v128.load32_splat(row, 12), k3);
        v128.store(at, y4, 48);
        const k4 = sample_f32(ctx, y4);
        z = along(z, v128.load32_splat(row), f32x4.add(k1, k4));
        z = along(z, v128.load32_splat(row, 4), f32x4.add(k2, k3));
        at += 64;
      }
    }
    let later = i32x4.splat(0);
    for (let i = m; i > 0; i--) {
      const row = plan + (i - 1) * ROW;
      later = f32x4.add(later, take(cotangent + ((i - 1) * rows + p) * stride, dim));
      for (let j = load<i32>(row, 16); j > 0; j--) {
        at -= 64;
        const sixth = f32x4.mul(v128.load32_splat(row), later);
        const third = f32x4.mul(v128.load32_splat(row, 4), later);
        const h2 = v128.load32_splat(row, 8);
        const y4 = pull(ctx, v128.load(at, 48), sixth);
        const y3 = pull(ctx, v128.load(at, 32), along(third, v128.load32_splat(row, 12), y4));
        const y2 = pull(ctx, v128.load(at, 16), along(third, h2, y3));
        const y1 = pull(ctx, v128.load(at), along(sixth, h2, y2));
        later = f32x4.add(later, f32x4.add(f32x4.add(y1, y2), f32x4.add(y3, y4)));
      }
    }
    const into = addToPoints + p * stride;
    put(into, f32x4.add(take(into, dim), later), dim);
  }
}
