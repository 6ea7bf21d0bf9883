// Residual of an evolution equation at n places: ut f64[n], terms f64[count][n], mask f64[n]. Places where the mask is zero are
// left out by selection, not by multiplication: they may hold anything. (`sign` of a NaN is 0, so the adjoint needs no selection.)
// Sums run over even and over odd places in order, then over the two.

// @ts-ignore: decorator
@inline
function sign(x: v128): v128 {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  return f64x2.sub(v128.and(f64x2.gt(x, zero), one), v128.and(f64x2.lt(x, zero), one));
}

// @ts-ignore: decorator
@inline
function horizontal(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** out f64[3] = Σ m |ut − Σ terms|, Σ m (|ut| + Σ |terms|), Σ m. */
export function residual_f64(ut: usize, terms: usize, mask: usize, n: i32, count: i32, out: usize): void {
  const row = <usize>n << 3;
  const paired = <usize>(n & -2) << 3;
  const zero = f64x2.splat(0);
  let residual = zero;
  let scale = zero;
  let cells = zero;
  for (let at: usize = 0; at < row; at += 16) {
    const full = at < paired;
    const weight = full ? v128.load(mask + at) : v128.load64_zero(mask + at);
    const use = f64x2.ne(weight, zero);
    let rest = full ? v128.load(ut + at) : v128.load64_zero(ut + at);
    let size = f64x2.abs(rest);
    let from = terms + at;
    for (let k = 0; k < count; ++k, from += row) {
      const term = full ? v128.load(from) : v128.load64_zero(from);
      rest = f64x2.sub(rest, term);
      size = f64x2.add(size, f64x2.abs(term));
    }
    residual = f64x2.add(residual, v128.and(use, f64x2.mul(weight, f64x2.abs(rest))));
    scale = f64x2.add(scale, v128.and(use, f64x2.mul(weight, size)));
    cells = f64x2.add(cells, weight);
  }
  store<f64>(out, horizontal(residual));
  store<f64>(out, horizontal(scale), 8);
  store<f64>(out, horizontal(cells), 16);
}

/** Adjoint with weights a and b of the first two sums: utInto f64[n], termsInto f64[count][n]. */
export function residual_pullback_f64(
  ut: usize,
  terms: usize,
  mask: usize,
  n: i32,
  count: i32,
  a: f64,
  b: f64,
  utInto: usize,
  termsInto: usize,
): void {
  const row = <usize>n << 3;
  const paired = <usize>(n & -2) << 3;
  const a2 = f64x2.splat(a);
  const b2 = f64x2.splat(b);
  for (let at: usize = 0; at < row; at += 16) {
    const full = at < paired;
    const weight = full ? v128.load(mask + at) : v128.load64_zero(mask + at);
    const first = full ? v128.load(ut + at) : v128.load64_zero(ut + at);
    let rest = first;
    for (let k = 0, from = terms + at; k < count; ++k, from += row)
      rest = f64x2.sub(rest, full ? v128.load(from) : v128.load64_zero(from));
    const pull = f64x2.mul(f64x2.mul(weight, a2), sign(rest));
    const push = f64x2.mul(weight, b2);
    const ub = f64x2.add(pull, f64x2.mul(push, sign(first)));
    if (full) v128.store(utInto + at, ub);
    else v128.store64_lane(utInto + at, ub, 0);
    for (let k = 0, from = at; k < count; ++k, from += row) {
      const term = full ? v128.load(terms + from) : v128.load64_zero(terms + from);
      const tb = f64x2.sub(f64x2.mul(push, sign(term)), pull);
      if (full) v128.store(termsInto + from, tb);
      else v128.store64_lane(termsInto + from, tb, 0);
    }
  }
}
