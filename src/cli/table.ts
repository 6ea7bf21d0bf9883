/** A run as text: the table and what it means, at most 100 columns wide. */
import type { GeneratorRecord, RunRecord } from "../report/run.js";

export const WIDTH = 100;

/** Heading, one row per generator, what the columns mean, the count with its gap, angles to the truth, warnings, times. */
export function runTable(record: RunRecord): string {
  const paragraphs = [
    `Symmetries of ${record.task}: ${record.method} learner, ${record.criterion} criterion, seed ${record.seed}`,
    rows(record.generators),
    LEGEND,
    [...wrap(countSentence(record)), ...wrap(truthSentence(record))].join("\n"),
    record.warnings.flatMap((warning) => wrap(`warning: ${warning}`)).join("\n"),
    footing(record),
  ];
  return `\n${paragraphs.filter((text) => text !== "").join("\n\n")}\n`;
}

const LEGEND = `tangent and flow say how far a generator is from being a symmetry, on data that learning never saw;
0 is perfect. tangent: to first order. flow: after moving the data by it through s. floor: the flow
score of the data left alone. control: of random generators. outside: share of points that leave the
region learned in.`;

function rows(generators: readonly GeneratorRecord[]): string {
  const reach = Math.max(0, ...generators.flatMap((g) => g.flow.map(({ s }) => Math.abs(s))));
  const at = (g: GeneratorRecord, s: number): string => {
    const found = g.flow.find((f) => f.s === s);
    return found ? score(found.score) : "–";
  };
  const columns: [title: string, cell: (g: GeneratorRecord) => string][] = [
    ["slot", (g) => String(g.slot)],
    ["verdict", (g) => g.verdict],
    ["tangent", (g) => score(g.tangent)],
    [`flow s=−${reach}`, (g) => at(g, -reach)],
    [`flow s=+${reach}`, (g) => at(g, reach)],
    ["floor", (g) => score(g.floor)],
    ["control", (g) => score(g.control)],
    ["outside", (g) => `${(100 * g.outside).toFixed(1)} %`],
    ...(generators.some((g) => g.reads !== null) ? [["reads", (g: GeneratorRecord) => g.reads ?? ""] as const] : []),
  ] as [string, (g: GeneratorRecord) => string][];
  const cells = [columns.map(([title]) => title), ...generators.map((g) => columns.map(([, cell]) => cell(g)))];
  const widths = columns.map((_, c) => Math.max(...cells.map((row) => row[c]!.length)));
  const words = new Set(["verdict", "reads"]); // left-aligned
  return cells
    .map((row) =>
      row.map((text, c) => (words.has(cells[0]![c]!) ? text.padEnd(widths[c]!) : text.padStart(widths[c]!))),
    )
    .map((row) => `  ${row.join("  ")}`.trimEnd().slice(0, WIDTH))
    .join("\n");
}

/** Two significant digits, in the shorter notation. */
function score(value: number): string {
  if (!Number.isFinite(value)) return "not finite";
  return Math.abs(value) >= 0.01 && Math.abs(value) < 100 ? value.toPrecision(2) : value.toExponential(1);
}

/** Two significant digits without an exponent as far as they can be read: 3900, 1.2e+7. */
const times = (ratio: number): string => (ratio < 1e6 ? String(Number(ratio.toPrecision(2))) : ratio.toExponential(1));

const plural = (n: number, noun: string): string => `${n} ${n === 1 ? noun : noun.replace(/y$/, "ie").concat("s")}`;

function countSentence({ count, countIs, gap, generators }: RunRecord): string {
  const accepted = generators.filter((g) => g.accepted).length;
  if (countIs === "undecided" || count === null)
    return `The number of symmetries is undecided: ${accepted} of ${plural(generators.length, "generator")} accepted, but the gap to the rest is only ${gap === null ? "unknown" : times(gap)}; more --trajectories may widen it.`;
  if (countIs === "atLeast")
    return `At least ${plural(count, "symmetry")}: every generator was accepted, so there may be more; run again with more --generators.`;
  if (count === 0) return "No symmetries: no generator was accepted.";
  const apart =
    gap === null ? "" : `: the best generator beyond them scores ${times(gap)} times worse than the worst among them`;
  return `${plural(count, "symmetry")}${apart}.`;
}

function truthSentence({ truth }: RunRecord): string {
  if (truth === null) return "";
  if (truth.dimension === null) return "The true symmetries of this task are not on file.";
  const angles = truth.principalAnglesDegrees.map((angle) => `${angle.toPrecision(2)}°`).join(", ");
  return `${plural(truth.dimension, "symmetry").replace(/^(\d+) /, "$1 known ")}; angles between what was found and what is known: ${angles || "none"} (0° is perfect, 90° is missed).`;
}

function footing({ engine, seconds }: RunRecord): string {
  const passed = engine.passedOver.map(({ engine: name, reason }) => `${name} passed over: ${reason}`).join("; ");
  const times = (["data", "learn", "certify", "total"] as const).map((part) => `${part} ${seconds[part].toFixed(1)} s`);
  return [
    ...wrap(`engine: network ${engine.network}, kernels ${engine.kernels}${passed ? ` (${passed})` : ""}`),
    ...wrap(`time: ${times.join(", ")}`),
  ].join("\n");
}

/** Lines of at most `WIDTH` characters, broken at spaces. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
