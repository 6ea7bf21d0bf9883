/**
 * Convolutions of images [n, height, width, channels] in f32, without the patches ever being written down: behind a margin of zeros, what a row of
 * the filter sees of an image is one run of numbers, and the runs of neighbouring places overlap. So a product's rows are places `pixel` bytes
 * apart that share their numbers, and k runs over `taps` such runs. Tiles are those of `product_f32`.
 */

import { madd_f32 } from "./fused";

const PANEL: usize = 32; // bytes of one row of a panel: eight outputs

/** Numbers of room that a filter of `rows` rows takes when packed: panels of eight columns, zeros beyond the last. */
export function packedFilter(rows: i32, columns: i32): i32 {
  return ((columns + 7) >> 3) * rows * 8;
}

/** Filter [rows, columns] → panels [⌈columns/8⌉, rows, 8]. */
export function packFilter_f32(rows: i32, columns: i32, filter: usize, packed: usize): void {
  for (let j = 0; j < columns; j += 8) {
    for (let p = 0; p < rows; p++) {
      const from = filter + (<usize>(p * columns + j) << 2);
      for (let q = 0; q < 8; q++) {
        store<f32>(packed, j + q < columns ? load<f32>(from + ((<usize>q) << 2)) : 0);
        packed += 4;
      }
    }
  }
}

/**
 * The filter [size, size, inputs, outputs] as the way back sees it at places whose distance from a tap is `down`, `right` in a stride: those taps
 * alone, in reverse, inputs and outputs exchanged; panels [⌈inputs/8⌉, taps · outputs, 8].
 */
export function packBack_f32(
  size: i32,
  inputs: i32,
  outputs: i32,
  stride: i32,
  down: i32,
  right: i32,
  filter: usize,
  packed: usize,
): void {
  const lastRow = down + ((size - 1 - down) / stride) * stride;
  const lastColumn = right + ((size - 1 - right) / stride) * stride;
  for (let c = 0; c < inputs; c += 8) {
    for (let u = lastRow; u >= 0; u -= stride) {
      for (let v = lastColumn; v >= 0; v -= stride) {
        const tap = filter + (<usize>((u * size + v) * inputs * outputs) << 2);
        for (let o = 0; o < outputs; o++) {
          for (let q = 0; q < 8; q++) {
            const inside = c + q < inputs;
            store<f32>(packed, inside ? load<f32>(tap + (<usize>((c + q) * outputs + o) << 2)) : 0);
            packed += 4;
          }
        }
      }
    }
  }
}

/** One image [height, width, channels] within zeros [toHeight, toWidth, channels], its corner at (top, left); what does not fit is left out. */
export function frame_f32(
  height: i32,
  width: i32,
  channels: i32,
  image: usize,
  top: i32,
  left: i32,
  toHeight: i32,
  toWidth: i32,
  into: usize,
): void {
  const row = (<usize>(toWidth * channels)) << 2;
  const before = (<usize>(left * channels)) << 2;
  const copied = (<usize>(min(width, toWidth - left) * channels)) << 2;
  const from = (<usize>(width * channels)) << 2;
  const rows = min(height, toHeight - top);
  memory.fill(into, 0, row * <usize>top);
  into += row * <usize>top;
  for (let i = 0; i < rows; i++) {
    memory.fill(into, 0, before);
    memory.copy(into + before, image, copied);
    memory.fill(into + before + copied, 0, row - before - copied);
    into += row;
    image += from;
  }
  memory.fill(into, 0, row * <usize>(toHeight - top - rows));
}

/**
 * Places [rows, columns] of one framed image against a packed filter: at place (i, j) the runs begin at i · `line` + j · `pixel`, each `run`
 * numbers long, `taps` of them `lineTap` apart; results [outputs] go to i · `lineC` + j · `pixelC`. Distances are in numbers; `edge`: room for one tile.
 */
export function convolve_f32(
  rows: i32,
  columns: i32,
  outputs: i32,
  taps: i32,
  run: i32,
  image: usize,
  line: i32,
  pixel: i32,
  lineTap: i32,
  packed: usize,
  c: usize,
  lineC: i32,
  pixelC: i32,
  edge: usize,
): void {
  const rowA = (<usize>pixel) << 2;
  const rowC = (<usize>pixelC) << 2;
  const next = (<usize>lineTap) << 2;
  const whole = columns & ~3;
  for (let o = 0; o < outputs; o += 8) {
    const left = min(8, outputs - o);
    for (let i = 0; i < rows; i++) {
      let a = image + (<usize>(i * line) << 2);
      let at = c + (<usize>(i * lineC + o) << 2);
      let j = 0;
      if (left == 8) {
        for (; j < whole; j += 4) {
          tile(a, rowA, next, taps, run, packed, at, rowC);
          a += 4 * rowA;
          at += 4 * rowC;
        }
      } else {
        for (; j < whole; j += 4) {
          tile(a, rowA, next, taps, run, packed, edge, PANEL);
          for (let q: usize = 0; q < 4; q++) memory.copy(at + q * rowC, edge + q * PANEL, (<usize>left) << 2);
          a += 4 * rowA;
          at += 4 * rowC;
        }
      }
      for (; j < columns; j++) {
        tileOne(a, next, taps, run, packed, edge);
        memory.copy(at, edge, (<usize>left) << 2);
        a += rowA;
        at += rowC;
      }
    }
    packed += (<usize>(taps * run)) << 5;
  }
}

