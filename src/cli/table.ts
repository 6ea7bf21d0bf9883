/** A run as text: what was found and what it means, at most 100 columns wide. */
import { bracketOf, facts, recognised } from "../report/brackets.js";
import { controlName, subject } from "../report/designation.js";
import { decidingJump } from "../report/jump.js";
import type { FormulaRecord, GeneratorRecord, RunRecord } from "../report/run.js";
import { farthest } from "../report/summary.js";
import { WIDTH, wrap } from "./paragraph.js";
import { visible } from "./visible.js";

const LINES = 4; // of an equation
const SHOWN = 6; // generators up to which the bracket table is printed

/** Heading, scores, formulas, brackets, the count with its gap, angles to the truth, warnings, times. */
export function runTable(record: RunRecord): string {
  const { task, method, criterion, seed } = record;
  const by = criterion === null ? "" : `, ${criterion} criterion`;
  const library = method === "library";
  const paragraphs = [
    [`Symmetries of ${subject(task)}: ${method} learner${by}, seed ${seed}`, ...equation(record)].join("\n"),
    library ? "" : slotRows(record.generators),
    library ? "" : legend(record),
    formulas(record),
    library ? libraryNotes(record) : "",
    brackets(record),
    approximate(record),
    affineRows(record),
    [...wrap(countSentence(record)), ...wrap(truthSentence(record))].join("\n"),
    record.warnings.flatMap((warning) => wrap(`warning: ${warning}`)).join("\n"),
    footing(record),
  ];
  return `\n${paragraphs.filter((text) => text !== "").join("\n\n")}\n`;
}

/** What was learned from, where it has a text: at most a few lines of it. */
function equation({ equationText }: RunRecord): string[] {
  if (equationText === undefined) return [];
  const lines = wrap(visible(equationText.replace(/\s+/g, " ")), WIDTH - 2);
  const shown = lines.length > LINES ? [...lines.slice(0, LINES - 1), "…"] : lines;
  return shown.map((line) => cut(`  ${line}`, WIDTH));
}

const legend = ({ method, generators }: RunRecord): string =>
  generators.length === 0
    ? ""
    : wrap(
        `tangent and flow say how far a generator is from being a symmetry, on data that learning never saw; 0 is perfect. tangent: to first order. flow: after moving the data by it through s. floor: the flow score of the data left alone. control: of ${controlName(method)}. outside: share of points that leave the region learned in.`,
      ).join("\n");

export type Column<T> = readonly [title: string, cell: (row: T) => string, left?: "left"];

function slotRows(generators: readonly GeneratorRecord[]): string {
  const reach = Math.max(0, ...generators.flatMap((g) => g.flow.map(({ s }) => Math.abs(s))));
  const at = (g: GeneratorRecord, s: number): string => {
    const found = g.flow.find((f) => f.s === s);
    return found ? score(found.score) : "–";
  };
  const columns: Column<GeneratorRecord>[] = [
    ["slot", (g) => String(g.slot)],
    ["verdict", (g) => g.verdict, "left"],
    ["tangent", (g) => score(g.tangent)],
    [`flow s=−${reach}`, (g) => at(g, -reach)],
    [`flow s=+${reach}`, (g) => at(g, reach)],
    ["floor", (g) => score(g.floor)],
    ["control", (g) => score(g.control)],
    ["outside", (g) => (g.outside === null ? "–" : `${(100 * g.outside).toFixed(1)} %`)],
  ];
  if (generators.some((g) => g.reads !== null)) columns.push(["reads", (g) => g.reads ?? "", "left"]);
  return aligned(generators, columns);
}

interface Line extends FormulaRecord {
  readonly name: string;
  readonly scored: GeneratorRecord | undefined; // the library's own generator of it
}

