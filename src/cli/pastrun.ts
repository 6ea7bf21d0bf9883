/** The record of a past run, as its run.json claims it: hostile until every part that is used has been looked at. */
import * as v from "valibot";
import { InputError } from "../engine/error.js";
import type { RunRecord } from "../report/run.js";
import { oneLine, visible } from "./visible.js";

/** Bytes of a run.json; a run of many generators takes a tenth of it. */
export const LIMIT = 4 * 1024 * 1024;

const text = v.pipe(v.string(), v.transform(visible)); // what is printed carries nothing else out
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A number, NaN for the null that JSON writes in its place. */
const measured = v.pipe(
  v.nullable(v.number()),
  v.transform((value) => value ?? Number.NaN),
);
const known = v.nullable(v.number());

const MOST = 10_000; // entries of a list
const list = <T extends v.GenericSchema>(of: T) => v.pipe(v.array(of), v.maxLength(MOST));

const generator = v.object({
  slot: count,
  tangent: measured,
  floor: known,
  control: known,
  tangentControl: known,
  flow: list(v.object({ s: v.number(), score: measured, worst: measured, control: measured })),
  folded: known,
  outside: known,
  verdict: v.picklist(["accepted", "approximate", "rejected", "undecided"]),
  accepted: v.boolean(),
  reads: v.nullable(text),
  latex: v.nullable(text),
  sympy: v.nullable(text),
});

const formula = v.object({
  reads: text,
  latex: v.nullable(text),
  sympy: v.nullable(text),
  residual: measured,
  fits: v.boolean(),
  terms: list(
    v.object({
      function: text,
      component: text,
      coefficient: measured,
      standardError: known,
      exact: v.nullable(text),
    }),
  ),
});

const algebra = v.pipe(
  v.object({
    basis: list(text),
    brackets: list(v.object({ i: count, j: count, coefficients: list(measured), outside: v.optional(measured) })),
    closure: measured,
    jacobi: measured,
    centre: measured,
    derived: list(count),
    solvable: v.boolean(),
    nilpotent: v.boolean(),
    semisimple: v.boolean(),
    name: v.optional(v.nullable(text)),
    of: v.literal("formulas"),
  }),
  v.check(
    ({ basis: { length: n }, brackets }) =>
      brackets.every(({ i, j, coefficients }) => 0 < i && i < j && j <= n && coefficients.length === n),
    "brackets that fit their basis",
  ),
);

const record = v.object({
  schema: v.literal(1),
  version: text,
  task: text,
  equationText: v.optional(text),
  coordinates: v.optional(list(text)),
  method: v.picklist(["neural", "library"]),
  criterion: v.nullable(v.picklist(["tangent", "flow", "tangent+flow"])),
  seed: count,
  engine: v.object({
    network: text,
    gpu: v.optional(v.object({ name: text, software: v.boolean() })),
    switched: v.optional(v.object({ from: text, to: text, step: count, reason: text })),
    kernels: text,
    passedOver: list(v.object({ engine: text, reason: text })),
  }),
  seconds: v.object({ data: measured, learn: measured, certify: measured, total: measured }),
  count: v.nullable(count),
  countIs: v.picklist(["exact", "atLeast", "undecided"]),
  gap: known,
  spectrum: list(measured),
  scoreFloor: v.optional(measured),
  warnings: list(text),
  generators: list(generator),
  formulas: v.optional(v.nullable(list(formula))),
  algebra: v.nullable(algebra),
  trivial: v.optional(list(text)),
  approximate: v.optional(list(v.object({ reads: text, score: measured }))),
  lowPass: v.optional(v.nullable(v.object({ mode: count, of: count }))),
  dropped: v.optional(list(text)),
  certificate: v.optional(v.picklist(["flow", "none"])),
  certificateReason: v.optional(v.nullable(text)),
  truth: v.nullable(
    v.object({ dimension: v.nullable(count), principalAnglesDegrees: list(measured), grassmann: measured }),
  ),
  affine: v.optional(
    v.object({ names: list(text), fields: list(v.object({ cosines: list(measured), share: measured })) }),
  ),
  report: v.nullable(text),
});

/** Bytes of a run.json → the record, of its own keys only. Throws InputError that names the part at fault. */
export function pastRun(bytes: Uint8Array): RunRecord {
  let given: unknown;
  try {
    given = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new InputError(`it is not JSON (${oneLine((error as Error).message)}); make the run again`); // it quotes what it met
  }
  const schema = isRecord(given) && Object.hasOwn(given, "schema") ? given.schema : undefined;
  if (schema !== undefined && schema !== 1)
    throw new InputError(
      `it has schema ${JSON.stringify(schema)} but this version reads schema 1; use the version that wrote it`,
    );
  const result = v.safeParse(record, given, { abortEarly: true });
  if (result.success) return result.output as RunRecord;
  const [issue] = result.issues;
  const at = v.getDotPath(issue) ?? "it";
  const fault =
    issue.received === "undefined"
      ? `${at} is missing`
      : `${oneLine(at)} is ${oneLine(issue.received)} but ${issue.expected ?? issue.message} is expected`;
  throw new InputError(`it is no record of a run: ${fault}; make the run again`);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
