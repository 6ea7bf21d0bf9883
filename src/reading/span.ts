/**
 * A span of fields over a library, in the data's inner product: members and fields by their coordinates in an orthonormal basis of the
 * members, so that a length is a length over the data.
 */
import type { Library } from "../field/library.js";
import { combine, LeastSquares, norm } from "./leastsquares.js";

/** Errors of fields of length 1. */
export interface Uncertainty {
  readonly outside: Float64Array; // [k]: length of each field beyond the library
  readonly error: Float64Array; // [k]: how far each field may be from what it stands for; at least `outside`
  /** Directions among which an error is shared evenly, as far as is known: of a fit those that it leaves free, else 1. */
  readonly directions: number;
}

/** A combination of given members, the nearest to the span among those with one coefficient fixed at 1. */
export interface Nearest {
  readonly coefficients: Float64Array; // of the support, in its order
  readonly errors: Float64Array; // standard errors of them
  readonly length: number;
  readonly distance: number; // from the span, within the library, relative to the length
  readonly accuracy: number; // the larger of `distance` and the error of the fields it stands for
}

export class Span {
  readonly fields: readonly Float64Array[]; // [k], orthonormal
  readonly #whole: LeastSquares;
  readonly #rests = new Map<number, Float64Array>();

  /** Columns: of all members of the library; fields: linearly independent; members: those that may be used. */
  constructor(
    readonly library: Library,
    readonly columns: readonly Float64Array[],
    readonly members: readonly number[],
    fields: readonly Float64Array[],
    readonly uncertainty: Uncertainty,
  ) {
    this.#whole = new LeastSquares(fields);
    this.fields = this.#whole.basis;
  }

  /** The same, of which nothing says that errors spread over many directions. */
  get cautious(): Span {
    return new Span(this.library, this.columns, this.members, this.fields, { ...this.uncertainty, directions: 1 });
  }

  get dimension(): number {
    return this.fields.length;
  }

  /** What a member has beyond the span. */
  rest(member: number): Float64Array {
    const known = this.#rests.get(member);
    if (known) return known;
    const out = this.beyond(this.columns[member]!);
    this.#rests.set(member, out);
    return out;
  }

  /** A vector less its projection on the span. */
  beyond(vector: Float64Array): Float64Array {
    let out = vector;
    for (let round = 0; round < 2; round++) {
      const along = combine(
        this.fields.map((f) => f.reduce((sum, v, i) => sum + v * out[i]!, 0)),
        this.fields,
      );
      out = out.map((v, i) => v - along[i]!);
    }
    return out;
  }

  /** The vector of a combination of members. */
  vector(support: readonly number[], coefficients: ArrayLike<number>): Float64Array {
    return combine(
      coefficients,
      support.map((m) => this.columns[m]!),
    );
  }

  /** Lengths of the errors of the fields that a vector near the span stands for: beyond the library, and in all. */
  errorsOf(vector: Float64Array): { outside: number; error: number } {
    const shares = this.#whole.solve(this.#whole.project(vector).coordinates);
    const { outside, error } = this.uncertainty;
    return {
      outside: Math.hypot(...shares.map((a, j) => a * outside[j]!)),
      error: Math.hypot(...shares.map((a, j) => a * error[j]!)),
    };
  }

  nearest(support: readonly number[], base: number): Nearest {
    const others = support.filter((m) => m !== base);
    const squares = new LeastSquares(others.map((m) => this.rest(m)));
    const { coordinates, left } = squares.project(this.rest(base).map((v) => -v));
    const solved = squares.solve(coordinates);
    const coefficients = Float64Array.from(support, (m) => (m === base ? 1 : solved[others.indexOf(m)]!));
    const vector = this.vector(support, coefficients);
    const length = norm(vector);
    const { error } = this.errorsOf(vector);
    const distance = left.at(-1)!;
    const deviation = Math.max(error, distance);
    const each = deviation / Math.sqrt(Math.max(1, this.uncertainty.directions - others.length));
    return {
      coefficients,
      errors: Float64Array.from(support, (m) => (m === base ? 0 : each * squares.error(others.indexOf(m)))),
      length,
      distance: distance / length,
      accuracy: deviation / length,
    };
  }
}
