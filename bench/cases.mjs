/** One call of each kernel in the sizes of a run. */

import { normalise } from "../dist/data/chart.js";
import { graph } from "../dist/data/graph.js";
import { etdrk4Tables } from "../dist/data/tables.js";
import { jetRows } from "../dist/engine/kernels.js";
import { oracleKernels } from "../dist/engine/oracle/oracle.js";
import { stream } from "../dist/engine/random.js";
import { flowPlan } from "../dist/flow/plan.js";
import { pick } from "../dist/validity/characteristic.js";

/** {name, call(kernels), count, unit}: a call does `count` units of work. */
export const kernelCases = (setting, seed) => [
  ...fields(setting, seed),
  ...grids(seed),
  ...spectral(setting, seed),
  ...products(seed),
];

/** Spline and flow on a patch of 64 × 64 points, in both precisions. */
function fields({ shape, chart, train, control }, seed) {
  const n = 4096;
  const size = control.length / 4;
  const draw = stream(seed, "fields");
  const points = normalise(chart, graph(train, 0, { column: 0, row: 0, nx: 64, nt: 64 })); // neighbours mostly in one cell of the spline
  const normal = (length) => Float64Array.from({ length }, () => draw.normal());
  const plan = flowPlan(shape, Float64Array.of(0.2, 0.4), 0.1);
  const evaluations = 16 * n; // 4 steps of RK4
  return [Float32Array, Float64Array].flatMap((Real) => {
    const bits = Real === Float32Array ? "f32" : "f64";
    const own = Real.from(control.subarray(0, size));
    const at = Real.from(points);
    const [value, derivative, moved] = [3, 9, 6].map((width) => Real.from(normal(width * n)));
    const [valueInto, derivativeInto, movedInto] = [3, 9, 6].map((width) => new Real(width * n));
    const gradient = new Real(size);
    return [
      ["spline value", n, "point", (k) => k.splineValue(shape, own, at, valueInto)],
      ["spline jet", n, "point", (k) => k.splineJet(shape, own, at, valueInto, derivativeInto)],
      ["spline pullback", n, "point", (k) => k.splinePullback(shape, at, value, gradient)],
      ["spline jet pullback", n, "point", (k) => k.splineJetPullback(shape, at, value, derivative, gradient)],
      ["flow", evaluations, "evaluation", (k) => k.flow(plan, own, at, movedInto)],
      ["flow pullback", evaluations, "evaluation", (k) => k.flowPullback(plan, own, at, moved, gradient)],
    ].map(([name, count, unit, call]) => ({ name: `${name} ${bits}`, count, unit, call }));
  });
}

/** The residual of a KdV patch of 64 × 64 cells, its grid moved a little. */
function grids(seed) {
  const grid = { nt: 64, nx: 64, components: 1, period: 0, order: 3, halfWidth: 3 };
  const n = grid.nt * grid.nx;
  const draw = stream(seed, "grids");
  const points = Float64Array.from({ length: 3 * n }, (_, i) => {
    const cell = Math.floor(i / 3);
    return [cell % grid.nx, Math.floor(cell / grid.nx), 0][i % 3] + 0.05 * draw.normal();
  });
  const jet = new Float64Array(jetRows(grid) * n);
  const jetBar = Float64Array.from(jet, () => draw.normal());
  const pointsBar = new Float64Array(points.length);
  const [ut, terms] = [1, 2].map((rows) => Float64Array.from({ length: rows * n }, () => draw.normal()));
  const mask = new Float64Array(n).fill(1);
  const [utInto, termsInto] = [new Float64Array(n), new Float64Array(2 * n)];
  return [
    ["grid jet", (k) => k.gridJet(grid, points, jet)],
    ["grid jet pullback", (k) => k.gridJetPullback(grid, points, jetBar, pointsBar)],
    ["residual", (k) => k.residual(ut, terms, mask)],
    ["residual pullback", (k) => k.residualPullback(ut, terms, mask, 1, -1, utInto, termsInto)],
  ].map(([name, call]) => ({ name, count: n, unit: "cell", call }));
}

/** Transforms, steps of the solver, and the tangent rows of one group. */
function spectral({ equation, train, snapshots }, seed) {
  const draw = stream(seed, "spectral");
  const nx = 256;
  const rows = 64;
  const x = Float64Array.from({ length: rows * nx }, () => draw.normal());
  const X = new Float64Array(rows * (nx + 2));
  const tables = etdrk4Tables(equation, nx, train.length, 0.0125);
  const pair = new Float64Array(2 * (nx + 2));
  oracleKernels.rfft(nx, train.u.subarray(0, nx * 2), pair);
  const steps = 32;
  const batch = pick(
    snapshots,
    Int32Array.from({ length: 4 }, (_, i) => i * 3),
  );
  const [value, alongT, alongU] = [0, 1, 2].map(() => Float64Array.from(batch.points, () => draw.normal()));
  const into = [0, 1, 2].map(() => new Float64Array(value.length));
  return [
    ["rfft of 256", rows, "row", (k) => k.rfft(nx, x, X)],
    ["irfft of 256", rows, "row", (k) => k.irfft(nx, X, x)],
    ["etdrk4 of 256", 2 * steps, "step of a row", (k) => k.etdrk4(tables, pair, steps)],
    ["tangent rows", 4, "snapshot", (k) => k.tangentRows(batch, value, alongT, alongU)],
    [
      "tangent rows' pullback",
      4,
      "snapshot",
      (k) => k.tangentRowsPullback(batch, value, alongT, alongU, [1, -1, -1], ...into),
    ],
  ].map(([name, count, unit, call]) => ({ name, count, unit, call }));
}

/** Inner products of the rows of tested functions with those of a library's members. */
function products(seed) {
  const [m, n, k] = [40, 60, 1024];
  const draw = stream(seed, "products");
  const [a, b] = [m, n].map((rows) => Float64Array.from({ length: rows * k }, () => draw.normal()));
  const c = new Float64Array(m * n);
  const call = (kernels) => kernels.productTransposed(m, n, k, a, b, c);
  return [{ name: `products of rows, ${m} × ${n} × ${k}`, count: m * n * k, unit: "product", call }];
}
