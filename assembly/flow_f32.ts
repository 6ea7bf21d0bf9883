/** RK4 flows of spline fields in f32 and their discrete adjoint. Contexts as in cubic_f32.ts, width = axes. */
import {
  AXES,
  BLOCK,
  CONTROL,
  DU,
  DV,
  DW,
  GRADIENT,
  lane0,
  lane1,
  lane2,
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
} from "./cubic_f32";
import { madd_f32 } from "./fused";
import { gather_f32 } from "./spline_f32";

/** Per stop: for each stage its weight times h and how far along it the next stage lies, times h (f32); then the substeps (i32). */
const ROW: usize = 48;
const SUBSTEPS: usize = 32;

// @ts-ignore: decorator
@inline
function along(z: v128, h: v128, k: v128): v128 {
  return madd_f32(h, k, z);
}

/** Sets a block's states to the points at `from`. */
// @ts-ignore: decorator
@inline
function start(first: usize, end: usize, from: usize, dim: usize): void {
  for (let slot = first; slot < end; slot += SLOT) {
    const z = take(from, dim);
    v128.store(slot, z, Z);
    v128.store(slot, z, Y);
    v128.store(slot, i32x4.splat(0), SUM);
    from += dim << 2;
  }
}

/** One step of a block of states; where `stages` ≠ 0, the stages' positions go there, [4, BLOCK] vectors. */
// @ts-ignore: decorator
@inline
function step(ctx: usize, row: usize, end: usize, stages: usize): void {
  const first = ctx + SLOTS;
  for (let s: usize = 0; s < 4; s++) {
    let at = stages + s * (BLOCK << 4);
    for (let slot = first; slot < end; slot += SLOT) {
      const y = v128.load(slot, Y);
      if (stages) v128.store(at, y);
      prepare(ctx, slot, y, false);
      at += 16;
    }
    const weight = v128.load32_splat(row + (s << 3));
    const reach = v128.load32_splat(row + (s << 3), 4);
    for (let slot = first; slot < end; slot += SLOT) {
      const k = gather_f32(ctx, slot);
      v128.store(slot, along(v128.load(slot, SUM), weight, k), SUM);
      v128.store(slot, along(v128.load(slot, Z), reach, k), Y);
    }
  }
  for (let slot = first; slot < end; slot += SLOT) {
    const z = f32x4.add(v128.load(slot, Z), v128.load(slot, SUM)); // the state is rounded once per step
    v128.store(slot, z, Z);
    v128.store(slot, z, Y);
    v128.store(slot, i32x4.splat(0), SUM);
  }
}

/** Points [n, dim] through the plan [m] → moved [m, n, dim]. */
export function flow_f32(ctx: usize, plan: usize, m: usize, points: usize, moved: usize, n: usize): void {
  const dim = load<usize>(ctx, AXES);
  const stride: usize = dim << 2;
  const first = ctx + SLOTS;
  for (let p: usize = 0; p < n; p += BLOCK) {
    const end = first + min(n - p, BLOCK) * SLOT;
    start(first, end, points + p * stride, dim);
    for (let i: usize = 0; i < m; i++) {
      const row = plan + i * ROW;
      for (let j = load<i32>(row, SUBSTEPS); j > 0; j--) step(ctx, row, end, 0);
      let into = moved + (i * n + p) * stride;
      for (let slot = first; slot < end; slot += SLOT) {
        put(into, v128.load(slot, Z), dim);
        into += stride;
      }
    }
  }
}

/** Σ_c l_c · row of component c: the taps of l·v. */
// @ts-ignore: decorator
@inline
function mixed(p: usize, l0: v128, l1: v128, l2: v128): v128 {
  return madd_f32(l2, v128.load(p, 32), madd_f32(l1, v128.load(p, 16), f32x4.mul(l0, v128.load(p))));
}

