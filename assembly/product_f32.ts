/**
 * Matrix product C = op(A) op(B), or added to C, in f32: rows of any stride, either factor transposed. Both factors are cut so that what a
 * tile meets again stays in cache: KC of k, NC columns of B packed into panels of eight, MC rows of A.
 * The tile of 4 × 8 holds eight accumulators from one zero, one k per turn. A transposed A is packed four columns side by side.
 * Source: Goto & van de Geijn (2008), figure 9.
 */

import { madd_f32 } from "./fused";

const PANEL: usize = 32; // bytes of one row of a panel
const GAP: usize = 64; // bytes between panels: else their rows fall into the same places of a cache
const KC: i32 = 256;
const NC: i32 = 256;
const MC: i32 = 64;
const PACKED_B: i32 = 4 * KC * NC + (NC / 8) * 64;

/** Bytes of scratch room that `product_f32` takes: packed B, packed A, one tile. */
export function productRoom(): i32 {
  return PACKED_B + 4 * KC * MC + 128;
}

/**
 * C [m, n] of row stride `strideC`, in numbers; A [m, k], or [k, m] where `flags` has 1; B [k, n], or [n, k] where it has 2; with 4 the product
 * is added to C.
 */
export function product_f32(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  strideA: i32,
  b: usize,
  strideB: i32,
  c: usize,
  strideC: i32,
  flags: i32,
  room: usize,
): void {
  const packedA = room + PACKED_B;
  const edge = packedA + 4 * KC * MC;
  const rowA = (<usize>strideA) << 2;
  const rowB = (<usize>strideB) << 2;
  const rowC = (<usize>strideC) << 2;
  const turnedA = (flags & 1) != 0;
  const turnedB = (flags & 2) != 0;
  if (k == 0 && (flags & 4) == 0) {
    for (let i = 0; i < m; i++) memory.fill(c + <usize>i * rowC, 0, (<usize>n) << 2);
  }
  for (let left = 0; left < n; left += NC) {
    const columns = min(NC, n - left);
    for (let deep = 0; deep < k; deep += KC) {
      const depth = min(KC, k - deep);
      const add = deep > 0 || (flags & 4) != 0;
      if (turnedB) {
        packTurned(b + <usize>left * rowB + ((<usize>deep) << 2), rowB, depth, columns, room);
      } else {
        packPlain(b + <usize>deep * rowB + ((<usize>left) << 2), rowB, depth, columns, room);
      }
      for (let top = 0; top < m; top += MC) {
        const rows = min(MC, m - top);
        const at = c + <usize>top * rowC + ((<usize>left) << 2);
        if (turnedA) {
          packFours(a + <usize>deep * rowA + ((<usize>top) << 2), rowA, depth, rows, packedA);
          fours(rows, columns, depth, packedA, room, at, rowC, add, edge);
        } else {
          plain(rows, columns, depth, a + <usize>top * rowA + ((<usize>deep) << 2), rowA, room, at, rowC, add, edge);
        }
      }
    }
  }
}

/** A block of C from rows of A as they lie. */
function plain(
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  rowA: usize,
  packed: usize,
  c: usize,
  rowC: usize,
  add: bool,
  edge: usize,
): void {
  for (let j = 0; j < columns; j += 8) {
    const whole = j + 8 <= columns;
    let at = c + ((<usize>j) << 2);
    let from = a;
    let i = 0;
    for (; i + 4 <= rows; i += 4) {
      if (whole) {
        tileRows(from, rowA, packed, depth, at, rowC, add);
      } else {
        tileRows(from, rowA, packed, depth, edge, PANEL, false);
        spill(edge, 4, columns - j, at, rowC, add);
      }
      from += 4 * rowA;
      at += 4 * rowC;
    }
    for (; i < rows; i++) {
      tileRow(from, 4, packed, depth, edge);
      spill(edge, 1, min(8, columns - j), at, rowC, add);
      from += rowA;
      at += rowC;
    }
    packed += <usize>depth * PANEL + GAP;
  }
}

