/** RK4 flows of spline fields in f64 and their discrete adjoint. Contexts as in cubic_f64.ts, width = axes. */
import { AXES, CONTROL, DU, DV, DW, GRADIENT, prepareSlopes, put, SCRATCH, STRIDE_I, STRIDE_J, take, totals, U, V, W } from "./cubic_f64";
import { sample_f64 } from "./spline_f64";

/** Per stop h/6, h/3, h/2, h (f64) and the number of substeps (i32). */
const ROW: usize = 64;

/** into = z + h·k, four lanes, all in scratch. */
// @ts-expect-error: decorator
@inline
function along(into: usize, z: usize, h: v128, k: usize): void {
  v128.store(into, f64x2.add(v128.load(z), f64x2.mul(h, v128.load(k))));
  v128.store(into, f64x2.add(v128.load(z, 16), f64x2.mul(h, v128.load(k, 16))), 16);
}

/** l = a·later + b·y, four lanes, all in scratch. */
// @ts-expect-error: decorator
@inline
function combine(l: usize, a: v128, later: usize, b: v128, y: usize): void {
  for (let half: usize = 0; half < 32; half += 16)
    v128.store(l + half, f64x2.add(f64x2.mul(a, v128.load(later + half)), f64x2.mul(b, v128.load(y + half))));
}

/** One step in place at z; the stages' positions go to `stages` (4 × 32 bytes), k is 4 × 32 bytes of scratch. */
// @ts-expect-error: decorator
@inline
function step(ctx: usize, row: usize, z: usize, stages: usize, k: usize): void {
  const h2 = v128.load64_splat(row, 16);
  v128.store(stages, v128.load(z));
  v128.store(stages, v128.load(z, 16), 16);
  sample_f64(ctx, stages, k);
  along(stages + 32, z, h2, k);
  sample_f64(ctx, stages + 32, k + 32);
  along(stages + 64, z, h2, k + 32);
  sample_f64(ctx, stages + 64, k + 64);
  along(stages + 96, z, v128.load64_splat(row, 24), k + 64);
  sample_f64(ctx, stages + 96, k + 96);
  const h6 = v128.load64_splat(row);
  const h3 = v128.load64_splat(row, 8);
  for (let half: usize = 0; half < 32; half += 16) {
    const outer = f64x2.mul(h6, f64x2.add(v128.load(k + half), v128.load(k + half, 96)));
    const inner = f64x2.mul(h3, f64x2.add(v128.load(k + half, 32), v128.load(k + half, 64)));
    v128.store(z + half, f64x2.add(v128.load(z + half), f64x2.add(outer, inner)));
  }
}

/** Points [n, dim] through the plan [m] → moved [m, n, dim] */
export function flow_f64(ctx: usize, plan: usize, m: usize, points: usize, moved: usize, n: usize): void {
  const dim = load<usize>(ctx, AXES);
  const stride: usize = dim << 3;
  const z = ctx + SCRATCH;
  for (let p: usize = 0; p < n; p++) {
    take(z, points + p * stride, dim);
    let into = moved + p * stride;
    for (let i: usize = 0; i < m; i++) {
      const row = plan + i * ROW;
      for (let j = load<i32>(row, 32); j > 0; j--) step(ctx, row, z, z + 160, z + 32);
      put(into, z, dim);
      into += n * stride;
    }
  }
}

