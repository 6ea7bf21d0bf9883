/**
 * Test functions of the weak form on a uniform grid, with their derivatives in closed form: smooth bumps of compact support for fields
 * that jump at the ends of the period, trigonometric functions for periodic ones.
 */

import type { Grid } from "../data/grid.js";
import { cos, wholePower } from "../engine/elementary.js";
import { InputError } from "../engine/error.js";

/** A test function's derivatives on the block of places where it does not vanish. */
export interface TestFunction {
  readonly extent: readonly [rows: number, columns: number]; // places, columns along the last axis; one row in one space dimension
  readonly weight: number; // factor of its rows
  /** ∂x^a ∂y^b at the extent's places [rows, columns], in the grid's units. */
  derivative(orders: readonly [x: number, y: number]): Float64Array;
}

/** A test function with the first place of its block. */
export interface PlacedTest {
  readonly test: TestFunction;
  readonly corner: readonly [row: number, column: number];
}

const axesOf = ({ nx, length, ny, lengthY }: Grid): { n: number; length: number }[] =>
  ny === undefined
    ? [{ n: nx, length }]
    : [
        { n: nx, length },
        { n: ny, length: lengthY! },
      ];

/** A pair (x, y), or x alone, as (row, column). */
const rowColumn = (x: number, y: number | undefined, alone: number): [row: number, column: number] =>
  y === undefined ? [alone, x] : [x, y];

export interface BumpOptions {
  readonly power: number; // p of (1 − y²)^p: the smoother, the smaller the quadrature error
  readonly halfWidth: number; // share of the period
  readonly spacing: number; // of neighbouring centres at most, in half-widths
}

export const bumpDefaults: Readonly<Record<1 | 2, BumpOptions>> = {
  1: { power: 16, halfWidth: 0.2, spacing: 0.5 },
  2: { power: 16, halfWidth: 0.38, spacing: 0.35 },
};

/**
 * d^n/dy^n of (1 − y²)^p at `places`, as (1 − y²)^(p−n) P_n(y), P_{n+1} = (1 − y²) P_n′ − 2 (p − n) y P_n: no cancellation near the ends,
 * where powers of y multiplied out lose all digits.
 */
export function bump(power: number, order: number, places: Float64Array): Float64Array {
  let P = [1]; // coefficients by power of y
  for (let n = 0; n < order; n++) {
    const next = new Array<number>(P.length + 1).fill(0);
    P.forEach((c, k) => {
      if (k > 0) next[k - 1]! += k * c;
      next[k + 1]! -= (k + 2 * (power - n)) * c;
    });
    P = next;
  }
  return places.map((y) => {
    const rest = (1 - y) * (1 + y);
    return rest <= 0 ? 0 : wholePower(rest, power - order) * P.reduceRight((value, c) => value * y + c, 0);
  });
}

/** One axis of a bump: its derivatives on 2h − 1 places around a centre, h the half-width in places. */
function bumpAxis(n: number, length: number, { power, halfWidth }: BumpOptions): (order: number) => Float64Array {
  const h = halfWidthOf(n, halfWidth);
  const places = Float64Array.from({ length: 2 * h - 1 }, (_, i) => (i + 1 - h) / h);
  const unit = n / (length * h); // dy/dx
  return memo((order) => bump(power, order, places).map((value) => value * wholePower(unit, order)));
}

const halfWidthOf = (n: number, share: number): number =>
  Math.min(Math.floor(n / 2), Math.max(2, Math.ceil(share * n)));

/**
 * Bumps whose supports cover the unwrapped period [origin, origin + length) without crossing its ends, as tensor products on two axes.
 * `highest` is the highest derivative that will be asked for; the power must exceed it.
 */
export function bumps(grid: Grid, options: BumpOptions, highest: number): PlacedTest[] {
  if (!(options.power > highest + 1))
    throw new InputError(
      `bumps (1 - y^2)^${options.power} are not smooth enough for derivatives of order ${highest}; raise the power above ${highest + 1}`,
    );
  const own = axesOf(grid);
  const axes = own.map(({ n, length }) => bumpAxis(n, length, options));
  const starts = own.map(({ n }) => {
    const h = halfWidthOf(n, options.halfWidth);
    const room = n - (2 * h - 1);
    const count = Math.floor(room / (options.spacing * h)) + 2;
    return Array.from({ length: count }, (_, i) => Math.round((room * i) / (count - 1)));
  });
  const extent = own.map(({ n }) => 2 * halfWidthOf(n, options.halfWidth) - 1);
  const test = tensor(axes, rowColumn(extent[0]!, extent[1], 1), 1);
  return starts[0]!.flatMap((x) => (starts[1] ?? [undefined]).map((y) => ({ test, corner: rowColumn(x, y, 0) })));
}

/** cos and sin of the modes up to nx/4 (two axes: nx/8), with weight 1/(1 + (k/k0)²) in the sums of squares, k0 the mode nx/32. */
export function modes(grid: Grid): PlacedTest[] {
  const own = axesOf(grid);
  const whole = rowColumn(grid.nx, grid.ny, 1);
  const axes = own.map(({ n, length }) => {
    const highest = Math.floor(n / (own.length === 1 ? 4 : 8));
    const wave = (k: number, phase: number) =>
      memo((order: number) => {
        const rate = (2 * Math.PI * k) / length;
        const turned = phase + (order % 4) * (Math.PI / 2);
        return Float64Array.from({ length: n }, (_, i) =>
          rate === 0 && order > 0 ? 0 : wholePower(rate, order) * cos((2 * Math.PI * ((k * i) % n)) / n + turned),
        );
      });
    const list = [{ share: 0, of: wave(0, 0) }];
    for (let k = 1; k <= highest; k++)
      for (const phase of [0, -Math.PI / 2]) list.push({ share: (32 * k) / n, of: wave(k, phase) });
    return list;
  });
  const corner = [0, 0] as const; // one for all: they lie on the same places
  const [first, second] = axes as [(typeof axes)[0], (typeof axes)[0]?];
  return first.flatMap((x) =>
    (second ?? [null]).map((y) => {
      const weight = 1 / Math.sqrt(1 + x.share ** 2 + (y?.share ?? 0) ** 2);
      const test = tensor(y ? [x.of, y.of] : [x.of], whole, weight);
      return { test, corner };
    }),
  );
}

/** Σ over tests and places of ψ² is 1 per place after this weight: all tests of a family weigh alike. */
function tensor(
  axes: readonly ((order: number) => Float64Array)[],
  extent: readonly [number, number],
  weight: number,
): TestFunction {
  const [x, y] = axes as [(order: number) => Float64Array, ((order: number) => Float64Array)?];
  const known = new Map<string, Float64Array>();
  const derivative = ([a, b]: readonly [number, number]): Float64Array => {
    if (!y) return x(a);
    const key = `${a} ${b}`;
    let out = known.get(key);
    if (!out) {
      const [alongX, alongY] = [x(a), y(b)];
      out = new Float64Array(extent[0] * extent[1]);
      for (let i = 0; i < extent[0]; i++)
        for (let j = 0; j < extent[1]; j++) out[i * extent[1] + j] = alongX[i]! * alongY[j]!;
      known.set(key, out);
    }
    return out;
  };
  const square = derivative([0, 0]).reduce((sum, value) => sum + value * value, 0);
  return { extent, weight: weight / Math.sqrt(square), derivative };
}

function memo(of: (order: number) => Float64Array): (order: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (order) => {
    let out = known.get(order);
    if (!out) known.set(order, (out = of(order)));
    return out;
  };
}
