/**
 * Weak-form rows of the tangent score in plain TypeScript, and their adjoint: the check on the others and the fall-back.
 *
 * A field v is a symmetry of u_t = F exactly when R = D_t Q − F′[u] Q vanishes on solutions, Q its characteristic (Olver
 * 1993, §5.1). R is tested against Fourier modes. Cost: 2 + 2 (orders ≥ 1) transforms of nx per snapshot, twice that back.
 */
import { wholePower } from "../elementary.js";
import type { FourierKernels, SnapshotBatch, TangentKernels } from "../kernels.js";
import { snapshotCount } from "../snapshots.js";

/** Real spectrum of one row, [nx/2 + 1, 2]. */
type Spectrum = Float64Array;

export function tangentOracle(fourier: FourierKernels): TangentKernels {
  const rfft = (row: Float64Array): Spectrum => {
    const out = new Float64Array(row.length + 2);
    fourier.rfft(row.length, row, out);
    return out;
  };
  const irfft = (spectrum: Spectrum): Float64Array => {
    const out = new Float64Array(spectrum.length - 2);
    fourier.irfft(out.length, spectrum, out);
    return out;
  };

  /** ∂x^k of a row, or (−1)^k of it, the adjoint. */
  const derivative = (batch: SnapshotBatch, k: number, row: Float64Array, adjoint = false): Float64Array => {
    const spectrum = rfft(row);
    const half = batch.nx / 2;
    for (let m = 0; m <= half; m++) {
      const size =
        m === half && k % 2 === 1 ? 0 : wholePower(m * batch.wavenumber, k) * (adjoint && k % 2 === 1 ? -1 : 1);
      const re = spectrum[2 * m]! * size;
      const im = spectrum[2 * m + 1]! * size;
      const turned = [
        [re, im],
        [-im, re],
        [-re, -im],
        [im, -re],
      ][k % 4]!; // times i^k
      spectrum.set(turned, 2 * m);
    }
    return irfft(spectrum);
  };

  const row = (batch: SnapshotBatch, b: number, n: number): Float64Array =>
    batch.frechet.subarray((b * batch.orders.length + n) * batch.nx, (b * batch.orders.length + n + 1) * batch.nx);

  /** Spectra of D_t Q and F′Q of snapshot b, scaled by 1/nx. */
  const spectra = (
    batch: SnapshotBatch,
    b: number,
    value: Float64Array,
    alongT: Float64Array,
    alongU: Float64Array,
  ): { D: Spectrum; P: Spectrum } => {
    const { nx, dim, q, r } = batch;
    const Q = new Float64Array(nx);
    const D = new Float64Array(nx);
    const P = new Float64Array(nx);
    for (let i = 0; i < nx; i++)
      for (let c = 0; c < dim; c++) {
        const at = (b * nx + i) * dim + c;
        const total = alongT[at]! * batch.timeScale + alongU[at]! * batch.rate[b * nx + i]!;
        Q[i]! += q[at]! * value[at]!;
        D[i]! += q[at]! * total + r[at]! * value[at]!;
      }
    batch.orders.forEach((k, n) => {
      const f = row(batch, b, n);
      derivative(batch, k, Q).forEach((d, i) => {
        P[i]! += f[i]! * d;
      });
    });
    return { D: rfft(D).map((c) => c / nx), P: rfft(P).map((c) => c / nx) };
  };

  return {
    tangentRows(batch, value, alongT, alongU) {
      const count = snapshotCount(batch, value, alongT, alongU);
      const sums: [number, number, number] = [0, 0, 0];
      for (let b = 0; b < count; b++) {
        const { D, P } = spectra(batch, b, value, alongT, alongU);
        const own = [0, 0, 0]; // added up by snapshot, so that the sums do not depend on how batches are cut
        batch.weight.forEach((w, m) => {
          const twice = m > 0 ? 2 * w : w;
          const square = (re: number, im: number): number => twice * (re * re + im * im);
          own[0]! += square(D[2 * m]! - P[2 * m]!, D[2 * m + 1]! - P[2 * m + 1]!);
          own[1]! += square(D[2 * m]!, D[2 * m + 1]!);
          own[2]! += square(P[2 * m]!, P[2 * m + 1]!);
        });
        for (const i of [0, 1, 2] as const) sums[i] += own[i]!;
      }
      return sums;
    },

    tangentRowsPullback(batch, value, alongT, alongU, weights, valueInto, alongTInto, alongUInto) {
      const count = snapshotCount(batch, value, alongT, alongU, valueInto, alongTInto, alongUInto);
      const { nx, dim, q, r } = batch;
      const [residual, time, space] = weights;
      for (let b = 0; b < count; b++) {
        const { D, P } = spectra(batch, b, value, alongT, alongU);
        const dBar = new Float64Array(nx + 2);
        const pBar = new Float64Array(nx + 2);
        batch.weight.forEach((w, m) => {
          for (const at of [2 * m, 2 * m + 1]) {
            const R = D[at]! - P[at]!;
            dBar[at] = 2 * w * (residual * R + time * D[at]!);
            pBar[at] = 2 * w * (space * P[at]! - residual * R);
          }
        });
        const along = irfft(dBar);
        const across = irfft(pBar);
        const qBar = new Float64Array(nx);
        batch.orders.forEach((k, n) => {
          const f = row(batch, b, n);
          derivative(
            batch,
            k,
            across.map((p, i) => p * f[i]!),
            true,
          ).forEach((d, i) => {
            qBar[i]! += d;
          });
        });
        for (let i = 0; i < nx; i++)
          for (let c = 0; c < dim; c++) {
            const at = (b * nx + i) * dim + c;
            valueInto[at] = q[at]! * qBar[i]! + r[at]! * along[i]!;
            alongTInto[at] = q[at]! * batch.timeScale * along[i]!;
            alongUInto[at] = q[at]! * batch.rate[b * nx + i]! * along[i]!;
          }
      }
    },
  };
}
