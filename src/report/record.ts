/** A run's record from its parts. */
import type { Certificate, Count } from "../reading/certificate.js";
import type { Comparison } from "../reading/comparison.js";
import { version } from "../version.js";
import type { GeneratorRecord, RunRecord } from "./run.js";

export interface RecordParts {
  readonly task: string;
  readonly criterion: RunRecord["criterion"];
  readonly seed: number;
  readonly engine: RunRecord["engine"];
  readonly seconds: Omit<RunRecord["seconds"], "total">;
  readonly certificate: Certificate;
  readonly count: Count;
  readonly order: readonly number[]; // fields by validity, best first
  readonly truth: Comparison | null;
  readonly duplicates: number; // accepted fields within the span of better ones
  readonly skipped: number;
}

export function recordOf(parts: RecordParts): RunRecord {
  const { certificate, seconds } = parts;
  const control = Math.max(...certificate.control.map((c) => c.score));
  const generators = parts.order.map((b): GeneratorRecord => {
    const { tangent, flow, folded, outside, verdict } = certificate.fields[b]!;
    return {
      slot: b + 1,
      tangent,
      floor: certificate.floor,
      control,
      tangentControl: certificate.tangentControl,
      flow: flow.map((f, m) => ({ ...f, control: certificate.control[m]!.score })),
      folded,
      outside,
      verdict,
      accepted: verdict === "accepted",
      reads: null,
      latex: null,
      sympy: null,
    };
  });
  return {
    schema: 1,
    version,
    task: parts.task,
    method: "neural",
    criterion: parts.criterion,
    seed: parts.seed,
    engine: parts.engine,
    seconds: { ...seconds, total: seconds.data + seconds.learn + seconds.certify },
    ...parts.count,
    spectrum: generators.map((g) => g.tangent),
    warnings: warningsOf(parts),
    generators,
    algebra: null,
    truth: parts.truth,
    report: null,
  };
}

function warningsOf({ certificate, count, duplicates, skipped }: RecordParts): string[] {
  const warnings: string[] = [];
  if (count.countIs === "atLeast")
    warnings.push("every slot was accepted: there may be more symmetries; run again with more --generators");
  if (count.countIs === "undecided") {
    warnings.push(
      `no clear gap between accepted and rejected slots (${count.gap!.toPrecision(2)}); more --steps or more data may decide the count`,
    );
  }
  const outside = Math.max(...certificate.fields.filter((f) => f.verdict === "accepted").map((f) => f.outside), 0);
  if (outside > 0.01) {
    warnings.push(
      `an accepted generator moves ${(100 * outside).toFixed(1)} % of the points beyond where its field is known`,
    );
  }
  if (duplicates > 0) {
    warnings.push(
      `${duplicates} of the accepted slots lie within 5° of the span of better ones and are not counted; --orthogonality projection keeps slots apart`,
    );
  }
  if (skipped > 0) warnings.push(`${skipped} training steps were skipped because their gradient was not finite`);
  return warnings;
}
