/**
 * The flow score (the paper's validity): move data by exp(s v), then score how far the moved data is from valid, by the PDE's
 * residual on the deformed grid. Exact for finite s.
 */

import type { Chart } from "../data/chart.js";
import { normalise, physical } from "../data/chart.js";
import { graph } from "../data/graph.js";
import type { Trajectories } from "../data/trajectories.js";
import { exp, log } from "../engine/elementary.js";
import { InputError } from "../engine/error.js";
import type { Job, Pool, Session } from "../engine/job.js";
import type { GridShape, Real, SplineShape } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import { controlLength } from "../engine/shape.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation, EquationSpec } from "../equation/equation.js";
import { outsideExcess } from "../field/outside.js";
import { flowPlan } from "../flow/plan.js";
import { gridScore } from "./deformed.js";
import { absolute, lowPassed } from "./residual.js";
import type { Moment, Scored, Slots, Validity } from "./validity.js";

export interface FlowOptions {
  readonly sigma: number; // largest |s|
  readonly patches: number; // patches per batch
  readonly nx: number; // points of a patch in x: the data's own for whole periods
  readonly nt: number; // and in t
  /** What is learned by: `weak` takes whole periods; `absolute` is the certificate's own score. */
  readonly residual: "weak" | "absolute";
  readonly lowPass: number; // k0 of the weak residual
  readonly stops: number; // places along s at which a patch is scored, each direction drawn at random
  readonly bothSides: boolean; // score s < 0 and s > 0 of every patch, instead of one side drawn at random
  readonly step: number; // largest RK4 step in s
  readonly halfWidth: 3 | 4; // of the index differences: order 6 or 8
  /** Arithmetic of the flow. `auto`: f32 up to third order, where a test shows that rounding costs less than a tenth of the floor. */
  readonly precision: "auto" | "f32" | "f64";
  readonly foldCharge: number; // weight of the folding excess
  readonly outsideCharge: number; // weight of the mean squared distance beyond the field's open ends
}

export const flowDefaults: Omit<FlowOptions, "nx" | "nt"> = {
  sigma: 0.4,
  patches: 4,
  residual: "weak",
  lowPass: 2,
  stops: 1,
  bothSides: false,
  step: 0.2,
  halfWidth: 3,
  precision: "auto",
  foldCharge: 10,
  outsideCharge: 10,
};

const SCORED = 14; // rows of a patch that its stencils leave

/** Patches over the whole period, with as many times as it takes to score some of them. */
export function flowPatches(equation: Equation, { nx, nt }: Pick<Trajectories, "nx" | "nt">): FlowOptions {
  return { ...flowDefaults, nx, nt: Math.min(nt, 2 * margin(equation, flowDefaults) + SCORED) };
}

interface Setup {
  readonly shape: SplineShape;
  readonly equation: EquationSpec;
  readonly chart: Chart;
  readonly data: Trajectories;
  readonly options: FlowOptions;
}

interface State extends Setup {
  readonly built: Equation;
}

interface Args {
  readonly trajectory: number;
  readonly column: number; // first x index of the patch; wraps
  readonly row: number; // first t index
  readonly stops: Float64Array; // signed, one direction
  readonly control: Float64Array; // one slot
  readonly gradient: boolean;
}

interface Result {
  readonly score: number; // mean over the stops of log(residual/scale)
  readonly charge: number;
  readonly folded: number;
  readonly gradient: Float64Array;
}

/** One shard: one slot on one patch, along one direction of s. */
export const flowJob: Job<Setup, State, Args, Result> = {
  name: "flow",
  prepare: (_, setup) => ({ ...setup, built: equationOf(setup.equation) }),
  run(kernels, state, { trajectory, column, row, stops, control, gradient }) {
    const { shape, chart, options, built, data } = state;
    const exact = options.precision === "auto" ? built.order > 3 : options.precision === "f64"; // rounding to f32 alone changes KS's u_xxxx by 3e-3
    const make = (length: number): Real => (exact ? new Float64Array(length) : new Float32Array(length));
    const patch = normalise(chart, graph(data, trajectory, { column, row, nx: options.nx, nt: options.nt }));
    const points = make(patch.length);
    points.set(patch);
    const own = make(control.length);
    own.set(control);
    const plan = flowPlan(shape, stops, options.step);
    const moved = make(points.length * stops.length);
    kernels.flow(plan, own, points, moved);

    const grid = patchGrid(built, options, data);
    const measure = options.residual === "weak" ? lowPassed(kernels, options.lowPass) : absolute(kernels);
    const cell = (data.length / data.nx) * (data.t[1]! - data.t[0]!);
    const movedBar = new Float64Array(gradient ? moved.length : 0);
    let score = 0;
    let charge = 0;
    let folded = 0;
    for (let m = 0; m < stops.length; m++) {
      const there = Float64Array.from(moved.subarray(m * points.length, (m + 1) * points.length));
      const result = gridScore(
        kernels,
        built,
        grid,
        physical(chart, there),
        cell,
        gradient ? options.foldCharge : null,
        measure,
      );
      if (result.residual > 0) score += log(result.residual / result.scale) / stops.length;
      folded = Math.max(folded, result.folded);
      charge += (options.foldCharge * result.excess) / stops.length;
      const bar = new Float64Array(gradient ? points.length : 0);
      charge += (options.outsideCharge * outsideExcess(shape.axes, there, gradient ? bar : null)) / stops.length;
      if (!gradient) continue;
      for (let i = 0; i < bar.length; i++) {
        const scale = chart.scale[i % chart.scale.length]!;
        movedBar[m * points.length + i] =
          (options.outsideCharge * bar[i]! + scale * result.pointsBar![i]!) / stops.length;
      }
    }
    const into = make(gradient ? control.length : 0);
    if (gradient) {
      const bar = make(movedBar.length);
      bar.set(movedBar);
      kernels.flowPullback(plan, own, points, bar, into);
    }
    return { score, charge, folded, gradient: Float64Array.from(into) };
  },
};

