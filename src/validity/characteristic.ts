/**
 * The characteristic of a field on snapshots, and its derivative along solutions, as arrays the tangent rows contract with a
 * field's jets: Q = Σ_c q_c v_c with q = (−L u_x, −T u_t, scale of u), D_t Q by the chain rule (Olver 1993, section 2.4).
 *
 * Time derivatives come from the equation, u_t = F, u_tt = F′[F] + ∂F/∂t, so every smooth snapshot stands alone.
 */
import type { Chart } from "../data/chart.js";
import { spectralDerivatives } from "../data/spectral.js";
import type { FourierKernels, SnapshotBatch, TapeKernels } from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import { jetName, readJet } from "../equation/jet.js";
import { Prolongation } from "../equation/prolongation.js";
import { derivative, variables } from "../expression/expression.js";
import { compile } from "../expression/program.js";

/** Snapshots of a scalar equation with all that a tangent score needs of them. */
export interface Snapshots extends SnapshotBatch {
  readonly count: number; // B
  readonly points: Float64Array; // [B, nx, 3], normalised
}

/** Weight of tested mode k: 1/(1 + (k/k0)²) up to nx/4. */
export function modeWeights(nx: number, k0: number): Float64Array {
  return Float64Array.from({ length: Math.floor(nx / 4) + 1 }, (_, k) => 1 / (1 + (k / k0) ** 2));
}

/**
 * k0 where fields are judged, the mode nx/32, and where they are learned, the first mode: the mean of R alone sees a drift φ(t) of u, which on
 * nKdV the other modes drown (docs/decisions.md).
 */
export const K0 = { judged: (nx: number): number => nx / 32, learned: (): number => 1 } as const;

/**
 * Builds the arrays for `rows` [B, nx] taken at `times` [B].
 *
 * Products are formed place by place from derivatives of the rows, so none of these arrays aliases; only the rows' own derivatives,
 * up to twice the equation's order, are taken by transforms.
 */
export function snapshots(
  kernels: FourierKernels & TapeKernels,
  equation: Equation,
  chart: Chart,
  rows: Float64Array,
  times: Float64Array,
  length: number,
  k0 = K0.judged(times.length === 0 ? 0 : rows.length / times.length),
): Snapshots {
  const count = times.length;
  const nx = count === 0 ? 0 : rows.length / count;
  const n = count * nx;
  const prolongation = new Prolongation(equation);
  const right = equation.right[0]!;
  const [name] = equation.components as [string];
  const slopeName = jetName(equation.components, { component: 0, x: 1, y: 0, t: 0 });
  const present = variables(right).flatMap((v) => readJet(equation.components, v) ?? []);
  const orders = present.map(({ x }) => x).sort((a, b) => a - b);
  const partials = orders.map((x) => derivative(right, jetName(equation.components, { component: 0, x, y: 0, t: 0 })));
  const wanted = [right, prolongation.right(0, 1), prolongation.timeDerivative(0, 2), ...partials]; // u_t, u_xt, u_tt, ∂F/∂u_k
  const highest = Math.max(1, ...variables(...wanted).map((v) => readJet(equation.components, v)?.x ?? 0));
  const derivatives = spectralDerivatives(kernels, rows, nx, length, highest);
  const x = new Float64Array(n);
  const t = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    x[i] = chart.offset[0]! + ((i % nx) * length) / nx;
    t[i] = times[Math.floor(i / nx)]!;
  }
  const inputs = new Map([
    ["x", x],
    ["t", t],
    ...derivatives.map(
      (values, k) => [jetName(equation.components, { component: 0, x: k, y: 0, t: 0 }), values] as const,
    ),
  ]);
  const needed = variables(...wanted);
  const into = wanted.map(() => new Float64Array(n));
  kernels.evaluate(
    compile(wanted, needed),
    needed.map((v) => inputs.get(v)!),
    into,
  );
  const [total, mixed, second, ...frechet] = into as [Float64Array, Float64Array, Float64Array, ...Float64Array[]];

  const [lengthX, lengthT, lengthU] = chart.scale as unknown as [number, number, number];
  const q = new Float64Array(3 * n);
  const r = new Float64Array(3 * n);
  const rate = new Float64Array(n);
  const points = new Float64Array(3 * n);
  const slope = inputs.get(slopeName)!;
  const u = inputs.get(name)!;
  for (let i = 0; i < n; i++) {
    q[3 * i] = -lengthX * slope[i]!;
    q[3 * i + 1] = -lengthT * total[i]!;
    q[3 * i + 2] = lengthU;
    r[3 * i] = -lengthX * mixed[i]!;
    r[3 * i + 1] = -lengthT * second[i]!;
    rate[i] = total[i]! / lengthU;
    points[3 * i] = (x[i]! - chart.offset[0]!) / lengthX;
    points[3 * i + 1] = (t[i]! - chart.offset[1]!) / lengthT;
    points[3 * i + 2] = (u[i]! - chart.offset[2]!) / lengthU;
  }
  const packed = new Float64Array(orders.length * n); // [B, orders, nx]
  frechet.forEach((value, index) => {
    for (let b = 0; b < count; b++) {
      packed.set(value.subarray(b * nx, (b + 1) * nx), (b * orders.length + index) * nx);
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
    orders: Int32Array.from(orders),
    frechet: packed,
    wavenumber: (2 * Math.PI) / length,
    weight: modeWeights(nx, k0),
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
