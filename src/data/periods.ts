/** Whether an equation's own dependence on x and y fits a periodic grid. */
import { InputError } from "../engine/error.js";
import type { Equation } from "../equation/equation.js";
import { evaluate, variables } from "../expression/expression.js";
import type { Grid } from "./grid.js";

const PLACES = 16;
const SAME = 1e-9; // relative: periods are given to about as many digits

/** Throws InputError where F changes as x or y moves on by a period, all else the same: no smooth solution is periodic then. */
export function checkPeriods({ right, text }: Equation, { length, lengthY }: Grid): void {
  const names = variables(...right);
  for (const [axis, period] of [["x", length] as const, ["y", lengthY] as const]) {
    if (period === undefined || !names.includes(axis)) continue;
    for (const e of right)
      for (let i = 0; i < PLACES; i++) {
        const place = new Map(names.map((name, j) => [name, 0.2 + ((0.618 * (i + 1) + 0.414 * (j + 1)) % 1)]));
        const here = place.get(axis)!;
        const values = [here, here + period].map((at) =>
          evaluate(e, (name) => (name === axis ? at : place.get(name)!)),
        );
        const [a, b] = values as [number, number];
        if (Number.isFinite(a) && !(Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b), 1)))
          throw new InputError(
            `${text} depends on ${axis} but not with the period ${period} of the grid; pass a --length that is a multiple of its period, or trajectories as data`,
          );
      }
  }
}
