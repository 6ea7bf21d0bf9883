/** The result in plain words: what was found, what was not and why, how sure the count is. */
import { misses } from "./bounds.js";
import { controlName, subject, title } from "./designation.js";
import { decidingJump } from "./jump.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber, listing, type Maybe, numeral, ratio } from "./numeral.js";
import type { GeneratorRecord, RunFigures, RunRecord } from "./run.js";

export function summary(record: RunRecord, figures: RunFigures): Markup {
  const accepted = record.generators.filter((g) => g.accepted);
  const others = record.generators.filter((g) => !g.accepted);
  const { coordinates } = record;
  const point = coordinates && coordinates.length > 0 ? `(${coordinates.join(", ")})` : "a point of the data";
  return html`${!title(record).endsWith(figures.equation) && html`<p><code class="equation">${figures.equation}</code></p>`}
<p class="meaning">A symmetry is a motion of ${point} that ${figures.preserves ?? "carries every solution to a solution"}. Each is given by its generator: the direction and speed in which every point sets out.</p>
<p class="result"><strong>${headline(record)}</strong> ${kept(accepted, record, figures)} ${dropped(others, figures.thresholds, record.method)} ${counted(record, accepted.length, others.length)}</p>${
    record.warnings.length > 0 &&
    html`<div class="warnings" role="note"><strong>${record.warnings.length === 1 ? "Warning" : "Warnings"}</strong><ul>${record.warnings.map((w) => html`<li>${w}</li>`)}</ul></div>`
  }`;
}

/** "4 symmetries, exactly: the scores rise 3e7-fold between the 4th and the 5th." */
export function headline(record: RunRecord): string {
  const { count, countIs, gap } = record;
  const task = subject(record.task);
  if (countIs === "undecided" || !isNumber(count)) return `The number of symmetries of ${task} is undecided.`;
  const many = `${count} ${count === 1 ? "symmetry" : "symmetries"}`;
  if (countIs === "atLeast") return `At least ${many} of ${task}.`;
  if (count === 0) return `No symmetry of ${task}.`;
  return `${many}, exactly${isNumber(gap) ? `: ${jump(record)}` : ""}.`;
}

/** The gap in words. */
function jump({ method, gap, count, trivial = [] }: RunRecord): string {
  if (method !== "library")
    return `the best of the other candidates scores ${numeral(gap)} × as high as the worst of these`;
  const k = (isNumber(count) ? count : 0) + trivial.length;
  return `the spectrum jumps by a factor ${numeral(gap, 1)} between the ${ordinal(k)} score and the ${ordinal(k + 1)}`;
}

