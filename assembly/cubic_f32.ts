/**
 * Uniform cubic B-splines in f32: places and weights. Shared by spline_f32.ts and flow_f32.ts, nothing exported to the host.
 *
 * A context (laid out by src/engine/simd/lattice.ts) says where the control points are. They lie as
 * [i][j][cell of the last axis][component][4]: the four taps along the last axis are one vector, copied for every cell, so
 * that no load or store straddles a neighbour's and components are constant offsets apart.
 *
 * Points go in blocks of `BLOCK`, each with a slot in the context: first all places and weights of a block are found, then all
 * sums formed. Finding a place is one long chain of dependent operations, and only so do the chains of four points overlap.
 * Points and values are vectors with one lane per axis or component, unused lanes zero.
 */
import { madd_f32 } from "./fused";

export const LO: usize = 0; // one lane per axis, as all vectors up to SLOPE
export const INVERSE: usize = 16; // turns (periodic) or cells (open) per unit
export const TURN: usize = 32; // all ones where periodic
export const SCALE: usize = 48; // cells per turn, 1 where open
export const CELLS: usize = 64;
export const LAST: usize = 80; // CELLS − 1
export const BEGIN: usize = 96; // open ends; infinite where periodic
export const END: usize = 112;
export const SLOPE: usize = 128; // cells per unit
export const CUBIC: usize = 144; // 4 vectors: coefficients of the tap weights, highest power first
export const SQUARE: usize = 208; // 3 vectors: those of their derivatives
export const STRIDE: usize = 256; // bytes per cell of each axis, from here on 32-bit
export const STRIDE_I: usize = 268;
export const STRIDE_J: usize = 272;
export const CONTROL: usize = 276;
export const GRADIENT: usize = 280;
export const AXES: usize = 284;
export const WIDTH: usize = 288;
export const SLOTS: usize = 304;

export const U: usize = 0; // in a slot: weights along i, j; (1, 0, 0, 0) from the start where the axis is missing
export const V: usize = 16;
export const W: usize = 32; // along the last axis
export const DU: usize = 48; // derivative weights, zero where the axis is missing
export const DV: usize = 64;
export const DW: usize = 80;
export const OFFSET: usize = 96; // of the first row's first tap, bytes
export const Z: usize = 112; // a flow's state,
export const Y: usize = 128; // the position of its stage,
export const SUM: usize = 144; // and its change over the step as far as it is known
export const SLOT: usize = 176;
export const BLOCK: usize = 4;

/** Coordinates in cells, periodic ones in [0, cells], open ones clamped; NaN where z is not finite. */
// @ts-expect-error: decorator
@inline
export function place(ctx: usize, z: v128): v128 {
  let r = f32x4.mul(f32x4.sub(z, v128.load(ctx, LO)), v128.load(ctx, INVERSE));
  r = f32x4.sub(r, v128.and(f32x4.floor(r), v128.load(ctx, TURN)));
  const t = f32x4.pmin(f32x4.pmax(f32x4.mul(r, v128.load(ctx, SCALE)), i32x4.splat(0)), v128.load(ctx, CELLS));
  return f32x4.add(t, f32x4.sub(z, z));
}

// @ts-expect-error: decorator
@inline
export function cellOf(ctx: usize, t: v128): v128 {
  return f32x4.pmin(f32x4.floor(t), v128.load(ctx, LAST)); // NaN stays NaN
}

/** Byte offset of the first row's first tap; a NaN cell counts as 0, so it is always in bounds. */
// @ts-expect-error: decorator
@inline
export function offsetOf(ctx: usize, cell: v128): usize {
  const index = i32x4.trunc_sat_f32x4_s(cell);
  const a: usize = i32x4.extract_lane(index, 0);
  const b: usize = i32x4.extract_lane(index, 1);
  const c: usize = i32x4.extract_lane(index, 2);
  return a * load<usize>(ctx, STRIDE) + b * load<usize>(ctx, STRIDE + 4) + c * load<usize>(ctx, STRIDE + 8);
}

