/**
 * Uniform cubic B-splines in f64: cubic_f32.ts with every vector of four lanes in two halves, and points and values in memory
 * (four lanes, 32 bytes, unused ones zero). Where a function takes one half, its `ctx` carries which.
 */
import { madd_f64 } from "./fused";

export const LO: usize = 0; // one lane per axis, as all vectors up to SLOPE
export const INVERSE: usize = 32; // turns (periodic) or cells (open) per unit
export const TURN: usize = 64; // all ones where periodic
export const SCALE: usize = 96; // cells per turn, 1 where open
export const CELLS: usize = 128;
export const LAST: usize = 160; // CELLS − 1
export const BEGIN: usize = 192; // open ends; infinite where periodic
export const END: usize = 224;
export const SLOPE: usize = 256; // cells per unit
export const CUBIC: usize = 288; // 4 vectors: coefficients of the tap weights, highest power first
export const SQUARE: usize = 416; // 3 vectors: those of their derivatives
export const STRIDE: usize = 512; // bytes per cell of each axis, from here on 32-bit
export const STRIDE_I: usize = 524;
export const STRIDE_J: usize = 528;
export const CONTROL: usize = 532;
export const GRADIENT: usize = 536;
export const AXES: usize = 540;
export const WIDTH: usize = 544;
export const SLOTS: usize = 560;

export const U: usize = 0; // in a slot: weights along i, j; (1, 0, 0, 0) from the start where the axis is missing
export const V: usize = 32;
export const W: usize = 64; // along the last axis
export const DU: usize = 96; // derivative weights, zero where the axis is missing
export const DV: usize = 128;
export const DW: usize = 160;
export const OFFSET: usize = 192; // of the first row's first tap, bytes
export const Z: usize = 208; // a flow's state, or the point at hand
export const Y: usize = 240; // the position of its stage
export const SUM: usize = 272; // the change of the state over the step as far as it is known
export const K: usize = 304; // the value at hand
export const SLOT: usize = 336;
export const BLOCK: usize = 4;

/** Coordinates in cells, periodic ones in [0, cells], open ones clamped; NaN where z is not finite. */
// @ts-expect-error: decorator
@inline
export function place(ctx: usize, z: v128): v128 {
  let r = f64x2.mul(f64x2.sub(z, v128.load(ctx, LO)), v128.load(ctx, INVERSE));
  r = f64x2.sub(r, v128.and(f64x2.floor(r), v128.load(ctx, TURN)));
  const t = f64x2.pmin(f64x2.pmax(f64x2.mul(r, v128.load(ctx, SCALE)), i64x2.splat(0)), v128.load(ctx, CELLS));
  return f64x2.add(t, f64x2.sub(z, z));
}

// @ts-expect-error: decorator
@inline
export function cellOf(ctx: usize, t: v128): v128 {
  return f64x2.pmin(f64x2.floor(t), v128.load(ctx, LAST)); // NaN stays NaN
}

/** Byte offset of the first row's first tap; a NaN cell counts as 0, so it is always in bounds. */
// @ts-expect-error: decorator
@inline
export function offsetOf(ctx: usize, cell: v128, cell2: v128): usize {
  const ab = i32x4.trunc_sat_f64x2_s_zero(cell);
  const a: usize = i32x4.extract_lane(ab, 0);
  const b: usize = i32x4.extract_lane(ab, 1);
  const c: usize = i32x4.extract_lane(i32x4.trunc_sat_f64x2_s_zero(cell2), 0);
  return a * load<usize>(ctx, STRIDE) + b * load<usize>(ctx, STRIDE + 4) + c * load<usize>(ctx, STRIDE + 8);
}

/** Weights of two of the four taps at fraction f of a cell. */
// @ts-expect-error: decorator
@inline
export function weights(ctx: usize, f: v128): v128 {
  let w = madd_f64(v128.load(ctx, CUBIC), f, v128.load(ctx, CUBIC + 32));
  w = madd_f64(w, f, v128.load(ctx, CUBIC + 64));
  return madd_f64(w, f, v128.load(ctx, CUBIC + 96));
}

/** Their derivatives, times `rate`. */
// @ts-expect-error: decorator
@inline
export function slopes(ctx: usize, f: v128, rate: v128): v128 {
  const w = madd_f64(v128.load(ctx, SQUARE), f, v128.load(ctx, SQUARE + 32));
  return f64x2.mul(madd_f64(w, f, v128.load(ctx, SQUARE + 64)), rate);
}

