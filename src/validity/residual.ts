/**
 * Two measures of how far u_t is from Σ terms on the cells of a grid, both relative to the terms: the sum of absolute values, which is what
 * the flow score is and certificates quote, and a low-passed root of squares, which is what is easy to learn by.
 */
import { type FourierKernels, type GridKernels, type GridShape, gridMargin } from "../engine/kernels.js";

/** u_t and the terms of F of one component on a grid. */
export interface Sides {
  readonly ut: Float64Array; // [nt·nx]
  readonly terms: Float64Array; // [count, nt·nx]
}

export interface Measured {
  readonly residual: number;
  readonly scale: number;
  /** Cotangents of log(residual/scale) for each component; the residual must not be 0. */
  pullback(): Sides[];
}

/** Measures all components on the cells where `mask` [nt·nx] is 1. */
export type ResidualMeasure = (grid: GridShape, sides: readonly Sides[], mask: Float64Array) => Measured;

/** Σ|u_t − Σ terms| over Σ(|u_t| + Σ|terms|). */
export const absolute =
  (kernels: GridKernels): ResidualMeasure =>
  (_, sides, mask) => {
    let residual = 0;
    let scale = 0;
    for (const { ut, terms } of sides) {
      const [part, whole] = kernels.residual(ut, terms, mask);
      residual += part;
      scale += whole;
    }
    const pullback = (): Sides[] =>
      sides.map(({ ut, terms }) => {
        const bar = { ut: new Float64Array(ut.length), terms: new Float64Array(terms.length) };
        kernels.residualPullback(ut, terms, mask, 1 / residual, -1 / scale, bar.ut, bar.terms);
        return bar;
      });
    return { residual, scale, pullback };
  };

/**
 * ‖W(u_t − Σ terms)‖ over the root of ‖W u_t‖² + Σ‖W term‖², W² = 1/(1 + (k/k0)²) on mode k of each row in the index i: the tangent score's
 * weak form, on moved data. Rows are whole periods of even length 2^a 3^b 5^c.
 *
 * Beside the sum of absolute values it makes a drift of u in time cost as much as a wave of the same size, whose slopes would drown it, and
 * its gradient shrinks with the residual.
 */
export const lowPassed =
  (kernels: FourierKernels, k0: number): ResidualMeasure =>
  (grid, sides, mask) => {
    const rows = inner(grid);
    const taken = mask.subarray(rows.from, rows.to);
    let residual = 0;
    let scale = 0;
    const passed = sides.map(({ ut, terms }) => {
      const n = ut.length;
      const parts = [ut, ...Array.from({ length: terms.length / n }, (_, k) => terms.subarray(k * n, (k + 1) * n))].map(
        (part) => masked(part.subarray(rows.from, rows.to), taken),
      );
      const [rate, ...others] = parts as [Float64Array, ...Float64Array[]];
      const off = rate.slice();
      for (const other of others) for (let i = 0; i < off.length; i++) off[i]! -= other[i]!;
      const own = lowPass(kernels, grid.nx, k0, off);
      residual += dot(off, own);
      const each = parts.map((part) => lowPass(kernels, grid.nx, k0, part));
      each.forEach((p, k) => {
        scale += dot(parts[k]!, p);
      });
      return { own, each };
    });
    const pullback = (): Sides[] =>
      sides.map(({ ut, terms }, c) => {
        const n = ut.length;
        const bar = { ut: new Float64Array(n), terms: new Float64Array(terms.length) };
        const { own, each } = passed[c]!;
        for (let i = 0; i < own.length; i++) {
          if (taken[i] === 0) continue;
          const at = rows.from + i;
          bar.ut[at] = own[i]! / residual - each[0]![i]! / scale;
          for (let k = 1; k < each.length; k++)
            bar.terms[(k - 1) * n + at] = -own[i]! / residual - each[k]![i]! / scale;
        }
        return bar;
      });
    return { residual: Math.sqrt(residual), scale: Math.sqrt(scale), pullback };
  };

/** The rows that derivatives reach, as a range of places. */
function inner(grid: GridShape): { from: number; to: number } {
  const margin = gridMargin(grid);
  return { from: margin * grid.nx, to: (grid.nt - margin) * grid.nx };
}

const masked = (x: Float64Array, mask: Float64Array): Float64Array => {
  const out = x.slice();
  for (let i = 0; i < out.length; i++) if (mask[i] === 0) out[i] = 0; // not a product: masked cells may be infinite
  return out;
};

/** W² applied to rows of length n. */
function lowPass(kernels: FourierKernels, n: number, k0: number, x: Float64Array): Float64Array {
  const modes = n / 2 + 1;
  const hat = new Float64Array((x.length / n) * modes * 2);
  kernels.rfft(n, x, hat);
  for (let i = 0; i < hat.length; i++) hat[i]! /= 1 + (((i >> 1) % modes) / k0) ** 2;
  const out = new Float64Array(x.length);
  kernels.irfft(n, hat, out);
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
