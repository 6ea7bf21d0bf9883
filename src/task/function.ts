/** The task of a function f(z): which fields leave it unchanged, ∇f·v = 0. From text, from a callable, or from samples. */
import type { NumericArray } from "../data/npy.js";
import { InputError } from "../engine/error.js";
import type { TapeKernels } from "../engine/kernels.js";
import { stream } from "../engine/random.js";
import { constant, variable, variables } from "../expression/expression.js";
import { parse } from "../expression/parse.js";
import { boxChart, boxOf } from "./box.js";
import { boxTask } from "./boxtask.js";
import { type Callable, differencedMap, REACH } from "./differences.js";
import { expressionMap, type PointMap, place } from "./map.js";
import { checkNames, EXACT, Parameters, type PointRequest, type PointTask } from "./pointtask.js";
import { arraysOf, divide, rowsOf, sampleChart, take, trust } from "./samples.js";
import { fitSurrogate } from "./surrogate.js";

export interface FunctionRequest extends PointRequest {
  readonly function?: string | Callable; // as text in named coordinates, or points [n, dim] → values [n]
  readonly gradient?: Callable; // of a callable, points [n, dim] → [n, dim]; differenced where absent
  readonly samples?: FunctionSamples; // instead of `function`
  /** A text's default: its variables, sorted. Of samples: z1, z2, …. A callable needs them. */
  readonly coordinates?: readonly string[];
}

export interface FunctionSamples {
  readonly points: NumericArray; // [n, dim]
  readonly values: NumericArray; // [n]
}

/** The arrays `points` and `values` of an .npz file. */
export const functionSamples = (arrays: ReadonlyMap<string, NumericArray>): FunctionSamples =>
  arraysOf(arrays, ["points", "values"]);

const CONSTANT = 1e-12; // of its own size, by which a function must vary
const AGREES = 1e-3; // of the gradient's size, to which a given gradient must agree with differences

/** Throws InputError where f is unknown, not finite, constant, or the samples do not determine it. */
export function functionTask(kernels: TapeKernels, request: FunctionRequest): PointTask {
  const { function: f, samples } = request;
  if ((f === undefined) === (samples === undefined))
    throw new InputError(
      'the task function takes a function, such as "x^2 + y^2 - z^2", or samples of one; pass either',
    );
  if (samples) return fromSamples(request, samples);
  return typeof f === "string" ? fromText(kernels, request, f) : fromCallable(request, f!);
}

function fromText(kernels: TapeKernels, request: FunctionRequest, text: string): PointTask {
  const parameters = new Parameters(request.parameters);
  const given = request.coordinates;
  if (given) checkNames(given);
  const f = parse(text, {
    names: (name) => {
      if (given?.includes(name)) return variable(name);
      const value = parameters.value(name);
      return value === undefined ? (given ? undefined : variable(name)) : constant(value);
    },
    advice: (name) => `the names are ${[...given!, ...parameters.names].join(", ")}; add ${name} to the coordinates`,
  });
  const coordinates = given ?? variables(f);
  if (coordinates.length === 0) throw new InputError(`${text.trim()} is constant: every field leaves it unchanged`);
  checkNames(coordinates);
  parameters.check(text, coordinates);
  const box = boxOf(coordinates, request.bounds);
  return boxTask(request, {
    ...onBox(coordinates),
    text: text.trim(),
    box,
    map: expressionMap(kernels, [f], coordinates),
    margin: 0,
    floor: () => EXACT.floor,
  });
}

function fromCallable(request: FunctionRequest, f: Callable): PointTask {
  const { coordinates, gradient } = request;
  if (!coordinates)
    throw new InputError('a function given as code needs names for its coordinates, such as ["x", "y"]');
  checkNames(coordinates);
  const box = boxOf(coordinates, request.bounds);
  const { scale } = boxChart(box, coordinates);
  const map = differencedMap(f, 1, scale);
  const text = `f(${coordinates.join(", ")})`;
  const own = { ...onBox(coordinates), text, box, map, margin: REACH };
  if (!gradient) return boxTask(request, { ...own, floor: (points) => Math.max(EXACT.floor, map.error(points)) });
  const slopes = differencedMap(gradient, coordinates.length, scale); // for its check of what comes back
  const exact: PointMap = { ...map, jet: (points) => ({ value: map.value(points), jacobian: slopes.value(points) }) };
  function floor(points: Float64Array): number {
    const few = points.subarray(0, 16 * coordinates!.length);
    const [differenced, theirs] = [map.jet(few).jacobian, exact.jet(few).jacobian];
    const size = Math.hypot(...differenced);
    const apart = Math.hypot(...differenced.map((g, i) => g - theirs[i]!)) / size;
    if (!(apart < AGREES))
      throw new InputError(
        `the gradient differs from the function's differences by ${apart.toPrecision(2)} of its size; return [n, ${coordinates!.length}], or leave it out`,
      );
    return EXACT.floor;
  }
  return boxTask(request, { ...own, map: exact, floor });
}

/** What all functions on a box share. */
const onBox = (coordinates: readonly string[]) =>
  ({
    name: "function",
    coordinates,
    called: ["f", "the gradient of f"],
    remedy: "pass bounds within which it is finite",
    check(value: Float64Array, points: Float64Array): void {
      const [lo, hi] = value.reduce(([l, h], v) => [Math.min(l, v), Math.max(h, v)] as const, [
        Infinity,
        -Infinity,
      ] as const);
      if (!(hi - lo > CONSTANT * Math.max(Math.abs(lo), Math.abs(hi))))
        throw new InputError(
          `f is ${lo} at ${place(points, 0, coordinates)} and everywhere else in the box; pass a function that varies there`,
        );
    },
  }) as const;

function fromSamples(request: FunctionRequest, samples: FunctionSamples): PointTask {
  if (request.bounds || request.points !== undefined)
    throw new InputError("samples bring points of their own; leave bounds and points out");
  const { n, width: dim, data } = rowsOf(samples.points, "points");
  const values = rowsOf(samples.values, "values", n);
  if (values.width !== 1) throw new InputError(`values has ${values.width} columns; save one value per point, [n]`);
  const coordinates = request.coordinates ?? Array.from({ length: dim }, (_, a) => `z${a + 1}`);
  checkNames(coordinates);
  if (coordinates.length !== dim)
    throw new InputError(`points has ${dim} columns but ${coordinates.length} coordinates are named; name each column`);
  const { learn, held } = divide(n, stream(request.seed, "held"));
  const points = take(data, dim, learn);
  const own = take(values.data, 1, learn);
  const { box, chart } = sampleChart(points, coordinates);
  if (own.every((value) => value === own[0]))
    throw new InputError(`values is ${own[0]} in every sample; pass samples of a function that varies`);
  const map = fitSurrogate(points, own, dim);
  return {
    name: "function",
    text: `f(${coordinates.join(", ")}), from ${n} samples`,
    coordinates,
    chart,
    box,
    map,
    points,
    held: take(data, dim, held),
    ...trust(map, ["f"]),
  };
}
