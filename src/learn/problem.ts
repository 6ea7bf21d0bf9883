/**
 * A task made ready for learners: what a method asks of it, whatever the task. Each task has one file that builds a `Problem`; a method
 * never asks which task it is.
 */
import type { Chart } from "../data/chart.js";
import type { Trajectories } from "../data/trajectories.js";
import type { SplineShape } from "../engine/kernels.js";
import type { Stream } from "../engine/random.js";
import type { Expression } from "../expression/expression.js";
import type { Library, LibraryKind } from "../field/library.js";
import type { Places } from "../learning/neural.js";
import type { Candidates, Certificate } from "../reading/certificate.js";
import type { Picture } from "../report/film.js";
import type { RunRecord } from "../report/run.js";
import type { Conditions } from "../validity/conditions.js";
import type { Validity } from "../validity/validity.js";

export type Part = "train" | "held";

export interface Problem {
  readonly name: string;
  readonly text: string; // the equation, the function, the dynamics
  readonly preserves: string; // what a symmetry does, after "it …"
  readonly coordinates: readonly string[];
  readonly chart: Chart; // between physical coordinates and normalised ones
  readonly settings: readonly (readonly [name: string, value: string])[]; // what the data are, for the report
  readonly warnings: readonly string[];
  /** Highest Fourier mode of snapshots that each method keeps, of how many; null where there are no snapshots. */
  readonly lowPass: { readonly library: number; readonly neural: number; readonly of: number } | null;
  /** Points of the data, [count, dim], normalised. */
  sample(part: Part, count: number, stream: Stream): Float64Array;
  readonly degree: number; // of a library where nothing is said
  /** Monomials, alone or times waves, and times named members, well conditioned on the data. Throws InputError where the task has no such library. */
  library(kind: LibraryKind, degree: number, members: readonly Expression[]): Library;
  /** What fields of the neural learner are read in. */
  readingLibrary(members: readonly Expression[]): Library;
  /** Conditions on fields of a library of that kind; their `points` are the measure ⟨v, w⟩ is taken over. */
  conditions(part: Part, kind: LibraryKind): Conditions;
  /**
   * Present where symmetries are matters of degree, so that no gap in a spectrum is to be expected: its first `most` fields are then read, scored and
   * certified one by one. `halves`: conditions on two halves of the data, whose fields differ by as much as chance makes them.
   */
  readonly singly?: { readonly most: number; halves(): readonly Conditions[] };
  /** What the neural learner needs, or why this task has none. */
  readonly neural: NeuralGround | string;
  /** Flows held-out data; null where no flow is scored, for the reason given. */
  readonly flow:
    | ((candidates: Candidates, progress: (done: number, of: number) => void) => Promise<Certificate>)
    | null;
  readonly flowless: string | null; // the reason
  /** What makes a field act trivially, as conditions; such fields are counted out. */
  readonly trivial: (() => Conditions) | null;
  /** Images that fields of the plane move: fields are then shown beside the affine ones, and pictures of them drawn. */
  readonly picture?: Picture;
  readonly parameters: Readonly<Record<string, number>>; // of an equation
  readonly held: Trajectories | null; // held-out solutions in one space dimension, to draw
  /** What runs the network that is part of the task, and what is to be said of that once all is done. */
  readonly network?: { engine(): RunRecord["engine"]; warnings(): readonly string[] };
}

export interface NeuralGround {
  readonly still: readonly number[]; // components held at 0
  readonly shape: SplineShape;
  /** Where the terms that need no equation are taken; `count` points as the measure, as the criterion weighs the data. */
  places(criterion: "tangent" | "flow", count: number): Places;
  /** What is minimised; null where the task has no such criterion. */
  validity(criterion: "tangent" | "flow"): Validity | null;
  /** Relative tangent scores of fields [K, knots…, dim] on held-out data. */
  heldScores(): (control: Float64Array) => Promise<Float64Array>;
}
