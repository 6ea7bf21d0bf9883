// Derivatives on a deformed grid and their adjoint, f64x2 along i.
//
// Layout
//   shape    i32 nt, nx, width (2 + components), order, reach (3 or 4), 0; f64 period, softening, floor
//   points   f64[nt][nx][width]; jet f64[1 + components (order + 2)][nt][nx]
//   plane    f64[nt + 2 reach][stride], stride = nx + 2 reach rounded up to even: a [nt][nx] array inside a frame of `reach`.
//            With a period the frame's columns repeat the other end; otherwise only adjoint planes are read there, and hold zero.
//   work     `grid_work_f64` bytes of planes, in the order of the constants below
//
// A, B, C, D are the factors of D_x f = A f_i + B f_j and D_t f = C f_i + D f_j; A̅ … D̅ their cotangents. The central
// difference is antisymmetric, so its adjoint is minus itself on planes that vanish outside of where they are defined: no scatter.
// An odd last column runs through the same expressions with one lane stored; its other lane reads the frame and is dropped.

import { madd_f64 } from "./fused";

const X = 0;
const T = 1;
const A = 2;
const B = 3;
const C = 4;
const D = 5;
const JACOBIAN = 6;
const TIME = 7; // u_t; in the adjoint its cotangent
const BAR = 8; // cotangent of the power at hand
const P = 9; // cotangents of f_i and f_j
const Q = 10;
const A_BAR = 11;
const B_BAR = 12;
const C_BAR = 13;
const D_BAR = 14;
const POWERS = 15; // u, u_x, …, order + 1 planes

// The grid at hand, set by `begin` at each entry.
let nt: i32 = 0;
let nx: i32 = 0;
let width: i32 = 0;
let order: i32 = 0;
let reach: i32 = 0;
let stride: i32 = 0;
let period: f64 = 0;
let planes: usize = 0;
let planeBytes: usize = 0;
let soft: f64 = 0; // δ²

function begin(shape: usize, work: usize): void {
  nt = load<i32>(shape);
  nx = load<i32>(shape, 4);
  width = load<i32>(shape, 8);
  order = load<i32>(shape, 12);
  reach = load<i32>(shape, 16);
  period = load<f64>(shape, 24);
  stride = (nx + 2 * reach + 1) & -2;
  planeBytes = (<usize>(nt + 2 * reach) * stride + 2) << 3; // the dropped lane of the last column may read one past the end
  planes = work;
}

// @ts-ignore: decorator
@inline
function plane(k: i32): usize {
  return planes + <usize>k * planeBytes;
}

/** Byte offset of cell (j, i) inside a plane. */
// @ts-ignore: decorator
@inline
function cell(j: i32, i: i32): usize {
  return <usize>((j + reach) * stride + i + reach) << 3;
}

// @ts-ignore: decorator
@inline
function openMargin(margin: i32): i32 {
  return period > 0 ? 0 : margin;
}

/** Central difference of the two cells at p along `step` bytes. */
// @ts-ignore: decorator
@inline
function central(p: usize, step: usize, wide: bool, c1: v128, c2: v128, c3: v128, c4: v128): v128 {
  let d = f64x2.mul(c1, f64x2.sub(v128.load(p + step), v128.load(p - step)));
  d = madd_f64(c2, f64x2.sub(v128.load(p + 2 * step), v128.load(p - 2 * step)), d);
  d = madd_f64(c3, f64x2.sub(v128.load(p + 3 * step), v128.load(p - 3 * step)), d);
  if (wide) d = madd_f64(c4, f64x2.sub(v128.load(p + 4 * step), v128.load(p - 4 * step)), d);
  return d;
}

// @ts-ignore: decorator
@inline
function weight(s: i32): v128 {
  if (s == 1) return f64x2.splat(reach == 4 ? 4.0 / 5 : 3.0 / 4);
  if (s == 2) return f64x2.splat(reach == 4 ? -1.0 / 5 : -3.0 / 20);
  if (s == 3) return f64x2.splat(reach == 4 ? 4.0 / 105 : 1.0 / 60);
  return f64x2.splat(-1.0 / 280);
}

// @ts-ignore: decorator
@inline
function put(at: usize, value: v128, full: bool): void {
  if (full) v128.store(at, value);
  else v128.store64_lane(at, value, 0);
}

/** One coordinate of the points into a plane, frame columns included. */
function gather(points: usize, c: i32, into: usize, turn: f64): void {
  const step = <usize>width << 3;
  let from = points + (<usize>c << 3);
  for (let j = 0; j < nt; ++j) {
    let to = into + cell(j, 0);
    for (let i = 0; i < nx; ++i, to += 8, from += step) store<f64>(to, load<f64>(from));
  }
  wrap(into, turn);
}

