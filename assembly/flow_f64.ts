/** RK4 flows of spline fields in f64 and their discrete adjoint. Contexts as in cubic_f64.ts, width = axes. */
import {
  AXES,
  add,
  along,
  BLOCK,
  CONTROL,
  clear,
  copy,
  DU,
  DV,
  DW,
  GRADIENT,
  K,
  OFFSET,
  prepare,
  put,
  SLOT,
  SLOTS,
  STRIDE_I,
  STRIDE_J,
  SUM,
  take,
  totals,
  U,
  V,
  W,
  Y,
  Z,
} from "./cubic_f64";
import { madd_f64 } from "./fused";
import { gather_f64 } from "./spline_f64";

/** Per stop: for each stage its weight times h and how far along it the next stage lies, times h (f64); then the substeps (i32). */
const ROW: usize = 80;
const SUBSTEPS: usize = 64;

/** Sets a block's states to the points at `from`. */
// @ts-ignore: decorator
@inline
function start(first: usize, end: usize, from: usize, dim: usize): void {
  for (let slot = first; slot < end; slot += SLOT) {
    take(slot + Z, from, dim);
    copy(slot + Y, slot + Z);
    clear(slot + SUM);
    from += dim << 3;
  }
}

/** One step of a block of states; where `stages` ≠ 0, the stages' positions go there, [4, BLOCK] of 32 bytes. */
// @ts-ignore: decorator
@inline
function step(ctx: usize, row: usize, end: usize, stages: usize): void {
  const first = ctx + SLOTS;
  const one = f64x2.splat(1);
  for (let s: usize = 0; s < 4; s++) {
    let at = stages + s * (BLOCK << 5);
    for (let slot = first; slot < end; slot += SLOT) {
      if (stages) copy(at, slot + Y);
      prepare(ctx, slot, slot + Y, false);
      at += 32;
    }
    const weight = v128.load64_splat(row + (s << 4));
    const reach = v128.load64_splat(row + (s << 4), 8);
    for (let slot = first; slot < end; slot += SLOT) {
      gather_f64(ctx, slot);
      add(slot + SUM, weight, slot + K);
      along(slot + Y, slot + Z, reach, slot + K);
    }
  }
  for (let slot = first; slot < end; slot += SLOT) {
    add(slot + Z, one, slot + SUM); // the state is rounded once per step
    copy(slot + Y, slot + Z);
    clear(slot + SUM);
  }
}

/** Points [n, dim] through the plan [m] → moved [m, n, dim]. */
export function flow_f64(ctx: usize, plan: usize, m: usize, points: usize, moved: usize, n: usize): void {
  const dim = load<usize>(ctx, AXES);
  const stride: usize = dim << 3;
  const first = ctx + SLOTS;
  for (let p: usize = 0; p < n; p += BLOCK) {
    const end = first + min(n - p, BLOCK) * SLOT;
    start(first, end, points + p * stride, dim);
    for (let i: usize = 0; i < m; i++) {
      const row = plan + i * ROW;
      for (let j = load<i32>(row, SUBSTEPS); j > 0; j--) step(ctx, row, end, 0);
      let into = moved + (i * n + p) * stride;
      for (let slot = first; slot < end; slot += SLOT) {
        put(into, slot + Z, dim);
        into += stride;
      }
    }
  }
}

