/**
 * The weak form of a PDE's symmetry condition as linear conditions on fields: rows ∫ ψ D_t^m Q and ∫ ψ F′[u] Q over states and test
 * functions, x derivatives moved on to ψ by parts. All factors are exact at the places; the only error is that of the sums over places,
 * which falls faster than any power for what is smooth and resolved.
 */
import { type Grid, places as placesOf } from "../data/grid.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { FourierKernels, ProductKernels, Program, TapeKernels } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import { coordinatesOf, type Equation } from "../equation/equation.js";
import { jetName } from "../equation/jet.js";
import { Prolongation } from "../equation/prolongation.js";
import { variables } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import type { Library, Units } from "../field/library.js";
import type { Conditions } from "./conditions.js";
import { alongSolutions, determiningFactors } from "./determining.js";
import { testedRows } from "./rows.js";
import { chooseStates, coordinate, jets, lowPassed, rolled, type States, stateWidth } from "./states.js";
import { type BumpOptions, bumpDefaults, bumps, modes, type PlacedTest } from "./testfunctions.js";

type WeakKernels = FourierKernels & TapeKernels & ProductKernels;

export interface WeakOptions {
  readonly bump?: Partial<BumpOptions>;
  readonly points?: Float64Array; // [P, dim], physical: the measure ⟨v, w⟩, default 2048 drawn from the states
}

const PLACES = 8192; // evaluated at once
const FUNCTIONS = 12; // compiled into one program
const POINTS = 2048;
const BAND = 8; // modes times half-width at which a bump's spectrum is down to 1e-12
const FEWEST_MODES = 4;

/**
 * Highest mode with which sums over the places are integrals still: five factors u (two of a library's function, three of u_tt) and the
 * bump must fit into the modes below n, else they alias onto the mean. At a third of the points KdV's scores stop at 1e-6.
 */
export function resolvedMode(
  { nx, ny }: Grid,
  { halfWidth }: BumpOptions = bumpDefaults[ny === undefined ? 1 : 2],
): number {
  return Math.max(FEWEST_MODES, Math.floor((Math.min(nx, ny ?? nx) - BAND / halfWidth) / 5));
}

/** Conditions from trajectories: states drawn from them, without the modes above `cut` or above what the sums resolve. */
export function pdeConditions(
  kernels: WeakKernels,
  equation: Equation,
  data: Trajectories,
  units: Units,
  cut: number,
  draw: Stream,
  options: WeakOptions & { readonly states?: number } = {},
): Conditions {
  const chosen = chooseStates(equation, data, draw, options.states);
  const resolved = resolvedMode(chosen.grid, { ...bumpDefaults[equation.space], ...options.bump });
  return weakConditions(kernels, lowPassed(kernels, chosen, Math.min(cut, resolved)), units, draw, options);
}

/**
 * Conditions from states as they are. Where F holds neither x nor y each state is first moved along its period by a random number of
 * points, so that tests and measure see all of it. Cost: O(states · tests · window · functions · factors).
 */
