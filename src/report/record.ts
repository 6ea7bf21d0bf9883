/** A run's record from its parts. */
import type { Certificate, Count } from "../reading/certificate.js";
import type { Comparison } from "../reading/comparison.js";
import type { Formula } from "../reading/formula.js";
import { rationalText } from "../reading/rational.js";
import { version } from "../version.js";
import { capital } from "./designation.js";
import { decidingJump } from "./jump.js";
import { numeral } from "./numeral.js";
import type { AlgebraRecord, FormulaRecord, GeneratorRecord, RunRecord } from "./run.js";

export interface RecordParts {
  readonly task: string;
  readonly method?: RunRecord["method"]; // default neural
  readonly equationText?: string;
  readonly coordinates?: readonly string[];
  readonly criterion: RunRecord["criterion"];
  readonly seed: number;
  readonly engine: RunRecord["engine"];
  readonly seconds: Omit<RunRecord["seconds"], "total">;
  /** Where no flow was scored every field's `flow` is empty and `floor` is no number. */
  readonly certificate: Certificate;
  readonly certificateReason?: string | null; // why there are no flow scores
  readonly count: Count;
  readonly order: readonly number[]; // fields by validity, best first; library: 0, 1, … as the formulas stand
  readonly spectrum?: ArrayLike<number>; // library: every score, increasing
  readonly scoreFloor?: number; // library: below which scores say nothing, where not rounding
  readonly formulas?: readonly Read[] | null;
  readonly algebra?: AlgebraRecord | null;
  readonly trivial?: readonly string[];
  readonly approximate?: RunRecord["approximate"];
  readonly lowPass?: RunRecord["lowPass"];
  readonly dropped?: readonly string[];
  readonly truth: Comparison | null;
  readonly affine?: RunRecord["affine"];
  readonly duplicates?: number; // accepted fields within the span of better ones
  readonly skipped?: readonly number[]; // training steps
  readonly warnings?: readonly string[]; // besides those that follow from the parts
}

/** A formula as it was read. */
export type Read = Pick<Formula, "text" | "latex" | "sympy" | "residual" | "fits"> & {
  readonly terms: readonly Omit<Formula["terms"][number], "expression" | "deviation">[];
};

export function recordOf(parts: RecordParts): RunRecord {
  const { certificate, seconds, method = "neural" } = parts;
  const flows = certificate.fields.some(({ flow }) => flow.length > 0);
  const control = Math.max(...certificate.control.map((c) => c.score));
  const formulas = parts.formulas?.map(formulaRecord) ?? null;
  const doubtful = method === "library" && !parts.affine && parts.count.countIs === "undecided"; // fields of images and slots stand each for itself, a spectrum's do not
  const generators = parts.order.map((b): GeneratorRecord => {
    const { tangent, flow, folded, outside, verdict: certified } = certificate.fields[b]!;
    const verdict = doubtful && certified === "accepted" ? "undecided" : certified;
    const own = method === "library" ? formulas?.[b] : undefined; // a slot is no formula but a mixture of them
    return {
      slot: b + 1,
      tangent,
      floor: finite(certificate.floor),
      control: finite(control),
      tangentControl: finite(certificate.tangentControl),
      flow: flow.map((f, m) => ({ ...f, control: certificate.control[m]!.score })),
      folded: flows ? folded : null,
      outside: flows ? outside : null,
      verdict,
      accepted: verdict === "accepted",
      reads: own?.reads ?? null,
      latex: own?.latex ?? null,
      sympy: own?.sympy ?? null,
    };
  });
  return {
    schema: 1,
    version,
    task: parts.task,
    ...(parts.equationText === undefined ? {} : { equationText: parts.equationText }),
    ...(parts.coordinates === undefined ? {} : { coordinates: parts.coordinates }),
    method,
    criterion: parts.criterion,
    seed: parts.seed,
    engine: parts.engine,
    seconds: { ...seconds, total: seconds.data + seconds.learn + seconds.certify },
    ...parts.count,
    spectrum: parts.spectrum === undefined ? generators.map((g) => g.tangent) : Array.from(parts.spectrum),
    ...(parts.scoreFloor === undefined ? {} : { scoreFloor: parts.scoreFloor }),
    warnings: warningsOf(parts),
    generators,
    formulas,
    algebra: parts.algebra ?? null,
    trivial: parts.trivial ?? [],
    approximate: parts.approximate ?? [],
    lowPass: parts.lowPass ?? null,
    dropped: parts.dropped ?? [],
    certificate: flows ? "flow" : "none",
    certificateReason: parts.certificateReason ? `${capital(parts.certificateReason).replace(/\.$/, "")}.` : null,
    truth: parts.truth,
    ...(parts.affine === undefined ? {} : { affine: parts.affine }),
    report: null,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Field by field, so that nothing else a reading carries gets into the record. */
const formulaRecord = ({ text, latex, sympy, residual, fits, terms }: Read): FormulaRecord => ({
  reads: text,
  latex,
  sympy,
  residual,
  fits,
  terms: terms.map(({ function: of, component, coefficient, standardError, exact }) => ({
    function: of,
    component,
    coefficient,
    standardError,
    exact: exact && rationalText(exact),
  })),
});

function warningsOf(parts: RecordParts): string[] {
  const { certificate, count, duplicates = 0, skipped = [], dropped = [] } = parts;
  const library = parts.method === "library";
  const warnings: string[] = [];
  if (count.countIs === "atLeast") {
    warnings.push(
      library
        ? "every member of the library was accepted: there may be more symmetries; run again with a higher --degree"
        : "every slot was accepted: there may be more symmetries; run again with more --generators",
    );
  }
  if (count.countIs === "undecided") {
    const jump = library ? decidingJump(Array.from(parts.spectrum ?? []), parts.scoreFloor) : count.gap;
    const far =
      jump === null ? "" : `: ${library ? "its largest jump is a factor" : "they differ by a factor"} ${numeral(jump)}`;
    warnings.push(
      library
        ? `no clear gap in the spectrum${far}; more data or another --degree may decide the count`
        : `no clear gap between accepted and rejected slots${far}; more --steps or more data may decide the count`,
    );
  }
  const outside = Math.max(...certificate.fields.filter((f) => f.verdict === "accepted").map((f) => f.outside), 0);
  if (outside > 0.01) {
    warnings.push(
      `an accepted generator moves ${(100 * outside).toFixed(1)} % of the points beyond where its field is known`,
    );
  }
  const folded = Math.max(...certificate.fields.filter((f) => f.verdict === "accepted").map((f) => f.folded), 0);
  if (folded > 0.01) {
    warnings.push(
      `an accepted generator folds ${(100 * folded).toFixed(1)} % of the cells of the data that it moves; its flow score is that of the others`,
    );
  }
  if (duplicates > 0) {
    warnings.push(
      `${duplicates} of the accepted slots lie within 5° of the span of better ones and are not counted; --orthogonality projection keeps slots apart`,
    );
  }
  if (dropped.length > 0)
    warnings.push(
      `the library is dependent on these data: dropped ${dropped.join(", ")}, which its other members express`,
    );
  if (skipped.length > 0)
    warnings.push(
      `${skipped.length === 1 ? "training step" : `${skipped.length} training steps,`} ${skipped.join(", ")}${skipped.length === 1 ? " was" : ", were"} left out because score or gradient was not finite; the learning rate was halved for a while after each`,
    );
  return [...warnings, ...(parts.warnings ?? [])];
}
