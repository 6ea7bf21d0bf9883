/** The flow of a field given by expressions, evaluated at the points themselves: in any number of coordinates. */
import type { Program, TapeKernels } from "../engine/kernels.js";
import { substepsOf } from "./plan.js";

/**
 * exp(s v) of points [n, dim] at every stop (one sign, growing in size) → [m, n, dim], by the classical Runge–Kutta method with steps of at
 * most `step` in s: error ~ step⁴, four evaluations a step. The program takes the coordinates to the components, one for each, both in the
 * units of the points. Points that the field takes to infinity come out not finite.
 */
export function directFlow(
  kernels: TapeKernels,
  program: Program,
  points: Float64Array,
  stops: Float64Array,
  step: number,
): Float64Array {
  const dim = program.inputs;
  const n = points.length / dim;
  const columns = (): Float64Array[] => Array.from({ length: dim }, () => new Float64Array(n));
  const [state, place, slope, total] = [columns(), columns(), columns(), columns()];
  for (let i = 0; i < points.length; i++) state[i % dim]![Math.floor(i / dim)] = points[i]!;
  const out = new Float64Array(stops.length * points.length);
  substepsOf(stops, step).forEach((substeps, m) => {
    const h = (stops[m]! - (m === 0 ? 0 : stops[m - 1]!)) / substeps;
    for (let k = 0; k < substeps; k++) {
      for (const column of [...slope, ...total]) column.fill(0);
      for (let stage = 0; stage < 4; stage++) {
        const reach = h * REACH[stage]!;
        const weight = h * WEIGHT[stage]!;
        for (let a = 0; a < dim; a++) for (let i = 0; i < n; i++) place[a]![i] = state[a]![i]! + reach * slope[a]![i]!;
        kernels.evaluate(program, place, slope);
        for (let a = 0; a < dim; a++) for (let i = 0; i < n; i++) total[a]![i]! += weight * slope[a]![i]!;
      }
      for (let a = 0; a < dim; a++) for (let i = 0; i < n; i++) state[a]![i]! += total[a]![i]!;
    }
    const first = m * points.length;
    for (let i = 0; i < points.length; i++) out[first + i] = state[i % dim]![Math.floor(i / dim)]!;
  });
  return out;
}

const REACH = [0, 1 / 2, 1 / 2, 1]; // of a step, along the slope before
const WEIGHT = [1 / 6, 1 / 3, 1 / 3, 1 / 6];
