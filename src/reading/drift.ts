/** Certificates of fields that are flowed one at a time, beside random ones: of a function by how far it drifts, or whatever else moves. */
import type { Kernels } from "../engine/kernels.js";
import type { PointTask } from "../task/pointtask.js";
import { type Drift, drift } from "../validity/drift.js";
import type { Traced } from "../validity/trace.js";
import {
  type Candidates,
  type Certificate,
  type CertificateOptions,
  type Certified,
  judge,
  type Thresholds,
  thresholds,
} from "./certificate.js";
import { median } from "./median.js";

/** How far data are moved by a field to every stop (one sign, growing). */
export type Moved = (field: Traced, stops: Float64Array) => Drift | Promise<Drift>;

/** Of a function, with a floor of 0: at s = 0 nothing has moved. Cost: one flow of the held-out points per field and sign of s. */
export const certifyDrift = (
  kernels: Kernels,
  task: PointTask,
  candidates: Candidates,
  { stops, step }: Pick<CertificateOptions, "stops" | "step">,
  limits: Thresholds = thresholds,
): Promise<Certificate> =>
  certifyMoved((field, to) => drift(kernels, task, field, to, step), candidates, stops, 0, limits);

/** By the thresholds' rule as for trajectories. Random fields are moved to one side only, being as likely as their opposites. */
export async function certifyMoved(
  moved: Moved,
  { fields, tangent, controls, controlTangent }: Candidates,
  stops: readonly number[],
  floor: number,
  limits: Thresholds = thresholds,
  progress: (done: number, of: number) => void = () => {},
): Promise<Certificate> {
  const forward = Float64Array.from(stops);
  const of = controls.length + fields.length;
  const random: Drift[] = [];
  for (const field of controls) {
    random.push(await moved(field, forward));
    progress(random.length, of);
  }
  const controlOf = stops.map((_, m) => median(random.map(({ score }) => score[m]!)));
  const tangentControl = median(controlTangent);
  const certified: Certified[] = [];
  for (const [b, field] of fields.entries()) {
    const sides: (Drift & { sign: number })[] = [];
    for (const sign of [-1, 1]) sides.push({ sign, ...(await moved(field, forward.map((s) => sign * s))) }); // biome-ignore format: one row
    const flow = sides
      .flatMap(({ sign, score, worst }) => stops.map((s, m) => ({ s: sign * s, score: score[m]!, worst: worst[m]! })))
      .sort((a, b) => a.s - b.s);
    const control = (s: number): number => controlOf[stops.indexOf(Math.abs(s))]!;
    certified.push({
      tangent: tangent[b]!,
      flow,
      folded: 0,
      outside: Math.max(...sides.map(({ outside }) => outside)),
      verdict: judge(tangent[b]! / tangentControl, flow, control, floor, limits),
    });
    progress(random.length + certified.length, of);
  }
  const both = [
    ...stops.map((s, m) => ({ s: -s, score: controlOf[m]! })).reverse(),
    ...stops.map((s, m) => ({ s, score: controlOf[m]! })),
  ];
  return { fields: certified, floor, tangentControl, control: both };
}