/** Jᵀ·l at the stage `at` → into, both four lanes; adds the adjoint of the value there under l to the context's gradient. */
function pull(ctx: usize, at: usize, l: usize, into: usize): void {
  const axes = load<usize>(ctx, AXES);
  const offset = prepareSlopes(ctx, at);
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const l0 = v128.load64_splat(l);
  const l1 = v128.load64_splat(l, 8);
  const l2 = v128.load64_splat(l, 16);
  const ni: usize = axes > 2 ? 32 : 8;
  const nj: usize = axes > 1 ? 32 : 8;
  let last = i64x2.splat(0); // along the last axis, lanes to be added up; likewise j, i
  let onJ = last;
  let onI = last;
  for (let half: usize = 0; half < 32; half += 16) {
    let p = load<usize>(ctx, CONTROL) + offset + half;
    let g = load<usize>(ctx, GRADIENT) + offset + half;
    const w = v128.load(ctx + half, W);
    let value = i64x2.splat(0);
    let alongI = value;
    let alongJ = value;
    const w0 = f64x2.mul(w, l0);
    const w1 = f64x2.mul(w, l1);
    const w2 = f64x2.mul(w, l2);
    for (let i: usize = 0; i < ni; i += 8) {
      const u = v128.load64_splat(ctx + i, U);
      let s = i64x2.splat(0);
      let ds = s;
      let q = p;
      let r = g;
      for (let j: usize = 0; j < nj; j += 8) {
        const v = v128.load64_splat(ctx + j, V);
        const uv = f64x2.mul(u, v);
        let taps = f64x2.mul(l0, v128.load(q));
        v128.store(r, f64x2.add(v128.load(r), f64x2.mul(w0, uv)));
        if (axes > 1) {
          taps = f64x2.add(taps, f64x2.mul(l1, v128.load(q, 32)));
          v128.store(r, f64x2.add(v128.load(r, 32), f64x2.mul(w1, uv)), 32);
        }
        if (axes > 2) {
          taps = f64x2.add(taps, f64x2.mul(l2, v128.load(q, 64)));
          v128.store(r, f64x2.add(v128.load(r, 64), f64x2.mul(w2, uv)), 64);
        }
        s = f64x2.add(s, f64x2.mul(v, taps));
        ds = f64x2.add(ds, f64x2.mul(v128.load64_splat(ctx + j, DV), taps));
        q += sj;
        r += sj;
      }
      value = f64x2.add(value, f64x2.mul(u, s));
      alongJ = f64x2.add(alongJ, f64x2.mul(u, ds));
      alongI = f64x2.add(alongI, f64x2.mul(v128.load64_splat(ctx + i, DU), s));
      p += si;
      g += si;
    }
    last = f64x2.add(last, f64x2.mul(value, v128.load(ctx + half, DW)));
    onJ = f64x2.add(onJ, f64x2.mul(alongJ, w));
    onI = f64x2.add(onI, f64x2.mul(alongI, w));
  }
  const zero = i64x2.splat(0);
  let ab = totals(onI, onJ);
  let cd = totals(last, zero);
  if (axes === 2) {
    ab = totals(onJ, last);
    cd = zero;
  }
  if (axes === 1) {
    ab = cd;
    cd = zero;
  }
  v128.store(into, ab);
  v128.store(into, cd, 16);
}

/**
 * Adjoint of `flow_f64` on n points under their cotangent, `rows` points apart from stop to stop: adds to the context's
 * gradient and to addToPoints [n, dim]. `stages` holds 128 bytes per substep of the whole plan: where the field was sampled.
 */
export function flowPullback_f64(
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
  const stride: usize = dim << 3;
  const z = ctx + SCRATCH;
  const l = z + 32; // cotangent of a stage's value
  const y = z + 64; // cotangents of the stages' positions: y4, y3, y2, y1
  const later = z;
  for (let p: usize = 0; p < n; p++) {
    take(z, points + p * stride, dim);
    let at = stages;
    for (let i: usize = 0; i < m; i++) {
      const row = plan + i * ROW;
      for (let j = load<i32>(row, 32); j > 0; j--) {
        step(ctx, row, z, at, z + 32);
        at += 128;
      }
    }
    v128.store(later, i64x2.splat(0));
    v128.store(later, i64x2.splat(0), 16);
    for (let i = m; i > 0; i--) {
      const row = plan + (i - 1) * ROW;
      take(l, cotangent + ((i - 1) * rows + p) * stride, dim);
      v128.store(later, f64x2.add(v128.load(later), v128.load(l)));
      v128.store(later, f64x2.add(v128.load(later, 16), v128.load(l, 16)), 16);
      const h6 = v128.load64_splat(row);
      const h3 = v128.load64_splat(row, 8);
      const h2 = v128.load64_splat(row, 16);
      const h = v128.load64_splat(row, 24);
      const zero = i64x2.splat(0);
      for (let j = load<i32>(row, 32); j > 0; j--) {
        at -= 128;
        combine(l, h6, later, zero, later);
        pull(ctx, at + 96, l, y);
        combine(l, h3, later, h, y);
        pull(ctx, at + 64, l, y + 32);
        combine(l, h3, later, h2, y + 32);
        pull(ctx, at + 32, l, y + 64);
        combine(l, h6, later, h2, y + 64);
        pull(ctx, at, l, y + 96);
        for (let half: usize = 0; half < 32; half += 16) {
          const a = f64x2.add(v128.load(y + half), v128.load(y + half, 32));
          const b = f64x2.add(v128.load(y + half, 64), v128.load(y + half, 96));
          v128.store(later + half, f64x2.add(v128.load(later + half), f64x2.add(a, b)));
        }
      }
    }
    const into = addToPoints + p * stride;
    take(l, into, dim);
    v128.store(l, f64x2.add(v128.load(l), v128.load(later)));
    v128.store(l, f64x2.add(v128.load(l, 16), v128.load(later, 16)), 16);
    put(into, l, dim);
  }
}
