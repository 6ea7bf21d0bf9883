/**
 * Moved points spread over the grid, as in the paper (Ko, Kim & Lee 2024, arXiv:2410.21853): by the Whittaker–Shannon sum in x, whose kernel for
 * a period is Dirichlet's, and linear weights in t; or by linear weights in both. Exact where every row is shifted as a whole by whole outputs.
 */
import type { Trajectories } from "../data/trajectories.js";
import { cos, sin } from "../engine/elementary.js";

export type Kernel = "dirichlet" | "linear";

const SUPPORT = 0.8; // a row is known where points of more than this share of a full row's weight landed
const LEAST = 0.05; // of a full point's weight at a place: less is a hole

/**
 * Moved points [nt, nx, 2 + components] of one trajectory → u [nt, components, nx] and support [nt, nx], which a row has as a whole or not at all.
 * Sums of weighted values over sums of weights. Cost: nx kernel values a point, 50 ms for 140 × 256.
 */
export function scattered(
  { nt, nx, components, x, t, length }: Trajectories,
  moved: Float64Array,
  kernel: Kernel,
): { readonly u: Float64Array; readonly support: Uint8Array } {
  const width = 2 + components;
  const weights = new Float64Array(nt * nx);
  const sums = new Float64Array(nt * components * nx);
  const along = spreadOf(kernel, nx);
  let row = 0;
  for (let p = 0; p < moved.length; p += width) {
    const time = moved[p + 1]!;
    const place = ((moved[p]! - x[0]!) / length) * nx;
    if (!(time > 2 * t[0]! - t[1]! && time < 2 * t[nt - 1]! - t[nt - 2]!) || !Number.isFinite(place)) continue;
    while (row > 0 && t[row]! > time) row--;
    while (row < nt - 2 && t[row + 1]! <= time) row++;
    const share = (time - t[row]!) / (t[row + 1]! - t[row]!); // below 0 and above 1 beyond the ends
    const { at, of } = along(place);
    for (const [j, weight] of [
      [row, 1 - Math.abs(share)],
      [row + 1, 1 - Math.abs(1 - share)],
    ] as const) {
      if (!(weight > 0)) continue;
      for (let k = 0; k < of.length; k++) {
        const i = at + k < nx ? at + k : at + k - nx;
        weights[j * nx + i]! += weight * of[k]!;
        for (let c = 0; c < components; c++)
          sums[(j * components + c) * nx + i]! += weight * of[k]! * moved[p + 2 + c]!;
      }
    }
  }
  const support = new Uint8Array(nt * nx);
  for (let j = 0; j < nt; j++) {
    let total = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = j * nx; i < (j + 1) * nx; i++) {
      total += weights[i]!;
      least = Math.min(least, weights[i]!);
    }
    const known = total / nx > SUPPORT && least > LEAST;
    if (known) support.fill(1, j * nx, (j + 1) * nx);
    for (let c = 0; c < components; c++)
      for (let i = 0; i < nx; i++) {
        const index = (j * components + c) * nx + i;
        sums[index] = known ? sums[index]! / weights[j * nx + i]! : Number.NaN;
      }
  }
  return { u: sums, support };
}

interface Spread {
  readonly at: number; // first column
  readonly of: Float64Array; // weights of the columns from there on, over the period's end
}

/** Weights of the columns for a point at a place, in columns. The arrays are written again by the next call. */
function spreadOf(kernel: Kernel, nx: number): (place: number) => Spread {
  if (kernel === "linear") {
    const of = new Float64Array(2);
    return (place) => {
      const whole = Math.floor(place);
      of[1] = place - whole;
      of[0] = 1 - of[1];
      return { at: whole - Math.floor(whole / nx) * nx, of };
    };
  }
  const of = new Float64Array(nx);
  const [cosines, sines] = [cos, sin].map((f) => Float64Array.from({ length: nx }, (_, i) => f((Math.PI * i) / nx)));
  return (place) => {
    const near = Math.round(place);
    const off = place - near;
    if (Math.abs(off) < 1e-9) {
      of.fill(0);
      of[near - Math.floor(near / nx) * nx] = 1;
      return { at: 0, of };
    }
    const angle = (Math.PI * (place - Math.floor(place / nx) * nx)) / nx;
    const [c, s] = [cos(angle), sin(angle)];
    let size = -sin(nx * angle) / nx; // sin(N(b − a)) over N, its sign alternating from column to column
    for (let i = 0; i < nx; i++) {
      const [cb, sb] = [cosines![i]!, sines![i]!];
      of[i] = (size * (cb * c + sb * s)) / (sb * c - cb * s); // over tan(b − a)
      size = -size;
    }
    return { at: 0, of };
  };
}
