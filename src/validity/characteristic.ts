/**
 * The characteristic of a field on snapshots, and its derivative along solutions, as arrays the tangent rows contract with a
 * field's jets: Q = Σ_c q_c v_c with q = (−L u_x, −T u_t, scale of u), D_t Q by the chain rule (Olver 1993, section 2.4).
 *
 * Time derivatives come from the equation, u_t = F, u_tt = F′[F] + ∂F/∂t, so every smooth snapshot stands alone.
 */
import type { Chart } from "../data/chart.js";
import { spectralDerivatives } from "../data/spectral.js";
import type { FourierKernels, SnapshotBatch } from "../engine/kernels.js";
import type { Equation, Jet } from "../equation/equation.js";

/** Snapshots of a scalar equation with all that a tangent score needs of them. */
export interface Snapshots extends SnapshotBatch {
  readonly count: number; // B
  readonly points: Float64Array; // [B, nx, 3], normalised
}

/** Weight of tested mode k: 1/(1 + (k/k0)²) up to nx/4, with k0 the mode nx/32. */
export function modeWeights(nx: number): Float64Array {
  return Float64Array.from({ length: Math.floor(nx / 4) + 1 }, (_, k) => 1 / (1 + (k / (nx / 32)) ** 2));
}

/**
 * Builds the arrays for `rows` [B, nx] taken at `times` [B].
 *
 * Cost: order + 2 + order transforms per snapshot. The rows should be low-passed already (products alias otherwise).
 */
export function snapshots(
  kernels: FourierKernels,
  equation: Equation,
  chart: Chart,
  rows: Float64Array,
  times: Float64Array,
  length: number,
): Snapshots {
  const count = times.length;
  const nx = count === 0 ? 0 : rows.length / count;
  const n = count * nx;
  const jet = snapshotJet(kernels, equation.order, rows, times, nx, length);
  const room = new Float64Array(n);
  const total = new Float64Array(n); // F
  for (const term of equation.terms) {
    term.value(jet, room);
    for (let i = 0; i < n; i++) total[i]! += room[i]!;
  }
  const partials = frechet(equation, jet, n);
  const highest = Math.max(1, ...partials.orders);
  const along = spectralDerivatives(kernels, total, nx, length, highest); // D_x^k F
  const second = new Float64Array(n); // u_tt
  for (const term of equation.terms) {
    if (!term.alongT) continue;
    term.alongT(jet, room);
    for (let i = 0; i < n; i++) second[i]! += room[i]!;
  }
  partials.orders.forEach((order, index) => {
    const value = partials.values[index]!;
    const derivative = order === 0 ? total : along[order]!;
    for (let i = 0; i < n; i++) second[i]! += value[i]! * derivative[i]!;
  });

  const [lengthX, lengthT, lengthU] = chart.scale as unknown as [number, number, number];
  const q = new Float64Array(3 * n);
  const r = new Float64Array(3 * n);
  const rate = new Float64Array(n);
  const points = new Float64Array(3 * n);
  const mixed = along[1]!; // u_xt
  const slope = jet.u[0]![1]!;
  for (let i = 0; i < n; i++) {
    q[3 * i] = -lengthX * slope[i]!;
    q[3 * i + 1] = -lengthT * total[i]!;
    q[3 * i + 2] = lengthU;
    r[3 * i] = -lengthX * mixed[i]!;
    r[3 * i + 1] = -lengthT * second[i]!;
    rate[i] = total[i]! / lengthU;
    points[3 * i] = (jet.x[i]! - chart.offset[0]!) / lengthX;
    points[3 * i + 1] = (jet.t[i]! - chart.offset[1]!) / lengthT;
    points[3 * i + 2] = (jet.u[0]![0]![i]! - chart.offset[2]!) / lengthU;
  }
  const packed = new Float64Array(partials.orders.length * n); // [B, orders, nx]
  partials.values.forEach((value, index) => {
    for (let b = 0; b < count; b++) {
      packed.set(value.subarray(b * nx, (b + 1) * nx), (b * partials.values.length + index) * nx);
    }
  });
  return {
    count,
    nx,
    dim: 3,
    points,
    q,
    r,
    rate,
    timeScale: 1 / lengthT,
    orders: Int32Array.from(partials.orders),
    frechet: packed,
    wavenumber: (2 * Math.PI) / length,
    weight: modeWeights(nx),
  };
}

/** The snapshots of `from` named by `indices`, in that order. */
export function pick(from: Snapshots, indices: ArrayLike<number>): Snapshots {
  const take = (array: Float64Array): Float64Array => {
    const width = array.length / from.count;
    const out = new Float64Array(indices.length * width);
    for (let b = 0; b < indices.length; b++) {
      out.set(array.subarray(indices[b]! * width, (indices[b]! + 1) * width), b * width);
    }
    return out;
  };
  return {
    ...from,
    count: indices.length,
    points: take(from.points),
    q: take(from.q),
    r: take(from.r),
    rate: take(from.rate),
    frechet: take(from.frechet),
  };
}

/** u and its x derivatives on snapshots as the jet the equation's functions take. */
function snapshotJet(
  kernels: FourierKernels,
  order: number,
  rows: Float64Array,
  times: Float64Array,
  nx: number,
  length: number,
): Jet {
  const x = new Float64Array(rows.length);
  const t = new Float64Array(rows.length);
  for (let b = 0; b < times.length; b++) {
    for (let i = 0; i < nx; i++) {
      x[b * nx + i] = (i * length) / nx;
      t[b * nx + i] = times[b]!;
    }
  }
  return { x, t, u: [[rows, ...spectralDerivatives(kernels, rows, nx, length, Math.max(1, order)).slice(1)]] };
}

/** ∂F/∂u_k summed over the terms, for each k that occurs, in increasing order. */
function frechet(equation: Equation, jet: Jet, n: number): { orders: number[]; values: Float64Array[] } {
  const sums = new Map<number, Float64Array>();
  const room = new Float64Array(n);
  for (const term of equation.terms) {
    for (const partial of term.partials) {
      partial.value(jet, room);
      const sum = sums.get(partial.order) ?? new Float64Array(n);
      for (let i = 0; i < n; i++) sum[i]! += room[i]!;
      sums.set(partial.order, sum);
    }
  }
  const orders = [...sums.keys()].sort((a, b) => a - b);
  return { orders, values: orders.map((k) => sums.get(k)!) };
}
