/** The highest Fourier mode worth keeping of snapshots, chosen from their spectrum. */
import { InputError } from "../engine/error.js";
import type { FourierKernels } from "../engine/kernels.js";
import { type Grid, spectraOn, transformOf } from "./grid.js";

export interface Cut {
  readonly mode: number; // highest kept, along each axis
  readonly floor: number; // noise of one mode relative to the largest: the median of the upper third; 0 where that still decays
  readonly reason: string; // why there, for people
}

export const CUT = {
  above: 20, // times the floor in mean power: one snapshot's noise reaches that in 1e-6 of modes
  faint: 1e-7, // of the largest mode: what is smaller adds more rounding to high derivatives than it adds of u
  fewest: 4, // modes
  flat: 3, // ratio of powers of the two halves of the upper third up to which it is noise; signal that decays otherwise
} as const;

/**
 * Cut of rows [count, nx(, ny)]: the last mode whose power, averaged over the rows, stands above the noise and above faintness; never beyond a
 * third of the points (products of two modes kept then alias onto none of them), nor below mode 4. In two dimensions a mode is max(|m|, |n|), its power
 * the mean over those of that number.
 */
export function lowPassCut(kernels: FourierKernels, rows: Float64Array, grid: Grid): Cut {
  const most = Math.floor(Math.min(grid.nx, grid.ny ?? grid.nx) / 3);
  const power = meanPower(kernels, rows, grid);
  const largest = power.reduce((most, value, m) => (m > 0 ? Math.max(most, value) : most), 0);
  if (!(largest > ROUNDING ** 2 * power[0]! && largest < Number.POSITIVE_INFINITY))
    throw new InputError(`the largest mode of the snapshots has power ${largest}; pass finite data that vary in space`);
  const upper = power.subarray(Math.ceil((2 * (power.length - 1)) / 3));
  const half = Math.floor(upper.length / 2);
  const decays = median(upper.subarray(0, half)) > CUT.flat * median(upper.subarray(half));
  const noise = decays ? 0 : median(upper);
  const lastAbove = (level: number): number => {
    let last = power.length - 1;
    while (last > 0 && !(power[last]! > level)) last--;
    return last;
  };
  const [loud, clear] = [lastAbove(CUT.above * noise), lastAbove(CUT.faint ** 2 * largest)];
  const floor = Math.sqrt(noise / largest);
  const found = Math.min(loud, clear);
  if (loud === 0)
    return { mode: CUT.fewest, floor, reason: "no mode stands above the noise; the fewest modes are kept" };
  if (found >= most) return { mode: most, floor, reason: "a third of the points, above which products alias" };
  const faint = `above it modes are below ${CUT.faint} of the largest`;
  const noisy = `above it modes drown in noise of ${floor.toExponential(1)} of the largest`;
  const reason = clear <= loud ? faint : noisy;
  return found < CUT.fewest
    ? { mode: CUT.fewest, floor, reason: `the fewest modes, though only ${found} stand out` }
    : { mode: found, floor, reason };
}

const ROUNDING = 1e-13; // of the mean

const median = (values: Float64Array): number => values.slice().sort()[Math.floor(values.length / 2)]!;

/** Mean |û|² by mode 0 … half the points (of the shorter axis), over rows and over modes of one number. */
function meanPower(kernels: FourierKernels, rows: Float64Array, grid: Grid): Float64Array {
  const transform = transformOf(kernels, grid);
  const spectra = spectraOn(transform, rows);
  const power = new Float64Array(Math.min(grid.nx, grid.ny ?? grid.nx) / 2 + 1);
  const counts = new Float64Array(power.length);
  transform.numbers.forEach(({ m, n }, i) => {
    const mode = Math.max(Math.abs(m), n);
    if (mode >= power.length) return;
    for (let at = 2 * i; at < spectra.length; at += 2 * transform.modes) {
      power[mode]! += spectra[at]! ** 2 + spectra[at + 1]! ** 2;
      counts[mode]!++;
    }
  });
  return power.map((sum, mode) => sum / counts[mode]!);
}
