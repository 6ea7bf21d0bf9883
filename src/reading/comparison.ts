/** The accepted span beside the known one, by principal angles over held-out data. */
import type { Chart } from "../data/chart.js";
import { InputError } from "../engine/error.js";
import { oracleKernels } from "../engine/oracle/oracle.js";
import { type Expression, zero } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import { independent, orthonormal, principalAngles } from "./angles.js";
import { type FieldClass, type Known, knownGenerators } from "./truth.js";

export interface Comparison {
  readonly dimension: number;
  readonly principalAnglesDegrees: readonly number[];
  readonly grassmann: number; // radians
}

export interface ComparisonOptions {
  readonly kind?: FieldClass; // of the fields compared; default periodic
  readonly parameters?: Readonly<Record<string, number>>; // of the equation; default none
  readonly known?: readonly Known[] | null; // instead of the table's
  readonly functions?: readonly Expression[]; // of the library used: generators outside its span are not asked for
}

/** Values [P·dim] of the accepted fields at normalised points [P, dim] → comparison; null where the truth is not known. */
export function compareWithTruth(
  equation: string,
  chart: Chart,
  points: Float64Array,
  accepted: readonly Float64Array[],
  options: ComparisonOptions = {},
): Comparison | null {
  const {
    kind = "periodic",
    parameters = {},
    known = knownGenerators(equation, parameters, kind),
    functions,
  } = options;
  if (!known) return null;
  const places = columns(chart, points);
  const contained = functions ? spanTest(functions, chart, places) : () => true;
  const truth = known
    .filter((generator) => Object.values(generator).every(contained))
    .map((generator) => valuesOf(generator, chart, places));
  const { radians, grassmann } = principalAngles(accepted, truth);
  return { dimension: truth.length, principalAnglesDegrees: radians.map((r) => (r * 180) / Math.PI), grassmann };
}

/** Physical coordinates of normalised points, one array [P] each. */
function columns({ offset, scale }: Chart, points: Float64Array): Float64Array[] {
  const dim = scale.length;
  return Array.from({ length: dim }, (_, a) =>
    Float64Array.from({ length: points.length / dim }, (_, i) => offset[a]! + scale[a]! * points[dim * i + a]!),
  );
}

/** A generator's values [P, dim] in normalised coordinates. */
function valuesOf(generator: Known, chart: Chart, places: readonly Float64Array[]): Float64Array {
  const { names, scale } = chart;
  const stray = Object.keys(generator).find((name) => !names.includes(name));
  if (stray !== undefined)
    throw new InputError(`a known generator moves ${stray} but the chart's coordinates are ${names.join(", ")}`);
  const dim = names.length;
  const along = evaluated(
    names.map((name) => generator[name] ?? zero),
    chart,
    places,
  );
  return Float64Array.from(
    { length: places[0]!.length * dim },
    (_, i) => along[i % dim]![Math.floor(i / dim)]! / scale[i % dim]!,
  );
}

const WITHIN = 1e-8; // relative: what counts as in the span

/** Whether a function is a combination of others over the places. */
function spanTest(
  functions: readonly Expression[],
  chart: Chart,
  places: readonly Float64Array[],
): (e: Expression) => boolean {
  const all = evaluated(functions, chart, places);
  const basis = orthonormal(independent(all, WITHIN).map((i) => all[i]!));
  return (e) => {
    const [value] = evaluated([e], chart, places) as [Float64Array];
    const rest = value.slice();
    for (const direction of basis) {
      const c = dot(direction, rest);
      direction.forEach((d, i) => {
        rest[i]! -= c * d;
      });
    }
    return Math.sqrt(dot(rest, rest)) <= WITHIN * Math.sqrt(dot(value, value));
  };
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, v, i) => s + v * b[i]!, 0);

/** Values of functions of the coordinates, one array [P] each. */
function evaluated(of: readonly Expression[], { names }: Chart, places: readonly Float64Array[]): Float64Array[] {
  const into = of.map(() => new Float64Array(places[0]!.length));
  oracleKernels.evaluate(compile(of, names), places, into);
  return into;
}