/** One line a formula. */
function formulas({ formulas: read, generators, method }: RunRecord): string {
  if (!read || read.length === 0) return "";
  const lines = read.map(
    (formula, i): Line => ({
      ...formula,
      name: `V${i + 1}`,
      scored: method === "library" ? generators.find((g) => g.slot === i + 1) : undefined,
    }),
  );
  const flows = lines.some(({ scored }) => scored !== undefined && scored.flow.length > 0);
  const columns: Column<Line>[] = [["", (f) => f.name, "left"]];
  if (method === "library") columns.push(["tangent", (f) => score(f.scored?.tangent ?? null)]);
  if (flows) columns.push(["flow", (f) => flow(f.scored)], ["verdict", (f) => f.scored?.verdict ?? "", "left"]);
  columns.push(
    ["fit", (f) => (f.fits ? score(f.residual) : "none")],
    ["formula", (f) => (f.fits ? f.reads : ""), "left"],
  );
  const misfits = lines.filter((f) => !f.fits);
  const told = misfits.flatMap((f) =>
    wrap(`${f.name} has no formula: the library leaves ${(100 * f.residual).toFixed(0)} % of the field unexpressed.`),
  );
  return [aligned(lines, columns), ...told].join("\n");
}

/** Images: how much of each field lies along which affine one. */
function affineRows({ affine }: RunRecord): string {
  if (!affine) return "";
  const rows = affine.fields.map((field, i) => ({ ...field, name: `V${i + 1}` }));
  const columns: Column<(typeof rows)[number]>[] = [
    ["cosine to", ({ name }) => name, "left"],
    ...affine.names.map((name, a): Column<(typeof rows)[number]> => [name, ({ cosines }) => cosines[a]!.toFixed(2)]),
    ["affine", ({ share }) => share.toFixed(2)],
  ];
  return aligned(rows, columns);
}

function flow(g: GeneratorRecord | undefined): string {
  const far = g && farthest(g);
  return far ? score(far.score) : "–";
}

/** What the columns mean, or why there is no flow. */
function libraryNotes(record: RunRecord): string {
  const [first] = record.generators;
  if (first === undefined) return "";
  const far = farthest(first);
  const moved = far
    ? `flow: after moving held-out data by s = ±${far.s}; data left alone score ${score(first.floor)}, ${controlName(record.method)} ${score(first.control)}.`
    : `No flow certificate.${record.certificateReason ? ` ${record.certificateReason}` : ""}`;
  return wrap(
    `tangent: how far from a symmetry, 0 is perfect; ${controlName(record.method)} score ${score(first.tangentControl)}. fit: residual of the formula. ${moved}`,
  ).join("\n");
}

function brackets({ algebra, formulas: read }: RunRecord): string {
  if (algebra === null || algebra.basis.length === 0) return "";
  const words = facts(algebra, read).flatMap((fact) => wrap(fact));
  if (algebra.basis.length > SHOWN) return words.join("\n");
  const exact = recognised(read);
  const numbers = algebra.basis.map((_, i) => i + 1);
  const columns: Column<number>[] = [
    ["[ , ]", (i) => `V${i}`, "left"],
    ...numbers.map((j): Column<number> => [`V${j}`, (i) => bracketOf(algebra, i, j, exact).text]),
  ];
  const table = aligned(numbers, columns, Number.POSITIVE_INFINITY);
  return [...(table.split("\n").every((line) => line.length <= WIDTH) ? [table] : []), ...words].join("\n");
}

const approximate = ({ approximate: near = [] }: RunRecord): string =>
  near.length === 0
    ? ""
    : ["Approximate, not counted:", ...near.flatMap(({ reads, score: s }) => hung(`  ${score(s)}  `, reads))].join(
        "\n",
      );

/** Rows under their titles, two spaces in; beyond `most` columns a last cell of text goes on beneath itself. */
export function aligned<T>(rows: readonly T[], columns: readonly Column<T>[], most = WIDTH): string {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, c) => Math.max(...cells.map((row) => row[c]!.length)));
  const place = (text: string, c: number): string =>
    columns[c]![2] === "left" ? text.padEnd(widths[c]!) : text.padStart(widths[c]!);
  return cells
    .flatMap((row) => {
      const line = `  ${row.map(place).join("  ")}`.trimEnd();
      if (line.length <= most || columns.at(-1)![2] !== "left") return [cut(line, most)];
      return hung(`  ${row.slice(0, -1).map(place).join("  ")}  `, row.at(-1)!);
    })
    .join("\n");
}

const TIED = "\u00a0"; // a space where no line breaks

