/** Columns of a comparison: every engine asked for in every runtime asked for, each in a process of its own, one after the other. */
import { Refused } from "../harness.mjs";
import { figure } from "../table.mjs";
import { answerOf, runtimes } from "./runtimes.mjs";

export const engineNames = ["webgpu", "wasm", "cpu"];
export const runtimeNames = Object.keys(runtimes);

/** Names from a list with commas; Refused with the known ones where one is unknown or given twice. */
export function namesIn(text, known, what) {
  const names = text.split(",").map((name) => name.trim());
  for (const [i, name] of names.entries()) {
    if (!known.includes(name))
      throw new Refused(`no ${what} is named ${JSON.stringify(name)}; known are ${known.join(", ")}`);
    if (names.indexOf(name) !== i) throw new Refused(`the ${what} ${name} is named twice`);
  }
  return names;
}

const LIMIT = { full: 900, quick: 150 }; // s that an engine of a runtime may take in all

/**
 * Answers of measured.mjs, in the order of the names; one that is missing is there with the reason. `list`: "steps" or "sweeps".
 * A line on standard error says where it is.
 */
export async function columnsOf({ list, engines, runtimes: where, seed, quick, seconds, patience, child }) {
  const columns = [];
  for (const runtime of where)
    for (const engine of engines) {
      const from = performance.now();
      const limit = quick ? LIMIT.quick : LIMIT.full;
      const request = { list, engine, seed, quick, seconds, patience };
      const answer = await answerOf(runtime, request, { limit, spent: child });
      columns.push({ in: runtime, ...answer, seconds: (performance.now() - from) / 1000 });
      process.stderr.write(` ${runtime} ${engine}${answer.missing ? " (missing)" : ""}`);
    }
  return columns;
}

/** Short headings: what differs among the columns, and whether it is a GPU at all. */
export function headings(columns) {
  const several = (key) => new Set(columns.map((column) => column[key])).size > 1;
  return columns.map((column) => {
    const words = [several("in") && column.in, (several("engine") || !several("in")) && column.engine].filter(Boolean);
    return words.join(" ") + (column.gpu?.software ? " (software adapter)" : "");
  });
}

/** One line per column: what it ran on, or why it is missing. */
export function described(columns) {
  return columns.map((column) => {
    const { runtime, engine, missing, gpu, timer } = column;
    const name = `${column.in} ${engine}`;
    if (missing) return `${name}: missing: ${missing}`;
    const kernels = { wasm: "tfjs wasm, kernels in SIMD", cpu: "tfjs cpu, kernels in plain TypeScript" };
    const own = (key) => (gpu[key] ? `, ${key} ${gpu[key]}` : "");
    const what = gpu
      ? `${gpu.software ? "software adapter" : "adapter"} ${gpu.name}${["vendor", "architecture", "description"].map(own).join("")}`
      : kernels[engine];
    return `${name}: ${what}; ${runtime}; timed by ${timer}`;
  });
}

/** One line per reason why single steps are missing, or were done otherwise. */
export function gaps(columns) {
  const reasons = new Map();
  for (const { in: runtime, engine, rows = [] } of columns)
    for (const { name, missing, note = missing } of rows) {
      if (note === undefined) continue;
      const said = `${runtime} ${engine}: ${note}`;
      reasons.set(said, [...(reasons.get(said) ?? []), name]);
    }
  return [...reasons].map(([said, names]) => `${said}: ${names.join("; ")}`);
}

/** Rows are steps; a cell has median, quartiles and how many times the reference's median, which is wasm's where it is there. */
export function comparison(columns) {
  const there = columns.filter(({ rows }) => rows);
  const reference = there.find(({ engine }) => engine === "wasm") ?? there[0];
  const names = [...new Set(there.flatMap(({ rows }) => rows.map(({ name }) => name)))];
  const of = (column, name) => column?.rows?.find((row) => row.name === name && !row.missing);
  const cells = names.map((name) => {
    const base = of(reference, name);
    return [name, ...columns.map((column) => cell(of(column, name), base))];
  });
  const heads = headings(columns);
  const notes = reference ? [`ms: median [quartiles], times that of ${reference.in} ${reference.engine}`] : [];
  return { table: { columns: ["", ...heads], cells }, notes: [...notes, ...described(columns), ...gaps(columns)] };
}

function cell(row, base) {
  if (!row) return "–";
  const spread = row.samples > 1 ? ` [${short(row.lower)}–${short(row.upper)}]` : " [once]";
  return `${short(row.median)}${spread}${base ? ` ${short(row.median / base.median)}×` : ""}`;
}

const short = (value) => figure(value, 3);

/** Times the steps in all columns that --engines and --runtimes ask for: what a bench with these flags runs. */
export async function sideBySide({ seed, quick, child, values }) {
  const engines = namesIn(values.engines, engineNames, "engine");
  const runtimes = namesIn(values.runtimes, runtimeNames, "runtime");
  const columns = await columnsOf({ list: "steps", engines, runtimes, seed, quick, seconds: 2, patience: 5, child });
  const { table, notes } = comparison(columns);
  return { tables: [table], notes, columns };
}
