/**
 * The task of dynamics z' = f(t, z): which fields τ ∂t + φ·∂z map solutions to solutions. From text, from a callable, or from samples of
 * points with their rates. Coordinates are t, then z.
 */
import type { Chart } from "../data/chart.js";
import type { NumericArray } from "../data/npy.js";
import { InputError } from "../engine/error.js";
import type { TapeKernels } from "../engine/kernels.js";
import { stream } from "../engine/random.js";
import { type Box, boxChart, boxOf, uniformPoints } from "./box.js";
import { boxTask } from "./boxtask.js";
import { type Callable, differencedMap, REACH } from "./differences.js";
import { expressionMap, type PointMap } from "./map.js";
import { checkNames, EXACT, type PointRequest, type PointTask } from "./pointtask.js";
import { readRates, TIME } from "./rates.js";
import { arraysOf, divide, rowsOf, sampleChart, take, trust } from "./samples.js";
import { fitSurrogate } from "./surrogate.js";

export interface DynamicsRequest extends PointRequest {
  readonly dynamics?: string | Callable; // as text, or points [n, 1 + dim] (t first) → rates [n, dim]
  readonly samples?: DynamicsSamples; // instead of `dynamics`
  /** Names of z. A text's are those with a rate; of samples z1, z2, …; a callable needs them. */
  readonly coordinates?: readonly string[];
}

/** Rates at points. Without times the dynamics do not depend on t. */
export interface DynamicsSamples {
  readonly points: NumericArray; // [n, dim]
  readonly rates: NumericArray; // [n, dim]
  readonly t?: NumericArray; // [n]
}

/** The arrays `points`, `rates` and, where it is there, `t` of an .npz file. */
export function dynamicsSamples(arrays: ReadonlyMap<string, NumericArray>): DynamicsSamples {
  const t = arrays.get("t");
  return { ...arraysOf(arrays, ["points", "rates"]), ...(t && { t }) };
}

/** Throws InputError where f is unknown or not finite, or the samples do not determine it. */
export function dynamicsTask(kernels: TapeKernels, request: DynamicsRequest): PointTask {
  const { dynamics, samples } = request;
  if ((dynamics === undefined) === (samples === undefined))
    throw new InputError(
      `the task dynamics takes dynamics, such as "x' = p; p' = -x", or samples of them; pass either`,
    );
  if (samples) return fromSamples(request, samples);
  if (typeof dynamics !== "string") return fromCallable(request, dynamics!);
  if (request.coordinates) throw new InputError("a text of dynamics names its coordinates itself; leave them out");
  const read = readRates(dynamics, request.parameters);
  const coordinates = [TIME, ...read.states];
  return boxTask(request, {
    ...onBox,
    text: dynamics.trim(),
    coordinates,
    box: boxOf(coordinates, request.bounds),
    map: expressionMap(kernels, read.rates, coordinates),
    margin: 0,
    floor: () => EXACT.floor,
  });
}

function fromCallable(request: DynamicsRequest, f: Callable): PointTask {
  if (!request.coordinates)
    throw new InputError('dynamics given as code need names for their coordinates, such as ["x", "p"]');
  const coordinates = [TIME, ...request.coordinates];
  checkNames(coordinates);
  const box = boxOf(coordinates, request.bounds);
  const map = differencedMap(f, coordinates.length - 1, boxChart(box, coordinates).scale);
  const floor = (points: Float64Array): number => {
    const error = map.error(points);
    return Number.isFinite(error) ? Math.max(EXACT.floor, error) : EXACT.floor; // constant rates have no derivatives to err in
  };
  return boxTask(request, {
    ...onBox,
    text: `f(${coordinates.join(", ")})`,
    coordinates,
    box,
    map,
    margin: REACH,
    floor,
  });
}

const onBox = {
  name: "dynamics",
  called: ["a rate", "a derivative of the rates"],
  remedy: "pass bounds within which they are finite",
} as const;

