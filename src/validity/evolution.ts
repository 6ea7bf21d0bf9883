/**
 * How far trajectories on an undeformed grid are from solutions, by differences in time: the check of given data where no flow is scored (two
 * space dimensions, second order in time).
 */
import type { Trajectories } from "../data/trajectories.js";
import type { FourierKernels, TapeKernels } from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import { variables } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import { jets, type States } from "./states.js";

const WEIGHTS = [3 / 4, -3 / 20, 1 / 60]; // central difference of sixth order
const REACH = WEIGHTS.length;
const LOOKED = 4; // trajectories

export interface Evolution {
  readonly residual: number; // Σ|u_t − F| over Σ(|u_t| + Σ|terms of F|), over all components of the state
  readonly resolved: boolean; // whether the outputs lie close enough for differences in time to tell
}

/**
 * Of the first trajectories; null where t is not uniform or has fewer than 13 outputs. Differences over twice the step are 64 times worse where
 * it is the differences that err, and no worse where it is the data. Cost: one spectral jet per snapshot.
 */
export function evolution(
  kernels: FourierKernels & TapeKernels,
  equation: Equation,
  data: Trajectories,
): Evolution | null {
  const { nt, t } = data;
  const step = (t[nt - 1]! - t[0]!) / (nt - 1);
  if (nt < 4 * REACH + 1 || t.some((time, j) => Math.abs(time - t[0]! - j * step) > 1e-3 * step)) return null;
  const sums = [1, 2].map(() => ({ residual: 0, scale: 0 }));
  for (let n = 0; n < Math.min(LOOKED, data.n); n++) {
    const { rates, sizes, state } = ratesOf(kernels, equation, data, n);
    sums.forEach((sum, i) => void add(sum, state, rates, sizes, nt, step, i + 1));
  }
  const [near, far] = sums.map(({ residual, scale }) => (scale > 0 ? residual / scale : 1)) as [number, number];
  return { residual: near, resolved: far < 4 * near };
}

/** State, its rates by the equation, and the sizes of their terms, each [nt · width · places] of one trajectory. */
function ratesOf(
  kernels: FourierKernels & TapeKernels,
  equation: Equation,
  data: Trajectories,
  n: number,
): { state: Float64Array; rates: Float64Array; sizes: Float64Array } {
  const { nt, nx, ny, components: width } = data;
  const places = nx * (ny ?? 1);
  const size = nt * width * places;
  const state = data.u.subarray(n * size, (n + 1) * size);
  const grid =
    ny === undefined
      ? { nx, length: data.length }
      : { nx, length: data.length, ny, lengthY: data.lengthY ?? data.length };
  const states = { equation, grid, times: data.t, values: state } as States;
  const terms = equation.terms.map((term) => term.expression);
  const names = variables(...terms);
  const at = jets(kernels, states, names, 0, nt);
  const values = terms.map(() => new Float64Array(nt * places));
  if (terms.length > 0)
    kernels.evaluate(
      compile(terms, names),
      names.map((name) => at.get(name)!),
      values,
    );
  const rates = new Float64Array(size);
  const sizes = new Float64Array(size);
  const count = equation.components.length;
  for (let j = 0; j < nt; j++)
    for (let i = 0; i < places; i++) {
      equation.terms.forEach(({ component }, k) => {
        const to = (j * width + component + (equation.timeOrder - 1) * count) * places + i;
        rates[to]! += values[k]![j * places + i]!;
        sizes[to]! += Math.abs(values[k]![j * places + i]!);
      });
      if (equation.timeOrder === 1) continue;
      for (let c = 0; c < count; c++) {
        const speed = state[(j * width + count + c) * places + i]!;
        rates[(j * width + c) * places + i] = speed;
        sizes[(j * width + c) * places + i] = Math.abs(speed);
      }
    }
  return { state, rates, sizes };
}

function add(
  sum: { residual: number; scale: number },
  state: Float64Array,
  rates: Float64Array,
  sizes: Float64Array,
  nt: number,
  step: number,
  stride: number,
): void {
  const row = state.length / nt;
  for (let j = 2 * REACH; j < nt - 2 * REACH; j++)
    for (let i = 0; i < row; i++) {
      let slope = 0;
      WEIGHTS.forEach((w, k) => {
        const reach = (k + 1) * stride * row;
        slope += w * (state[j * row + i + reach]! - state[j * row + i - reach]!);
      });
      slope /= stride * step;
      sum.residual += Math.abs(slope - rates[j * row + i]!);
      sum.scale += Math.abs(slope) + sizes[j * row + i]!;
    }
}
