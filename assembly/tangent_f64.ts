// Weak-form rows of the tangent score and their adjoint, two snapshots per f64x2 (lane = snapshot).
//
// Layout
//   batch    i32 snapshots, nx, dim, orders, modes; then pointers plan, q, r, rate, frechet, order, factor, weight; f64 timeScale
//            at 56. q, r, value, alongT, alongU f64[B][nx][dim]; rate f64[B][nx]; frechet f64[B][orders][nx]; weight f64[modes]
//   order    i32[orders]; factor f64[orders][nx/2 + 1]: ∂x^k multiplies mode m by factor (k even) or i · factor (k odd)
//   work     seven v128[nx + 2]: a real row pair takes nx of them, a spectrum pair nx + 2
//
// An odd last snapshot is paired with itself: both lanes then compute, and store, the same numbers; only one is summed.
import { irfft_pair_f64, rfft_pair_f64 } from "./fft_f64";
import { madd_f64 } from "./fused";

// The batch at hand, set by `begin` at each entry.
let snapshots: i32 = 0;
let nx: i32 = 0;
let dim: i32 = 0;
let orders: i32 = 0;
let modes: i32 = 0;
let plan: usize = 0;
let q: usize = 0;
let r: usize = 0;
let rate: usize = 0;
let frechet: usize = 0;
let order: usize = 0;
let factors: usize = 0;
let weight: usize = 0;
let timeScale: f64 = 0;

let rowA: usize = 0; // real rows and spectra, all v128[nx + 2]
let rowB: usize = 0;
let rowC: usize = 0;
let timeHat: usize = 0; // spectrum of D_t Q
let spaceHat: usize = 0; // spectrum of F′Q
let spare: usize = 0;
let scratch: usize = 0; // the transforms' own

function begin(batch: usize, work: usize): void {
  snapshots = load<i32>(batch);
  nx = load<i32>(batch, 4);
  dim = load<i32>(batch, 8);
  orders = load<i32>(batch, 12);
  modes = load<i32>(batch, 16);
  plan = load<usize>(batch, 20);
  q = load<usize>(batch, 24);
  r = load<usize>(batch, 28);
  rate = load<usize>(batch, 32);
  frechet = load<usize>(batch, 36);
  order = load<usize>(batch, 40);
  factors = load<usize>(batch, 44);
  weight = load<usize>(batch, 48);
  timeScale = load<f64>(batch, 56);
  const bytes = <usize>(nx + 2) << 4;
  rowA = work;
  rowB = rowA + bytes;
  rowC = rowB + bytes;
  timeHat = rowC + bytes;
  spaceHat = timeHat + bytes;
  spare = spaceHat + bytes;
  scratch = spare + bytes;
}