/** Jᵀ·l at a prepared slot, l at K → Y; adds the adjoint of the value there under l to the context's gradient. */
function pull(ctx: usize, slot: usize): void {
  const axes = load<usize>(ctx, AXES);
  const offset = load<usize>(slot, OFFSET);
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const l0 = v128.load64_splat(slot, K);
  const l1 = v128.load64_splat(slot, K + 8);
  const l2 = v128.load64_splat(slot, K + 16);
  const ni: usize = axes > 2 ? 32 : 8;
  const nj: usize = axes > 1 ? 32 : 8;
  let onLast = i64x2.splat(0); // lanes to be added up, as the next two
  let onJ = onLast;
  let onI = onLast;
  for (let half: usize = 0; half < 32; half += 16) {
    let p = load<usize>(ctx, CONTROL) + offset + half;
    let g = load<usize>(ctx, GRADIENT) + offset + half;
    const w = v128.load(slot + half, W);
    let value = i64x2.splat(0);
    let alongI = value;
    let alongJ = value;
    for (let i: usize = 0; i < ni; i += 8) {
      const u = v128.load64_splat(slot + i, U);
      const uw = f64x2.mul(u, w);
      const a = f64x2.mul(l0, uw);
      const b = f64x2.mul(l1, uw);
      const c = f64x2.mul(l2, uw);
      let s = i64x2.splat(0);
      let ds = s;
      let q = p;
      let r = g;
      for (let j: usize = 0; j < nj; j += 8) {
        const v = v128.load64_splat(slot + j, V);
        let taps = f64x2.mul(l0, v128.load(q));
        v128.store(r, madd_f64(a, v, v128.load(r)));
        if (axes > 1) {
          taps = madd_f64(l1, v128.load(q, 32), taps);
          v128.store(r, madd_f64(b, v, v128.load(r, 32)), 32);
        }
        if (axes > 2) {
          taps = madd_f64(l2, v128.load(q, 64), taps);
          v128.store(r, madd_f64(c, v, v128.load(r, 64)), 64);
        }
        s = madd_f64(v, taps, s);
        ds = madd_f64(v128.load64_splat(slot + j, DV), taps, ds);
        q += sj;
        r += sj;
      }
      value = madd_f64(u, s, value);
      alongJ = madd_f64(u, ds, alongJ);
      alongI = madd_f64(v128.load64_splat(slot + i, DU), s, alongI);
      p += si;
      g += si;
    }
    onLast = madd_f64(value, v128.load(slot + half, DW), onLast);
    onJ = madd_f64(alongJ, w, onJ);
    onI = madd_f64(alongI, w, onI);
  }
  const zero = i64x2.splat(0);
  if (axes === 3) {
    v128.store(slot, totals(onI, onJ), Y);
    v128.store(slot, totals(onLast, zero), Y + 16);
  } else {
    v128.store(slot, axes === 2 ? totals(onJ, onLast) : totals(onLast, zero), Y);
    v128.store(slot, zero, Y + 16);
  }
}

/**
 * Adjoint of `flow_f64` on n points under their cotangent, `rows` points apart from stop to stop: adds to the context's
 * gradient and to addToPoints [n, dim]. `stages` holds 4·BLOCK·32 bytes per substep of the whole plan: where the field was
 * sampled.
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
  const first = ctx + SLOTS;
  const one = f64x2.splat(1);
  for (let p: usize = 0; p < n; p += BLOCK) {
    const end = first + min(n - p, BLOCK) * SLOT;
    start(first, end, points + p * stride, dim);
    let at = stages;
    for (let i: usize = 0; i < m; i++)
      for (let j = load<i32>(plan + i * ROW, SUBSTEPS); j > 0; j--) {
        step(ctx, plan + i * ROW, end, at);
        at += BLOCK << 7;
      }
    // from here on Z is the cotangent after the step, SUM that before it as far as it is known, Y that of the stage's position
    for (let slot = first; slot < end; slot += SLOT) clear(slot + Z);
    for (let i = m; i > 0; i--) {
      const row = plan + (i - 1) * ROW;
      let from = cotangent + ((i - 1) * rows + p) * stride;
      for (let slot = first; slot < end; slot += SLOT) {
        take(slot + K, from, dim);
        add(slot + Z, one, slot + K);
        copy(slot + SUM, slot + Z);
        from += stride;
      }
      for (let j = load<i32>(row, SUBSTEPS); j > 0; j--) {
        for (let slot = first; slot < end; slot += SLOT) clear(slot + Y);
        for (let s: usize = 64; s > 0; s -= 16) {
          at -= BLOCK << 5;
          let y = at;
          for (let slot = first; slot < end; slot += SLOT) {
            prepare(ctx, slot, y, true);
            y += 32;
          }
          const weight = v128.load64_splat(row + s - 16);
          const reach = v128.load64_splat(row + s - 16, 8);
          for (let slot = first; slot < end; slot += SLOT) {
            v128.store(slot, f64x2.mul(weight, v128.load(slot, Z)), K);
            v128.store(slot, f64x2.mul(weight, v128.load(slot, Z + 16)), K + 16);
            add(slot + K, reach, slot + Y);
            pull(ctx, slot);
            add(slot + SUM, one, slot + Y);
          }
        }
        for (let slot = first; slot < end; slot += SLOT) copy(slot + Z, slot + SUM);
      }
    }
    let into = addToPoints + p * stride;
    for (let slot = first; slot < end; slot += SLOT) {
      take(slot + K, into, dim);
      add(slot + K, one, slot + Z);
      put(into, slot + K, dim);
      into += stride;
    }
  }
}
