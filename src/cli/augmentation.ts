/** What came of an augmentation, for a terminal. */
import type { AugmentRecord } from "../augment.js";
import { wrap } from "./paragraph.js";

/** Sentences with the numbers of a record. */
export function augmentationTable(record: AugmentRecord, seconds: number): string {
  const { asked, kept, rejected, rows, displacement, residual, method, seed } = record;
  const refused = Object.entries(rejected)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`);
  const along = Object.entries(displacement.along).map(([name, by]) => `${name} ${percent(by)}`);
  const lines = [
    `${kept} of ${asked} moved trajectories kept (${percent(kept / asked)})${refused.length > 0 ? `; rejected: ${refused.join(", ")}` : ""}; method ${method}, seed ${seed}; ${seconds.toFixed(1)} s`,
    `moved by ${percent(displacement.median)} of the data's extents in the median, ${percent(displacement.p95)} at the 95th percentile, ${percent(displacement.largest)} at most; on average ${along.join(", ")}`,
    rows ? `rows known: ${rows.median} of ${rows.of} in the median, ${rows.least} at least` : "",
    residual
      ? `residual ${short(residual.moved)} of the equation's terms beside ${short(residual.floor)} before, the floor: ${times(residual.moved / residual.floor)} (${residual.measured} measured, differences of order ${residual.order}); each over its own floor: median ${times(residual.ratio.median)}, 95th percentile ${times(residual.ratio.p95)}, worst ${times(residual.ratio.largest)}`
      : "residual: not measured",
  ];
  return lines.flatMap((line) => wrap(line)).join("\n");
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
const times = (ratio: number): string => `${Number(ratio.toPrecision(3))}×`;
const short = (value: number): string => value.toExponential(1);