/** Weights of the four taps at fraction f of a cell (f in all lanes). */
// @ts-expect-error: decorator
@inline
export function weights(ctx: usize, f: v128): v128 {
  let w = madd_f32(v128.load(ctx, CUBIC), f, v128.load(ctx, CUBIC + 16));
  w = madd_f32(w, f, v128.load(ctx, CUBIC + 32));
  return madd_f32(w, f, v128.load(ctx, CUBIC + 48));
}

/** Their derivatives, times `rate` (in all lanes). */
// @ts-expect-error: decorator
@inline
export function slopes(ctx: usize, f: v128, rate: v128): v128 {
  const w = madd_f32(v128.load(ctx, SQUARE), f, v128.load(ctx, SQUARE + 16));
  return f32x4.mul(madd_f32(w, f, v128.load(ctx, SQUARE + 32)), rate);
}

/** Cells per unit along each axis, zero beyond an open end. */
// @ts-expect-error: decorator
@inline
export function rates(ctx: usize, z: v128): v128 {
  const beyond = v128.or(f32x4.lt(z, v128.load(ctx, BEGIN)), f32x4.gt(z, v128.load(ctx, END)));
  return v128.andnot(v128.load(ctx, SLOPE), beyond);
}

// @ts-expect-error: decorator
@inline
export function lane0(a: v128): v128 {
  return v128.shuffle<f32>(a, a, 0, 0, 0, 0);
}
// @ts-expect-error: decorator
@inline
export function lane1(a: v128): v128 {
  return v128.shuffle<f32>(a, a, 1, 1, 1, 1);
}
// @ts-expect-error: decorator
@inline
export function lane2(a: v128): v128 {
  return v128.shuffle<f32>(a, a, 2, 2, 2, 2);
}
// @ts-expect-error: decorator
@inline
export function lane3(a: v128): v128 {
  return v128.shuffle<f32>(a, a, 3, 3, 3, 3);
}

/** (Σa, Σb, Σc, Σd) over lanes. */
// @ts-expect-error: decorator
@inline
export function totals(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** A point or value of `width` components from dense memory; no byte beyond it is read. */
// @ts-expect-error: decorator
@inline
export function take(at: usize, width: usize): v128 {
  if (width === 1) return v128.load32_zero(at);
  const ab = v128.load64_zero(at);
  if (width === 2) return ab;
  const abc = v128.load_lane<f32>(at, ab, 2, 8);
  return width === 3 ? abc : v128.load_lane<f32>(at, abc, 3, 12);
}

// @ts-expect-error: decorator
@inline
export function put(at: usize, a: v128, width: usize): void {
  if (width === 1) {
    v128.store_lane<f32>(at, a, 0);
    return;
  }
  v128.store_lane<f64>(at, a, 0);
  if (width > 2) v128.store_lane<f32>(at, a, 2, 8);
  if (width > 3) v128.store_lane<f32>(at, a, 3, 12);
}

/** Finds the place of z and its weights; with `slopes`, their derivatives too. */
// @ts-ignore: decorator
@inline
export function prepare(ctx: usize, slot: usize, z: v128, withSlopes: bool): void {
  const axes = load<usize>(ctx, AXES);
  const t = place(ctx, z);
  const cell = cellOf(ctx, t);
  const f = f32x4.sub(t, cell);
  const at = slot + ((3 - axes) << 4); // the last axis is always W
  v128.store(at, weights(ctx, lane0(f)), U);
  if (axes > 1) v128.store(at, weights(ctx, lane1(f)), V);
  if (axes > 2) v128.store(at, weights(ctx, lane2(f)), W);
  if (withSlopes) {
    const r = rates(ctx, z);
    v128.store(at, slopes(ctx, lane0(f), lane0(r)), DU);
    if (axes > 1) v128.store(at, slopes(ctx, lane1(f), lane1(r)), DV);
    if (axes > 2) v128.store(at, slopes(ctx, lane2(f), lane2(r)), DW);
  }
  store<usize>(slot, offsetOf(ctx, cell), OFFSET);
}