/** Cells per unit along each axis, zero beyond an open end. */
// @ts-expect-error: decorator
@inline
function rates(ctx: usize, z: v128): v128 {
  const beyond = v128.or(f64x2.lt(z, v128.load(ctx, BEGIN)), f64x2.gt(z, v128.load(ctx, END)));
  return v128.andnot(v128.load(ctx, SLOPE), beyond);
}

// @ts-expect-error: decorator
@inline
export function lane0(a: v128): v128 {
  return v128.shuffle<f64>(a, a, 0, 0);
}
// @ts-expect-error: decorator
@inline
export function lane1(a: v128): v128 {
  return v128.shuffle<f64>(a, a, 1, 1);
}

/** (Σa, Σb) over lanes. */
// @ts-expect-error: decorator
@inline
export function totals(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
}

/** A point or value of `width` components from dense memory into scratch; no byte beyond it is read. */
// @ts-expect-error: decorator
@inline
export function take(into: usize, at: usize, width: usize): void {
  v128.store(into, width > 1 ? v128.load(at) : v128.load64_zero(at));
  let rest = i64x2.splat(0);
  if (width === 3) rest = v128.load64_zero(at, 16);
  if (width === 4) rest = v128.load(at, 16);
  v128.store(into, rest, 16);
}

// @ts-expect-error: decorator
@inline
export function put(at: usize, from: usize, width: usize): void {
  store<f64>(at, load<f64>(from));
  if (width > 1) store<f64>(at, load<f64>(from, 8), 8);
  if (width > 2) store<f64>(at, load<f64>(from, 16), 16);
  if (width > 3) store<f64>(at, load<f64>(from, 24), 24);
}

/** into += a · k, four lanes. */
// @ts-ignore: decorator
@inline
export function add(into: usize, a: v128, k: usize): void {
  v128.store(into, madd_f64(a, v128.load(k), v128.load(into)));
  v128.store(into, madd_f64(a, v128.load(k, 16), v128.load(into, 16)), 16);
}

/** into = z + a · k, four lanes. */
// @ts-ignore: decorator
@inline
export function along(into: usize, z: usize, a: v128, k: usize): void {
  v128.store(into, madd_f64(a, v128.load(k), v128.load(z)));
  v128.store(into, madd_f64(a, v128.load(k, 16), v128.load(z, 16)), 16);
}

// @ts-ignore: decorator
@inline
export function clear(into: usize): void {
  v128.store(into, i64x2.splat(0));
  v128.store(into, i64x2.splat(0), 16);
}

// @ts-ignore: decorator
@inline
export function copy(into: usize, from: usize): void {
  v128.store(into, v128.load(from));
  v128.store(into, v128.load(from, 16), 16);
}

// @ts-ignore: decorator
@inline
function fill(ctx: usize, f: v128, at: usize): void {
  v128.store(at, weights(ctx, f));
  v128.store(at, weights(ctx + 16, f), 16);
}

// @ts-ignore: decorator
@inline
function fillSlopes(ctx: usize, f: v128, rate: v128, at: usize): void {
  v128.store(at, slopes(ctx, f, rate));
  v128.store(at, slopes(ctx + 16, f, rate), 16);
}

/** Finds the place of the point at `point` and its weights; with `withSlopes`, their derivatives too. */
// @ts-ignore: decorator
@inline
export function prepare(ctx: usize, slot: usize, point: usize, withSlopes: bool): void {
  const axes = load<usize>(ctx, AXES);
  const t = place(ctx, v128.load(point));
  const cell = cellOf(ctx, t);
  const f = f64x2.sub(t, cell);
  const at = slot + ((3 - axes) << 5); // the last axis is always W
  fill(ctx, lane0(f), at);
  if (axes > 1) fill(ctx, lane1(f), at + 32);
  if (withSlopes) {
    const r = rates(ctx, v128.load(point));
    fillSlopes(ctx, lane0(f), lane0(r), at + DU);
    if (axes > 1) fillSlopes(ctx, lane1(f), lane1(r), at + DU + 32);
  }
  let cell2 = i64x2.splat(0);
  if (axes > 2) {
    const z2 = v128.load(point, 16);
    const t2 = place(ctx + 16, z2);
    cell2 = cellOf(ctx + 16, t2);
    const f2 = lane0(f64x2.sub(t2, cell2));
    fill(ctx, f2, at + 64);
    if (withSlopes) fillSlopes(ctx, f2, lane0(rates(ctx + 16, z2)), at + DU + 64);
  }
  store<usize>(slot, offsetOf(ctx, cell, cell2), OFFSET);
}

/** The same with their derivatives, as a call: one copy of it for all who want them. */
export function prepareSlopes(ctx: usize, slot: usize, point: usize): void {
  prepare(ctx, slot, point, true);
}
