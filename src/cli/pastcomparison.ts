/** A comparison of classifiers as its file claims it: hostile until every part that is used has been looked at. */
import * as v from "valibot";
import { InputError } from "../engine/error.js";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const comparison = v.object({
  schema: v.literal(1),
  version: v.string(),
  task: v.string(),
  settings: v.string(), // what all trainings have in common
  engine: v.string(),
  cells: v.pipe(
    v.array(
      v.object({
        augmentation: v.string(),
        seed: count,
        accuracy: share,
        fit: share,
        seconds: v.pipe(v.number(), v.minValue(0)),
      }),
    ),
    v.maxLength(10_000),
  ),
});

export type PastComparison = v.InferOutput<typeof comparison>;

/** Throws InputError where the file is no comparison. */
export function pastComparison(bytes: Uint8Array): PastComparison {
  let given: unknown = null;
  try {
    given = JSON.parse(new TextDecoder().decode(bytes));
  } catch {}
  const result = v.safeParse(comparison, given);
  if (result.success) return result.output;
  throw new InputError("the file at --out is no comparison of classifiers; name another, or remove it");
}
