/** Tasks without trajectories, on points of a box: a map with its derivatives, points to learn from, and others held out. */
import type { Chart } from "../data/chart.js";
import { InputError } from "../engine/error.js";
import { reserved } from "../expression/parse.js";
import type { Bounds, Box } from "./box.js";
import type { PointMap } from "./map.js";

export interface PointTask {
  readonly name: "function" | "dynamics";
  readonly text: string; // the function or the dynamics as given, or what stands for it
  readonly coordinates: readonly string[]; // of fields; for dynamics t first
  readonly chart: Chart; // the box takes [−½, ½]; of samples, deviation 0.29
  readonly box: Box; // where the map is known
  /** f in all the coordinates: one output for a function; the rates, one for each coordinate but t, for dynamics. */
  readonly map: PointMap;
  readonly points: Float64Array; // [P, dim], physical, to learn from
  readonly held: Float64Array; // never seen by learning
  readonly floor: number; // relative error of the map's derivatives, which scores cannot fall below
  readonly decisive: number; // smallest ratio of neighbouring scores for the count to be decided
  readonly warnings: readonly string[];
}

export interface PointRequest {
  readonly seed: number;
  readonly bounds?: Bounds; // of the box points are drawn from, default [−1, 1]; not with samples
  readonly points?: number; // to learn from, default 2048; a quarter as many more are held out. Not with samples
  readonly parameters?: Readonly<Record<string, number>>; // of a text
}

export const POINTS = 2048;
const MOST_COORDINATES = 6;
export const FEWEST = 50; // points, or samples

/** Rounding; rows from a text are exact. */
export const EXACT = { floor: 1e-9, decisive: 100 } as const;

export function checkPoints(points = POINTS): number {
  if (!(Number.isInteger(points) && points >= FEWEST))
    throw new InputError(`points is ${points}; pass a whole number of at least ${FEWEST}`);
  return points;
}

/** Throws InputError unless `names` can name coordinates. */
export function checkNames(names: readonly string[]): void {
  if (names.length === 0) throw new InputError("there are no coordinates; name at least one");
  if (names.length > MOST_COORDINATES)
    throw new InputError(
      `there are ${names.length} coordinates, ${names.join(", ")}, but at most ${MOST_COORDINATES} are possible; fix some of them`,
    );
  for (const name of names) {
    if (!/^[A-Za-z]\w*$/.test(name))
      throw new InputError(
        `a coordinate is called ${JSON.stringify(name)}; names are a letter, then letters, digits and _`,
      );
    if (reserved.includes(name))
      throw new InputError(`a coordinate is called ${name}, which is a function; call it differently`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError(`two coordinates are called ${twice}; give each a name of its own`);
}

/** Parameters by name, each to be used: `value` hands one out, `unused` names those never asked for. */
export class Parameters {
  readonly #values: Map<string, number>;
  readonly #used = new Set<string>();

  constructor(parameters: Readonly<Record<string, number>> = {}) {
    this.#values = new Map(Object.entries(parameters));
    for (const [name, value] of this.#values)
      if (!Number.isFinite(value)) throw new InputError(`parameter ${name} must be a finite number, but is ${value}`);
  }

  get names(): string[] {
    return [...this.#values.keys()];
  }

  value(name: string): number | undefined {
    this.#used.add(name);
    return this.#values.get(name);
  }

  /** Throws InputError for a parameter that a text never uses, or that is a coordinate's name too. */
  check(text: string, coordinates: readonly string[]): void {
    const both = this.names.find((name) => coordinates.includes(name));
    if (both !== undefined) throw new InputError(`${both} is both a parameter and a coordinate; call one differently`);
    const idle = this.names.filter((name) => !this.#used.has(name));
    if (idle.length > 0)
      throw new InputError(`there is no parameter ${idle.join(", ")} in ${text.trim()}; leave it out or use it`);
  }
}
