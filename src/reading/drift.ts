/** The certificate of a function's symmetries: tangent scores, and how far f drifts along their flows, beside random fields. */
import type { Kernels } from "../engine/kernels.js";
import type { PointTask } from "../task/pointtask.js";
import { drift } from "../validity/drift.js";
import {
  type Candidates,
  type Certificate,
  type CertificateOptions,
  type Certified,
  judge,
  type Thresholds,
  thresholds,
} from "./certificate.js";

/** The thresholds' rule as for trajectories, with a floor of 0: at s = 0 nothing has moved. Cost: one flow of the held-out points per field and sign of s. */
export function certifyDrift(
  kernels: Kernels,
  task: PointTask,
  { fields, tangent, controls, controlTangent }: Candidates,
  { stops, step }: Pick<CertificateOptions, "stops" | "step">,
  limits: Thresholds = thresholds,
): Certificate {
  const forward = Float64Array.from(stops);
  const random = controls.map((field) => drift(kernels, task, field, forward, step)); // as likely as their opposites
  const controlOf = stops.map((_, m) => median(random.map(({ score }) => score[m]!)));
  const tangentControl = median(controlTangent);
  const certified = fields.map((field, b): Certified => {
    const sides = [-1, 1].map((sign) => ({
      sign,
      ...drift(
        kernels,
        task,
        field,
        forward.map((s) => sign * s),
        step,
      ),
    }));
    const flow = sides
      .flatMap(({ sign, score, worst }) => stops.map((s, m) => ({ s: sign * s, score: score[m]!, worst: worst[m]! })))
      .sort((a, b) => a.s - b.s);
    const control = (s: number): number => controlOf[stops.indexOf(Math.abs(s))]!;
    return {
      tangent: tangent[b]!,
      flow,
      folded: 0,
      outside: Math.max(...sides.map(({ outside }) => outside)),
      verdict: judge(tangent[b]! / tangentControl, flow, control, 0, limits),
    };
  });
  const both = [
    ...stops.map((s, m) => ({ s: -s, score: controlOf[m]! })).reverse(),
    ...stops.map((s, m) => ({ s, score: controlOf[m]! })),
  ];
  return { fields: certified, floor: 0, tangentControl, control: both };
}

function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
