/**
 * Derivatives on a deformed grid in plain TypeScript, and their adjoint: the check on the others and the fall-back.
 *
 * x, t and u are functions of the indices (i, j). Central differences there and the chain rule give D_x and D_t; higher
 * x derivatives apply D_x again. See Thompson, Warsi & Mastin (1982), "Boundary-fitted coordinate systems", J. Comput.
 * Phys. 47, §II. Cost: about 2 (order + 2) stencils per cell forward, three times that back.
 */
import { checkGrid, FLOOR, SOFTENING } from "../gridshape.js";
import { type GridKernels, type GridShape, gridMargin } from "../kernels.js";
import { residualOracle } from "./residual.js";

/** Weights of f(s) − f(−s), s = 1, 2, …, for the central first difference of order 2·halfWidth (Fornberg 1988, table 1). */
export const STENCIL = {
  3: [3 / 4, -3 / 20, 1 / 60],
  4: [4 / 5, -1 / 5, 4 / 105, -1 / 280],
} as const;

type Plane = Float64Array; // [nt, nx]

/** Cells at least `margin` from every open end. */
function each(grid: GridShape, margin: number, visit: (cell: number, i: number) => void): void {
  const open = grid.period === 0 ? margin : 0;
  for (let j = margin; j < grid.nt - margin; j++) for (let i = open; i < grid.nx - open; i++) visit(j * grid.nx + i, i);
}

const wrap = (i: number, nx: number): number => ((i % nx) + nx) % nx;

/** ∂f/∂i at a margin; f grows by `turn` each time the index wraps. */
function alongI(grid: GridShape, margin: number, f: Plane, turn = 0): Plane {
  const { nx } = grid;
  const weights = STENCIL[grid.halfWidth];
  const out = new Float64Array(f.length);
  const at = (row: number, i: number): number => f[row + wrap(i, nx)]! + turn * Math.floor(i / nx);
  each(grid, margin, (cell, i) => {
    for (let s = 1; s <= weights.length; s++)
      out[cell]! += weights[s - 1]! * (at(cell - i, i + s) - at(cell - i, i - s));
  });
  return out;
}

/** ∂f/∂j at a margin. */
function alongJ(grid: GridShape, margin: number, f: Plane): Plane {
  const weights = STENCIL[grid.halfWidth];
  const out = new Float64Array(f.length);
  each(grid, margin, (cell) => {
    for (let s = 1; s <= weights.length; s++)
      out[cell]! += weights[s - 1]! * (f[cell + s * grid.nx]! - f[cell - s * grid.nx]!);
  });
  return out;
}

/** Adjoint of both differences. */
function scatter(grid: GridShape, margin: number, iBar: Plane, jBar: Plane, addTo: Plane): void {
  const { nx } = grid;
  const weights = STENCIL[grid.halfWidth];
  each(grid, margin, (cell, i) => {
    for (let s = 1; s <= weights.length; s++) {
      const along = weights[s - 1]! * iBar[cell]!;
      const across = weights[s - 1]! * jBar[cell]!;
      addTo[cell - i + wrap(i + s, nx)]! += along;
      addTo[cell - i + wrap(i - s, nx)]! -= along;
      addTo[cell + s * nx]! += across;
      addTo[cell - s * nx]! -= across;
    }
  });
}

/** One coordinate of the points as a plane. */
function coordinate(grid: GridShape, points: Float64Array, c: number): Plane {
  return Float64Array.from({ length: grid.nt * grid.nx }, (_, cell) => points[cell * (2 + grid.components) + c]!);
}

/** x_i, x_j, t_i, t_j at margin halfWidth, with J, its softened reciprocal and the slope of that in J. */
class Metric {
  readonly xi: Plane;
  readonly xj: Plane;
  readonly ti: Plane;
  readonly tj: Plane;
  readonly jacobian: Plane;
  readonly inverse: Plane;
  readonly slope: Plane;

  constructor(grid: GridShape, points: Float64Array) {
    const x = coordinate(grid, points, 0);
    const t = coordinate(grid, points, 1);
    const margin = grid.halfWidth;
    this.xi = alongI(grid, margin, x, grid.period);
    this.xj = alongJ(grid, margin, x);
    this.ti = alongI(grid, margin, t);
    this.tj = alongJ(grid, margin, t);
    this.jacobian = this.xi.map((xi, cell) => xi * this.tj[cell]! - this.xj[cell]! * this.ti[cell]!);
    let sum = 0;
    let cells = 0;
    each(grid, margin, (cell) => {
      sum += Math.abs(this.jacobian[cell]!);
      cells++;
    });
    const soft = Math.max((SOFTENING * sum) / Math.max(cells, 1), FLOOR) ** 2;
    this.inverse = this.jacobian.map((J) => J / (J * J + soft));
    // divided in turn, since the square of the bottom may underflow
    this.slope = this.jacobian.map((J) => (soft - J * J) / (J * J + soft) / (J * J + soft));
  }
}

