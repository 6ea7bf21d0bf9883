/** Vector fields to be combined and followed: the generators of a run, on points in physical coordinates. */
import { type Chart, normalise, normaliseVectors, physical } from "../data/chart.js";
import type { FlowKernels, SplineKernels, SplineShape, TapeKernels } from "../engine/kernels.js";
import { controlLength } from "../engine/shape.js";
import { type Expression, scale, sum } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import type { Field } from "../field/field.js";
import { formulaField } from "../field/formula.js";
import { outsideShare } from "../field/outside.js";
import { physicalField } from "../field/physical.js";
import { SplineField } from "../field/spline.js";
import { directFlow } from "./direct.js";

export interface Generators {
  readonly coordinates: readonly string[];
  readonly fields: readonly Field[]; // V_1, V_2, …
  /** exp(Σ s_k V_k), for s = `amounts` [fields]; −s gives the inverse. */
  flow(amounts: ArrayLike<number>): Flow;
}

export interface Flow {
  /** Runge–Kutta steps: four evaluations of the field each. */
  readonly steps: number;
  /** Points [n, dim] → [n, dim]. Points that the field takes to infinity come out not finite. */
  move(points: Float64Array): Float64Array;
  /** Share of points [n, dim] beyond the region in which the fields were learned; 0 for formulas. */
  outside(points: Float64Array): number;
}

/** Learned fields: control points [K, knots…, dim] in the chart's normalised coordinates. Kept by reference. */
export function splineGenerators(
  kernels: SplineKernels & FlowKernels,
  shape: SplineShape,
  control: Float64Array,
  chart: Chart,
): Generators {
  const size = controlLength(shape);
  const own = Array.from({ length: control.length / size }, (_, k) => control.subarray(k * size, (k + 1) * size));
  const fields = own.map((points) => physicalField(new SplineField(kernels, shape, points), chart));
  return {
    coordinates: chart.names,
    fields,
    flow(amounts) {
      const combined = new Float64Array(size);
      own.forEach((points, k) => {
        for (let i = 0; i < size; i++) combined[i]! += amounts[k]! * points[i]!;
      });
      const steps = stepsFor(new SplineField(kernels, shape, combined), lattice(shape.axes));
      const plan = { shape, stops: Float64Array.of(1), substeps: Int32Array.of(steps) };
      return {
        steps,
        move(points) {
          const moved = new Float64Array(points.length);
          kernels.flow(plan, combined, normalise(chart, points), moved);
          return physical(chart, moved);
        },
        outside: (points) => outsideShare(shape, normalise(chart, points)),
      };
    },
  };
}

/** Fields by formula, one expression per coordinate, everything in physical units. */
export function formulaGenerators(
  kernels: TapeKernels,
  formulas: readonly (readonly Expression[])[],
  chart: Chart,
): Generators {
  const { names } = chart;
  const box = names.map(() => ({ lo: -1, hi: 1 }));
  return {
    coordinates: names,
    fields: formulas.map((components) => formulaField(kernels, names, components)),
    flow(amounts) {
      const combined = names.map((_, c) => sum(...formulas.map((components, k) => scale(amounts[k]!, components[c]!))));
      const field = formulaField(kernels, names, combined);
      const places = physical(chart, lattice(box));
      const steps = stepsFor({ value: () => normaliseVectors(chart, field.value(places)) }, places);
      const program = compile(combined, names);
      return {
        steps,
        move: (points) => directFlow(kernels, program, points, Float64Array.of(1), 1 / steps),
        outside: () => 0,
      };
    },
  };
}

const STEP = 0.05; // longest step, in extents of the data: RK4 is then exact to 1e-7 for fields that turn within one extent
const MOST_STEPS = 4096;

/** Steps that a flow for s = 1 takes, from the field's size over its region: whatever the points, the map is the same. */
function stepsFor(field: Pick<Field, "value">, places: Float64Array): number {
  const largest = field.value(places).reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0);
  return Math.min(MOST_STEPS, Math.max(1, Math.ceil(largest / STEP)));
}

/** Three places along each of up to six coordinates, two beyond that: [n, dim]. */
function lattice(axes: readonly { readonly lo: number; readonly hi: number }[]): Float64Array {
  const dim = axes.length;
  const each = dim <= 6 ? 3 : 2;
  const out = new Float64Array(dim * each ** dim);
  for (let i = 0; i < out.length; i++) {
    const { lo, hi } = axes[i % dim]!;
    const index = Math.floor(Math.floor(i / dim) / each ** (i % dim)) % each;
    out[i] = lo + ((hi - lo) * index) / (each - 1);
  }
  return out;
}