export function weakConditions(
  kernels: WeakKernels,
  states: States,
  units: Units,
  draw: Stream,
  { bump, points }: WeakOptions = {},
): Conditions {
  const { equation, grid, times } = states;
  if (times.length === 0) throw new InputError("conditions need at least one state; pass states");
  const own = rolled(states, draw);
  const factors = determiningFactors(equation);
  const prolongation = new Prolongation(equation);
  const rates = rateNames(equation);
  const outputs = [
    ...factors.map(({ expression }) => expression),
    ...rates.map(({ component, t }) => prolongation.timeDerivative(component, t)),
  ];
  const inputs = variables(...outputs);
  const program = compile(outputs, inputs);
  const highest = Math.max(...factors.flatMap(({ test }) => test));
  const testsFor = (library: Library): PlacedTest[] =>
    library.periodic ? modes(grid) : bumps(grid, { ...bumpDefaults[equation.space], ...bump }, highest);
  const size = placesOf(grid);

  return {
    coordinates: coordinatesOf(equation),
    units,
    points: points ?? measure(own, Math.min(POINTS, times.length * size), draw),
    *rows(library) {
      const placed = testsFor(library);
      const functions = evaluator(kernels, equation, library);
      const names = new Set([...inputs, ...functions.inputs]);
      const scale = 1 / Math.sqrt(times.length * placed.length); // sums become means
      const batch = Math.max(1, Math.floor(PLACES / size));
      for (let first = 0; first < times.length; first += batch) {
        const count = Math.min(batch, times.length - first);
        const known = jets(kernels, own, names, first, count);
        const into = outputs.map(() => new Float64Array(count * size));
        kernels.evaluate(
          program,
          inputs.map((name) => known.get(name)!),
          into,
        );
        rates.forEach(({ name }, i) => void known.set(name, into[factors.length + i]!));
        const values = functions.at(known, count * size);
        yield testedRows(kernels, { equation, grid, factors, values: into, functions: values, placed, count, scale });
      }
    },
  };
}

/** Points [count, dim] drawn from the states, one from each of as many equal stretches of their places. */
function measure(states: States, count: number, draw: Stream): Float64Array {
  const { equation, grid, times, values } = states;
  const { components, space } = equation;
  const size = placesOf(grid);
  const all = times.length * size;
  const dim = space + 1 + components.length;
  const axes = (space === 1 ? ([0] as const) : ([0, 1] as const)).map((along) => coordinate(states, along));
  const out = new Float64Array(count * dim);
  for (let p = 0; p < count; p++) {
    const index = draw.integer(Math.floor((p * all) / count), Math.floor(((p + 1) * all) / count));
    const b = Math.floor(index / size);
    const place = index % size;
    axes.forEach((x, a) => void (out[p * dim + a] = x[place]!));
    out[p * dim + space] = times[b]!;
    for (let c = 0; c < components.length; c++)
      out[p * dim + space + 1 + c] = values[(b * stateWidth(equation) + c) * size + place]!;
  }
  return out;
}

/** Time derivatives of the components that functions of the coordinates need: u_t, and u_tt in second order. */
function rateNames({ components, timeOrder }: Equation): { name: string; component: number; t: number }[] {
  return components.flatMap((_, component) =>
    Array.from({ length: timeOrder }, (_, i) => {
      const jet = { component, x: 0, y: 0, t: i + 1 };
      return { name: jetName(components, jet), component, t: i + 1 };
    }),
  );
}

/** D_t^i of every function of a library at places: entry [i][f]. */
function evaluator(kernels: TapeKernels, equation: Equation, library: Library) {
  const rates = new Set(rateNames(equation).map(({ name }) => name));
  const programs: { inputs: string[]; program: Program }[] = [];
  const expressions = alongSolutions(equation, library.functions);
  for (let first = 0; first < expressions.length; first += FUNCTIONS) {
    const outputs = expressions.slice(first, first + FUNCTIONS).flat();
    const inputs = variables(...outputs);
    const stranger = inputs.find((name) => !library.coordinates.includes(name) && !rates.has(name));
    if (stranger !== undefined)
      throw new InputError(
        `the library's functions contain ${stranger}; they may contain ${library.coordinates.join(", ")}`,
      );
    programs.push({ inputs, program: compile(outputs, inputs) });
  }
  const levels = equation.timeOrder + 1;
  return {
    inputs: [...new Set(programs.flatMap(({ inputs }) => inputs))].filter((name) => !rates.has(name)),
    at(known: ReadonlyMap<string, Float64Array>, places: number): Float64Array[][] {
      const out = Array.from({ length: levels }, () => [] as Float64Array[]);
      for (const { inputs, program } of programs) {
        const into = Array.from({ length: program.outputs.length }, () => new Float64Array(places));
        kernels.evaluate(
          program,
          inputs.map((name) => known.get(name)!),
          into,
        );
        into.forEach((values, k) => void out[k % levels]!.push(values));
      }
      return out;
    },
  };
}
