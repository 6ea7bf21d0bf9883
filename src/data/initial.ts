/** Random initial data on a periodic grid: sums of sines, or all low Fourier modes alike. */
import { cos, sin } from "../engine/elementary.js";
import { InputError } from "../engine/error.js";
import type { Stream } from "../engine/random.js";
import type { FourierData, InitialData, SineSums } from "../equation/catalogue.js";
import type { Equation } from "../equation/equation.js";
import { type Grid, places } from "./grid.js";

/**
 * States [count, components · timeOrder, nx(, ny)], field by field from one stream: the first states do not depend on how many follow. Sums of
 * sines vary in x only; a mean is that of the components, not of their u_t.
 */
export function initialStates(
  draw: Stream,
  initial: InitialData,
  count: number,
  { components, timeOrder }: Equation,
  grid: Grid,
): Float64Array {
  const fields = count * components.length * timeOrder;
  const { ny = 1 } = grid;
  if (initial.kind !== "fourier") {
    const lines = initialData(draw, initial, fields, grid.nx);
    return ny === 1 ? lines : Float64Array.from({ length: lines.length * ny }, (_, i) => lines[Math.floor(i / ny)]!);
  }
  const states = fourierData(draw, initial, fields, grid);
  const { mean = 0 } = initial;
  const own = components.length * places(grid);
  return mean === 0 ? states : states.map((v, i) => (i % (timeOrder * own) < own ? v + mean : v));
}

/** Rows [count, nx], each Σ A sin(2π l x/L + phase) with its own draws (Brandstetter, Welling & Worrall 2022, appendix). */
export function initialData(draw: Stream, { sines, lowest, above }: SineSums, count: number, nx: number): Float64Array {
  const u0 = new Float64Array(count * nx);
  for (let row = 0; row < count; row++)
    for (let s = 0; s < sines; s++) {
      const amplitude = draw.uniform() - 0.5;
      const frequency = draw.integer(lowest, above);
      const phase = 2 * Math.PI * draw.uniform();
      for (let i = 0; i < nx; i++)
        u0[row * nx + i]! += amplitude * sin((2 * Math.PI * ((frequency * i) % nx)) / nx + phase);
    }
  return u0;
}

/**
 * Rows [count, nx(, ny)] of mean 0: Σ a cos(mX + nY) + b sin(mX + nY) over 0 < max(|m|, |n|) ≤ modes, one of each ± pair, X and Y the
 * coordinates times 2π/period, a and b normal and scaled so that a row's mean square is `amplitude`² on average.
 */
function fourierData(draw: Stream, { modes, amplitude }: FourierData, count: number, grid: Grid): Float64Array {
  const { nx, ny = 1 } = grid;
  if (2 * modes >= nx || (ny > 1 && 2 * modes >= ny))
    throw new InputError(
      `initial data have modes up to ${modes}, so more than ${2 * modes} points are needed; pass them`,
    );
  const highest = ny === 1 ? 0 : modes;
  const numbers: [m: number, n: number][] = [];
  for (let n = 0; n <= highest; n++) for (let m = n === 0 ? 1 : -modes; m <= modes; m++) numbers.push([m, n]);
  const size = amplitude / Math.sqrt(numbers.length);
  const wave = (n: number, of: (angle: number) => number): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => of((2 * Math.PI * i) / n));
  const [cosX, sinX, cosY, sinY] = [wave(nx, cos), wave(nx, sin), wave(ny, cos), wave(ny, sin)];
  const u0 = new Float64Array(count * places(grid));
  for (let row = 0; row < count; row++)
    for (const [m, n] of numbers) {
      const a = size * draw.normal();
      const b = size * draw.normal();
      for (let i = 0, at = row * nx * ny; i < nx; i++) {
        const p = (((m * i) % nx) + nx) % nx;
        for (let j = 0; j < ny; j++, at++) {
          const q = (n * j) % ny;
          const cosine = cosX[p]! * cosY[q]! - sinX[p]! * sinY[q]!;
          u0[at]! += a * cosine + b * (sinX[p]! * cosY[q]! + cosX[p]! * sinY[q]!);
        }
      }
    }
  return u0;
}
