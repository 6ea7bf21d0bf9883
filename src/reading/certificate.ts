/**
 * The certificate: what learned fields score on data that learning never saw, beside the data's own floor and beside random fields, and
 * the verdict that follows from thresholds fixed beforehand.
 */
import type { Chart } from "../data/chart.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import type { Pool } from "../engine/job.js";
import type { EquationSpec } from "../equation/equation.js";
import { type TraceArgs, type Traced, type TraceResult, type TraceSetup, traceJob } from "../validity/trace.js";
import { median } from "./median.js";

/** One table for all tasks, fixed before looking. */
export interface Thresholds {
  readonly dataResidual: number; // largest relative residual of the data themselves
  readonly tangentOfControl: number; // accepted: tangent score at most this share of the random fields' median
  readonly flowOfFloor: number; // accepted: flow score at most this multiple of the floor, or
  readonly flowOfControl: number; // this share of the random fields' median, on the mean over trajectories
  readonly worst: number; // and at most this multiple of that bound on the worst trajectory
  readonly approximate: number; // within this multiple of all bounds: approximate
  readonly gap: number; // smallest rejected over largest accepted tangent score for the count to be decided
}

export const thresholds: Thresholds = {
  dataResidual: 0.05,
  tangentOfControl: 0.1,
  flowOfFloor: 3,
  flowOfControl: 0.1,
  worst: 2,
  approximate: 5,
  gap: 10,
};

export type Verdict = "accepted" | "approximate" | "rejected";

export interface Certified {
  readonly tangent: number;
  readonly flow: readonly { readonly s: number; readonly score: number; readonly worst: number }[];
  readonly folded: number; // largest share over s and trajectories
  readonly outside: number; // largest share over trajectories and directions
  readonly verdict: Verdict;
}

export interface Certificate {
  readonly fields: readonly Certified[]; // in the order given
  readonly floor: number; // mean over held-out trajectories at s = 0; NaN where no flow is scored
  readonly tangentControl: number;
  readonly control: readonly { readonly s: number; readonly score: number }[]; // medians over the random fields; empty without flow
}

export interface CertificateSetup {
  readonly equation: EquationSpec;
  readonly chart: Chart;
  readonly held: Trajectories;
  readonly stops: readonly number[]; // |s|, growing
  readonly step: number; // RK4 step in s
  readonly halfWidth: 3 | 4;
}

/** Fields to certify, each unit over the data, beside random ones of the same class. */
export interface Candidates {
  readonly fields: readonly Traced[];
  readonly tangent: ArrayLike<number>; // relative tangent score of each over held-out data
  readonly controls: readonly Traced[];
  readonly controlTangent: ArrayLike<number>;
}

export interface CertificateOptions {
  readonly stops: readonly number[]; // |s| at which flows are scored, growing
  readonly step: number; // largest RK4 step in s
  readonly halfWidth: 3 | 4; // of the index differences: order 6 or 8
  readonly controls: number; // random fields
}

export const certificateDefaults: CertificateOptions = {
  stops: [0.1, 0.2, 0.4],
  step: 0.2,
  halfWidth: 3,
  controls: 20,
};

/**
 * Residual of trajectories relative to their terms; throws when the data do not satisfy the equation.
 *
 * Cost: one deformed-grid jet per trajectory.
 */
export async function checkData(
  pool: Pool,
  setup: Omit<TraceSetup, "data">,
  data: Trajectories,
  limits: Thresholds = thresholds,
): Promise<number> {
  const session = await pool.open(traceJob, { ...pickSetup(setup), data });
  const nothing = { stops: new Float64Array(0), field: null };
  const results = await session.run(Array.from({ length: data.n }, (_, trajectory) => ({ trajectory, ...nothing })));
  await session.release();
  const scores = results.map((r) => r.score[0]!);
  const residual = scores.reduce((a, b) => a + b, 0) / scores.length;
  if (!(residual <= limits.dataResidual)) {
    throw new InputError(unsatisfied(residual));
  }
  return residual;
}

/** What is said of data whose residual relative to their terms is too large. */
export const unsatisfied = (residual: number): string =>
  `the data do not satisfy the equation: residual ${residual.toPrecision(2)} of its terms; check the equation, its parameters, and the units of x, t and u, or pass snapshots (--snapshots) where they are noisy or independent`;