/** A sum after `lead`, broken before its signs, what follows the first line under its start. */
const hung = (lead: string, text: string): string[] =>
  wrap(text.replace(/ (?![+-] )/g, TIED), WIDTH - lead.length).map((line, i) =>
    cut((i === 0 ? lead : " ".repeat(lead.length)) + line.replaceAll(TIED, " "), WIDTH),
  );

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Two significant digits, in the shorter notation. */
function score(value: number | null): string {
  if (value === null) return "–";
  if (!Number.isFinite(value)) return "not finite";
  return value === 0 || (Math.abs(value) >= 0.01 && Math.abs(value) < 100)
    ? value.toPrecision(2)
    : value.toExponential(1);
}

/** Two significant digits without an exponent as far as they can be read: 3900, 1.2e+7. */
const times = (ratio: number): string => (ratio < 1e6 ? String(Number(ratio.toPrecision(2))) : ratio.toExponential(1));

const plural = (n: number, noun: string): string => `${n} ${n === 1 ? noun : noun.replace(/y$/, "ie").concat("s")}`;

function countSentence({ count, countIs, gap, generators, method, spectrum, trivial = [], affine }: RunRecord): string {
  const library = method === "library" && !affine; // fields of images are counted as slots are
  const accepted = generators.filter((g) => g.accepted).length;
  if (countIs === "undecided" || count === null) {
    const jump = library ? decidingJump(spectrum) : gap;
    const least = jump === null ? "unknown" : times(jump);
    return library
      ? `The number of symmetries is undecided: the scores of all fields, in order, rise without a clear jump (the largest is a factor ${least}); more data or another --degree may decide it.`
      : `The number of symmetries is undecided: ${accepted} of ${plural(generators.length, "generator")} accepted, but the gap to the rest is only ${least}; more --steps or --trajectories may widen it.`;
  }
  if (countIs === "atLeast")
    return library
      ? `At least ${plural(count, "symmetry")}: every member of the library is one, so there may be more; run again with a higher --degree.`
      : `At least ${plural(count, "symmetry")}: every generator was accepted, so there may be more; run again with more --generators.`;
  if (count === 0)
    return library
      ? "No symmetries: no field of the library scores near zero."
      : "No symmetries: no generator was accepted.";
  if (gap === null) return `${plural(count, "symmetry")}.`;
  return library
    ? `${plural(count, "symmetry")}, exactly: the spectrum jumps by a factor ${times(gap)} after score ${count + trivial.length}${trivial.length > 0 ? `; not counted ${trivial.length === 1 ? "is one field before it that moves" : `are ${trivial.length} fields before it that move`} every solution only along itself (${trivial.join("; ")})` : ""}.`
    : `${plural(count, "symmetry")}, exactly: the best generator beyond them scores ${times(gap)} times worse than the worst among them.`;
}

function truthSentence({ truth }: RunRecord): string {
  if (truth === null) return "";
  if (truth.dimension === null) return "The true symmetries of this task are not on file.";
  const angles = truth.principalAnglesDegrees;
  const between =
    angles.length > 8
      ? `the largest angle between what was found and what is known is ${degrees(Math.max(...angles))}`
      : `angles between what was found and what is known: ${angles.map(degrees).join(", ") || "none"}`;
  return `${plural(truth.dimension, "symmetry").replace(/^(\d+) /, "$1 known ")}; ${between} (0° is perfect, 90° is missed).`;
}

const degrees = (angle: number): string =>
  `${angle === 0 ? "0" : angle < 1e-3 ? angle.toExponential(1) : angle.toPrecision(2)}°`;

function networkText({ network, gpu, switched }: RunRecord["engine"]): string {
  const on = gpu ? ` on ${gpu.name}${gpu.software ? " (a software adapter)" : ""}` : "";
  return switched ? `${switched.from}${on} until its device was lost, then ${network}` : `${network}${on}`;
}

function footing({ engine, seconds }: RunRecord): string {
  const passed = engine.passedOver.map(({ engine: name, reason }) => `${name} passed over: ${reason}`).join("; ");
  const times = (["data", "learn", "certify", "total"] as const).map((part) => `${part} ${seconds[part].toFixed(1)} s`);
  return [
    ...wrap(`engine: network ${networkText(engine)}, kernels ${engine.kernels}${passed ? ` (${passed})` : ""}`),
    ...wrap(`time: ${times.join(", ")}`),
  ].join("\n");
}
