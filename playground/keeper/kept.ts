/**
 * The file of a field as this page keeps it: what `writeField` writes, and beside it in the metadata the equation it was learned from, where
 * that was solved, and how its formulas read. Other readers of such files pass the additions over.
 */
import { readSafetensors, writeSafetensors } from "../../src/data/safetensors.js";
import { InputError } from "../../src/engine/error.js";
import type { Kernels } from "../../src/engine/kernels.js";
import { type Expression, variable } from "../../src/expression/expression.js";
import { mathml, text } from "../../src/expression/print.js";
import { readField, type StoredField, writeField } from "../../src/learn/fields.js";
import type { Learned } from "../../src/learn.js";
import { LIMIT } from "./limit.js";
import type { Opened, Setting } from "./protocol.js";

const LONGEST = 20_000; // characters of a formula

export function keptBytes(learned: Learned, setting: Setting): Uint8Array {
  const { record, figures } = learned;
  const { tensors, metadata } = readSafetensors(writeField(learned));
  const read = (record.formulas ?? []).map((formula, i) => ({ formula, mathml: figures.mathml?.[i] ?? null }));
  const fitting = read.filter(({ formula }) => formula.fits);
  return writeSafetensors(tensors, [
    ...[...metadata].filter(([key]) => key !== "checksum"),
    ["equation", record.equationText ?? figures.equation],
    ["setting", JSON.stringify(setting)],
    ["reads", JSON.stringify(fitting.map(({ formula }) => formula.reads))],
    ["mathml", JSON.stringify(fitting.map((entry) => entry.mathml))],
  ]);
}

type Read = Pick<Opened, "equation" | "formulas"> & { readonly stored: StoredField; readonly setting: Setting };

/** Throws InputError that says what does not fit. */
export function keptField(bytes: Uint8Array, kernels: Kernels): Read {
  const stored = readField(bytes, { kernels, limit: LIMIT });
  const { metadata } = readSafetensors(bytes, LIMIT);
  const count = stored.formulas.length;
  const reads = texts(metadata, "reads", count);
  const marks = texts(metadata, "mathml", count);
  const formulas = stored.formulas.map((components, i) =>
    reads?.[i] == null ? written(components, stored.chart.names) : { reads: reads[i]!, mathml: marks?.[i] ?? null },
  );
  const equation = metadata.get("equation");
  if (equation !== undefined && equation.length > LONGEST) throw wrong("equation");
  return { stored, equation: equation ?? null, formulas, setting: settingIn(metadata) };
}

function settingIn(metadata: ReadonlyMap<string, string>): Setting {
  const found = metadata.get("setting");
  if (found === undefined) return { parameters: {} };
  let value: unknown;
  try {
    value = JSON.parse(found);
  } catch {
    throw wrong("setting");
  }
  const entries = (of: unknown): [string, unknown][] =>
    typeof of === "object" && of !== null ? Object.entries(of) : [];
  const own = new Map(entries(value));
  const parameters = entries(own.get("parameters") ?? {});
  const [length, time] = [own.get("length"), own.get("time")];
  const isSize = (of: unknown): of is number | undefined =>
    of === undefined || (Number.isFinite(of) && (of as number) > 0);
  if (!parameters.every((entry): entry is [string, number] => Number.isFinite(entry[1]))) throw wrong("setting");
  if (!isSize(length) || !isSize(time)) throw wrong("setting");
  return {
    parameters: Object.fromEntries(parameters),
    ...(length !== undefined && { length }),
    ...(time !== undefined && { time }),
  };
}

const wrong = (what: string): InputError =>
  new InputError(`the field file cannot be used: its ${what} does not fit the rest; download it again`);

/** A list of texts or nulls, one for each formula; null where the file has none. */
function texts(metadata: ReadonlyMap<string, string>, key: string, count: number): (string | null)[] | null {
  const found = metadata.get(key);
  if (found === undefined) return null;
  let list: unknown;
  try {
    list = JSON.parse(found);
  } catch {
    throw wrong(key);
  }
  const sound = (part: unknown): part is string | null =>
    part === null || (typeof part === "string" && part.length <= LONGEST);
  if (!Array.isArray(list) || list.length !== count || !list.every(sound)) throw wrong(key);
  return list;
}

/** A formula as its components spell it, for files that do not say how it reads: "(2*t) ∂x + ∂u". */
function written(components: readonly Expression[], names: readonly string[]): Opened["formulas"][number] {
  const parts = components.flatMap((e, c) => {
    const size = text(e);
    if (size === "0") return [];
    const one = size === "1";
    return {
      reads: `${one ? "" : `(${size}) `}∂${names[c]}`,
      mathml: `${one ? "" : `<mrow><mo>(</mo>${mathml(e)}<mo>)</mo></mrow>`}<msub><mo>∂</mo>${mathml(variable(names[c]!))}</msub>`,
    };
  });
  return {
    reads: parts.map((part) => part.reads).join(" + "),
    mathml: `<mrow>${parts.map((part) => part.mathml).join("<mo>+</mo>")}</mrow>`,
  };
}