/** The numbers at a and b as one vector. */
// @ts-ignore: decorator
@inline
function pair(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

// @ts-ignore: decorator
@inline
function unpair(value: v128, a: usize, b: usize): void {
  v128.store64_lane(a, value, 0);
  v128.store64_lane(b, value, 1);
}

/** into = (iκ)^k spectrum for the n-th order, or its complex conjugate factor; added where `more`. */
function differentiate(spectrum: usize, n: i32, adjoint: bool, into: usize, more: bool): void {
  const odd = load<i32>(order + (<usize>n << 2)) & 1;
  let f = factors + ((<usize>n * ((nx >> 1) + 1)) << 3);
  const end = spectrum + (<usize>(nx + 2) << 4);
  for (; spectrum < end; spectrum += 32, into += 32, f += 8) {
    let size = v128.load64_splat(f);
    if (adjoint && odd) size = f64x2.neg(size);
    let re = f64x2.mul(size, v128.load(spectrum));
    let im = f64x2.mul(size, v128.load(spectrum, 16));
    if (odd) {
      const turned = f64x2.neg(im);
      im = re;
      re = turned;
    }
    if (more) {
      re = f64x2.add(re, v128.load(into));
      im = f64x2.add(im, v128.load(into, 16));
    }
    v128.store(into, re);
    v128.store(into, im, 16);
  }
}

/** Spectra of D_t Q and F′Q of snapshots a and b into timeHat and spaceHat, not yet scaled. */
function spectra(a: i32, b: i32, value: usize, alongT: usize, alongU: usize): void {
  const apart = (<usize>(b - a) * nx) << 3; // from a's row to b's
  const across = apart * dim;
  const scale = f64x2.splat(timeScale);
  let at = (<usize>a * nx * dim) << 3;
  let u = rate + ((<usize>a * nx) << 3);
  for (let j: usize = 0; j < <usize>nx; ++j, u += 8) {
    const pace = pair(u, u + apart);
    let characteristic = f64x2.splat(0);
    let total = f64x2.splat(0);
    for (let c = 0; c < dim; ++c, at += 8) {
      const to = at + across;
      const factor = pair(q + at, q + to);
      const v = pair(value + at, value + to);
      const vt = pair(alongT + at, alongT + to);
      const vu = pair(alongU + at, alongU + to);
      const change = madd_f64(vu, pace, f64x2.mul(vt, scale));
      characteristic = madd_f64(factor, v, characteristic);
      total = f64x2.add(total, madd_f64(pair(r + at, r + to), v, f64x2.mul(factor, change)));
    }
    v128.store(rowA + (j << 4), characteristic);
    v128.store(rowB + (j << 4), total);
  }
  rfft_pair_f64(plan, rowB, timeHat, scratch);
  rfft_pair_f64(plan, rowA, spaceHat, scratch);
  memory.fill(rowB, 0, <usize>nx << 4);
  for (let n = 0; n < orders; ++n) {
    let derivative = rowA; // Q itself
    if (load<i32>(order + (<usize>n << 2)) > 0) {
      differentiate(spaceHat, n, false, spare, false);
      irfft_pair_f64(plan, spare, rowC, scratch);
      derivative = rowC;
    }
    times(a, b, n, derivative, rowB, true);
  }
  rfft_pair_f64(plan, rowB, spaceHat, scratch);
}

/** into = ∂F/∂u_k · row for the n-th order k on snapshots a and b; added where `more`. */
function times(a: i32, b: i32, n: i32, row: usize, into: usize, more: bool): void {
  const apart = (<usize>(b - a) * orders * nx) << 3;
  let f = frechet + ((<usize>(a * orders + n) * nx) << 3);
  const end = row + (<usize>nx << 4);
  for (; row < end; row += 16, into += 16, f += 8) {
    const factor = pair(f, f + apart);
    const by = v128.load(row);
    v128.store(into, more ? madd_f64(factor, by, v128.load(into)) : f64x2.mul(factor, by));
  }
}

/** sums f64[3] = Σ w|R̂|², Σ w|D̂|², Σ w|P̂|² over snapshots in order; modes other than 0 count twice. */
export function tangent_rows_f64(batch: usize, value: usize, alongT: usize, alongU: usize, sums: usize, work: usize): void {
  begin(batch, work);
  const scale = 1.0 / <f64>nx / <f64>nx;
  let residuals: f64 = 0;
  let speeds: f64 = 0;
  let spaces: f64 = 0;
  for (let a = 0; a < snapshots; a += 2) {
    const b = min(a + 1, snapshots - 1);
    spectra(a, b, value, alongT, alongU);
    let residual = f64x2.splat(0);
    let time = residual;
    let space = residual;
    let at: usize = 0;
    for (let m = 0; m < modes; ++m, at += 32) {
      const w = f64x2.splat(load<f64>(weight + (<usize>m << 3)) * (m > 0 ? 2 * scale : scale));
      const dr = v128.load(timeHat + at);
      const di = v128.load(timeHat + at, 16);
      const pr = v128.load(spaceHat + at);
      const pi = v128.load(spaceHat + at, 16);
      residual = madd_f64(w, square(f64x2.sub(dr, pr), f64x2.sub(di, pi)), residual);
      time = madd_f64(w, square(dr, di), time);
      space = madd_f64(w, square(pr, pi), space);
    }
    residuals += f64x2.extract_lane(residual, 0);
    speeds += f64x2.extract_lane(time, 0);
    spaces += f64x2.extract_lane(space, 0);
    if (a == b) break;
    residuals += f64x2.extract_lane(residual, 1);
    speeds += f64x2.extract_lane(time, 1);
    spaces += f64x2.extract_lane(space, 1);
  }
  store<f64>(sums, residuals);
  store<f64>(sums, speeds, 8);
  store<f64>(sums, spaces, 16);
}

// @ts-ignore: decorator
@inline
function square(re: v128, im: v128): v128 {
  return madd_f64(im, im, f64x2.mul(re, re));
}

/** From the spectra of D_t Q and F′Q to those of their cotangents (scaled for `irfft`), in place; zero beyond the tested modes. */
function cotangents(ofResidual: f64, ofTime: f64, ofSpace: f64): void {
  const wr = f64x2.splat(ofResidual);
  const wd = f64x2.splat(ofTime);
  const wp = f64x2.splat(ofSpace);
  for (let m = 0; m < modes; ++m) {
    const w = f64x2.splat((2 * load<f64>(weight + (<usize>m << 3))) / <f64>nx);
    for (let part: usize = 0; part < 32; part += 16) {
      const at = (<usize>m << 5) + part;
      const d = v128.load(timeHat + at);
      const p = v128.load(spaceHat + at);
      const R = f64x2.mul(wr, f64x2.sub(d, p));
      v128.store(timeHat + at, f64x2.mul(w, madd_f64(wd, d, R)));
      v128.store(spaceHat + at, f64x2.mul(w, f64x2.sub(f64x2.mul(wp, p), R)));
    }
  }
  const used = <usize>modes << 5;
  const rest = (<usize>(nx + 2) << 4) - used;
  memory.fill(timeHat + used, 0, rest);
  memory.fill(spaceHat + used, 0, rest);
}

/** Adjoint of `tangent_rows_f64` with a weight per sum: overwrites the cotangents f64[B][nx][dim]. */
export function tangent_rows_pullback_f64(
  batch: usize,
  value: usize,
  alongT: usize,
  alongU: usize,
  ofResidual: f64,
  ofTime: f64,
  ofSpace: f64,
  valueInto: usize,
  alongTInto: usize,
  alongUInto: usize,
  work: usize,
): void {
  begin(batch, work);
  const scale = f64x2.splat(timeScale);
  for (let a = 0; a < snapshots; a += 2) {
    const b = min(a + 1, snapshots - 1);
    spectra(a, b, value, alongT, alongU);
    cotangents(ofResidual, ofTime, ofSpace);
    irfft_pair_f64(plan, timeHat, rowB, scratch); // cotangent of D_t Q
    irfft_pair_f64(plan, spaceHat, rowA, scratch); // of F′Q
    const direct = spaceHat; // that of Q, what comes without a derivative …
    const spectral = timeHat; // … and what comes with one
    memory.fill(direct, 0, <usize>nx << 4);
    memory.fill(spectral, 0, <usize>(nx + 2) << 4);
    for (let n = 0; n < orders; ++n) {
      if (load<i32>(order + (<usize>n << 2)) == 0) times(a, b, n, rowA, direct, true);
      else {
        times(a, b, n, rowA, rowC, false);
        rfft_pair_f64(plan, rowC, spare, scratch);
        differentiate(spare, n, true, spectral, true);
      }
    }
    irfft_pair_f64(plan, spectral, rowC, scratch);

    const apart = (<usize>(b - a) * nx) << 3;
    const across = apart * dim;
    let at = (<usize>a * nx * dim) << 3;
    let u = rate + ((<usize>a * nx) << 3);
    for (let j: usize = 0; j < <usize>nx; ++j, u += 8) {
      const pace = pair(u, u + apart);
      const along = v128.load(rowB + (j << 4));
      const characteristic = f64x2.add(v128.load(rowC + (j << 4)), v128.load(direct + (j << 4)));
      for (let c = 0; c < dim; ++c, at += 8) {
        const to = at + across;
        const factor = pair(q + at, q + to);
        const flow = f64x2.mul(factor, along);
        const rest = f64x2.mul(pair(r + at, r + to), along);
        unpair(madd_f64(factor, characteristic, rest), valueInto + at, valueInto + to);
        unpair(f64x2.mul(flow, scale), alongTInto + at, alongTInto + to);
        unpair(f64x2.mul(flow, pace), alongUInto + at, alongUInto + to);
      }
    }
  }
}
