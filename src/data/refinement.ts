/** A grid with several times as many points, and rows carried to it and back. */
import type { FourierKernels } from "../engine/kernels.js";
import { type Grid, spectraOn, transformOf } from "./grid.js";

/** The grid with `factor` times as many points along each axis. */
export const finer = (grid: Grid, factor: number): Grid => ({
  ...grid,
  nx: factor * grid.nx,
  ...(grid.ny === undefined ? {} : { ny: factor * grid.ny }),
});

/** Rows on a grid interpolated on the finer one by their trigonometric polynomials; modes n/2, which are not resolved, are left out. */
export function interpolate(kernels: FourierKernels, rows: Float64Array, grid: Grid, factor: number): Float64Array {
  const [coarse, fine] = [transformOf(kernels, grid), transformOf(kernels, finer(grid, factor))];
  const spectra = spectraOn(coarse, rows);
  const count = rows.length / coarse.places;
  const wide = new Float64Array(count * 2 * fine.modes);
  const scale = fine.places / coarse.places;
  coarse.numbers.forEach(({ m, n }, i) => {
    if (2 * Math.abs(m) === grid.nx || 2 * n === grid.ny) return;
    const j = m >= 0 ? m + n * factor * grid.nx : m + (n + 1) * factor * grid.nx;
    for (let row = 0; row < count; row++)
      for (const part of [0, 1])
        wide[2 * (row * fine.modes + j) + part] = scale * spectra[2 * (row * coarse.modes + i) + part]!;
  });
  const refined = new Float64Array(count * fine.places);
  fine.inverse(wide, refined);
  return refined;
}

/** Rows on the finer grid at the points of this one. */
export function decimate(rows: Float64Array, grid: Grid, factor: number): Float64Array {
  const { nx, ny = 1 } = grid;
  const [step, across] = [ny === 1 ? 1 : factor * ny, ny === 1 ? 1 : factor];
  const size = factor * nx * (ny === 1 ? 1 : factor * ny);
  const own = nx * ny;
  return Float64Array.from({ length: (rows.length / size) * own }, (_, i) => {
    const place = i % own;
    return rows[Math.floor(i / own) * size + factor * Math.floor(place / ny) * step + (place % ny) * across]!;
  });
}
