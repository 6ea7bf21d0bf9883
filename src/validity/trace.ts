/**
 * The flow score for certifying: whole trajectories in f64, at given s. One shard is one field on one trajectory along one direction of
 * s. A field is a spline over normalised coordinates, or a formula over physical ones.
 */
import { type Chart, normalise, physical } from "../data/chart.js";
import { graph } from "../data/graph.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Job } from "../engine/job.js";
import type { GridShape, Kernels, Program, SplineShape } from "../engine/kernels.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation, EquationSpec } from "../equation/equation.js";
import { outsideShare } from "../field/outside.js";
import { directFlow } from "../flow/direct.js";
import { flowPlan } from "../flow/plan.js";
import { gridScore } from "./deformed.js";
import { absolute } from "./residual.js";

export interface SplineTraced {
  readonly kind: "spline";
  readonly shape: SplineShape;
  readonly control: Float64Array; // normalised
}

/** Coordinates in, components out, both physical. Not periodic in x: the trajectory is then taken as a strip with two ends. */
export interface FormulaTraced {
  readonly kind: "formula";
  readonly program: Program;
  readonly periodic: boolean;
}

export type Traced = SplineTraced | FormulaTraced;

export interface TraceSetup {
  readonly equation: EquationSpec;
  readonly chart: Chart;
  readonly data: Trajectories;
  readonly step: number; // largest RK4 step in s
  readonly halfWidth: 3 | 4;
}

interface TraceState extends TraceSetup {
  readonly built: Equation;
}

export interface TraceArgs {
  readonly trajectory: number;
  readonly stops: Float64Array; // one sign, growing; empty for the trajectory as it is
  readonly field: Traced | null; // null for the trajectory as it is
}

export interface TraceResult {
  readonly score: Float64Array; // per stop: Σ|Δ| / Σ(|u_t| + Σ|terms|)
  readonly folded: Float64Array; // per stop: share of cells
  readonly outside: number; // share of moved points beyond the field's open ends, over all stops; 0 for formulas
}

export const traceJob: Job<TraceSetup, TraceState, TraceArgs, TraceResult> = {
  name: "trace",
  prepare: (_, setup) => ({ ...setup, built: equationOf(setup.equation) }),
  run(kernels, state, { trajectory, stops, field }) {
    const { chart, data, halfWidth, built } = state;
    const points = normalise(chart, graph(data, trajectory));
    const grid: GridShape = {
      nt: data.nt,
      nx: data.nx,
      components: data.components,
      period: field?.kind === "formula" && !field.periodic ? 0 : data.length,
      order: Math.max(1, built.order),
      halfWidth,
    };
    const cell = (data.length / data.nx) * (data.t[1]! - data.t[0]!);
    const at = (moved: Float64Array): { score: number; folded: number } => {
      const { residual, scale, folded } = gridScore(kernels, built, grid, moved, cell, null, absolute(kernels));
      return { score: scale > 0 ? residual / scale : 1, folded };
    };
    if (field === null) {
      const { score, folded } = at(physical(chart, points));
      return { score: Float64Array.of(score), folded: Float64Array.of(folded), outside: 0 };
    }
    const { moved, outside } = flowed(kernels, field, state, points, stops);
    const scored = Array.from(stops, (_, m) => at(moved.subarray(m * points.length, (m + 1) * points.length)));
    return {
      score: Float64Array.from(scored, (s) => s.score),
      folded: Float64Array.from(scored, (s) => s.folded),
      outside,
    };
  },
};

/** Normalised points moved by the field to every stop: physical [m, n, dim]. */
function flowed(
  kernels: Kernels,
  field: Traced,
  { chart, step }: TraceSetup,
  points: Float64Array,
  stops: Float64Array,
): { moved: Float64Array; outside: number } {
  if (field.kind === "formula")
    return { moved: directFlow(kernels, field.program, physical(chart, points), stops, step), outside: 0 };
  const moved = new Float64Array(stops.length * points.length);
  kernels.flow(flowPlan(field.shape, stops, step), field.control, points, moved);
  return { moved: physical(chart, moved), outside: outsideShare(field.shape, moved) };
}