const ordinal = (n: number): string =>
  `${n}${[11, 12, 13].includes(n % 100) ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;

function kept(
  accepted: readonly GeneratorRecord[],
  { method, certificateReason }: RunRecord,
  { preserves, thresholds }: RunFigures,
): string {
  if (accepted.length === 0) return "";
  const called =
    method === "library"
      ? accepted.length === 1
        ? `along ${fields(accepted)}`
        : `along any of the fields ${fields(accepted)}`
      : accepted.length === 1
        ? `along candidate ${accepted[0]!.slot}`
        : `along any of candidates ${slots(accepted)}`;
  const far = accepted.map(farthest);
  const s = Math.max(...far.map((f) => f?.s ?? Number.NaN));
  const score = top(far.map((f) => f?.score));
  const control = most(far.map((f) => f?.control));
  const floor = most(accepted.map((g) => g.floor));
  const times = ratio(score, floor);
  if (!isNumber(score)) {
    if (isNumber(s)) return `The flow score of a field at s = ±${given(s)} came out as no number.`;
    return `This rests on the tangent score alone: no data were moved in finite steps.${certificateReason ? ` ${certificateReason}` : ""}`;
  }
  const others = isNumber(control) && `${controlName(method)} `;
  if (preserves !== undefined && !preserves.includes("solution"))
    return `Data that learning never saw were moved ${called} by s = ±${given(s)}: what should stay the same then changes by at most ${numeral(score)}, where 0 is perfect${others ? ` and ${others}reach ${numeral(control)}` : ""}.`;
  if (!(times <= (thresholds.find(([name]) => name === "flowOfFloor")?.[1] ?? NEAR)))
    return `Moved ${called} by s = ±${given(s)}, a solution that learning never saw misses the equation by at most ${numeral(score)} of its terms${isNumber(floor) ? `; unmoved it misses it by ${numeral(floor)}` : ""}${others ? `, moved along ${others}by ${numeral(control)}` : ""}.`;
  const beside = isNumber(control)
    ? `; ${controlName(method)} reach ${numeral(ratio(control, floor))} × the floor`
    : "";
  return `Moving a solution that learning never saw ${called} leaves it a solution: moved by s = ±${given(s)}, it misses the equation by at most ${numeral(times)} × the floor, which is what the unmoved data score${beside}.`;
}

const NEAR = 3; // times the floor, where the run does not say its bound

/** Why the rest were not accepted: the bounds they miss. */
function dropped(
  others: readonly GeneratorRecord[],
  thresholds: RunFigures["thresholds"],
  method: RunRecord["method"],
): string {
  const [one, many] = method === "library" ? ["Field V", "Fields "] : ["Candidate ", "Candidates "];
  const doubtful = others.filter((g) => g.verdict === "undecided");
  const failed = others.filter((g) => g.verdict !== "undecided");
  const told = failed.slice(0, 3).map((g) => {
    const verdict = g.verdict === "approximate" ? "is only approximate" : "was rejected";
    const why = misses(g, thresholds, method);
    return `${one}${g.slot} ${verdict}${why.length > 0 ? ` because ${listing(why)}` : ""}.`;
  });
  const rest = failed.slice(3);
  if (rest.length === 1) told.push(`${one}${rest[0]!.slot} was not accepted either; see the table.`);
  if (rest.length > 1)
    told.push(`${many}${method === "library" ? fields(rest) : slots(rest)} were not accepted either; see the table.`);
  if (doubtful.length > 0)
    told.push(
      `${fields(doubtful)} ${doubtful.length === 1 ? "passes" : "pass"} all bounds, which scores near to each other may do without being symmetries.`,
    );
  return told.join(" ");
}

function counted(record: RunRecord, accepted: number, others: number): string {
  const { countIs, count, gap, method, trivial = [] } = record;
  const library = method === "library";
  const largest = decidingJump(record.spectrum, record.scoreFloor);
  if (countIs === "undecided" || !isNumber(count))
    return library
      ? `The scores rise without a clear jump${isNumber(largest) ? ` (the largest is a factor ${numeral(largest)})` : ""}, so no count is given.`
      : `${accepted} of ${accepted + others} candidates were accepted, but accepted and rejected do not separate clearly${isNumber(gap) ? ` (gap: ${jump(record)})` : ""}, so no count is given.`;
  if (countIs === "atLeast")
    return library
      ? "Every field of the library was accepted, so there may be more: run again with a larger one (--degree)."
      : "Every candidate was accepted, so there may be more: run again with more slots (--generators).";
  if (!isNumber(gap)) return "The count has no gap to rest on, because all lie on one side.";
  if (library && count === 0) return "No field of the library scores near zero.";
  const besides =
    trivial.length === 0
      ? ""
      : ` Not counted ${trivial.length === 1 ? "is 1 field before the jump that moves" : `are ${trivial.length} fields before the jump that move`} every solution only along itself: ${listing(trivial)}.`;
  return library
    ? `The count is exact for the fields that the library can express, and as sure as the jump is wide.${besides}`
    : "The count is exact for the class of fields searched, and as sure as that gap is wide.";
}

/** The entry at the largest |s|, the worse of the two signs. */
export function farthest(g: GeneratorRecord): { s: number; score: number; worst: number; control: number } | null {
  const s = most(g.flow.map((f) => Math.abs(f.s)));
  if (!isNumber(s) || s === 0) return null;
  const there = g.flow.filter((f) => Math.abs(f.s) === s);
  return {
    s,
    score: top(there.map((f) => f.score)),
    worst: top(there.map((f) => f.worst)),
    control: top(there.map((f) => f.control)),
  };
}

const sorted = (generators: readonly GeneratorRecord[]): readonly number[] =>
  generators.map((g) => g.slot).sort((a, b) => a - b);

const slots = (generators: readonly GeneratorRecord[]): string => listing(sorted(generators).map(String));

/** "V1 to V8", or listed where they do not run on. */
function fields(generators: readonly GeneratorRecord[]): string {
  const own = sorted(generators);
  const run = own.length > 3 && own.at(-1)! - own[0]! === own.length - 1;
  return run ? `V${own[0]} to V${own.at(-1)}` : listing(own.map((n) => `V${n}`));
}

/** The largest of the numbers among the values; NaN if there is none. */
function most(values: readonly Maybe[]): number {
  const numbers = values.filter(isNumber);
  return numbers.length > 0 ? Math.max(...numbers) : Number.NaN;
}

/** The largest value, NaN as soon as one is no number: a failed score must not hide behind a good one. */
const top = (values: readonly Maybe[]): number => (values.every(isNumber) ? most(values) : Number.NaN);