/** Adds v · (a, b, c) to a row's three components. */
// @ts-ignore: decorator
@inline
function deposit(g: usize, v: v128, a: v128, b: v128, c: v128): void {
  v128.store(g, madd_f32(v, a, v128.load(g)));
  v128.store(g, madd_f32(v, b, v128.load(g, 16)), 16);
  v128.store(g, madd_f32(v, c, v128.load(g, 32)), 32);
}

/** a0·b0 + … + a3·b3. */
// @ts-ignore: decorator
@inline
function sum(a0: v128, a1: v128, a2: v128, a3: v128, b0: v128, b1: v128, b2: v128, b3: v128): v128 {
  return f32x4.add(madd_f32(a1, b1, f32x4.mul(a0, b0)), madd_f32(a3, b3, f32x4.mul(a2, b2)));
}

/** `pull` in three axes, the rows along j unrolled. */
function pull3(ctx: usize, slot: usize, l: v128): v128 {
  let p = load<usize>(ctx, CONTROL) + load<usize>(slot, OFFSET);
  let g = load<usize>(ctx, GRADIENT) + load<usize>(slot, OFFSET);
  const si = load<usize>(ctx, STRIDE_I);
  const sj = load<usize>(ctx, STRIDE_J);
  const w = v128.load(slot, W);
  const l0 = lane0(l);
  const l1 = lane1(l);
  const l2 = lane2(l);
  const w0 = f32x4.mul(w, l0);
  const w1 = f32x4.mul(w, l1);
  const w2 = f32x4.mul(w, l2);
  let value = i32x4.splat(0);
  let alongI = value;
  let alongJ = value;
  for (let at = slot; at < slot + 16; at += 4) {
    const u = v128.load32_splat(at, U);
    const r0 = mixed(p, l0, l1, l2);
    const r1 = mixed(p + sj, l0, l1, l2);
    const r2 = mixed(p + 2 * sj, l0, l1, l2);
    const r3 = mixed(p + 3 * sj, l0, l1, l2);
    const v0 = v128.load32_splat(slot, V);
    const v1 = v128.load32_splat(slot, V + 4);
    const v2 = v128.load32_splat(slot, V + 8);
    const v3 = v128.load32_splat(slot, V + 12);
    const s = sum(r0, r1, r2, r3, v0, v1, v2, v3);
    const d0 = v128.load32_splat(slot, DV);
    const d1 = v128.load32_splat(slot, DV + 4);
    const d2 = v128.load32_splat(slot, DV + 8);
    const d3 = v128.load32_splat(slot, DV + 12);
    value = madd_f32(u, s, value);
    alongJ = madd_f32(u, sum(r0, r1, r2, r3, d0, d1, d2, d3), alongJ);
    alongI = madd_f32(v128.load32_splat(at, DU), s, alongI);
    const a = f32x4.mul(u, w0);
    const b = f32x4.mul(u, w1);
    const c = f32x4.mul(u, w2);
    deposit(g, v0, a, b, c);
    deposit(g + sj, v1, a, b, c);
    deposit(g + 2 * sj, v2, a, b, c);
    deposit(g + 3 * sj, v3, a, b, c);
    p += si;
    g += si;
  }
  return totals(f32x4.mul(alongI, w), f32x4.mul(alongJ, w), f32x4.mul(value, v128.load(slot, DW)), i32x4.splat(0));
}

