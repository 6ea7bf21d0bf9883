/** An array in a file, not read yet. */
import { InputError } from "../engine/error.js";
import { DEFAULT_LIMIT, type NumericArray } from "./npy.js";

export interface StoredArray {
  readonly shape: readonly number[];
  /** Its values in order, row-major, as float64, in pieces of any length; each may be written over by the next. Once or several times. */
  pieces(): AsyncIterable<Float64Array>;
}

export const countOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** The whole array. `limit`: bytes of float64 allowed; `name`: what errors call it. Throws InputError. */
export async function wholeOf(
  stored: StoredArray,
  limit: number = DEFAULT_LIMIT,
  name = "the array",
): Promise<NumericArray> {
  const count = countOf(stored.shape);
  if (!(count * 8 <= limit))
    throw new InputError(
      `${name} has shape [${stored.shape.join(", ")}], ${count} values, above the limit of ${limit} bytes; split the file`,
    );
  const data = new Float64Array(count);
  let at = 0;
  for await (const piece of stored.pieces()) {
    data.set(piece, at);
    at += piece.length;
  }
  return { shape: [...stored.shape], data };
}
