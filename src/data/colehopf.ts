/**
 * Burgers' equation through the heat equation: u = −2ν ψ_x/ψ solves u_t = −u u_x + ν u_xx where ψ_t = ν ψ_xx
 * (Cole 1951; Hopf 1950). Exact in time.
 */
import { exp } from "../engine/elementary.js";
import { InputError, NumericalError } from "../engine/error.js";
import type { FourierKernels } from "../engine/kernels.js";
import { checkTimes } from "./simulate.js";
import { refine, spectraOf } from "./spectral.js";
import type { Trajectories } from "./trajectories.js";

export interface ColeHopf {
  readonly nu: number;
  readonly length: number; // period in x
  readonly nx: number;
  readonly times: Float64Array; // outputs, increasing, from 0
  readonly first?: number; // number of the first row among all trajectories, for messages; default 0
}

const STEEPNESS = 10; // ψ at t = 0 ranges from 1 to e^10 (Ko, Kim & Lee 2024)
const FINER = 4; // ψ lives on this many times the points: exp widens a row's band, and fronts narrow to a grid spacing

/**
 * Solutions whose ψ at t = 0 is exp(10 w), w the rows given [n, nx] brought to the range [0, 1].
 * Note that u at t = 0 is −20 ν w_x, not the row given. Cost: two transforms of 4 nx points per output.
 */
export function coleHopf(
  kernels: FourierKernels,
  { nu, length, nx, times, first = 0 }: ColeHopf,
  rows: Float64Array,
): Trajectories {
  checkTimes(times);
  const n = rows.length / nx;
  const fine = FINER * nx;
  const psi = refine(kernels, unitRange(rows, nx, first), nx, FINER).map((w) => exp(STEEPNESS * w));
  const spectra = spectraOf(kernels, psi, fine);
  const decayed = new Float64Array(spectra.length);
  const slopes = new Float64Array(spectra.length);
  const slope = new Float64Array(psi.length);
  const u = new Float64Array(n * times.length * nx);
  for (const [output, time] of times.entries()) {
    for (let at = 0; at < spectra.length; at += 2) {
      const mode = (at % (fine + 2)) / 2;
      const k = (2 * Math.PI * mode) / length;
      const decay = exp(-nu * k * k * time);
      decayed[at] = decay * spectra[at]!;
      decayed[at + 1] = decay * spectra[at + 1]!;
      slopes[at] = mode === fine / 2 ? 0 : -k * decayed[at + 1]!;
      slopes[at + 1] = mode === fine / 2 ? 0 : k * decayed[at]!;
    }
    kernels.irfft(fine, decayed, psi);
    kernels.irfft(fine, slopes, slope);
    for (let row = 0; row < n; row++)
      for (let i = 0; i < nx; i++) {
        const at = row * fine + FINER * i;
        if (!(psi[at]! > 0))
          throw new NumericalError(
            `trajectory ${first + row} lost the positive sign of its potential at t = ${time}; take smoother initial data`,
          );
        u[(row * times.length + output) * nx + i] = (-2 * nu * slope[at]!) / psi[at]!;
      }
  }
  const x = Float64Array.from({ length: nx }, (_, i) => (i * length) / nx);
  return { u, n, nt: times.length, components: 1, nx, x, t: times.slice(), length };
}

function unitRange(rows: Float64Array, nx: number, first: number): Float64Array {
  const scaled = rows.slice();
  for (let at = 0; at < rows.length; at += nx) {
    const row = scaled.subarray(at, at + nx);
    const low = Math.min(...row);
    const range = Math.max(...row) - low;
    if (!(range > 0 && range < Number.POSITIVE_INFINITY))
      throw new InputError(`initial row ${first + at / nx} ranges over ${range}; pass finite, non-constant rows`);
    for (let i = 0; i < nx; i++) row[i] = (row[i]! - low) / range;
  }
  return scaled;
}
