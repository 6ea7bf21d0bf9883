/** Samples of a map: their layout checked, a part held out, their box and chart, and what a fit to them is good for. */
import type { Chart } from "../data/chart.js";
import type { NumericArray } from "../data/npy.js";
import { InputError } from "../engine/error.js";
import type { Stream } from "../engine/random.js";
import { type Box, boxAround, boxChart } from "./box.js";
import { EXACT, FEWEST, type PointTask } from "./pointtask.js";
import type { Surrogate } from "./surrogate.js";

const NOISY = 10; // decisive ratio of samples, as for the neural learner: both scores carry their noise
const UNFIT = 0.5; // leave-one-out error over the deviation from which on a fit says nothing
const DEVIATION = 0.29; // of a uniform variable on a unit interval

/** Rows of samples: shape [n, width], or [n] for width 1. Throws InputError. */
export function rowsOf(
  { shape, data }: NumericArray,
  name: string,
  n?: number,
): { n: number; width: number; data: Float64Array } {
  const [rows = 0, width = 1] = shape;
  if (shape.length < 1 || shape.length > 2 || width < 1)
    throw new InputError(`${name} has shape [${shape.join(", ")}]; save an array [n, dim]`);
  if (n !== undefined && rows !== n)
    throw new InputError(`${name} has ${rows} rows but points has ${n}; save one row per point`);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError(`${name}[${Math.floor(bad / width)}] holds ${data[bad]}; leave rows that are not finite out`);
  return { n: rows, width, data };
}

/** Arrays of samples by name. Throws InputError where one is missing. */
export function arraysOf<Name extends string>(
  arrays: ReadonlyMap<string, NumericArray>,
  names: readonly Name[],
): Record<Name, NumericArray> {
  const missing = names.find((name) => !arrays.has(name));
  if (missing !== undefined)
    throw new InputError(
      `samples are arrays ${names.join(" and ")} but the file holds ${[...arrays.keys()].join(", ") || "none"}; save ${missing} too`,
    );
  return Object.fromEntries(names.map((name) => [name, arrays.get(name)!])) as Record<Name, NumericArray>;
}

/** Rows 0 … n − 1 in random order, the last fifth to be held out. Throws InputError for too few. */
export function divide(n: number, stream: Stream): { learn: Int32Array; held: Int32Array } {
  if (n < FEWEST) throw new InputError(`there are ${n} samples; pass at least ${FEWEST}`);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = stream.integer(0, i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const learn = n - Math.max(1, Math.floor(n / 5));
  return { learn: order.subarray(0, learn), held: order.subarray(learn) };
}

/** The rows [n, width] named by `indices`. */
export function take(rows: Float64Array, width: number, indices: Int32Array): Float64Array {
  const out = new Float64Array(indices.length * width);
  indices.forEach((index, i) => void out.set(rows.subarray(index * width, (index + 1) * width), i * width));
  return out;
}

/** Samples' box, and the chart with each coordinate's mean at 0 and its deviation at 0.29. Throws InputError where one does not vary. */
export function sampleChart(points: Float64Array, names: readonly string[]): { box: Box; chart: Chart } {
  const dim = names.length;
  const n = points.length / dim;
  const box = boxAround(points, dim);
  const still = names.findIndex((_, a) => !(box.hi[a]! > box.lo[a]!));
  if (still >= 0)
    throw new InputError(`${names[still]} is ${box.lo[still]} in every sample; leave it out or let it vary`);
  const { scale, offset } = boxChart(box, names);
  for (let a = 0; a < dim; a++) {
    let [mean, square] = [0, 0];
    for (let i = a; i < points.length; i += dim) mean += points[i]! / n;
    for (let i = a; i < points.length; i += dim) square += (points[i]! - mean) ** 2 / n;
    offset[a] = mean;
    scale[a] = Math.sqrt(square) / DEVIATION;
  }
  return { box, chart: { names, offset, scale } };
}

/** What a fit is good for: the floor of scores, the warning that names its error. Throws InputError where it says nothing. */
export function trust(
  { degrees, errors, slopeError }: Surrogate,
  names: readonly string[],
): Pick<PointTask, "floor" | "decisive" | "warnings"> {
  const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
  const bad = errors.findIndex((error) => !(error < UNFIT));
  if (bad >= 0)
    throw new InputError(
      `no polynomial fits the samples of ${names[bad]}: its leave-one-out error is ${percent(errors[bad]!)} of their spread; pass more samples, or less noise`,
    );
  const each = names.map(
    (name, c) => `${name} by degree ${degrees[c]}, leave-one-out error ${percent(errors[c]!)} of its spread`,
  );
  return {
    floor: Math.max(EXACT.floor, slopeError),
    decisive: NOISY,
    warnings: [`fitted to samples: ${each.join("; ")}; derivatives err by about ${percent(slopeError)}`],
  };
}
