/** Uniform periodic grids in one or two space dimensions, and real functions on them as Fourier coefficients. */
import { wholePower } from "../engine/elementary.js";
import { InputError } from "../engine/error.js";
import type { FourierKernels } from "../engine/kernels.js";

/** Trajectories are on one. */
export interface Grid {
  readonly nx: number;
  readonly length: number; // period in x
  readonly ny?: number; // absent in one dimension
  readonly lengthY?: number; // period in y
}

export const places = ({ nx, ny = 1 }: Grid): number => nx * ny;

/** The grid's points along an axis, from 0. */
export const axis = (n: number, length: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => (i * length) / n);

/** Times differentiated in x and y. */
export type Orders = readonly [x: number, y: number];

/**
 * Transforms of rows [count, places] into spectra [count, modes, 2], unscaled, and back. In one dimension modes are m = 0 … nx/2; in
 * two they lie as [ny/2 + 1, nx]: n = 0 … ny/2 in y, and for each m = 0 … nx/2, then −nx/2 + 1 … −1 in x.
 */
export interface Transform {
  readonly places: number;
  readonly modes: number;
  readonly numbers: readonly { readonly m: number; readonly n: number }[]; // of each mode
  forward(rows: Float64Array, into: Float64Array): void;
  inverse(spectra: Float64Array, into: Float64Array): void;
  /** (ik)^a (il)^b for each mode as i^turn · size; 0 where an odd order meets the highest mode, as its sine vanishes on the grid. */
  symbol(orders: Orders): { readonly turn: number; readonly size: Float64Array };
}

/** Cost in two dimensions: one real transform in y and two of half as many rows in x. */
export function transformOf(kernels: FourierKernels, grid: Grid): Transform {
  const { nx, length, ny, lengthY } = grid;
  const both = ny === undefined ? alongX(kernels, nx) : alongBoth(kernels, nx, ny);
  const known = new Map<string, { turn: number; size: Float64Array }>();
  return {
    ...both,
    places: places(grid),
    modes: both.numbers.length,
    symbol([a, b]) {
      const key = `${a} ${b}`;
      const found = known.get(key);
      if (found) return found;
      const factor = (mode: number, order: number, count: number, period: number): number =>
        order % 2 === 1 && 2 * Math.abs(mode) === count ? 0 : wholePower((2 * Math.PI * mode) / period, order);
      const size = Float64Array.from(
        both.numbers,
        ({ m, n }) => factor(m, a, nx, length) * (b === 0 ? 1 : factor(n, b, ny ?? 1, lengthY ?? 1)),
      );
      const made = { turn: (a + b) % 4, size };
      known.set(key, made);
      return made;
    },
  };
}

type Ways = Pick<Transform, "numbers" | "forward" | "inverse">;

function alongX(kernels: FourierKernels, nx: number): Ways {
  return {
    numbers: Array.from({ length: nx / 2 + 1 }, (_, m) => ({ m, n: 0 })),
    forward: (rows, into) => kernels.rfft(nx, rows, into),
    inverse: (spectra, into) => kernels.irfft(nx, spectra, into),
  };
}