function fromSamples(request: DynamicsRequest, samples: DynamicsSamples): PointTask {
  if (request.points !== undefined) throw new InputError("samples bring points of their own; leave points out");
  const { n, width: dim, data } = rowsOf(samples.points, "points");
  const rates = rowsOf(samples.rates, "rates", n);
  if (rates.width !== dim)
    throw new InputError(`rates has ${rates.width} columns but points has ${dim}; save the rate of every coordinate`);
  const times = samples.t && rowsOf(samples.t, "t", n);
  if (times && times.width !== 1) throw new InputError(`t has ${times.width} columns; save one time per point, [n]`);
  const states = request.coordinates ?? Array.from({ length: dim }, (_, a) => `z${a + 1}`);
  if (states.length !== dim)
    throw new InputError(`points has ${dim} columns but ${states.length} coordinates are named; name each column`);
  const coordinates = [TIME, ...states];
  checkNames(coordinates);
  const { learn, held } = divide(n, stream(request.seed, "held"));
  const space = { learn: take(data, dim, learn), held: take(data, dim, held) };
  const own = take(rates.data, dim, learn);
  const rateNames = states.map((name) => `${name}'`);
  const constant = rateNames.findIndex((_, c) => own.every((rate, i) => i % dim !== c || rate === own[c]));
  if (constant >= 0)
    throw new InputError(`${rateNames[constant]} is ${own[constant]} in every sample; give such dynamics as text`);
  if (times) {
    if (request.bounds) throw new InputError("samples bring points of their own; leave bounds out");
    const points = joined(take(times.data, 1, learn), space.learn, dim);
    const map = fitSurrogate(points, own, 1 + dim);
    const { box, chart } = sampleChart(points, coordinates);
    const apart = joined(take(times.data, 1, held), space.held, dim);
    return { ...named(), chart, box, map, points, held: apart, ...trust(map, rateNames) };
  }
  const { box: around, chart: inner } = sampleChart(space.learn, states);
  const time = boxOf([TIME], request.bounds); // samples without times may be given bounds for t, and for nothing else
  const drawn = (rows: Float64Array, part: string): Float64Array =>
    joined(uniformPoints(time, rows.length / dim, stream(request.seed, part)), rows, dim);
  const fit = fitSurrogate(space.learn, own, dim);
  const { scale, offset } = boxChart(time, [TIME]);
  const chart: Chart = {
    names: coordinates,
    offset: Float64Array.of(...offset, ...inner.offset),
    scale: Float64Array.of(...scale, ...inner.scale),
  };
  const box: Box = {
    lo: Float64Array.of(...time.lo, ...around.lo),
    hi: Float64Array.of(...time.hi, ...around.hi),
  };
  const points = drawn(space.learn, "times");
  const apart = drawn(space.held, "held/times");
  return { ...named(), chart, box, map: autonomous(fit), points, held: apart, ...trust(fit, rateNames) };

  function named(): Pick<PointTask, "name" | "text" | "coordinates"> {
    return { name: "dynamics", text: `f(${coordinates.join(", ")}), from ${n} samples`, coordinates };
  }
}

/** Columns t [n] and z [n, dim] → [n, 1 + dim]. */
function joined(t: Float64Array, z: Float64Array, dim: number): Float64Array {
  const out = new Float64Array(t.length * (1 + dim));
  t.forEach((time, i) => {
    out[i * (1 + dim)] = time;
    out.set(z.subarray(i * dim, (i + 1) * dim), i * (1 + dim) + 1);
  });
  return out;
}

/** A map of z as one of (t, z). */
function autonomous(map: PointMap): PointMap {
  const { inputs, outputs } = map;
  const space = (points: Float64Array): Float64Array => points.filter((_, i) => i % (1 + inputs) !== 0);
  return {
    inputs: 1 + inputs,
    outputs,
    value: (points) => map.value(space(points)),
    jet(points) {
      const { value, jacobian } = map.jet(space(points));
      const rows = value.length;
      return { value, jacobian: joined(new Float64Array(rows), jacobian, inputs) };
    },
  };
}
