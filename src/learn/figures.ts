/** What a run draws of fields given by formula. */
import { physical } from "../data/chart.js";
import { graph } from "../data/graph.js";
import type { TapeKernels } from "../engine/kernels.js";
import { stream } from "../engine/random.js";
import type { Expression } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import { directFlow } from "../flow/direct.js";
import { type DrawnField, frameOf, SHOWN } from "../report/figures.js";
import type { Frame } from "../report/slices.js";
import type { Problem } from "./problem.js";
import { valuesOf } from "./span.js";

const SAMPLE = 2048;
const STEP = 0.05; // of s

/** The region the data cover. */
export function frameOfProblem({ held, chart, sample, coordinates }: Problem, seed: number): Frame {
  if (held) return frameOf(held, chart);
  const points = physical(chart, sample("held", SAMPLE, stream(seed, "frame")));
  const dim = coordinates.length;
  const column = (a: number): Float64Array =>
    Float64Array.from({ length: points.length / dim }, (_, i) => points[i * dim + a]!);
  const columns = coordinates.map((_, a) => column(a));
  return {
    names: coordinates,
    lo: columns.map((c) => c.reduce((least, v) => Math.min(least, v), Number.POSITIVE_INFINITY)),
    hi: columns.map((c) => c.reduce((most, v) => Math.max(most, v), Number.NEGATIVE_INFINITY)),
    at: columns.map((c) => c.reduce((sum, v) => sum + v, 0) / c.length),
    unit: chart.scale,
  };
}

/** A field by its components, of length 1 over the data, with what it moves: solutions in one dimension, or images. */
export function drawnField(
  kernels: TapeKernels,
  slot: number,
  components: readonly Expression[],
  { coordinates, held, picture }: Problem,
): DrawnField {
  const value = (points: Float64Array): Float64Array => valuesOf(kernels, components, coordinates, points);
  const program = compile(components, coordinates);
  if (picture) return { slot, value, carried: (places, stops) => directFlow(kernels, program, places, stops, STEP) };
  if (!held || coordinates.length !== 3) return { slot, value };
  return {
    slot,
    value,
    moved: () => directFlow(kernels, program, graph(held, 0), Float64Array.of(SHOWN), STEP),
  };
}
