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

const TURN = 0.5; // tan(ω dt/2) of an oscillation whose slope the differences give to one percent

/**
 * Of the first trajectories; null where t is not uniform or has fewer than 7 outputs. Second differences over first ones are tan(ω dt/2) for
 * an oscillation of frequency ω, which says whether the outputs resolve it, in any unit of t. Cost: one spectral jet per snapshot.
 */
export function evolution(
  kernels: FourierKernels & TapeKernels,
  equation: Equation,
  data: Trajectories,
): Evolution | null {
  const { nt, t } = data;
  const step = (t[nt - 1]! - t[0]!) / (nt - 1);
  if (nt < 2 * REACH + 1 || t.some((time, j) => Math.abs(time - t[0]! - j * step) > 1e-3 * step)) return null;
  const sum = { residual: 0, scale: 0, first: 0, second: 0 };
  for (let n = 0; n < Math.min(LOOKED, data.n); n++) {
    const { rates, sizes, state } = ratesOf(kernels, equation, data, n);
    const row = state.length / nt;
    for (let j = REACH; j < nt - REACH; j++)
      for (let i = j * row; i < (j + 1) * row; i++) {
        let slope = 0;
        WEIGHTS.forEach((w, k) => {
          slope += (w * (state[i + (k + 1) * row]! - state[i - (k + 1) * row]!)) / step;
        });
        sum.residual += Math.abs(slope - rates[i]!);
        sum.scale += Math.abs(slope) + sizes[i]!;
        sum.first += Math.abs(state[i + row]! - state[i - row]!);
        sum.second += Math.abs(state[i + row]! - 2 * state[i]! + state[i - row]!);
      }
  }
  const { residual, scale, first, second } = sum;
  return { residual: scale > 0 ? residual / scale : 0, resolved: second <= TURN * first };
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
