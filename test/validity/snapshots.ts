/** Random smooth states of an equation, as trajectories whose times have nothing to do with each other: any smooth state is an exact one. */
import { chartOf } from "../../src/data/chart.js";
import { axis, type Grid } from "../../src/data/grid.js";
import { initialStates } from "../../src/data/initial.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { stream } from "../../src/engine/random.js";
import type { Equation } from "../../src/equation/equation.js";
import type { Units } from "../../src/field/library.js";
import { stateWidth } from "../../src/validity/states.js";

export interface RandomStates {
  readonly grid: Grid;
  readonly count: number;
  readonly modes: number;
  readonly amplitude?: number;
  readonly mean?: number;
  readonly from?: number; // times are uniform in [from, to]
  readonly to?: number;
}

export function randomStates(
  equation: Equation,
  seed: number,
  { grid, count, modes, amplitude = 1, mean = 0, from = 0, to = 1 }: RandomStates,
): { data: Trajectories; units: Units } {
  const initial = { kind: "fourier", modes, amplitude, mean } as const;
  const u = initialStates(stream(seed, "states"), initial, count, equation, grid);
  const draw = stream(seed, "times");
  const t = Float64Array.from({ length: count }, () => from + (to - from) * draw.uniform()).sort();
  const { nx, length, ny, lengthY } = grid;
  const data: Trajectories = {
    u,
    n: 1,
    nt: count,
    components: stateWidth(equation),
    nx,
    x: axis(nx, length),
    t,
    length,
    ...(ny === undefined || lengthY === undefined ? {} : { ny, lengthY, y: axis(ny, lengthY) }),
  };
  return { data, units: chartOf(data, equation) };
}
