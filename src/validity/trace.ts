/**
 * The flow score for certifying: whole trajectories, periodic in x, in f64, at given s. One shard is one field on one trajectory along one
 * direction of s.
 */
import { type Chart, physical } from "../data/chart.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Job } from "../engine/job.js";
import type { GridShape, SplineShape } from "../engine/kernels.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation, EquationSpec } from "../equation/equation.js";
import { outsideShare } from "../field/outside.js";
import { flowPlan } from "../flow/plan.js";
import { gridScore } from "./deformed.js";
import { patchPoints } from "./flow.js";

export interface TraceSetup {
  readonly shape: SplineShape;
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
  readonly control: Float64Array; // one field
}

export interface TraceResult {
  readonly score: Float64Array; // per stop: Σ|Δ| / Σ(|u_t| + Σ|terms|)
  readonly folded: Float64Array; // per stop: share of cells
  readonly outside: number; // share of moved points beyond the field's open ends, over all stops
}

export const traceJob: Job<TraceSetup, TraceState, TraceArgs, TraceResult> = {
  name: "trace",
  prepare: (_, setup) => ({ ...setup, built: equationOf(setup.equation) }),
  run(kernels, { shape, chart, data, step, halfWidth, built }, { trajectory, stops, control }) {
    const points = patchPoints(data, chart, trajectory, 0, 0, data.nx, data.nt);
    const grid: GridShape = {
      nt: data.nt,
      nx: data.nx,
      components: data.components,
      period: data.length,
      order: built.order,
      halfWidth,
    };
    const cell = (data.length / data.nx) * (data.t[1]! - data.t[0]!);
    const at = (moved: Float64Array): { score: number; folded: number } => {
      const { residual, scale, folded } = gridScore(kernels, built, grid, physical(chart, moved), cell, null);
      return { score: scale > 0 ? residual / scale : 1, folded };
    };
    if (stops.length === 0) {
      const { score, folded } = at(points);
      return { score: Float64Array.of(score), folded: Float64Array.of(folded), outside: 0 };
    }
    const moved = new Float64Array(stops.length * points.length);
    kernels.flow(flowPlan(shape, stops, step), control, points, moved);
    const scored = Array.from(stops, (_, m) => at(moved.subarray(m * points.length, (m + 1) * points.length)));
    return {
      score: Float64Array.from(scored, (s) => s.score),
      folded: Float64Array.from(scored, (s) => s.folded),
      outside: outsideShare(shape, moved),
    };
  },
};