/** Four places by eight outputs. */
function tile(
  from: usize,
  rowA: usize,
  next: usize,
  taps: i32,
  run: i32,
  b: usize,
  c: usize,
  rowC: usize,
): void {
  const zero = f32x4.splat(0);
  let c00 = zero;
  let c01 = zero;
  let c10 = zero;
  let c11 = zero;
  let c20 = zero;
  let c21 = zero;
  let c30 = zero;
  let c31 = zero;
  for (let t = 0; t < taps; t++) {
    let a0 = from;
    let a1 = a0 + rowA;
    let a2 = a1 + rowA;
    let a3 = a2 + rowA;
    for (const end = b + <usize>run * PANEL; b < end; b += PANEL) {
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
    from += next;
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

/** One place by eight outputs: what fours leave over. */
function tileOne(from: usize, next: usize, taps: i32, run: i32, b: usize, c: usize): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  for (let t = 0; t < taps; t++) {
    let a = from;
    for (const end = b + <usize>run * PANEL; b < end; b += PANEL) {
      const x = v128.load32_splat(a);
      c0 = madd_f32(x, v128.load(b), c0);
      c1 = madd_f32(x, v128.load(b, 16), c1);
      a += 4;
    }
    from += next;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
}

const BAND: i32 = 128; // places of a band: what a tile reads of them stays in the first cache

/**
 * The filter's gradient over one framed image, added to `filter` [taps, run, outputs]: Σ over places of what a tap sees × dy [rows, columns,
 * outputs]. The outputs are whole eights; `image` may be read 12 bytes beyond its end.
 */
export function convolveFilter_f32(
  rows: i32,
  columns: i32,
  outputs: i32,
  taps: i32,
  run: i32,
  image: usize,
  line: i32,
  pixel: i32,
  lineTap: i32,
  dy: usize,
  filter: usize,
  edge: usize,
): void {
  const step = (<usize>pixel) << 2;
  const wide = (<usize>outputs) << 2;
  const lineA = (<usize>line) << 2;
  const lineB = wide * <usize>columns;
  const band = max(1, BAND / columns);
  for (let top = 0; top < rows; top += band) {
    const count = min(band, rows - top);
    const b = dy + <usize>top * lineB;
    for (let t = 0; t < taps; t++) {
      const a = image + <usize>top * lineA + (<usize>(t * lineTap) << 2);
      for (let k = 0; k < run; k += 4) {
        const left = min(4, run - k);
        for (let o = 0; o < outputs; o += 8) {
          const at = filter + (<usize>((t * run + k) * outputs + o) << 2);
          const from = a + ((<usize>k) << 2);
          const by = b + ((<usize>o) << 2);
          if (left == 4) {
            tileFilter(from, step, lineA, by, wide, lineB, count, columns, at, wide);
          } else {
            memory.fill(edge, 0, 4 * PANEL);
            tileFilter(from, step, lineA, by, wide, lineB, count, columns, edge, PANEL);
            for (let q: usize = 0; q < <usize>left; q++) {
              const c = at + q * wide;
              v128.store(c, f32x4.add(v128.load(c), v128.load(edge + q * PANEL)));
              v128.store(c, f32x4.add(v128.load(c, 16), v128.load(edge + q * PANEL, 16)), 16);
            }
          }
        }
      }
    }
  }
}

/** Four rows of the filter by eight outputs, over some rows of places. */
function tileFilter(
  a: usize,
  step: usize,
  lineA: usize,
  b: usize,
  wide: usize,
  lineB: usize,
  rows: i32,
  columns: i32,
  c: usize,
  rowC: usize,
): void {
  const zero = f32x4.splat(0);
  let c00 = zero;
  let c01 = zero;
  let c10 = zero;
  let c11 = zero;
  let c20 = zero;
  let c21 = zero;
  let c30 = zero;
  let c31 = zero;
  for (let i = 0; i < rows; i++) {
    let from = a;
    for (const end = b + lineB; b < end; b += wide) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let x = v128.load32_splat(from);
      c00 = madd_f32(x, b0, c00);
      c01 = madd_f32(x, b1, c01);
      x = v128.load32_splat(from, 4);
      c10 = madd_f32(x, b0, c10);
      c11 = madd_f32(x, b1, c11);
      x = v128.load32_splat(from, 8);
      c20 = madd_f32(x, b0, c20);
      c21 = madd_f32(x, b1, c21);
      x = v128.load32_splat(from, 12);
      c30 = madd_f32(x, b0, c30);
      c31 = madd_f32(x, b1, c31);
      from += step;
    }
    a += lineA;
  }
  v128.store(c, f32x4.add(v128.load(c), c00));
  v128.store(c, f32x4.add(v128.load(c, 16), c01), 16);
  c += rowC;
  v128.store(c, f32x4.add(v128.load(c), c10));
  v128.store(c, f32x4.add(v128.load(c, 16), c11), 16);
  c += rowC;
  v128.store(c, f32x4.add(v128.load(c), c20));
  v128.store(c, f32x4.add(v128.load(c, 16), c21), 16);
  c += rowC;
  v128.store(c, f32x4.add(v128.load(c), c30));
  v128.store(c, f32x4.add(v128.load(c, 16), c31), 16);
}
