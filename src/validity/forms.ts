/**
 * A score that is the root of a ratio of two quadratic forms in control points: what rows on a linear space of fields come to once they are
 * summed. It costs the square of a field's numbers, whatever the data; forms in f64 resolve scores down to 1e-7.
 */
import { log } from "../engine/elementary.js";
import type { ProductKernels } from "../engine/kernels.js";
import type { RowBlock } from "./conditions.js";
import type { Slots, Sums, Validity } from "./validity.js";

export interface Forms {
  readonly size: number; // numbers of a field
  readonly residual: Float64Array; // [size, size], symmetric: v·A v is the square of the residual
  readonly scale: Float64Array; // and of what it is relative to
}

const ZERO = 1e-14; // added to the ratio, so that an exact symmetry has a logarithm: what rounding leaves of it

/** Sums over rows of (a − b)(a − b)ᵀ and of aaᵀ + bbᵀ. */
export function formsOf(kernels: ProductKernels, blocks: Iterable<RowBlock>, size: number): Forms {
  const residual = new Float64Array(size * size);
  const scale = new Float64Array(size * size);
  const product = new Float64Array(size * size);
  const add = (columns: Float64Array, rows: number, into: Float64Array): void => {
    kernels.productTransposed(size, size, rows, columns, columns, product);
    for (let i = 0; i < into.length; i++) into[i]! += product[i]!;
  };
  for (const { rows, a, b } of blocks) {
    const difference = Float64Array.from(a, (value, i) => value - b[i]!);
    add(turned(difference, rows, size), rows, residual);
    for (const term of [a, b]) if (term.some((value) => value !== 0)) add(turned(term, rows, size), rows, scale);
  }
  return { size, residual, scale };
}

/** [rows, columns] → [columns, rows]. */
function turned(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(matrix.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = matrix[r * columns + c]!;
  return out;
}

/** Both forms of fields [K, size], with what they are made of: A v and S v. */
export function applied({ size, residual, scale }: Forms, control: Float64Array) {
  const count = control.length / size;
  const by = (form: Float64Array) => {
    const along = new Float64Array(control.length);
    const square = new Float64Array(count);
    for (let k = 0; k < count; k++)
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let j = 0; j < size; j++) sum += form[i * size + j]! * control[k * size + j]!;
        along[k * size + i] = sum;
        square[k]! += sum * control[k * size + i]!;
      }
    return { along, square };
  };
  return { residual: by(residual), scale: by(scale) };
}

/** Both forms of fields [K, size]. */
export function formSums(forms: Forms, control: Float64Array): Sums {
  const { residual, scale } = applied(forms, control);
  return { residual: residual.square.map((square) => Math.max(0, square)), scale: scale.square };
}

/** Relative scores of fields [K, size], not logged. */
export function formScores(forms: Forms, control: Float64Array): Float64Array {
  const { residual, scale } = formSums(forms, control);
  return residual.map((square, k) => Math.sqrt(square / scale[k]!));
}

/** The score as something to minimise: exact at every step, no batch is drawn. */
export function formValidity(forms: Forms): Validity {
  const scored = ({ control, count }: Slots) => {
    const { residual, scale } = applied(forms, control);
    const gradient = new Float64Array(control.length);
    const score = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const ratio = Math.max(0, residual.square[k]!) / scale.square[k]!;
      score[k] = 0.5 * log(ratio + ZERO);
      const up = 1 / (scale.square[k]! * (ratio + ZERO));
      for (let i = k * forms.size; i < (k + 1) * forms.size; i++)
        gradient[i] = up * (residual.along[i]! - ratio * scale.along[i]!);
    }
    return { score, charge: 0, gradient };
  };
  return {
    name: "tangent",
    prepare: async () => {},
    value: async (slots) => scored(slots).score,
    gradient: async (slots) => scored(slots),
    sums: async (control) => formSums(forms, control),
    state: () => [],
    restore: () => {},
    release: async () => {},
  };
}