/** A block of C from rows of A packed by fours. */
function fours(
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  packed: usize,
  c: usize,
  rowC: usize,
  add: bool,
  edge: usize,
): void {
  for (let j = 0; j < columns; j += 8) {
    const whole = j + 8 <= columns;
    let at = c + ((<usize>j) << 2);
    let from = a;
    for (let i = 0; i < rows; i += 4) {
      if (whole && i + 4 <= rows) {
        tileFours(from, packed, depth, at, rowC, add);
      } else {
        tileFours(from, packed, depth, edge, PANEL, false);
        spill(edge, min(4, rows - i), min(8, columns - j), at, rowC, add);
      }
      from += (<usize>depth) << 4;
      at += 4 * rowC;
    }
    packed += <usize>depth * PANEL + GAP;
  }
}

/** B [depth, columns] → panels [⌈columns/8⌉, depth, 8], zeros beyond the last column; row by row, as B lies. */
function packPlain(b: usize, rowB: usize, depth: i32, columns: i32, packed: usize): void {
  const panel = <usize>depth * PANEL + GAP;
  const whole = ((<usize>columns) & ~7) << 2;
  const rest = columns & 7;
  for (let p = 0; p < depth; p++) {
    let into = packed;
    for (let j: usize = 0; j < whole; j += PANEL) {
      v128.store(into, v128.load(b + j));
      v128.store(into, v128.load(b + j, 16), 16);
      into += panel;
    }
    if (rest > 0) {
      for (let q = 0; q < 8; q++) {
        store<f32>(into + ((<usize>q) << 2), q < rest ? load<f32>(b + whole + ((<usize>q) << 2)) : 0);
      }
    }
    b += rowB;
    packed += PANEL;
  }
}

/** B [columns, depth] → the same panels. */
function packTurned(b: usize, rowB: usize, depth: i32, columns: i32, packed: usize): void {
  for (let j = 0; j < columns; j += 8) {
    const count = min(8, columns - j);
    let p = 0;
    let from = b + <usize>j * rowB;
    if (count == 8) {
      for (; p + 4 <= depth; p += 4) {
        turn(from, rowB, packed);
        turn(from + 4 * rowB, rowB, packed + 16);
        from += 16;
        packed += 4 * PANEL;
      }
    }
    for (; p < depth; p++) {
      for (let q = 0; q < 8; q++) {
        store<f32>(packed + ((<usize>q) << 2), q < count ? load<f32>(from + <usize>q * rowB) : 0);
      }
      from += 4;
      packed += PANEL;
    }
    packed += GAP;
  }
}

/** Four by four numbers of stride `row` → their transpose, of stride PANEL. */
// @ts-expect-error: decorator
@inline
function turn(from: usize, row: usize, into: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + row);
  const c = v128.load(from + 2 * row);
  const d = v128.load(from + 3 * row);
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const AB = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const CD = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(into, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(into + PANEL, i64x2.shuffle(ab, cd, 1, 3));
  v128.store(into + 2 * PANEL, i64x2.shuffle(AB, CD, 0, 2));
  v128.store(into + 3 * PANEL, i64x2.shuffle(AB, CD, 1, 3));
}

/** A [depth, rows] → [⌈rows/4⌉, depth, 4], zeros beyond the last row; four such at a time, whole cache lines of A. */
function packFours(a: usize, rowA: usize, depth: i32, rows: i32, packed: usize): void {
  const block = (<usize>depth) << 4;
  let i = 0;
  for (; i + 16 <= rows; i += 16) {
    let from = a + ((<usize>i) << 2);
    let into = packed;
    for (let p = 0; p < depth; p++) {
      v128.store(into, v128.load(from));
      v128.store(into + block, v128.load(from, 16));
      v128.store(into + 2 * block, v128.load(from, 32));
      v128.store(into + 3 * block, v128.load(from, 48));
      from += rowA;
      into += 16;
    }
    packed += 4 * block;
  }
  for (; i < rows; i += 4) {
    let from = a + ((<usize>i) << 2);
    const count = min(4, rows - i);
    for (let p = 0; p < depth; p++) {
      for (let q = 0; q < 4; q++) {
        store<f32>(packed + ((<usize>q) << 2), q < count ? load<f32>(from + ((<usize>q) << 2)) : 0);
      }
      from += rowA;
      packed += 16;
    }
  }
}

