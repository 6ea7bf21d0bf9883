/** What is done to every channel of images for itself, rows [rows, channels], channels whole fours: moments, scaling, their way back. */

const BLOCK: i32 = 64; // rows summed in f32 before f64 takes them: 65 536 rows keep six digits

/** Mean and variance [channels] over the rows; `room`: four numbers of f64 a four of channels' worth of two sums, 64 bytes. */
export function moments_f32(rows: i32, channels: i32, x: usize, mean: usize, variance: usize, room: usize): void {
  const wide = (<usize>channels) << 2;
  for (let j: usize = 0; j < wide; j += 16) {
    for (let q: usize = 0; q < 64; q += 8) store<f64>(room + q, 0);
    for (let top = 0; top < rows; top += BLOCK) {
      let sum = f32x4.splat(0);
      let square = sum;
      let at = x + <usize>top * wide + j;
      for (let i = min(BLOCK, rows - top); i > 0; i--) {
        const value = v128.load(at);
        sum = f32x4.add(sum, value);
        square = f32x4.add(square, f32x4.mul(value, value));
        at += wide;
      }
      addWide(room, sum);
      addWide(room + 32, square);
    }
    for (let q: usize = 0; q < 4; q++) {
      const m = load<f64>(room + 8 * q) / <f64>rows;
      store<f32>(mean + j + 4 * q, <f32>m);
      store<f32>(variance + j + 4 * q, <f32>max(0, load<f64>(room + 32 + 8 * q) / <f64>rows - m * m));
    }
  }
}

/** Four sums in f64, four more numbers added. */
// @ts-expect-error: decorator
@inline
function addWide(sums: usize, x: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(x)));
  const high = i64x2.shuffle(x, x, 1, 0);
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** x · scale + shift, and `plus` where it is not 0, cut off below 0 where `cut`. */
export function scale_f32(
  rows: i32,
  channels: i32,
  x: usize,
  scale: usize,
  shift: usize,
  plus: usize,
  cut: bool,
  into: usize,
): void {
  const wide = (<usize>channels) << 2;
  const least = f32x4.splat(cut ? 0 : -Infinity);
  for (let i = 0; i < rows; i++) {
    if (plus != 0) {
      for (let j: usize = 0; j < wide; j += 16) {
        const value = f32x4.add(f32x4.mul(v128.load(x + j), v128.load(scale + j)), v128.load(shift + j));
        v128.store(into + j, f32x4.max(f32x4.add(value, v128.load(plus + j)), least));
      }
      plus += wide;
    } else {
      for (let j: usize = 0; j < wide; j += 16) {
        const value = f32x4.add(f32x4.mul(v128.load(x + j), v128.load(scale + j)), v128.load(shift + j));
        v128.store(into + j, f32x4.max(value, least));
      }
    }
    x += wide;
    into += wide;
  }
}

/** Gradient before a cut at 0, from that behind it (and `more`, where it is not 0) and from what came out; numbers are whole fours. */
export function gate_f32(count: i32, dy: usize, more: usize, output: usize, into: usize): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    let g = v128.load(dy);
    if (more != 0) {
      g = f32x4.add(g, v128.load(more));
      more += 16;
    }
    v128.store(into, v128.and(g, f32x4.gt(v128.load(output), zero)));
    dy += 16;
    output += 16;
    into += 16;
  }
}

/** Sums [channels] over the rows of dy, and of dy · x; `room` as of moments. */
export function slopes_f32(
  rows: i32,
  channels: i32,
  dy: usize,
  x: usize,
  sum: usize,
  product: usize,
  room: usize,
): void {
  const wide = (<usize>channels) << 2;
  for (let j: usize = 0; j < wide; j += 16) {
    for (let q: usize = 0; q < 64; q += 8) store<f64>(room + q, 0);
    for (let top = 0; top < rows; top += BLOCK) {
      let alone = f32x4.splat(0);
      let times = alone;
      let at = <usize>top * wide + j;
      for (let i = min(BLOCK, rows - top); i > 0; i--) {
        const g = v128.load(dy + at);
        alone = f32x4.add(alone, g);
        times = f32x4.add(times, f32x4.mul(g, v128.load(x + at)));
        at += wide;
      }
      addWide(room, alone);
      addWide(room + 32, times);
    }
    for (let q: usize = 0; q < 4; q++) {
      store<f32>(sum + j + 4 * q, <f32>load<f64>(room + 8 * q));
      store<f32>(product + j + 4 * q, <f32>load<f64>(room + 32 + 8 * q));
    }
  }
}

/** dy · a + x · b + c, with a, b, c [channels]: the way back through moments and scaling. */
export function spread_f32(
  rows: i32,
  channels: i32,
  dy: usize,
  x: usize,
  a: usize,
  b: usize,
  c: usize,
  into: usize,
): void {
  const wide = (<usize>channels) << 2;
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < wide; j += 16) {
      const first = f32x4.mul(v128.load(dy + j), v128.load(a + j));
      const second = f32x4.mul(v128.load(x + j), v128.load(b + j));
      v128.store(into + j, f32x4.add(f32x4.add(first, second), v128.load(c + j)));
    }
    dy += wide;
    x += wide;
    into += wide;
  }
}