/** `pull` in one or two axes. */
function pull2(ctx: usize, slot: usize, l: v128): v128 {
  const axes = load<usize>(ctx, AXES);
  let p = load<usize>(ctx, CONTROL) + load<usize>(slot, OFFSET);
  let g = load<usize>(ctx, GRADIENT) + load<usize>(slot, OFFSET);
  const sj = load<usize>(ctx, STRIDE_J);
  const w = v128.load(slot, W);
  const l0 = lane0(l);
  const l1 = lane1(l);
  const w0 = f32x4.mul(w, l0);
  const w1 = f32x4.mul(w, l1);
  let value = i32x4.splat(0);
  let alongJ = value;
  const end = slot + (axes > 1 ? 16 : 4);
  for (let at = slot; at < end; at += 4) {
    const v = v128.load32_splat(at, V);
    let taps = f32x4.mul(l0, v128.load(p));
    v128.store(g, madd_f32(v, w0, v128.load(g)));
    if (axes > 1) {
      taps = madd_f32(l1, v128.load(p, 16), taps);
      v128.store(g, madd_f32(v, w1, v128.load(g, 16)), 16);
    }
    value = madd_f32(v, taps, value);
    alongJ = madd_f32(v128.load32_splat(at, DV), taps, alongJ);
    p += sj;
    g += sj;
  }
  const onLast = f32x4.mul(value, v128.load(slot, DW));
  const zero = i32x4.splat(0);
  if (axes === 1) return totals(onLast, zero, zero, zero);
  return totals(f32x4.mul(alongJ, w), onLast, zero, zero);
}

/** Jᵀ·l at a prepared slot, one lane per axis; adds the adjoint of the value there under l to the context's gradient. */
// @ts-ignore: decorator
@inline
function pull(ctx: usize, slot: usize, l: v128): v128 {
  return load<usize>(ctx, AXES) > 2 ? pull3(ctx, slot, l) : pull2(ctx, slot, l);
}

/**
 * Adjoint of `flow_f32` on n points under their cotangent, `rows` points apart from stop to stop: adds to the context's
 * gradient and to addToPoints [n, dim]. `stages` holds 4·BLOCK vectors per substep of the whole plan: where the field was
 * sampled.
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
  const first = ctx + SLOTS;
  const zero = i32x4.splat(0);
  for (let p: usize = 0; p < n; p += BLOCK) {
    const end = first + min(n - p, BLOCK) * SLOT;
    start(first, end, points + p * stride, dim);
    let at = stages;
    for (let i: usize = 0; i < m; i++)
      for (let j = load<i32>(plan + i * ROW, SUBSTEPS); j > 0; j--) {
        step(ctx, plan + i * ROW, end, at);
        at += BLOCK << 6;
      }
    // from here on Z is the cotangent after the step, SUM that before it as far as it is known, Y that of the stage's position
    for (let slot = first; slot < end; slot += SLOT) v128.store(slot, zero, Z);
    for (let i = m; i > 0; i--) {
      const row = plan + (i - 1) * ROW;
      let from = cotangent + ((i - 1) * rows + p) * stride;
      for (let slot = first; slot < end; slot += SLOT) {
        const later = f32x4.add(v128.load(slot, Z), take(from, dim));
        v128.store(slot, later, Z);
        v128.store(slot, later, SUM);
        from += stride;
      }
      for (let j = load<i32>(row, SUBSTEPS); j > 0; j--) {
        for (let slot = first; slot < end; slot += SLOT) v128.store(slot, zero, Y);
        for (let s: usize = 32; s > 0; s -= 8) {
          at -= BLOCK << 4;
          let y = at;
          for (let slot = first; slot < end; slot += SLOT) {
            prepare(ctx, slot, v128.load(y), true);
            y += 16;
          }
          const weight = v128.load32_splat(row + s - 8);
          const reach = v128.load32_splat(row + s - 8, 4);
          for (let slot = first; slot < end; slot += SLOT) {
            const l = along(f32x4.mul(weight, v128.load(slot, Z)), reach, v128.load(slot, Y));
            const pulled = pull(ctx, slot, l);
            v128.store(slot, pulled, Y);
            v128.store(slot, f32x4.add(v128.load(slot, SUM), pulled), SUM);
          }
        }
        for (let slot = first; slot < end; slot += SLOT) v128.store(slot, v128.load(slot, SUM), Z);
      }
    }
    let into = addToPoints + p * stride;
    for (let slot = first; slot < end; slot += SLOT) {
      put(into, f32x4.add(take(into, dim), v128.load(slot, Z)), dim);
      into += stride;
    }
  }
}