function patchGrid(equation: Equation, options: FlowOptions, data: Trajectories): GridShape {
  const { nt, nx, halfWidth } = options;
  const period = nx === data.nx ? data.length : 0;
  return { nt, nx, components: equation.components.length, period, order: equation.order, halfWidth };
}

/**
 * Draws a row of trajectories of `nt` as the flow score looks at them: stencils lose the ends of every patch, so the ends of the data count
 * for less. Fields are to have norm 1 over these rows; over all of them a field can hide in the ends, where nothing scores it.
 */
export function scoredRow(equation: Equation, options: FlowOptions, nt: number): (stream: Stream) => number {
  const lost = margin(equation, options);
  return (stream) => firstRow(equation, options, nt, stream) + stream.integer(lost, options.nt - lost);
}

/** Rows that stencils lose at each end. */
const margin = (equation: Equation, { halfWidth }: Pick<FlowOptions, "halfWidth">): number =>
  halfWidth * Math.max(1, equation.order);

/**
 * Draws the first row of a patch in data of `nt` rows: as if patches could hang over the ends, then pushed back inside, so that what lies
 * near the ends is scored as often as the middle. Without that ξ of nKdV's boost bends off in the last tenth of the times.
 */
function firstRow(equation: Equation, options: FlowOptions, nt: number, stream: Stream): number {
  const over = options.nt - 2 * margin(equation, options) - 1;
  return Math.min(nt - options.nt, Math.max(0, stream.integer(-over, nt - options.nt + over + 1)));
}

/** The flow score as something to minimise over trajectories. */
export function flowValidity(
  pool: Pool,
  shape: SplineShape,
  equation: EquationSpec,
  chart: Chart,
  data: Trajectories,
  options?: FlowOptions,
): Validity {
  let session: Session<Args, Result>;
  const size = controlLength(shape);
  const built = equationOf(equation);
  const settings = options ?? flowPatches(built, data);
  if (settings.residual === "weak" && settings.nx !== data.nx)
    throw new InputError(
      `patches have ${settings.nx} of ${data.nx} places, and the weak residual takes whole periods; pass nx: ${data.nx}, or residual: "absolute"`,
    );

  function shards(slots: Slots, { stream, fraction }: Moment, gradient: boolean): Args[] {
    const reach = settings.sigma * Math.min(1, Math.max(0.05, 2 * fraction)); // |s| grows from 0 to σ over the first half of the steps
    const along = Float64Array.from({ length: settings.stops }, (_, m) => (reach * (m + 1)) / settings.stops);
    const args: Args[] = [];
    for (let p = 0; p < settings.patches; p++) {
      const trajectory = stream.integer(0, data.n);
      const column = stream.integer(0, data.nx);
      const row = firstRow(built, settings, data.nt, stream);
      const first = stream.uniform() < 0.5 ? -1 : 1;
      for (const sign of settings.bothSides ? [first, -first] : [first]) {
        const stops = along.map((s) => sign * s);
        for (let b = 0; b < slots.count; b++) {
          const control = slots.control.slice(b * size, (b + 1) * size);
          args.push({ trajectory, column, row, stops, control, gradient });
        }
      }
    }
    return args;
  }

  /**
   * Patches of a batch pooled before the logarithm is taken: a mean of logarithms would reward a field for vanishing on most patches and
   * failing on the rest, which on KS it does.
   */
  function gather(slots: Slots, results: readonly Result[]): Scored {
    const gradient = new Float64Array(slots.control.length);
    const score = new Float64Array(slots.count);
    let charge = 0;
    for (let b = 0; b < slots.count; b++) {
      const own = results.filter((_, index) => index % slots.count === b);
      const whole = pooled(own.map((r) => r.score + r.charge));
      score[b] = pooled(own.map((r) => r.score)).value;
      charge += whole.value - score[b]!;
      own.forEach((result, r) => {
        const share = whole.shares[r]!;
        for (let i = 0; i < result.gradient.length; i++) gradient[b * size + i]! += share * result.gradient[i]!;
      });
    }
    return { score, charge, gradient };
  }

  return {
    name: "flow",
    async prepare() {
      session = await pool.open(flowJob, { shape, equation, chart, data, options: settings });
    },
    async value(slots, moment) {
      return gather(slots, await session.run(shards(slots, moment, false))).score;
    },
    async gradient(slots, moment) {
      return gather(slots, await session.run(shards(slots, moment, true)));
    },
    sums: null,
    state: () => [],
    restore: () => {},
    release: () => session.release(),
  };
}

/** The logarithm of the mean of exponentials, and its derivatives. */
function pooled(logarithms: readonly number[]): { value: number; shares: readonly number[] } {
  const top = Math.max(...logarithms);
  const parts = logarithms.map((l) => exp(l - top));
  const total = parts.reduce((sum, p) => sum + p, 0);
  return { value: top + log(total / parts.length), shares: parts.map((p) => p / total) };
}
