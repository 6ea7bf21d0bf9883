/**
 * A spline's control points as the SIMD kernels want them, and the context that describes them; see assembly/cubic_f32.ts.
 * Rows of four taps along the last axis are copied out for every cell, with periodic axes wrapped: no kernel ever wraps.
 */
import type { Axis, Real, SplineShape } from "../kernels.js";
import { cells, spacing } from "../shape.js";
import type { Arena } from "./arena.js";

/** Bytes per number: what tells the f32 kernels' layout from the f64 kernels'. */
export type Lane = 4 | 8;

const CUBIC = [-1, 3, -3, 1, 3, -6, 3, 0, -3, 0, 3, 0, 1, 4, 1, 0].map((c) => c / 6);
const SQUARE = [-0.5, 1.5, -1.5, 0.5, 1, -2, 1, 0, -0.5, 0, 0.5, 0];
const VECTORS = 16; // before the context's integers
const INTEGERS = 48; // bytes of those
const SLOT = 10; // vectors of a slot, and 16 bytes

/** Points whose places are found together: the kernels' BLOCK. */
export const BLOCK = 4;

/** Tap index → control point along an axis; taps −1, 0, 1, 2 surround the first cell of a periodic axis. */
const source = (axis: Axis, tap: number): number => (axis.kind === "open" ? tap : (tap - 1 + axis.knots) % axis.knots);

export const laneOf = (array: Real): Lane => (array instanceof Float32Array ? 4 : 8);

export class Lattice {
  readonly context: number;
  readonly length: number; // numbers in a spread copy
  private readonly integers: number; // address of the context's integers
  private readonly rows: readonly [i: number, j: number, k: number]; // taps, taps, cells

  constructor(
    private readonly arena: Arena,
    readonly shape: SplineShape,
    readonly lane: Lane,
  ) {
    const { axes, width } = shape;
    const last = axes.at(-1)!;
    const taps = axes.slice(0, -1).map((axis) => cells(axis) + 3);
    this.rows = [taps.at(-2) ?? 1, taps.at(-1) ?? 1, cells(last)];
    this.length = this.rows[0] * this.rows[1] * this.rows[2] * width * 4;
    const row = 4 * lane;
    const strideK = row * width;
    const strideJ = strideK * this.rows[2];
    const strideI = strideJ * this.rows[1];
    this.context = arena.room(VECTORS * row + INTEGERS + BLOCK * (SLOT * row + 16));
    this.integers = this.context + VECTORS * row;
    const vectors = this.view(this.context, VECTORS * 4);
    const perAxis = (v: number, of: (axis: Axis) => number): void => vectors.set(axes.map(of), 4 * v);
    const periodic = (axis: Axis): boolean => axis.kind === "periodic";
    vectors.fill(0);
    perAxis(0, (axis) => axis.lo);
    perAxis(1, (axis) => (periodic(axis) ? 1 / (axis.hi - axis.lo) : 1 / spacing(axis)));
    axes.forEach((axis, a) => {
      if (periodic(axis)) new Uint8Array(arena.memory.buffer, this.context + 2 * row + a * lane, lane).fill(0xff);
    });
    perAxis(3, (axis) => (periodic(axis) ? axis.knots : 1));
    perAxis(4, cells);
    perAxis(5, (axis) => cells(axis) - 1);
    perAxis(6, (axis) => (periodic(axis) ? -Infinity : lane === 4 ? roundUp(axis.lo) : axis.lo));
    perAxis(7, (axis) => (periodic(axis) ? Infinity : lane === 4 ? -roundUp(-axis.hi) : axis.hi));
    perAxis(8, (axis) => 1 / spacing(axis));
    vectors.set(CUBIC, 4 * 9);
    vectors.set(SQUARE, 4 * 13);
    for (let b = 0; b < BLOCK; b++) {
      const slot = this.view(this.integers + INTEGERS + b * (SLOT * row + 16), 6 * 4);
      slot.fill(0); // derivative weights along axes that are missing
      if (axes.length < 3) slot[0] = 1; // and the weight of their one tap
      if (axes.length < 2) slot[4] = 1;
    }
    const strides = [strideI, strideJ, strideK].slice(3 - axes.length);
    new Int32Array(arena.memory.buffer, this.integers, 9).set([
      strides[0]!,
      strides[1] ?? 0,
      strides[2] ?? 0,
      strideI,
      strideJ,
      0,
      0,
      axes.length,
      width,
    ]);
  }

  /** Copies control points in and points the context to them. */
  spread(control: Real): void {
    const at = this.arena.room(this.length * this.lane);
    const into = this.view(at, this.length);
    this.each((here, there) => {
      into[here] = control[there]!;
    });
    this.pointer(5, at);
  }

  /** A zeroed gradient that the context points to; returns its address. */
  openGradient(): number {
    const at = this.arena.room(this.length * this.lane);
    this.arena.clear(at, this.length * this.lane);
    this.pointer(6, at);
    return at;
  }

  /** Adds a spread gradient, in double, to the control points' own. */
  collect(spread: Float64Array, addTo: Real): void {
    const sum = new Float64Array(addTo.length);
    this.each((here, there) => {
      sum[there]! += spread[here]!;
    });
    for (let i = 0; i < sum.length; i++) addTo[i]! += sum[i]!;
  }

  private view(at: number, length: number): Real {
    return this.lane === 4
      ? new Float32Array(this.arena.memory.buffer, at, length)
      : new Float64Array(this.arena.memory.buffer, at, length);
  }

  private pointer(slot: number, at: number): void {
    new Int32Array(this.arena.memory.buffer, this.integers, 9)[slot] = at;
  }

  private each(visit: (here: number, there: number) => void): void {
    const { axes, width } = this.shape;
    const last = axes.at(-1)!;
    const [axisJ, axisI] = [axes.at(-2), axes.at(-3)];
    let here = 0;
    for (let i = 0; i < this.rows[0]; i++)
      for (let j = 0; j < this.rows[1]; j++) {
        const outer = (axisI ? source(axisI, i) * axisJ!.knots : 0) + (axisJ ? source(axisJ, j) : 0);
        for (let k = 0; k < this.rows[2]; k++)
          for (let c = 0; c < width; c++)
            for (let tap = 0; tap < 4; tap++) visit(here++, (outer * last.knots + source(last, k + tap)) * width + c);
      }
  }
}

/** The least f32 not below x, so that comparisons of f32 points with it come out as they would in double. */
function roundUp(x: number): number {
  const near = Math.fround(x);
  if (near >= x) return near;
  const bits = new Int32Array([0]);
  const real = new Float32Array(bits.buffer);
  real[0] = near;
  bits[0]! += near >= 0 ? 1 : -1;
  return real[0]!;
}
