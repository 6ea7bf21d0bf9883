/**
 * Flows of spline fields by classical RK4 and their discrete adjoint, in plain TypeScript; double throughout.
 * The adjoint is that of the steps taken, not of the ODE: it agrees with differences of `flow` to rounding.
 * Source: Hairer, Nørsett & Wanner (1993), Solving Ordinary Differential Equations I, II.1 (the method).
 */
import type { FlowKernels } from "../kernels.js";
import { checkFlow, checkLength, stepLengths } from "../shape.js";
import { addInDouble, double, Stencil } from "./spline.js";

const NODE = [0, 0.5, 0.5, 1]; // where each stage lies in its step, and how far along the stage before
const WEIGHT = [1 / 6, 1 / 3, 1 / 3, 1 / 6];

/** One RK4 step of length h from z, in place; the four stages' positions go to `stages[at …]`. */
function step(
  stencil: Stencil,
  control: Float64Array,
  h: number,
  z: Float64Array,
  stages: Float64Array,
  at: number,
): void {
  const dim = z.length;
  const k = new Float64Array(dim);
  const sum = new Float64Array(dim);
  for (let s = 0; s < 4; s++) {
    const y = at + s * dim;
    for (let a = 0; a < dim; a++) stages[y + a] = z[a]! + h * NODE[s]! * k[a]!;
    stencil.locate(stages, y).value(control, k, 0);
    for (let a = 0; a < dim; a++) sum[a]! += WEIGHT[s]! * k[a]!;
  }
  for (let a = 0; a < dim; a++) z[a]! += h * sum[a]!;
}

export const flowOracle: FlowKernels = {
  flow(plan, control, points, movedInto) {
    const n = checkFlow(plan, control, points);
    const dim = plan.shape.axes.length;
    checkLength("movedInto", movedInto, plan.stops.length * n * dim);
    const stencil = new Stencil(plan.shape);
    const lengths = stepLengths(plan);
    const c = double(control);
    const z = new Float64Array(dim);
    const stages = new Float64Array(4 * dim);
    for (let p = 0; p < n; p++) {
      for (let a = 0; a < dim; a++) z[a] = points[p * dim + a]!;
      for (let i = 0; i < lengths.length; i++) {
        for (let j = 0; j < plan.substeps[i]!; j++) step(stencil, c, lengths[i]!, z, stages, 0);
        for (let a = 0; a < dim; a++) movedInto[(i * n + p) * dim + a] = z[a]!;
      }
    }
  },

  flowPullback(plan, control, points, movedCotangent, addToControl, addToPoints) {
    const n = checkFlow(plan, control, points);
    const dim = plan.shape.axes.length;
    checkLength("movedCotangent", movedCotangent, plan.stops.length * n * dim);
    checkLength("addToControl", addToControl, control.length);
    if (addToPoints) checkLength("addToPoints", addToPoints, points.length);
    const stencil = new Stencil(plan.shape);
    const lengths = stepLengths(plan);
    const [c, bar] = [double(control), double(movedCotangent)];
    const z = new Float64Array(dim);
    const stages = new Float64Array(plan.substeps.reduce((sum, count) => sum + count, 0) * 4 * dim);
    const [later, stage, pulled] = [new Float64Array(dim), new Float64Array(dim), new Float64Array(dim)];
    const jacobian = new Float64Array(dim * dim);
    addInDouble(addToControl, (gradient) => {
      for (let p = 0; p < n; p++) {
        let at = 0;
        for (let a = 0; a < dim; a++) z[a] = points[p * dim + a]!;
        for (let i = 0; i < lengths.length; i++)
          for (let j = 0; j < plan.substeps[i]!; j++, at += 4 * dim) step(stencil, c, lengths[i]!, z, stages, at);
        later.fill(0);
        for (let i = lengths.length - 1; i >= 0; i--) {
          const h = lengths[i]!;
          for (let a = 0; a < dim; a++) later[a]! += bar[(i * n + p) * dim + a]!;
          for (let j = 0; j < plan.substeps[i]!; j++) {
            pulled.fill(0);
            z.set(later); // becomes the cotangent before the step
            for (let s = 3; s >= 0; s--) {
              at -= dim;
              for (let a = 0; a < dim; a++)
                stage[a] = h * (WEIGHT[s]! * later[a]! + (s < 3 ? NODE[s + 1]! : 0) * pulled[a]!);
              stencil.locate(stages, at).scatter(stage, 0, null, 0, gradient);
              stencil.derivative(c, jacobian, 0);
              for (let a = 0; a < dim; a++) {
                let sum = 0;
                for (let b = 0; b < dim; b++) sum += jacobian[a * dim + b]! * stage[b]!;
                pulled[a] = sum;
                z[a]! += sum;
              }
            }
            later.set(z);
          }
        }
        if (addToPoints) for (let a = 0; a < dim; a++) addToPoints[p * dim + a]! += later[a]!;
      }
    });
  },
};