/** Complex columns go through real transforms as their real and imaginary parts: Z = A + iB, both Hermitian. */
function alongBoth(kernels: FourierKernels, nx: number, ny: number): Ways {
  const my = ny / 2 + 1;
  const width = nx + 2; // of a real column's spectrum
  let room = { count: 0, half: new Float64Array(0), columns: new Float64Array(0), spectra: new Float64Array(0) };
  const roomFor = (count: number): typeof room => {
    if (room.count !== count)
      room = {
        count,
        half: new Float64Array(count * nx * 2 * my),
        columns: new Float64Array(count * my * 2 * nx),
        spectra: new Float64Array(count * my * 2 * width),
      };
    return room;
  };
  return {
    numbers: Array.from({ length: my * nx }, (_, i) => {
      const m = i % nx;
      return { m: m <= nx / 2 ? m : m - nx, n: Math.floor(i / nx) };
    }),
    forward(rows, into) {
      const count = rows.length / (nx * ny);
      const { half, columns, spectra } = roomFor(count);
      kernels.rfft(ny, rows, half);
      for (let c = 0; c < count; c++)
        for (let i = 0; i < nx; i++)
          for (let j = 0, from = (c * nx + i) * 2 * my; j < my; j++, from += 2) {
            const to = (c * my + j) * 2 * nx + i;
            columns[to] = half[from]!;
            columns[to + nx] = half[from + 1]!;
          }
      kernels.rfft(nx, columns, spectra);
      for (let column = 0; column < count * my; column++) {
        const a = column * 2 * width;
        const b = a + width;
        const to = column * 2 * nx;
        for (let m = 0; m <= nx / 2; m++) {
          const [ar, ai, br, bi] = [
            spectra[a + 2 * m]!,
            spectra[a + 2 * m + 1]!,
            spectra[b + 2 * m]!,
            spectra[b + 2 * m + 1]!,
          ];
          into[to + 2 * m] = ar - bi;
          into[to + 2 * m + 1] = ai + br;
          if (m === 0 || m === nx / 2) continue;
          into[to + 2 * (nx - m)] = ar + bi;
          into[to + 2 * (nx - m) + 1] = br - ai;
        }
      }
    },
    inverse(from, into) {
      const count = into.length / (nx * ny);
      const { half, columns, spectra } = roomFor(count);
      for (let column = 0; column < count * my; column++) {
        const a = column * 2 * width;
        const b = a + width;
        const at = column * 2 * nx;
        for (let m = 0; m <= nx / 2; m++) {
          const plus = at + 2 * m;
          const minus = at + 2 * ((nx - m) % nx);
          spectra[a + 2 * m] = (from[plus]! + from[minus]!) / 2;
          spectra[a + 2 * m + 1] = (from[plus + 1]! - from[minus + 1]!) / 2;
          spectra[b + 2 * m] = (from[plus + 1]! + from[minus + 1]!) / 2;
          spectra[b + 2 * m + 1] = (from[minus]! - from[plus]!) / 2;
        }
      }
      kernels.irfft(nx, spectra, columns);
      for (let c = 0; c < count; c++)
        for (let i = 0; i < nx; i++)
          for (let j = 0, to = (c * nx + i) * 2 * my; j < my; j++, to += 2) {
            const at = (c * my + j) * 2 * nx + i;
            half[to] = columns[at]!;
            half[to + 1] = columns[at + nx]!;
          }
      kernels.irfft(ny, half, into);
    },
  };
}

/** into = (ik)^a (il)^b · spectra, [count, modes, 2]. */
export function differentiate(
  { modes, symbol }: Transform,
  spectra: Float64Array,
  orders: Orders,
  into: Float64Array,
): void {
  const { turn, size } = symbol(orders);
  const sign = turn < 2 ? 1 : -1; // i^turn = 1, i, −1, −i
  for (let row = 0; row < spectra.length; row += 2 * modes)
    for (let m = 0, at = row; m < modes; m++, at += 2) {
      const factor = sign * size[m]!;
      const re = spectra[at]!;
      const im = spectra[at + 1]!;
      into[at] = turn % 2 === 0 ? factor * re : -factor * im;
      into[at + 1] = turn % 2 === 0 ? factor * im : factor * re;
    }
}

/** Derivatives of rows [count, nx(, ny)] for each of `orders`, from one forward transform; orders [0, 0] give the rows themselves. */
export function spectralJets(
  kernels: FourierKernels,
  rows: Float64Array,
  grid: Grid,
  orders: readonly Orders[],
): Float64Array[] {
  const transform = transformOf(kernels, grid);
  const spectra = spectraOn(transform, rows);
  const turned = new Float64Array(spectra.length);
  return orders.map((order) => {
    if (order[0] === 0 && order[1] === 0) return rows;
    differentiate(transform, spectra, order, turned);
    const derivative = new Float64Array(rows.length);
    transform.inverse(turned, derivative);
    return derivative;
  });
}

/** Spectra [count, modes, 2] of rows [count, places]. */
export function spectraOn(transform: Transform, rows: Float64Array): Float64Array {
  const { places, modes } = transform;
  if (rows.length % places !== 0)
    throw new InputError(
      `${rows.length} numbers are not whole rows of ${places}; pass an array [rows, nx] or [rows, nx, ny]`,
    );
  const spectra = new Float64Array((rows.length / places) * 2 * modes);
  transform.forward(rows, spectra);
  return spectra;
}
