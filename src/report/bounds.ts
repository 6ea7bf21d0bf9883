/** The certificate's bounds in words, and which of them a candidate misses. */
import type { Thresholds } from "../reading/certificate.js";
import { controlName } from "./designation.js";
import { given, isNumber, numeral, ratio } from "./numeral.js";
import type { GeneratorRecord, RunFigures, RunRecord } from "./run.js";

const WORDS: Readonly<Record<keyof Thresholds, string>> = {
  dataResidual: "residual of the data themselves, at most",
  tangentOfControl: "tangent score, at most × control",
  flowOfFloor: "flow score, at most × floor",
  flowOfControl: "or at most × control",
  worst: "worst trajectory, at most × these flow bounds",
  approximate: "approximate within × these bounds",
  gap: "gap for the count to be decided, at least",
};

export const boundName = (name: string): string =>
  Object.hasOwn(WORDS, name) ? WORDS[name as keyof Thresholds] : name;

/** One clause for each test that a candidate fails; empty where the bounds given do not tell. */
export function misses(
  g: GeneratorRecord,
  thresholds: RunFigures["thresholds"],
  method: RunRecord["method"],
): string[] {
  const bound = (name: keyof Thresholds): number => thresholds.find(([n]) => n === name)?.[1] ?? Number.NaN;
  const clauses: string[] = [];
  const share = ratio(g.tangent, g.tangentControl);
  if (!isNumber(g.tangent)) clauses.push("its tangent score came out as no number");
  else if (share > bound("tangentOfControl"))
    clauses.push(
      `its tangent score, ${numeral(g.tangent)}, is ${numeral(share)}\u00a0× that of ${controlName(method)} (allowed: ${given(bound("tangentOfControl"))})`,
    );
  if (g.flow.some((f) => !isNumber(f.score))) clauses.push("a flow score came out as no number");
  const tests = g.flow.flatMap((f) => {
    const allowed = Math.max(bound("flowOfFloor") * (g.floor ?? Number.NaN), bound("flowOfControl") * f.control);
    return [
      { who: "data miss", s: f.s, score: f.score, allowed },
      { who: "the worst trajectory misses", s: f.s, score: f.worst, allowed: bound("worst") * allowed },
    ].filter((test) => ratio(test.score, test.allowed) > 1);
  });
  const means = tests.filter((test) => test.who === "data miss");
  const furthest = (means.length > 0 ? means : tests).sort((a, b) => b.score / b.allowed - a.score / a.allowed)[0];
  if (furthest) {
    const { score, allowed, who } = furthest;
    const [times, most] = [ratio(score, g.floor), ratio(allowed, g.floor)];
    const what = isNumber(times)
      ? `${who} the equation by ${numeral(times)}\u00a0× the floor (allowed: ${numeral(most)})`
      : `what should stay the same changes by ${numeral(score)} (allowed: ${numeral(allowed)})`; // a function: unmoved it is exact
    clauses.push(`moved along it by s\u00a0=\u00a0${given(furthest.s)}, ${what}`);
  }
  return clauses;
}
