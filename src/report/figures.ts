/** What the report draws, computed: quiver slices of each field, and a held-out solution before and after its flow. */
import { type Chart, normalise, physical } from "../data/chart.js";
import type { Trajectories } from "../data/trajectories.js";
import type { FlowKernels, SplineKernels, SplineShape } from "../engine/kernels.js";
import { controlLength } from "../engine/shape.js";
import type { Equation } from "../equation/equation.js";
import { flowPlan } from "../flow/plan.js";
import type { Thresholds } from "../reading/certificate.js";
import { patchPoints } from "../validity/flow.js";
import { resampled } from "./resampled.js";
import type { GeneratorFigures, RunFigures } from "./run.js";

export interface FigureParts {
  readonly equation: Equation;
  readonly shape: SplineShape;
  readonly chart: Chart;
  readonly held: Trajectories;
  readonly control: Float64Array; // [K, knots…, 3]
  readonly order: readonly number[]; // fields by validity
  readonly history: readonly Float64Array[];
  readonly limits: Thresholds;
  readonly command: string;
  readonly environment: RunFigures["environment"];
  readonly settings: RunFigures["settings"];
}

const SHOWN = 0.2; // s of the "after" picture: large enough to see, small enough to stay on the field's ground
const ARROWS = { x: 16, t: 10, u: 9 };

export function drawFigures(kernels: SplineKernels & FlowKernels, parts: FigureParts): RunFigures {
  const { held, chart, shape, control, order } = parts;
  const size = controlLength(shape);
  const points = patchPoints(held, chart, 0, 0, 0, held.nx, held.nt);
  const [lowest, highest] = range(held.u);
  return {
    equation: parts.equation.text,
    command: parts.command,
    settings: parts.settings,
    environment: parts.environment,
    thresholds: Object.entries(parts.limits) as [string, number][],
    loss: {
      step: parts.history.map((_, i) => i + 1),
      slots: order.map((b) => parts.history.map((scores) => scores[b]!)),
    },
    solution: {
      x: [...held.x],
      t: [...held.t],
      u: rows(held.u.subarray(0, held.nt * held.nx), held.nx),
    },
    generators: order.map((b): GeneratorFigures => {
      const own = control.subarray(b * size, (b + 1) * size);
      const plan = flowPlan(shape, Float64Array.of(SHOWN), 0.05);
      const moved = new Float64Array(points.length);
      kernels.flow(plan, own, points, moved);
      return {
        slot: b + 1,
        slices: [
          slice(
            kernels,
            parts,
            own,
            ["x", "t"],
            [grid(held.x[0]!, held.length, ARROWS.x), span(held.t[0]!, held.t.at(-1)!, ARROWS.t)],
            chart.offset[2]!,
          ),
          slice(
            kernels,
            parts,
            own,
            ["t", "u"],
            [span(held.t[0]!, held.t.at(-1)!, ARROWS.t), span(lowest, highest, ARROWS.u)],
            held.x[0]! + held.length / 2,
          ),
        ],
        moved: { s: SHOWN, u: rows(resampled(physical(chart, moved), held), held.nx) },
      };
    }),
  };
}

const NAMES = ["x", "t", "u"] as const;

/** Arrows over two coordinates, the third held at a physical value. */
function slice(
  kernels: SplineKernels,
  { chart, shape }: FigureParts,
  control: Float64Array,
  across: readonly ["x", "t"] | readonly ["t", "u"],
  [along, up]: readonly [Float64Array, Float64Array],
  fixed: number,
): GeneratorFigures["slices"][number] {
  const [a, b] = across.map((name) => NAMES.indexOf(name)) as [number, number];
  const third = 3 - a - b;
  const points = new Float64Array(3 * along.length * up.length);
  let at = 0;
  for (const q of up) {
    for (const p of along) {
      points[at + a] = p;
      points[at + b] = q;
      points[at + third] = fixed;
      at += 3;
    }
  }
  const value = new Float64Array(points.length);
  kernels.splineValue(shape, control, normalise(chart, points), value);
  const arrows: [number, number, number, number][] = [];
  for (let i = 0; i < points.length; i += 3)
    arrows.push([points[i + a]!, points[i + b]!, value[i + a]!, value[i + b]!]);
  return {
    across,
    at: `${NAMES[third]} = ${Math.abs(fixed) < 1e-9 * chart.scale[third]! ? 0 : fixed.toPrecision(3)}`,
    unit: [chart.scale[a]!, chart.scale[b]!],
    arrows,
  };
}

const grid = (from: number, length: number, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => from + ((i + 0.5) * length) / n);

const span = (from: number, to: number, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => from + (i * (to - from)) / (n - 1));

function range(values: Float64Array): [number, number] {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const v of values) {
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  return [lo, hi];
}

const rows = (flat: Float64Array, nx: number): number[][] =>
  Array.from({ length: flat.length / nx }, (_, j) => [...flat.subarray(j * nx, (j + 1) * nx)]);
