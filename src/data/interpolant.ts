/**
 * A trajectory as a function of (x, t) between its places: in x its trigonometric polynomial, on a finer grid and by local polynomials between
 * that grid's points; in t local polynomials through the nearest outputs. Source: Berrut & Trefethen (2004), Barycentric Lagrange
 * Interpolation, eqs. 3.2, 4.2.
 */
import type { FourierKernels, Surface } from "../engine/kernels.js";
import { uniformWeights } from "../engine/lagrange.js";
import { refine } from "./spectral.js";
import type { Trajectories } from "./trajectories.js";

const FINER = 4; // times as many points in x: the shortest wave of the data then has 8
const ALONG_X = 12; // points of a local polynomial; with them waves of half the data's highest number are exact to 1e-9, the highest to 1e-5
const ALONG_T = 12; // fewer where there are fewer outputs

export class Interpolant {
  readonly components: number;
  private readonly rows: Float64Array; // [nt, components, FINER · nx]
  private readonly fine: number;
  private readonly weightX = uniformWeights(ALONG_X);
  private readonly pointsT: number;
  private readonly weightsT = new Map<number, Float64Array>(); // by first output
  private readonly x = new Float64Array(ALONG_X);
  private readonly t: Float64Array;

  /** One trajectory in one space dimension. Memory: 4 times the trajectory's. */
  constructor(
    kernels: FourierKernels,
    private readonly data: Trajectories,
    trajectory: number,
  ) {
    const { nt, nx, components } = data;
    const own = nt * components * nx;
    this.components = components;
    this.fine = FINER * nx;
    this.rows = refine(kernels, data.u.slice(trajectory * own, (trajectory + 1) * own), nx, FINER);
    this.pointsT = Math.min(ALONG_T, nt);
    this.t = new Float64Array(this.pointsT);
  }

  /**
   * Value at (x, t) → `into[at …]`, `components` numbers. Periodic in x; before the first and after the last output it is theirs. About 0.2 µs
   * per component.
   */
  value(x: number, t: number, into: Float64Array, at: number): void {
    const { fine, rows, components, pointsT, data, weightX } = this;
    const place = ((x - data.x[0]!) / data.length) * fine;
    const firstX = Math.floor(place) - ALONG_X / 2 + 1;
    localBasis(place - firstX, weightX, this.x);
    const firstT = this.basisInTime(t);
    const left = firstX - Math.floor(firstX / fine) * fine; // NaN where x is not finite, and so is the value then
    for (let c = 0; c < components; c++) {
      let sum = 0;
      for (let j = 0; j < pointsT; j++) {
        const weight = this.t[j]!;
        if (weight === 0) continue;
        const row = ((firstT + j) * components + c) * fine;
        let along = 0;
        for (let i = 0; i < ALONG_X; i++) {
          const index = left + i;
          along += this.x[i]! * rows[row + (index < fine ? index : index - fine)]!;
        }
        sum += weight * along;
      }
      into[at + c] = sum;
    }
  }

  /** The same as kernels take it, of the only component. */
  surface(): Surface {
    const { data, rows, fine, pointsT } = this;
    const { x, t, nt, length } = data;
    const step = (t[nt - 1]! - t[0]!) / (nt - 1);
    const times = t.map((time) => (time - t[0]!) / step);
    const weights = new Float64Array((nt - pointsT + 1) * pointsT);
    for (let first = 0; first <= nt - pointsT; first++)
      for (let j = 0; j < pointsT; j++) {
        let product = 1;
        for (let k = 0; k < pointsT; k++) if (k !== j) product *= times[first + j]! - times[first + k]!;
        weights[first * pointsT + j] = 1 / product;
      }
    return { rows, nx: fine, x0: x[0]!, length, t0: t[0]!, step, times, pointsT, weights };
  }

  /** Weights of the outputs from the one returned on, in `this.t`. */
  private basisInTime(time: number): number {
    const { t, nt } = this.data;
    const clamped = Math.min(Math.max(time, t[0]!), t[nt - 1]!);
    let lo = 0; // the output before
    let hi = nt - 1;
    while (hi - lo > 1) {
      const middle = (lo + hi) >> 1;
      if (t[middle]! <= clamped) lo = middle;
      else hi = middle;
    }
    const first = Math.min(Math.max(lo - this.pointsT / 2 + 1, 0), nt - this.pointsT) | 0;
    let weights = this.weightsT.get(first);
    if (!weights) {
      weights = weightsOf(t.subarray(first, first + this.pointsT));
      this.weightsT.set(first, weights);
    }
    barycentric((j) => clamped - t[first + j]!, weights, this.t);
    return first;
  }
}

/** 1/Π_k (z_j − z_k), scaled so that the largest is of order 1. */
function weightsOf(places: Float64Array): Float64Array {
  const span = (places[places.length - 1]! - places[0]!) / 4 || 1; // capacity of the interval
  return places.map((z) => places.reduce((w, other) => (other === z ? w : (w * span) / (z - other)), 1));
}

/** Values of the basis polynomials of points 0 … n − 1 at z. */
const localBasis = (z: number, weights: Float64Array, into: Float64Array): void =>
  barycentric((j) => z - j, weights, into);

function barycentric(distance: (j: number) => number, weights: Float64Array, into: Float64Array): void {
  let total = 0;
  for (let j = 0; j < weights.length; j++) {
    const d = distance(j);
    if (d === 0) {
      into.fill(0);
      into[j] = 1;
      return;
    }
    into[j] = weights[j]! / d;
    total += into[j]!;
  }
  for (let j = 0; j < weights.length; j++) into[j]! /= total;
}
