/**
 * Matrix product C = A B in f32: A [m, k] and C [m, n] dense, B packed into panels of eight columns.
 * The tile of 4 × 8 keeps eight accumulators and two rows of B in registers; one pointer per row and one k per turn is the
 * form that V8 compiles best (other tiles and unrolled ones ran at 60 %). Sums run in the order of k, each from zero.
 */
import { madd_f32 } from "./fused";

const PANEL: usize = 32; // bytes of one row of a panel
const BLOCK: i32 = 64; // rows of A that stay in cache while the panels pass

/** B [k, n] → panels [⌈n/8⌉, k, 8], zeros beyond column n. */
export function gemmPack_f32(b: usize, k: i32, n: i32, packed: usize): void {
  const stride: usize = (<usize>n) << 2;
  for (let j = 0; j < n; j += 8) {
    let from = b + ((<usize>j) << 2);
    if (j + 8 <= n) {
      for (let p = 0; p < k; p++) {
        v128.store(packed, v128.load(from));
        v128.store(packed, v128.load(from, 16), 16);
        packed += PANEL;
        from += stride;
      }
    } else {
      for (let p = 0; p < k; p++) {
        for (let c = 0; c < 8; c++) {
          store<f32>(packed + ((<usize>c) << 2), j + c < n ? load<f32>(from + ((<usize>c) << 2)) : 0);
        }
        packed += PANEL;
        from += stride;
      }
    }
  }
}

/** C [m, n] = A [m, k] · packed B, overwriting C; `edge` is room for a tile, 128 bytes. */
export function gemm_f32(m: i32, n: i32, k: i32, a: usize, packed: usize, c: usize, edge: usize): void {
  const rowA: usize = (<usize>k) << 2;
  const rowC: usize = (<usize>n) << 2;
  for (let top = 0; top < m; top += BLOCK) {
    const bottom = min(top + BLOCK, m);
    let panel = packed;
    for (let j = 0; j < n; j += 8) {
      const whole = j + 8 <= n;
      let i = top;
      for (; i + 4 <= bottom; i += 4) {
        const at = c + <usize>i * rowC + ((<usize>j) << 2);
        if (whole) {
          tile4_f32(a + <usize>i * rowA, rowA, panel, k, at, rowC);
        } else {
          tile4_f32(a + <usize>i * rowA, rowA, panel, k, edge, PANEL);
          for (let r = 0; r < 4; r++) spill_f32(edge + <usize>r * PANEL, n - j, at + <usize>r * rowC);
        }
      }
      for (; i < bottom; i++) {
        const at = c + <usize>i * rowC + ((<usize>j) << 2);
        tile1_f32(a + <usize>i * rowA, panel, k, whole ? at : edge);
        if (!whole) spill_f32(edge, n - j, at);
      }
      panel += <usize>k * PANEL;
    }
  }
}

/** Four rows by eight columns. */
function tile4_f32(a0: usize, rowA: usize, b: usize, k: i32, c: usize, rowC: usize): void {
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
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += rowC;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += rowC;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += rowC;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

/** One row by eight columns: the rows that a block of four leaves over. */
function tile1_f32(a: usize, b: usize, k: i32, c: usize): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  for (const end = b + <usize>k * PANEL; b < end; b += PANEL) {
    const x = v128.load32_splat(a);
    c0 = madd_f32(x, v128.load(b), c0);
    c1 = madd_f32(x, v128.load(b, 16), c1);
    a += 4;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
}

/** The first `n` < 8 columns of a tile's row: the columns that the panels leave over. */
function spill_f32(from: usize, n: i32, into: usize): void {
  for (let j = 0; j < n; j++) store<f32>(into + ((<usize>j) << 2), load<f32>(from + ((<usize>j) << 2)));
}