/** Frame columns of a periodic plane whose values grow by `turn` per period; one by one, so that nx < reach works too. */
function wrap(at: usize, turn: f64): void {
  if (!(period > 0)) return;
  for (let j = 0; j < nt; ++j)
    for (let s = 0; s < reach; ++s) {
      store<f64>(at + cell(j, -1 - s), load<f64>(at + cell(j, nx - 1 - s)) - turn);
      store<f64>(at + cell(j, nx + s), load<f64>(at + cell(j, s)) + turn);
    }
}

/** into = a f_i + b f_j at a margin. */
function apply(margin: i32, f: usize, a: usize, b: usize, into: usize): void {
  const c1 = weight(1);
  const c2 = weight(2);
  const c3 = weight(3);
  const c4 = weight(4);
  const wide = reach == 4;
  const row = <usize>stride << 3;
  const open = openMargin(margin);
  for (let j = margin; j < nt - margin; ++j) {
    const end = cell(j, nx - open);
    for (let at = cell(j, open); at < end; at += 16) {
      const fi = central(f + at, 8, wide, c1, c2, c3, c4);
      const fj = central(f + at, row, wide, c1, c2, c3, c4);
      const value = madd_f64(v128.load(b + at), fj, f64x2.mul(v128.load(a + at), fi));
      put(into + at, value, at + 8 < end);
    }
  }
}

/** Both differences of f at margin `reach`. */
function differences(f: usize, alongI: usize, alongJ: usize): void {
  const c1 = weight(1);
  const c2 = weight(2);
  const c3 = weight(3);
  const c4 = weight(4);
  const wide = reach == 4;
  const row = <usize>stride << 3;
  const open = openMargin(reach);
  for (let j = reach; j < nt - reach; ++j) {
    const end = cell(j, nx - open);
    for (let at = cell(j, open); at < end; at += 16) {
      put(alongI + at, central(f + at, 8, wide, c1, c2, c3, c4), at + 8 < end);
      put(alongJ + at, central(f + at, row, wide, c1, c2, c3, c4), at + 8 < end);
    }
  }
}

/** J and the factors A … D from the points. */
function metric(shape: usize, points: usize): void {
  gather(points, 0, plane(X), period);
  gather(points, 1, plane(T), 0);
  differences(plane(X), plane(D), plane(C)); // x_i, x_j
  differences(plane(T), plane(B), plane(A)); // t_i, t_j
  const open = openMargin(reach);
  let sum = f64x2.splat(0);
  for (let j = reach; j < nt - reach; ++j) {
    const end = cell(j, nx - open);
    for (let at = cell(j, open); at < end; at += 16) {
      const full = at + 8 < end;
      // not fused: it vanishes exactly where neighbours coincide
      const J = f64x2.sub(
        f64x2.mul(v128.load(plane(D) + at), v128.load(plane(A) + at)),
        f64x2.mul(v128.load(plane(C) + at), v128.load(plane(B) + at)),
      );
      put(plane(JACOBIAN) + at, J, full);
      sum = f64x2.add(sum, f64x2.abs(full ? J : v128.load64_zero(plane(JACOBIAN) + at)));
    }
  }
  const cells = max(<f64>(nt - 2 * reach) * <f64>(nx - 2 * open), 1);
  const mean = (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) / cells;
  const delta = max(load<f64>(shape, 32) * mean, load<f64>(shape, 40));
  soft = delta * delta;
  const soft2 = f64x2.splat(soft);
  for (let j = reach; j < nt - reach; ++j) {
    const end = cell(j, nx - open);
    for (let at = cell(j, open); at < end; at += 16) {
      const full = at + 8 < end;
      const J = v128.load(plane(JACOBIAN) + at);
      const inverse = f64x2.div(J, madd_f64(J, J, soft2));
      const minus = f64x2.neg(inverse);
      put(plane(A) + at, f64x2.mul(v128.load(plane(A) + at), inverse), full);
      put(plane(B) + at, f64x2.mul(v128.load(plane(B) + at), minus), full);
      put(plane(C) + at, f64x2.mul(v128.load(plane(C) + at), minus), full);
      put(plane(D) + at, f64x2.mul(v128.load(plane(D) + at), inverse), full);
    }
  }
}

