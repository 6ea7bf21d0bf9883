/**
 * States of an equation on a uniform periodic grid: the components of a snapshot, followed by their time derivatives where the equation
 * is of second order in time. Each smooth state is an exact initial state, so each stands alone: no time differences are ever taken.
 */
import { type Grid, type Orders, places, spectralJets, spectraOn, transformOf } from "../data/grid.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { FourierKernels } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import type { Equation } from "../equation/equation.js";
import { readJet } from "../equation/jet.js";
import { variables } from "../expression/expression.js";

export interface States {
  readonly equation: Equation;
  readonly grid: Grid;
  readonly origin: readonly number[]; // x (and y) of the first place
  readonly times: Float64Array; // [count]
  readonly values: Float64Array; // [count, components · timeOrder, nx(, ny)]: u, v, …, then u_t, v_t, …
}

/** Components of a state: those of the equation, once per time derivative that an initial state carries. */
export const stateWidth = ({ components, timeOrder }: Equation): number => components.length * timeOrder;

/** How many states are chosen where nothing else is asked for, by space dimensions. */
export const STATES = { 1: 120, 2: 24 } as const;

const FEWEST_TIMES = 12; // distinct ones, where F holds t

/**
 * `count` states of trajectories, one from each of as many equal stretches of (trajectory, time), so that all are covered. Throws
 * InputError where F holds t and fewer than 12 distinct times come.
 */
export function chooseStates(
  equation: Equation,
  data: Trajectories,
  draw: Stream,
  count: number = STATES[equation.space],
): States {
  const width = stateWidth(equation);
  if (data.components !== width || (data.ny === undefined) !== (equation.space === 1))
    throw new InputError(
      `${equation.text} has states of ${width} components in ${equation.space} space dimensions, but the data have ${data.components} in ${data.ny === undefined ? 1 : 2}; pass data of this equation`,
    );
  const all = data.n * data.nt;
  const size = width * places(data);
  const chosen = Math.min(count, all);
  const times = new Float64Array(chosen);
  const values = new Float64Array(chosen * size);
  for (let b = 0; b < chosen; b++) {
    const index = draw.integer(Math.floor((b * all) / chosen), Math.floor(((b + 1) * all) / chosen));
    values.set(data.u.subarray(index * size, (index + 1) * size), b * size);
    times[b] = data.t[index % data.nt]!;
  }
  const distinct = new Set(times).size;
  if (variables(...equation.right).includes("t") && distinct < FEWEST_TIMES)
    throw new InputError(
      `${equation.text} contains t, so states at ${FEWEST_TIMES} distinct times or more are needed, but ${distinct} came; pass data at more times`,
    );
  return { equation, grid: gridOf(data), origin: [data.x[0]!, ...(data.y ? [data.y[0]!] : [])], times, values };
}

const gridOf = ({ nx, length, ny, lengthY }: Trajectories): Grid =>
  ny === undefined || lengthY === undefined ? { nx, length } : { nx, length, ny, lengthY };

/** The states without the modes above `highest` along either axis: as exact as before, whatever noise is left in them. */
export function lowPassed(kernels: FourierKernels, states: States, highest: number): States {
  const transform = transformOf(kernels, states.grid);
  const spectra = spectraOn(transform, states.values);
  transform.numbers.forEach(({ m, n }, mode) => {
    if (Math.max(Math.abs(m), n) <= highest) return;
    for (let at = 2 * mode; at < spectra.length; at += 2 * transform.modes) spectra.fill(0, at, at + 2);
  });
  const values = new Float64Array(states.values.length);
  transform.inverse(spectra, values);
  return { ...states, values };
}

/** The states moved along each axis by a random number of points: states again where F holds neither x nor y, else left as they are. */
export function rolled(states: States, draw: Stream): States {
  const { equation, grid } = states;
  const held = variables(...equation.right);
  const { nx, ny } = grid;
  const [rows, columns] = ny === undefined ? [1, nx] : [nx, ny];
  const width = stateWidth(equation);
  const values = new Float64Array(states.values.length);
  for (let b = 0, at = 0; b < states.times.length; b++) {
    const alongX = held.includes("x") ? 0 : draw.integer(0, nx);
    const alongY = ny === undefined || held.includes("y") ? 0 : draw.integer(0, ny);
    const [down, right] = ny === undefined ? [0, alongX] : [alongX, alongY];
    for (let c = 0; c < width; c++, at += rows * columns)
      for (let i = 0; i < rows; i++) {
        const row = states.values.subarray(at + i * columns, at + (i + 1) * columns);
        const to = at + ((i + down) % rows) * columns;
        values.set(row.subarray(0, columns - right), to + right);
        values.set(row.subarray(columns - right), to);
      }
  }
  return { ...states, values };
}

/** x or y at the places of one state. */
export function coordinate({ grid, origin }: States, along: 0 | 1): Float64Array {
  const { nx, length, ny = 1, lengthY = 0 } = grid;
  const step = along === 0 ? length / nx : lengthY / ny;
  return Float64Array.from(
    { length: nx * ny },
    (_, place) => origin[along]! + step * (along === 0 ? Math.floor(place / ny) : place % ny),
  );
}

/**
 * Variables by name at the places of states first … first + count − 1, one array [count, nx(, ny)] each: jet variables by spectral
 * differentiation, x, y and t. Names of anything else are left out.
 */
export function jets(
  kernels: FourierKernels,
  states: States,
  names: Iterable<string>,
  first: number,
  count: number,
): Map<string, Float64Array> {
  const { equation, grid, times, values } = states;
  const size = places(grid);
  const width = stateWidth(equation);
  const out = new Map<string, Float64Array>();
  const wanted = Array.from({ length: width }, () => ({ names: [] as string[], orders: [] as Orders[] }));
  for (const name of names) {
    if (name === "t")
      out.set(
        name,
        Float64Array.from({ length: count * size }, (_, i) => times[first + Math.floor(i / size)]!),
      );
    if (name === "x" || name === "y") {
      const once = coordinate(states, name === "x" ? 0 : 1);
      out.set(
        name,
        Float64Array.from({ length: count * size }, (_, i) => once[i % size]!),
      );
    }
    const jet = readJet(equation.components, name);
    const own = jet && wanted[jet.t * equation.components.length + jet.component];
    if (!own) continue;
    own.names.push(name);
    own.orders.push([jet.x, jet.y]);
  }
  wanted.forEach(({ names: list, orders }, c) => {
    if (list.length === 0) return;
    const rows = new Float64Array(count * size);
    for (let b = 0; b < count; b++) {
      const at = ((first + b) * width + c) * size;
      rows.set(values.subarray(at, at + size), b * size);
    }
    spectralJets(kernels, rows, grid, orders).forEach((array, i) => void out.set(list[i]!, array));
  });
  return out;
}