/** Certifies fields by their tangent scores and by flowing every held-out trajectory along them. */
export async function certify(
  pool: Pool,
  setup: CertificateSetup,
  candidates: Candidates,
  limits: Thresholds = thresholds,
  signal?: AbortSignal,
  progress?: (done: number, of: number) => void,
): Promise<Certificate> {
  const { held, stops } = setup;
  const floor = await checkData(pool, setup, held, { ...limits, dataResidual: Number.POSITIVE_INFINITY });
  const { tangent } = candidates;
  const tangentControl = median(candidates.controlTangent);

  const session = await pool.open(traceJob, { ...pickSetup(setup), data: held });
  // A random field is as likely as its opposite, so one side of s and one trajectory say what random fields score.
  const shards = [
    ...candidates.fields.flatMap((field) => traces(field, held.n, stops, [-1, 1])),
    ...candidates.controls.flatMap((field) => traces(field, 1, stops, [1])),
  ];
  const results: TraceResult[] = [];
  for (let at = 0; at < shards.length; at += BLOCK) {
    signal?.throwIfAborted();
    results.push(...(await session.run(shards.slice(at, at + BLOCK))));
    progress?.(results.length, shards.length);
  }
  await session.release();

  const own = 2 * held.n; // shards of one field
  const random = results.slice(candidates.fields.length * own);
  const controlOf = stops.map((_, m) => median(random.map((r) => r.score[m]!)));
  const fields = candidates.fields.map((_, b): Certified => {
    const traced = gather(shards.slice(b * own, (b + 1) * own), results.slice(b * own, (b + 1) * own));
    const verdict = judge(
      tangent[b]! / tangentControl,
      traced.flow,
      (s) => controlOf[stops.indexOf(Math.abs(s))]!,
      floor,
      limits,
    );
    return { tangent: tangent[b]!, ...traced, verdict };
  });
  const both = [...stops.map((s) => -s).reverse(), ...stops];
  const atBoth = both.map((s) => ({ s, score: controlOf[stops.indexOf(Math.abs(s))]! }));
  return { fields, floor, tangentControl, control: atBoth };
}

/** Verdicts on tangent scores alone, where no flow is scored: `floor` and `control` are then empty. */
export function certifyTangent(
  { fields, tangent, controlTangent }: Candidates,
  limits: Thresholds = thresholds,
): Certificate {
  const tangentControl = median(controlTangent);
  return {
    floor: Number.NaN,
    tangentControl,
    control: [],
    fields: fields.map((_, b): Certified => {
      const score = tangent[b]!;
      const verdict = judge(score / tangentControl, [], () => 0, 0, limits);
      return { tangent: score, flow: [], folded: 0, outside: 0, verdict };
    }),
  };
}

/** The verdict on a field by its tangent score, as a share of the control's, and its flow scores. */
export function judge(
  tangentShare: number,
  flow: Certified["flow"],
  control: (s: number) => number,
  floor: number,
  limits: Thresholds,
): Verdict {
  const within = (slack: number): boolean =>
    tangentShare <= slack * limits.tangentOfControl &&
    flow.every(({ s, score, worst }) => {
      const bound = slack * Math.max(limits.flowOfFloor * floor, limits.flowOfControl * control(s));
      return score <= bound && worst <= limits.worst * bound;
    });
  return within(1) ? "accepted" : within(limits.approximate) ? "approximate" : "rejected";
}

const BLOCK = 16; // shards between looks at the signal

function traces(field: Traced, trajectories: number, stops: readonly number[], signs: readonly number[]): TraceArgs[] {
  return Array.from({ length: trajectories }, (_, trajectory) =>
    signs.map((sign) => ({ trajectory, stops: Float64Array.from(stops, (s) => sign * s), field })),
  ).flat();
}

/** One field's traces, put together by s: mean and worst over trajectories. */
function gather(
  shards: readonly TraceArgs[],
  results: readonly TraceResult[],
): { flow: Certified["flow"]; folded: number; outside: number } {
  const byS = new Map<number, number[]>();
  shards.forEach(({ stops }, i) => {
    stops.forEach((s, m) => {
      byS.set(s, [...(byS.get(s) ?? []), results[i]!.score[m]!]);
    });
  });
  const flow = [...byS].map(([s, scores]) => ({
    s,
    score: scores.reduce((a, b) => a + b, 0) / scores.length,
    worst: Math.max(...scores),
  }));
  return {
    flow: flow.sort((a, b) => a.s - b.s),
    folded: Math.max(...results.flatMap((r) => [...r.folded])),
    outside: Math.max(...results.map((r) => r.outside)),
  };
}

export interface Count {
  readonly count: number | null;
  readonly countIs: "exact" | "atLeast" | "undecided";
  readonly gap: number | null; // smallest rejected over largest accepted tangent score; null where one side is empty
}

/**
 * How many symmetries the certified fields amount to: the dimension `rank` of the accepted fields' span, which is their number unless
 * slots duplicate each other. Approximate fields count as not accepted.
 */
export function count(fields: readonly Certified[], rank: number, limits: Thresholds = thresholds): Count {
  const accepted = fields.filter((f) => f.verdict === "accepted");
  const others = fields.filter((f) => f.verdict !== "accepted");
  if (others.length === 0) return { count: rank, countIs: "atLeast", gap: null };
  if (accepted.length === 0) return { count: 0, countIs: "exact", gap: null };
  const gap = Math.min(...others.map((f) => f.tangent)) / Math.max(...accepted.map((f) => f.tangent));
  if (gap < limits.gap) return { count: null, countIs: "undecided", gap };
  return { count: rank, countIs: "exact", gap };
}

const pickSetup = ({ equation, chart, step, halfWidth }: Omit<TraceSetup, "data">): Omit<TraceSetup, "data"> => ({
  equation,
  chart,
  step,
  halfWidth,
});