/** The u of component c and its x derivatives up to `top` into their planes. */
function powers(points: usize, c: i32, top: i32): void {
  gather(points, 2 + c, plane(POWERS), 0);
  for (let k = 1; k <= top; ++k) {
    apply(k * reach, plane(POWERS + k - 1), plane(A), plane(B), plane(POWERS + k));
    wrap(plane(POWERS + k), 0);
  }
}

/** Copies between a plane and a row of the jet, at the jet's margin. */
function exchange(at: usize, jet: usize, row: i32, out: bool): void {
  const margin = order * reach;
  const open = openMargin(margin);
  if (nx <= 2 * open) return;
  const bytes = <usize>(nx - 2 * open) << 3;
  for (let j = margin; j < nt - margin; ++j) {
    const there = jet + (((<usize>row * nt + j) * nx + open) << 3);
    const here = at + cell(j, open);
    if (out) memory.copy(there, here, bytes);
    else memory.copy(here, there, bytes);
  }
}

/** Bytes of work memory for a shape. */
export function grid_work_f64(shape: usize): usize {
  begin(shape, 0);
  return planeBytes * <usize>(POWERS + order + 1);
}

/** The jet of the points; every number of it is written. */
export function grid_jet_f64(shape: usize, points: usize, jet: usize, work: usize): void {
  begin(shape, work);
  const rows = 1 + (width - 2) * (order + 2);
  memory.fill(jet, 0, (<usize>rows * nt * nx) << 3);
  metric(shape, points);
  exchange(plane(JACOBIAN), jet, 0, true);
  for (let c = 0; c < width - 2; ++c) {
    const row = 1 + c * (order + 2);
    powers(points, c, order);
    exchange(plane(POWERS), jet, row, true);
    apply(order * reach, plane(POWERS), plane(C), plane(D), plane(TIME));
    exchange(plane(TIME), jet, row + 1, true);
    for (let k = 1; k <= order; ++k) exchange(plane(POWERS + k), jet, row + 1 + k, true);
  }
}

/**
 * Adjoint of `apply` in its factors and differences, at a margin: aBar += bar f_i, bBar += bar f_j, and into P and Q the
 * cotangents of f_i and f_j, bar a and bar b (added where `more`).
 */
function unapply(margin: i32, f: usize, bar: usize, a: usize, b: usize, aBar: usize, bBar: usize, more: bool): void {
  const c1 = weight(1);
  const c2 = weight(2);
  const c3 = weight(3);
  const c4 = weight(4);
  const wide = reach == 4;
  const row = <usize>stride << 3;
  const open = openMargin(margin);
  const p = plane(P);
  const q = plane(Q);
  for (let j = margin; j < nt - margin; ++j) {
    const end = cell(j, nx - open);
    for (let at = cell(j, open); at < end; at += 16) {
      const full = at + 8 < end;
      const g = v128.load(bar + at);
      const fi = central(f + at, 8, wide, c1, c2, c3, c4);
      const fj = central(f + at, row, wide, c1, c2, c3, c4);
      put(aBar + at, madd_f64(g, fi, v128.load(aBar + at)), full);
      put(bBar + at, madd_f64(g, fj, v128.load(bBar + at)), full);
      let pBar = f64x2.mul(g, v128.load(a + at));
      let qBar = f64x2.mul(g, v128.load(b + at));
      if (more) {
        pBar = f64x2.add(pBar, v128.load(p + at));
        qBar = f64x2.add(qBar, v128.load(q + at));
      }
      put(p + at, pBar, full);
      put(q + at, qBar, full);
    }
  }
}

/** into = −∂_i p − ∂_j q at a margin: the adjoint of taking both differences. */
function undifference(margin: i32, p: usize, q: usize, into: usize): void {
  wrap(p, 0);
  const c1 = weight(1);
  const c2 = weight(2);
  const c3 = weight(3);
  const c4 = weight(4);
  const wide = reach == 4;
  const row = <usize>stride << 3;
  const open = openMargin(margin);
  for (let j = margin; j < nt - margin; ++j) {
    const end = cell(j, nx - open);
    for (let at = cell(j, open); at < end; at += 16) {
      const pi = central(p + at, 8, wide, c1, c2, c3, c4);
      const qj = central(q + at, row, wide, c1, c2, c3, c4);
      put(into + at, f64x2.neg(f64x2.add(pi, qj)), at + 8 < end);
    }
  }
}

