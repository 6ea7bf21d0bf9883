/** A solution moved along a field, on a grid of any fineness, for pictures. */
import { graph } from "../../src/data/graph.js";
import { Interpolant } from "../../src/data/interpolant.js";
import { moments } from "../../src/data/moments.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import type { FourierKernels } from "../../src/engine/kernels.js";
import type { Generators } from "../../src/flow/generators.js";
import { foldedShare } from "../../src/use/folding.js";
import { Newton } from "../../src/use/newton.js";
import type { Grid, Moved } from "./protocol.js";

const PRECISION = 1e-4; // of u's deviation: a four-hundredth of a shade

/**
 * As `resample` finds it: at each place the value that the inverse flow takes back on to the solution. The interpolant is kept between moves;
 * a move costs two to six inverse flows of all places.
 */
export class Mover {
  private readonly known: Interpolant;
  private readonly size: Float64Array;
  private readonly sparse: Trajectories; // whose cells tell of folds
  private readonly points: Float64Array; // of its graph

  /** One component in one space dimension. */
  constructor(
    kernels: FourierKernels,
    private readonly data: Trajectories,
    private readonly generators: Generators,
  ) {
    this.known = new Interpolant(kernels, data, 0);
    this.size = Float64Array.of(moments(data, 0).deviation || 1);
    this.sparse = thinned(data);
    this.points = graph(this.sparse, 0);
  }

  move(field: number, s: number, grid: Grid): Moved {
    const { data, generators, known, size, points, sparse } = this;
    const { x, t, length, nt } = data;
    const [columns, rows] = grid;
    const [first, last] = [t[0]!, t[nt - 1]!];
    const places = new Float64Array(2 * columns * rows);
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++)
        places.set(
          [x[0]! + (length * (i + 0.5)) / columns, first + ((last - first) * j) / (rows - 1)],
          2 * (j * columns + i),
        );
    const amounts = (sign: number): number[] => generators.fields.map((_, k) => (k === field ? sign * s : 0));
    const found = new Newton(known, generators.flow(amounts(-1)), size).solve(places, PRECISION);
    const slack = 1e-9 * (last - first);
    let kept = 0;
    const u = new Float32Array(columns * rows).fill(Number.NaN);
    for (let p = 0; p < u.length; p++) {
      const from = found.time[p]!;
      if (found.solved[p] !== 1 || !(from >= first - slack && from <= last + slack)) continue;
      u[p] = found.u[p]!;
      kept++;
    }
    const folded = foldedShare(generators.flow(amounts(1)).move(points), sparse);
    return { u, grid, s, field, kept: kept / u.length, folded };
  }
}

const EVERY = 2; // a quarter of the cells

function thinned({ u, n, nt, components, nx, x, t, length }: Trajectories): Trajectories {
  const [columns, rows] = [Math.ceil(nx / EVERY), Math.ceil(nt / EVERY)];
  const part = new Float64Array(columns * rows);
  for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) part[j * columns + i] = u[EVERY * (j * nx + i)]!;
  const every = (values: Float64Array): Float64Array => values.filter((_, i) => i % EVERY === 0);
  return { u: part, n, nt: rows, components, nx: columns, x: every(x), t: every(t), length };
}
