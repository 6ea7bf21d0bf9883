/** What rows on a uniform periodic grid lend themselves to through their Fourier coefficients. */
import { wholePower } from "../engine/elementary.js";
import { InputError } from "../engine/error.js";
import type { FourierKernels } from "../engine/kernels.js";

/**
 * x derivatives of rows [n, nx] of period `length`: entry k of the result is the k-th, entry 0 the rows themselves.
 * Mode nx/2 is zero for odd k, as its derivative's sine vanishes on the grid. Cost: highest + 1 transforms per row.
 */
export function spectralDerivatives(
  kernels: FourierKernels,
  rows: Float64Array,
  nx: number,
  length: number,
  highest: number,
): Float64Array[] {
  const derivatives = [rows];
  if (highest === 0) return derivatives;
  const spectra = spectraOf(kernels, rows, nx);
  const turned = new Float64Array(spectra.length);
  for (let k = 1; k <= highest; k++) {
    for (let at = 0; at < spectra.length; at += 2) {
      const mode = (at % (nx + 2)) / 2;
      const size = k % 2 === 1 && mode === nx / 2 ? 0 : wholePower((2 * Math.PI * mode) / length, k);
      const sign = k % 4 < 2 ? size : -size; // i^k = 1, i, −1, −i
      const re = spectra[at]!;
      const im = spectra[at + 1]!;
      turned[at] = k % 2 === 0 ? sign * re : -sign * im;
      turned[at + 1] = k % 2 === 0 ? sign * im : sign * re;
    }
    const derivative = new Float64Array(rows.length);
    kernels.irfft(nx, turned, derivative);
    derivatives.push(derivative);
  }
  return derivatives;
}

/** Rows [n, nx] with the modes above `highest` removed. */
export function lowPass(kernels: FourierKernels, rows: Float64Array, nx: number, highest: number): Float64Array {
  const spectra = spectraOf(kernels, rows, nx);
  for (let row = 0; row < spectra.length; row += nx + 2)
    spectra.fill(0, Math.min(row + 2 * (Math.floor(highest) + 1), row + nx + 2), row + nx + 2);
  const passed = new Float64Array(rows.length);
  kernels.irfft(nx, spectra, passed);
  return passed;
}

/** Rows [n, nx] interpolated by their trigonometric polynomials on `factor` times as many points; mode nx/2 as a cosine. */
export function refine(kernels: FourierKernels, rows: Float64Array, nx: number, factor: number): Float64Array {
  const spectra = spectraOf(kernels, rows, nx);
  const fine = factor * nx;
  const count = rows.length / nx;
  const wide = new Float64Array(count * (fine + 2));
  for (let row = 0; row < count; row++) {
    const at = row * (fine + 2);
    wide.set(spectra.subarray(row * (nx + 2), (row + 1) * (nx + 2)), at);
    if (factor > 1) wide[at + nx]! *= 0.5; // the cosine is now two modes, ±nx/2
  }
  for (let i = 0; i < wide.length; i++) wide[i]! *= factor;
  const refined = new Float64Array(count * fine);
  kernels.irfft(fine, wide, refined);
  return refined;
}

/** Spectra [n, nx/2 + 1, 2] of rows [n, nx]. */
export function spectraOf(kernels: FourierKernels, rows: Float64Array, nx: number): Float64Array {
  if (rows.length % nx !== 0)
    throw new InputError(`${rows.length} numbers are not whole rows of ${nx}; pass an array [rows, ${nx}]`);
  const spectra = new Float64Array((rows.length / nx) * (nx + 2));
  kernels.rfft(nx, rows, spectra);
  return spectra;
}
