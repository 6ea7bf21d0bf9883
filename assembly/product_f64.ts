/**
 * Products of rows in f64: C [m, n] += A [m, k] · B [n, k]ᵀ, C dense, rows of A and B `stride` bytes apart. m is even, n a multiple of
 * 4, k even: the caller pads with zeros, so no loop has a tail.
 * The tile of 2 × 4 rows keeps eight accumulators and six operands in registers. Each sum runs over even and over odd places in
 * order, from zero, then over the two, then joins C.
 */
import { madd_f64 } from "./fused";

export function product_f64(m: i32, n: i32, k: i32, a: usize, b: usize, stride: usize, c: usize): void {
  const rowC = <usize>n << 3;
  for (let j = 0; j < n; j += 4) {
    const rows = b + <usize>j * stride; // these stay in the first-level cache while A passes
    for (let i = 0; i < m; i += 2) {
      tile(a + <usize>i * stride, rows, stride, <usize>k << 3, c + <usize>i * rowC + (<usize>j << 3), rowC);
    }
  }
}

function tile(a0: usize, b0: usize, stride: usize, bytes: usize, c: usize, rowC: usize): void {
  const zero = f64x2.splat(0);
  let c00 = zero;
  let c01 = zero;
  let c02 = zero;
  let c03 = zero;
  let c10 = zero;
  let c11 = zero;
  let c12 = zero;
  let c13 = zero;
  let a1 = a0 + stride;
  let b1 = b0 + stride;
  let b2 = b1 + stride;
  let b3 = b2 + stride;
  for (const end = a0 + bytes; a0 < end; a0 += 16) {
    const x = v128.load(a0);
    const y = v128.load(a1);
    let z = v128.load(b0);
    c00 = madd_f64(x, z, c00);
    c10 = madd_f64(y, z, c10);
    z = v128.load(b1);
    c01 = madd_f64(x, z, c01);
    c11 = madd_f64(y, z, c11);
    z = v128.load(b2);
    c02 = madd_f64(x, z, c02);
    c12 = madd_f64(y, z, c12);
    z = v128.load(b3);
    c03 = madd_f64(x, z, c03);
    c13 = madd_f64(y, z, c13);
    a1 += 16;
    b0 += 16;
    b1 += 16;
    b2 += 16;
    b3 += 16;
  }
  join(c, c00, c01);
  join(c + 16, c02, c03);
  join(c + rowC, c10, c11);
  join(c + rowC + 16, c12, c13);
}

/** Adds the sums of the lanes of x and of y to two neighbours. */
// @ts-ignore: decorator
@inline
function join(at: usize, x: v128, y: v128): void {
  const even = v128.shuffle<f64>(x, y, 0, 2);
  const odd = v128.shuffle<f64>(x, y, 1, 3);
  v128.store(at, f64x2.add(v128.load(at), f64x2.add(even, odd)));
}