/** Adds a row of the jet's cotangent to a plane, at the jet's margin. */
function addRow(jet: usize, row: i32, into: usize): void {
  const margin = order * reach;
  const open = openMargin(margin);
  for (let j = margin; j < nt - margin; ++j) {
    const from = jet + (((<usize>row * nt + j) * nx) << 3) - cell(j, 0);
    const end = cell(j, nx - open);
    for (let at = cell(j, open); at < end; at += 16) {
      const full = at + 8 < end;
      const g = full ? v128.load(from + at) : v128.load64_zero(from + at);
      put(into + at, f64x2.add(v128.load(into + at), g), full);
    }
  }
}

/** Adds a plane to one coordinate of the points' cotangent. */
function scatter(from: usize, c: i32, points: usize): void {
  const step = <usize>width << 3;
  let to = points + (<usize>c << 3);
  for (let j = 0; j < nt; ++j) {
    let at = from + cell(j, 0);
    for (let i = 0; i < nx; ++i, at += 8, to += step) store<f64>(to, load<f64>(to) + load<f64>(at));
  }
}

/** From A̅ … D̅ (in place) to the cotangents of t_j, t_i, x_j, x_i; BAR holds that of J. */
function unmetric(): void {
  differences(plane(X), plane(D), plane(C));
  differences(plane(T), plane(B), plane(A));
  const open = openMargin(reach);
  const soft2 = f64x2.splat(soft);
  for (let j = reach; j < nt - reach; ++j) {
    const end = cell(j, nx - open);
    for (let at = cell(j, open); at < end; at += 16) {
      const full = at + 8 < end;
      const tj = v128.load(plane(A) + at);
      const ti = v128.load(plane(B) + at);
      const xj = v128.load(plane(C) + at);
      const xi = v128.load(plane(D) + at);
      const aBar = v128.load(plane(A_BAR) + at);
      const bBar = v128.load(plane(B_BAR) + at);
      const cBar = v128.load(plane(C_BAR) + at);
      const dBar = v128.load(plane(D_BAR) + at);
      const J = v128.load(plane(JACOBIAN) + at);
      const square = f64x2.mul(J, J);
      const bottom = f64x2.add(square, soft2);
      const inverse = f64x2.div(J, bottom);
      const slope = f64x2.div(f64x2.div(f64x2.sub(soft2, square), bottom), bottom);
      const inverseBar = f64x2.sub(madd_f64(dBar, xi, f64x2.mul(aBar, tj)), madd_f64(cBar, xj, f64x2.mul(bBar, ti)));
      const jBar = madd_f64(inverseBar, slope, v128.load(plane(BAR) + at));
      put(plane(A_BAR) + at, madd_f64(jBar, xi, f64x2.mul(aBar, inverse)), full);
      put(plane(B_BAR) + at, f64x2.neg(madd_f64(jBar, xj, f64x2.mul(bBar, inverse))), full);
      put(plane(C_BAR) + at, f64x2.neg(madd_f64(jBar, ti, f64x2.mul(cBar, inverse))), full);
      put(plane(D_BAR) + at, madd_f64(jBar, tj, f64x2.mul(dBar, inverse)), full);
    }
  }
}

/** Adjoint: adds to the points' cotangent; the jet's cotangent counts at the jet's margin only. */
export function grid_jet_pullback_f64(shape: usize, points: usize, jet: usize, addTo: usize, work: usize): void {
  begin(shape, work);
  metric(shape, points);
  memory.fill(plane(A_BAR), 0, 4 * planeBytes);
  for (let c = 0; c < width - 2; ++c) {
    const row = 1 + c * (order + 2);
    powers(points, c, order - 1);
    memory.fill(plane(P), 0, 2 * planeBytes);
    exchange(plane(BAR), jet, row + 1 + order, false);
    for (let k = order - 1; k >= 0; --k) {
      const f = plane(POWERS + k);
      unapply((k + 1) * reach, f, plane(BAR), plane(A), plane(B), plane(A_BAR), plane(B_BAR), false);
      if (k == 0) {
        exchange(plane(TIME), jet, row + 1, false);
        unapply(order * reach, f, plane(TIME), plane(C), plane(D), plane(C_BAR), plane(D_BAR), true);
      }
      undifference(k * reach, plane(P), plane(Q), plane(BAR));
      addRow(jet, k == 0 ? row : row + 1 + k, plane(BAR));
    }
    scatter(plane(BAR), 2 + c, addTo);
  }
  memory.fill(plane(BAR), 0, planeBytes);
  exchange(plane(BAR), jet, 0, false);
  unmetric();
  undifference(0, plane(D_BAR), plane(C_BAR), plane(BAR));
  scatter(plane(BAR), 0, addTo);
  undifference(0, plane(B_BAR), plane(A_BAR), plane(BAR));
  scatter(plane(BAR), 1, addTo);
}
