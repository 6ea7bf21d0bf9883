/**
 * Learned generators as a safetensors file: control points as one tensor, all else as strings of the metadata. Formulas are kept as text,
 * which reads back as the same expressions: a field of a library is exact everywhere so, as no spline of it would be.
 */
import type { Chart } from "../data/chart.js";
import { readSafetensors, SAFETENSORS_LIMIT, type Tensor, writeSafetensors } from "../data/safetensors.js";
import { InputError } from "../engine/error.js";
import type { Axis, SplineShape } from "../engine/kernels.js";
import { checkShape, controlLength } from "../engine/shape.js";
import { type Expression, variable } from "../expression/expression.js";
import { parse, reserved } from "../expression/parse.js";
import { text } from "../expression/print.js";

/** What such a file says. */
export interface FieldFile {
  readonly version: string; // of the package that wrote it
  readonly task: string;
  readonly chart: Chart; // between normalised coordinates, which the splines are in, and physical ones
  readonly verdicts: readonly Verdict[]; // of each generator, best first
  /** Control points [generators, knots…, dim] in normalised units; null where the generators are the formulas. */
  readonly splines: { readonly shape: SplineShape; readonly control: Float64Array } | null;
  /** In physical coordinates, one expression each: the generators themselves, or what the accepted ones of the splines span. */
  readonly formulas: readonly (readonly Expression[])[];
}

const verdicts = ["accepted", "approximate", "rejected", "undecided"] as const;
export type Verdict = (typeof verdicts)[number];

const FORMAT = "liefield generators 1";
const TENSOR = "control";
const MOST = { generators: 256, coordinates: 32, name: 64 } as const;

/**
 * The file's bytes. F32 halves the control points' room and rounds them to seven digits, as the network made them. Throws InputError for
 * what would not read back.
 */
export function encodeFieldFile(file: FieldFile, dtype: Tensor["dtype"] = "F64"): Uint8Array {
  const { chart, splines, formulas } = file;
  const count = file.verdicts.length;
  const metadata: [string, string][] = [
    ["format", FORMAT],
    ["version", file.version],
    ["task", file.task],
    ["coordinates", JSON.stringify(chart.names)],
    ["offset", JSON.stringify([...chart.offset])],
    ["scale", JSON.stringify([...chart.scale])],
    ["verdicts", JSON.stringify(file.verdicts)],
    ["formulas", JSON.stringify(formulas.map((components) => components.map(text)))],
  ];
  const tensors: [string, Tensor][] = [];
  if (splines) {
    metadata.push(["axes", JSON.stringify(splines.shape.axes)]);
    const shape = [count, ...splines.shape.axes.map(({ knots }) => knots), splines.shape.width];
    tensors.push([TENSOR, { dtype, shape, data: splines.control }]);
  }
  const bytes = writeSafetensors(tensors, metadata);
  decodeFieldFile(bytes);
  return bytes;
}

/** What a file says, with every part checked against the others. Throws InputError; `limit` is in bytes. */
export function decodeFieldFile(bytes: Uint8Array, limit: number = SAFETENSORS_LIMIT): FieldFile {
  const { tensors, metadata } = readSafetensors(bytes, limit);
  const format = metadata.get("format");
  if (format !== FORMAT)
    throw new InputError(
      `a file of format "${FORMAT}" is expected but ${format === undefined ? "none is named" : `${JSON.stringify(format.slice(0, 40))} came`}; pass one that liefield wrote`,
    );
  if (!metadata.has("checksum")) throw wrong("checksum", "is missing");
  const names = list(metadata, "coordinates", "distinct names", isName);
  const dim = names.length;
  if (dim < 1 || dim > MOST.coordinates || new Set(names).size < dim)
    throw wrong("coordinates", `must be 1 to ${MOST.coordinates} distinct names`);
  const chart = {
    names,
    offset: Float64Array.from(list(metadata, "offset", "finite numbers", isFiniteNumber)),
    scale: Float64Array.from(list(metadata, "scale", "positive numbers", isPositive)),
  };
  if (chart.offset.length !== dim || chart.scale.length !== dim)
    throw wrong("offset and scale", `must hold one number for each of ${dim} coordinates`);
  const judged = list(metadata, "verdicts", verdicts.join(", "), isVerdict);
  if (judged.length > MOST.generators) throw wrong("verdicts", `must be at most ${MOST.generators}`);
  const formulas = formulasOf(metadata, names);
  const splines = splinesOf(metadata, tensors, dim, judged.length);
  if (!splines && formulas.length !== judged.length)
    throw wrong("verdicts", `must be ${formulas.length}, one for each formula`);
  return {
    version: string(metadata, "version"),
    task: string(metadata, "task"),
    chart,
    verdicts: judged,
    splines,
    formulas,
  };
}

