/** Whether trajectories can be moved as solutions of an equation: looked at before the work. */
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { Kernels } from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import { thresholds } from "../reading/certificate.js";
import { rowsResidual } from "./residual.js";

const LOOKED_AT = 4; // trajectories

/** Throws InputError where the first trajectories do not solve the equation whose symmetries they are to be moved along. */
export function checkSolutions(kernels: Kernels, equation: Equation, data: Trajectories): void {
  const size = data.nt * data.components * data.nx;
  let [residual, scale] = [0, 0];
  for (let i = 0; i < Math.min(LOOKED_AT, data.n); i++) {
    const own = { ...data, n: 1, u: data.u.subarray(i * size, (i + 1) * size) };
    const [part, whole] = rowsResidual(kernels, equation, own, [0, data.nt]);
    residual += part;
    scale += whole;
  }
  if (scale === 0 || residual / scale <= thresholds.dataResidual) return;
  throw new InputError(
    `the trajectories do not solve the equation of the generators, ${equation.text}: residual ${(residual / scale).toPrecision(2)} of its terms, ${thresholds.dataResidual} allowed; pass data of that equation, check its parameters, or pass equation null`,
  );
}

const GAP = 1.5; // times the median step: more is an output that is missing

/** Throws InputError for data that are not whole. */
export function checkWhole({ u, t, n, nt, nx, components, ny }: Trajectories, equation: Equation | null): void {
  if (ny !== undefined || equation?.space === 2)
    throw new InputError("the trajectories have two space dimensions; augmentation is for one so far");
  if (equation && equation.components.length * equation.timeOrder !== components)
    throw new InputError(
      `u has ${components} components but the equation of the generators ${equation.components.length * equation.timeOrder} (${equation.text}); pass data of that equation`,
    );
  const bad = u.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const missing = u.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
    const row = Math.floor(bad / (components * nx));
    throw new InputError(
      `${missing} of ${u.length} values of u are not finite, the first in trajectory ${Math.floor(row / nt)} of ${n} at output ${row % nt}, column ${bad % nx}; fill the gaps, or leave those trajectories out`,
    );
  }
  const steps = Float64Array.from({ length: nt - 1 }, (_, j) => t[j + 1]! - t[j]!);
  const median = steps.slice().sort()[steps.length >> 1]!;
  const gap = steps.findIndex((step) => !(step > 0 && step <= GAP * median));
  if (gap >= 0)
    throw new InputError(
      `t has a gap: ${steps[gap]} from t[${gap}] = ${t[gap]} to the next, where the median step is ${median}; pass outputs without gaps`,
    );
}
