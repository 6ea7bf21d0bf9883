/**
 * Where a moved graph passes over places, in plain TypeScript: Newton's method on a spline of displacements and a surface of local
 * polynomials. About 5 µs a place and round.
 */
import { type PassageKernels, SURFACE_POINTS, type Surface } from "../kernels.js";
import { uniformWeights } from "../lagrange.js";
import { checkPassage } from "../shape.js";
import { Stencil } from "./spline.js";

export const passageOracle: PassageKernels = {
  passage(surface, request, places, w, time, solved) {
    const n = checkPassage(surface, request, places, w, time, solved);
    const { shape, control, precision, longest, upright, rounds } = request;
    const { lo, hi } = shape.axes[2]!;
    const stencil = new Stencil(shape);
    const local = new LocalPolynomials(surface);
    const point = new Float64Array(3);
    const d = new Float64Array(3);
    const slope = new Float64Array(9); // [axis, component]
    for (let p = 0; p < n; p++) {
      time[p] = Number.NaN;
      solved[p] = 0;
      point.set([places[2 * p]!, places[2 * p + 1]!, w[p]!]);
      for (let round = 0; round < rounds; round++) {
        stencil.locate(point, 0).value(control, d, 0);
        stencil.derivative(control, slope, 0);
        const came = point[1]! + d[1]!;
        local.at(point[0]! + d[0]!, came);
        const g = point[2]! + d[2]! - local.value;
        const rate = 1 + slope[8]! - local.alongX * slope[6]! - local.alongT * slope[7]!;
        const step = g / rate;
        if (!Number.isFinite(step)) break; // nothing to go on from
        if (Math.abs(step) <= precision) {
          time[p] = came - slope[7]! * step;
          point[2]! -= step;
          solved[p] = rate >= upright && point[2]! >= lo && point[2]! <= hi ? 1 : 0;
          break;
        }
        point[2]! -= Math.abs(step) > longest ? Math.sign(step) * longest : step;
      }
      w[p] = point[2]!;
    }
  },
};

const WEIGHTS = uniformWeights(SURFACE_POINTS);

/** The surface and its derivatives at one place. Beyond the first and last row it is theirs, without a derivative in t. */
class LocalPolynomials {
  value = 0;
  alongX = 0;
  alongT = 0;
  private readonly x = new Basis(SURFACE_POINTS);
  private readonly t: Basis;

  constructor(private readonly surface: Surface) {
    this.t = new Basis(surface.pointsT);
  }

  at(x: number, t: number): void {
    const { rows, nx, x0, length, t0, step, times, pointsT, weights } = this.surface;
    const nt = times.length;
    const column = (x - x0) * (nx / length);
    const place = column - Math.floor(column / nx) * nx;
    const first = Math.floor(place) - SURFACE_POINTS / 2 + 1;
    for (let i = 0; i < SURFACE_POINTS; i++) this.x.distance[i] = place - first - i;
    this.x.evaluate(WEIGHTS, 0);
    const row = (t - t0) / step;
    const inside = row >= 0 && row <= times[nt - 1]!;
    const clamped = Math.min(Math.max(row, 0), times[nt - 1]!);
    let lo = Math.min(Math.floor(clamped), nt - 2) || 0; // NaN is row 0
    while (lo > 0 && times[lo]! > clamped) lo--;
    while (lo < nt - 2 && times[lo + 1]! <= clamped) lo++;
    const from = Math.min(Math.max(lo - (pointsT >> 1) + 1, 0), nt - pointsT);
    for (let j = 0; j < pointsT; j++) this.t.distance[j] = clamped - times[from + j]!;
    this.t.evaluate(weights, from * pointsT);
    this.value = this.alongX = this.alongT = 0;
    for (let j = 0; j < pointsT; j++) {
      let along = 0;
      let slope = 0;
      for (let i = 0; i < SURFACE_POINTS; i++) {
        const u = rows[(from + j) * nx + ((first + i + nx) % nx)]!;
        along += this.x.value[i]! * u;
        slope += this.x.slope[i]! * u;
      }
      this.value += this.t.value[j]! * along;
      this.alongX += this.t.value[j]! * slope;
      this.alongT += this.t.slope[j]! * along;
    }
    this.value += x - x; // NaN where x is not finite
    this.alongX *= nx / length;
    this.alongT *= inside ? 1 / step : 0;
  }
}

/** Lagrange's basis and its derivatives from the distances to its points, by products before and after each. */
class Basis {
  readonly distance: Float64Array;
  readonly value: Float64Array;
  readonly slope: Float64Array;

  constructor(private readonly n: number) {
    this.distance = new Float64Array(n);
    this.value = new Float64Array(n);
    this.slope = new Float64Array(n);
  }

  evaluate(weights: Float64Array, at: number): void {
    const { n, distance, value, slope } = this;
    let product = 1;
    let rate = 0;
    for (let j = 0; j < n; j++) {
      value[j] = product;
      slope[j] = rate;
      rate = rate * distance[j]! + product;
      product *= distance[j]!;
    }
    product = 1;
    rate = 0;
    for (let j = n - 1; j >= 0; j--) {
      const weight = weights[at + j]!;
      slope[j] = weight * (slope[j]! * product + value[j]! * rate);
      value[j] = weight * (value[j]! * product);
      rate = rate * distance[j]! + product;
      product *= distance[j]!;
    }
  }
}
