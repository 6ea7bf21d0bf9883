/** How far fields are from symmetries, with its gradient: the one thing a learner minimises. */
import type { Stream } from "../engine/random.js";

/** Fields of one shape as one array of control points [K, knots…, dim], each of norm 1 over the data. */
export interface Slots {
  readonly count: number; // K
  readonly control: Float64Array;
}

/** Where in a run a score is asked for: the draw of the batch, and the share of the steps already taken (0 to 1). */
export interface Moment {
  readonly stream: Stream;
  readonly fraction: number;
}

export interface Scored {
  readonly score: Float64Array; // [K], natural log of the relative score, averaged over the batch
  readonly charge: number; // penalties besides the score (folded cells, points outside), already in the gradient
  readonly gradient: Float64Array; // of Σ score + charge, shaped as the control points
}

/** The two quadratic forms whose ratio is the square of a relative score, of each field. */
export interface Sums {
  readonly residual: Float64Array; // [fields]
  readonly scale: Float64Array;
}

export interface Validity {
  readonly name: "tangent" | "flow";
  /** Ships the data to the workers. Once, before anything else. */
  prepare(): Promise<void>;
  /** Scores without gradient, on the batch the moment draws. */
  value(slots: Slots, moment: Moment): Promise<Float64Array>;
  gradient(slots: Slots, moment: Moment): Promise<Scored>;
  /** Over all the data, for fields [n, knots…, dim]; null where the score is no such ratio. */
  readonly sums: ((control: Float64Array) => Promise<Sums>) | null;
  /** What was fixed on the way (such as a scale taken from the first batch), for a run that goes on later; and its return. */
  state(): readonly number[];
  restore(state: readonly number[]): void;
  release(): Promise<void>;
}
