/**
 * GELU, x Φ(x) with the exact normal distribution Φ, and its derivative Φ(x) + x φ(x), from one exponential: Φ(−|x|) = φ(x) P(1/(1 + p|x|)).
 * Source: Abramowitz & Stegun (1964), 26.2.17, |error| of Φ < 7.5e-8; the exponential by Cephes' expf (Moshier 1992).
 */

const ZERO: f32 = -13; // below, both are less than 1e-35
const LOWEST: f32 = -87; // of the exponential's argument: what is below leaves no normal number

/**
 * x + bias [columns] of rows [rows, columns] → GELU into `value`, its derivative over x; `edge` is room for three vectors.
 */
export function gelu_f32(rows: i32, columns: i32, x: usize, bias: usize, value: usize, edge: usize): void {
  const width = (<usize>columns) << 2;
  const whole = width & ~15;
  const rest = width - whole;
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < whole; j += 16) four(x + j, bias + j, value + j);
    if (rest > 0) {
      copy(x + whole, edge, rest);
      copy(bias + whole, edge + 16, rest);
      four(edge, edge + 16, edge + 32);
      copy(edge, x + whole, rest);
      copy(edge + 32, value + whole, rest);
    }
    x += width;
    value += width;
  }
}

/** At most three numbers: what whole vectors leave over. */
function copy(from: usize, into: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 4) store<f32>(into + at, load<f32>(from + at));
}

// @ts-expect-error: decorator
@inline
function four(x: usize, bias: usize, value: usize): void {
  const z = f32x4.max(f32x4.add(v128.load(x), v128.load(bias)), f32x4.splat(ZERO));
  const y = f32x4.max(f32x4.mul(f32x4.mul(z, z), f32x4.splat(-0.5)), f32x4.splat(LOWEST));
  const n = f32x4.nearest(f32x4.mul(y, f32x4.splat(1.44269504088896341))); // exp(y) = 2^n exp(r)
  let r = f32x4.sub(y, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), f32x4.add(r, f32x4.splat(1)));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23); // 2^n
  const density = f32x4.mul(f32x4.mul(p, power), f32x4.splat(0.3989422804014327)); // φ(x)
  const k = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.mul(f32x4.abs(z), f32x4.splat(0.2316419)), f32x4.splat(1)));
  let q = f32x4.splat(1.330274429);
  q = f32x4.add(f32x4.mul(q, k), f32x4.splat(-1.821255978));
  q = f32x4.add(f32x4.mul(q, k), f32x4.splat(1.781477937));
  q = f32x4.add(f32x4.mul(q, k), f32x4.splat(-0.356563782));
  q = f32x4.add(f32x4.mul(q, k), f32x4.splat(0.31938153));
  const tail = f32x4.mul(f32x4.mul(q, k), density); // Φ(−|x|)
  const share = v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(z, f32x4.splat(0))); // Φ(x)
  v128.store(value, f32x4.mul(z, share));
  v128.store(x, f32x4.add(share, f32x4.mul(z, density)));
}

/** The way back: cotangent [rows, columns] × derivative into `into`, its sum over rows into `bias` [columns]. */
export function geluPullback_f32(
  rows: i32,
  columns: i32,
  cotangent: usize,
  derivative: usize,
  into: usize,
  bias: usize,
): void {
  const width = (<usize>columns) << 2;
  const whole = width & ~15;
  for (let j: usize = 0; j < width; j += 4) store<f32>(bias + j, 0);
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < whole; j += 16) {
      const g = f32x4.mul(v128.load(cotangent + j), v128.load(derivative + j));
      v128.store(into + j, g);
      v128.store(bias + j, f32x4.add(v128.load(bias + j), g));
    }
    for (let j = whole; j < width; j += 4) {
      const g = load<f32>(cotangent + j) * load<f32>(derivative + j);
      store<f32>(into + j, g);
      store<f32>(bias + j, load<f32>(bias + j) + g);
    }
    cotangent += width;
    derivative += width;
    into += width;
  }
}