const wrong = (what: string, why: string): InputError =>
  new InputError(`the field file cannot be used: its ${what} ${why}; write it again with liefield`);

function string(metadata: ReadonlyMap<string, string>, key: string): string {
  const found = metadata.get(key);
  if (found === undefined) throw wrong(key, "is missing");
  return found.slice(0, MOST.name);
}

/** A list of the metadata, as JSON, whose entries all are of one kind. */
function list<T>(
  metadata: ReadonlyMap<string, string>,
  key: string,
  kind: string,
  is: (value: unknown) => value is T,
): readonly T[] {
  const found = metadata.get(key);
  if (found === undefined) throw wrong(key, "is missing");
  let value: unknown;
  try {
    value = JSON.parse(found);
  } catch {
    throw wrong(key, "is not JSON");
  }
  if (!Array.isArray(value) || !value.every(is)) throw wrong(key, `must be a list of ${kind}`);
  return value;
}

const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);
const isPositive = (value: unknown): value is number => isFiniteNumber(value) && value > 0;
const isName = (value: unknown): value is string =>
  typeof value === "string" && value.length <= MOST.name && /^[A-Za-z]\w*$/.test(value) && !reserved.includes(value);
const isVerdict = (value: unknown): value is Verdict => verdicts.includes(value as Verdict);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((part) => typeof part === "string");

function formulasOf(metadata: ReadonlyMap<string, string>, names: readonly string[]): Expression[][] {
  const texts = list(metadata, "formulas", "lists of texts", isTexts);
  if (texts.length > MOST.generators) throw wrong("formulas", `must be at most ${MOST.generators}`);
  return texts.map((components, i) => {
    if (components.length !== names.length)
      throw wrong(`formula ${i + 1}`, `has ${components.length} components but ${names.length} are expected`);
    return components.map((component) => {
      try {
        return parse(component, { names: (name) => (names.includes(name) ? variable(name) : undefined) });
      } catch (error) {
        throw wrong(`formula ${i + 1}`, `cannot be read (${(error as Error).message})`);
      }
    });
  });
}

function splinesOf(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, Tensor>,
  dim: number,
  count: number,
): FieldFile["splines"] {
  const tensor = tensors.get(TENSOR);
  if (tensors.size !== (tensor ? 1 : 0)) throw wrong("tensors", `must be "${TENSOR}" alone, or none`);
  if (!tensor) return null;
  const axes = list(metadata, "axes", "axes { kind, lo, hi, knots }", isAxis).map(
    ({ kind, lo, hi, knots }): Axis => ({ kind, lo, hi, knots }),
  );
  const shape = { axes, width: dim };
  if (axes.length !== dim) throw wrong("axes", `must be ${dim}, one for each coordinate`);
  try {
    checkShape(shape);
  } catch (error) {
    throw wrong("axes", `are no spline's (${(error as Error).message})`);
  }
  const expected = [count, ...axes.map(({ knots }) => knots), dim];
  if (tensor.shape.join() !== expected.join())
    throw wrong(
      `tensor "${TENSOR}"`,
      `has shape [${tensor.shape.join(", ")}] but [${expected.join(", ")}] is expected`,
    );
  if (tensor.data.length !== count * controlLength(shape)) throw wrong(`tensor "${TENSOR}"`, "is not whole");
  const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw wrong(`tensor "${TENSOR}"`, `holds ${tensor.data[bad]} at flat index ${bad}; finite numbers are expected`);
  return { shape, control: tensor.data };
}

const isAxis = (value: unknown): value is Axis => {
  if (typeof value !== "object" || value === null) return false;
  const { kind, lo, hi, knots } = value as Record<string, unknown>;
  return (kind === "periodic" || kind === "open") && [lo, hi, knots].every(isFiniteNumber);
};