/** Four rows by eight columns, rows as they lie. */
function tileRows(a0: usize, rowA: usize, b: usize, k: i32, c: usize, rowC: usize, add: bool): void {
  const zero = f32x4.splat(0);
  let c00 = zero;
  let c01 = zero;
  let c10 = zero;
  let c11 = zero;
  let c20 = zero;
  let c21 = zero;
  let c30 = zero;
  let c31 = zero;
  let a1 = a0 + rowA;
  let a2 = a1 + rowA;
  let a3 = a2 + rowA;
  for (const end = b + <usize>k * PANEL; b < end; b += PANEL) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a0);
    c00 = madd_f32(x, b0, c00);
    c01 = madd_f32(x, b1, c01);
    x = v128.load32_splat(a1);
    c10 = madd_f32(x, b0, c10);
    c11 = madd_f32(x, b1, c11);
    x = v128.load32_splat(a2);
    c20 = madd_f32(x, b0, c20);
    c21 = madd_f32(x, b1, c21);
    x = v128.load32_splat(a3);
    c30 = madd_f32(x, b0, c30);
    c31 = madd_f32(x, b1, c31);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
  }
  if (add) {
    addTo(c, c00, c01);
    addTo(c + rowC, c10, c11);
    addTo(c + 2 * rowC, c20, c21);
    addTo(c + 3 * rowC, c30, c31);
  } else {
    put(c, c00, c01);
    put(c + rowC, c10, c11);
    put(c + 2 * rowC, c20, c21);
    put(c + 3 * rowC, c30, c31);
  }
}

/** The same, rows packed by fours. */
function tileFours(a: usize, b: usize, k: i32, c: usize, rowC: usize, add: bool): void {
  const zero = f32x4.splat(0);
  let c00 = zero;
  let c01 = zero;
  let c10 = zero;
  let c11 = zero;
  let c20 = zero;
  let c21 = zero;
  let c30 = zero;
  let c31 = zero;
  for (const end = b + <usize>k * PANEL; b < end; b += PANEL) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd_f32(x, b0, c00);
    c01 = madd_f32(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd_f32(x, b0, c10);
    c11 = madd_f32(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd_f32(x, b0, c20);
    c21 = madd_f32(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd_f32(x, b0, c30);
    c31 = madd_f32(x, b1, c31);
    a += 16;
  }
  if (add) {
    addTo(c, c00, c01);
    addTo(c + rowC, c10, c11);
    addTo(c + 2 * rowC, c20, c21);
    addTo(c + 3 * rowC, c30, c31);
  } else {
    put(c, c00, c01);
    put(c + rowC, c10, c11);
    put(c + 2 * rowC, c20, c21);
    put(c + 3 * rowC, c30, c31);
  }
}

// @ts-expect-error: decorator
@inline
function put(c: usize, left: v128, right: v128): void {
  v128.store(c, left);
  v128.store(c, right, 16);
}

// @ts-expect-error: decorator
@inline
function addTo(c: usize, left: v128, right: v128): void {
  v128.store(c, f32x4.add(v128.load(c), left));
  v128.store(c, f32x4.add(v128.load(c, 16), right), 16);
}

/** One row by eight columns: the rows that blocks of four leave over. */
function tileRow(a: usize, step: usize, b: usize, k: i32, c: usize): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  for (const end = b + <usize>k * PANEL; b < end; b += PANEL) {
    const x = v128.load32_splat(a);
    c0 = madd_f32(x, v128.load(b), c0);
    c1 = madd_f32(x, v128.load(b, 16), c1);
    a += step;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
}

/** Part of a tile, of row stride PANEL, into C. */
function spill(from: usize, rows: i32, columns: i32, c: usize, rowC: usize, add: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = c + ((<usize>j) << 2);
      const value = load<f32>(from + ((<usize>j) << 2));
      store<f32>(at, add ? load<f32>(at) + value : value);
    }
    from += PANEL;
    c += rowC;
  }
}