/** D_x f at a margin. */
function alongX(grid: GridShape, metric: Metric, margin: number, f: Plane): Plane {
  const fi = alongI(grid, margin, f);
  const fj = alongJ(grid, margin, f);
  return fi.map((d, cell) => (d * metric.tj[cell]! - fj[cell]! * metric.ti[cell]!) * metric.inverse[cell]!);
}

/** u, u_x, …, ∂x^order u, each at the margin it costs. */
function powers(grid: GridShape, metric: Metric, u: Plane): Plane[] {
  const rows = [u];
  for (let k = 1; k <= grid.order; k++) rows.push(alongX(grid, metric, k * grid.halfWidth, rows[k - 1]!));
  return rows;
}

export const gridOracle: GridKernels = {
  ...residualOracle,

  gridJet(grid, points, jetInto) {
    checkGrid(grid, points, jetInto);
    jetInto.fill(0);
    const margin = gridMargin(grid);
    const emit = (row: number, plane: Plane): void =>
      each(grid, margin, (cell) => {
        jetInto[row * plane.length + cell] = plane[cell]!;
      });
    const metric = new Metric(grid, points);
    emit(0, metric.jacobian);
    for (let c = 0; c < grid.components; c++) {
      const row = 1 + c * (grid.order + 2);
      const u = coordinate(grid, points, 2 + c);
      const ui = alongI(grid, margin, u);
      const uj = alongJ(grid, margin, u);
      powers(grid, metric, u).forEach((plane, k) => {
        emit(k === 0 ? row : row + 1 + k, plane);
      });
      emit(
        row + 1,
        uj.map((d, cell) => (metric.xi[cell]! * d - metric.xj[cell]! * ui[cell]!) * metric.inverse[cell]!),
      );
    }
  },

  gridJetPullback(grid, points, jetCotangent, addToPoints) {
    checkGrid(grid, points, jetCotangent, addToPoints);
    const size = grid.nt * grid.nx;
    const plane = (): Plane => new Float64Array(size);
    const cotangent = (row: number): Plane => {
      const bar = plane();
      each(grid, gridMargin(grid), (cell) => {
        bar[cell] = jetCotangent[row * size + cell]!;
      });
      return bar;
    };
    const addTo = (c: number, bar: Plane): void =>
      bar.forEach((b, cell) => {
        addToPoints[cell * (2 + grid.components) + c]! += b;
      });
    const metric = new Metric(grid, points);
    const { xi, xj, ti, tj, inverse } = metric;
    const [xiBar, xjBar, tiBar, tjBar, inverseBar] = [plane(), plane(), plane(), plane(), plane()];

    for (let c = 0; c < grid.components; c++) {
      const row = 1 + c * (grid.order + 2);
      const rows = powers(grid, metric, coordinate(grid, points, 2 + c));
      let bar = cotangent(row + 1 + grid.order);
      for (let k = grid.order - 1; k >= 0; k--) {
        const below = cotangent(k === 0 ? row : row + 1 + k);
        const timeBar = k === 0 ? cotangent(row + 1) : plane();
        const margin = (k + 1) * grid.halfWidth;
        const fi = alongI(grid, margin, rows[k]!);
        const fj = alongJ(grid, margin, rows[k]!);
        const fiBar = plane();
        const fjBar = plane();
        each(grid, margin, (cell) => {
          const gx = bar[cell]! * inverse[cell]!;
          const gt = timeBar[cell]! * inverse[cell]!;
          fiBar[cell] = gx * tj[cell]! - gt * xj[cell]!;
          fjBar[cell] = gt * xi[cell]! - gx * ti[cell]!;
          tjBar[cell]! += gx * fi[cell]!;
          tiBar[cell]! -= gx * fj[cell]!;
          xiBar[cell]! += gt * fj[cell]!;
          xjBar[cell]! -= gt * fi[cell]!;
          inverseBar[cell]! += bar[cell]! * (fi[cell]! * tj[cell]! - fj[cell]! * ti[cell]!);
          inverseBar[cell]! += timeBar[cell]! * (xi[cell]! * fj[cell]! - xj[cell]! * fi[cell]!);
        });
        scatter(grid, margin, fiBar, fjBar, below);
        bar = below;
      }
      addTo(2 + c, bar);
    }

    const jacobianBar = cotangent(0);
    each(grid, grid.halfWidth, (cell) => {
      const J = jacobianBar[cell]! + inverseBar[cell]! * metric.slope[cell]!;
      xiBar[cell]! += J * tj[cell]!;
      tjBar[cell]! += J * xi[cell]!;
      xjBar[cell]! -= J * ti[cell]!;
      tiBar[cell]! -= J * xj[cell]!;
    });
    for (const [c, iBar, jBar] of [
      [0, xiBar, xjBar],
      [1, tiBar, tjBar],
    ] as const) {
      const bar = plane();
      scatter(grid, grid.halfWidth, iBar, jBar, bar);
      addTo(c, bar);
    }
  },
};
