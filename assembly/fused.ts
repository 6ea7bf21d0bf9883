/**
 * Products with a sum. In the relaxed build (`ASC_FEATURE_RELAXED_SIMD`) they are one instruction, which the processor may round
 * once instead of twice; in the plain build always twice, so that its results are the same everywhere. Not for differences of
 * products that must vanish exactly (determinants), nor where an algorithm counts on the rounding of a product.
 */

/** c + a b. */
// @ts-expect-error: decorator
@inline
export function madd_f32(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

/** c + a b. */
// @ts-expect-error: decorator
@inline
export function madd_f64(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : f64x2.add(c, f64x2.mul(a, b));
}

/** c − a b. */
// @ts-expect-error: decorator
@inline
export function nmadd_f64(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_nmadd(a, b, c) : f64x2.sub(c, f64x2.mul(a, b));
}
