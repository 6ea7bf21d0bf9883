/** Whether functions of x and y, an equation's coefficients among them, fit a periodic grid. */
import { InputError } from "../engine/error.js";
import type { Equation } from "../equation/equation.js";
import { type Expression, evaluate, variables } from "../expression/expression.js";
import type { Grid } from "./grid.js";

const PLACES = 16;
const SAME = 1e-9; // relative: periods are given to about as many digits

/**
 * Whether `e` is the same after `period` along a coordinate, all else the same: looked at, not proven, at 16 places where it is finite.
 * `at` says what a variable is at a share of its range, which is [0.2, 1.2) where nothing is said.
 */
export function repeats(
  e: Expression,
  along: string,
  period: number,
  at: (name: string, share: number) => number = (_, share) => 0.2 + share,
): boolean {
  const names = variables(e);
  if (!names.includes(along)) return true;
  return Array.from({ length: PLACES }, (_, i) => {
    const place = new Map(names.map((name, j) => [name, at(name, (0.618 * (i + 1) + 0.414 * (j + 1)) % 1)]));
    const [a, b] = [0, period].map((on) => evaluate(e, (name) => place.get(name)! + (name === along ? on : 0))) as [
      number,
      number,
    ];
    return !Number.isFinite(a) || Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b), 1);
  }).every((same) => same);
}

/** Throws InputError where F changes as x or y moves on by a period, all else the same: no smooth solution is periodic then. */
export function checkPeriods({ right, text }: Equation, { length, lengthY }: Grid): void {
  for (const [axis, period] of [["x", length] as const, ["y", lengthY] as const])
    if (period !== undefined && !right.every((e) => repeats(e, axis, period)))
      throw new InputError(
        `${text} depends on ${axis} but not with the period ${period} of the grid; pass a --length that is a multiple of its period, or trajectories as data`,
      );
}
