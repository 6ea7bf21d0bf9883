/** The result of a run as others rely on it: exactly what `--json` prints and `run.json` holds. */
export interface RunRecord {
  readonly schema: 1;
  readonly version: string;
  readonly task: string;
  readonly equationText?: string; // as given: an equation, a function, or a system
  readonly coordinates?: readonly string[]; // in the order of a field's components
  readonly method: "neural" | "library";
  readonly criterion: "tangent" | "flow" | "tangent+flow" | null; // null: the library learner has none to choose
  readonly seed: number;
  readonly engine: {
    readonly network: string; // the last one, where it went over to another
    readonly gpu?: { readonly name: string; readonly software: boolean }; // webgpu's; software: computes on the processor
    readonly switched?: { readonly from: string; readonly to: string; readonly step: number; readonly reason: string };
    readonly kernels: string;
    readonly passedOver: readonly { readonly engine: string; readonly reason: string }[];
  };
  readonly seconds: { readonly data: number; readonly learn: number; readonly certify: number; readonly total: number };
  readonly count: number | null;
  readonly countIs: "exact" | "atLeast" | "undecided";
  readonly gap: number | null;
  readonly spectrum: readonly number[]; // library: all scores, increasing; neural: tangent score of each generator
  readonly scoreFloor?: number; // library: below which scores say nothing, where it is not rounding
  readonly warnings: readonly string[];
  readonly generators: readonly GeneratorRecord[]; // neural: slots, ordered by validity; library: one per formula, in their order
  readonly formulas?: readonly FormulaRecord[] | null; // V1, V2, …: a sparse basis of the accepted span
  readonly algebra: AlgebraRecord | null;
  readonly trivial?: readonly string[]; // fields before the spectrum's jump that every such task has, so not counted
  readonly approximate?: readonly { readonly reads: string; readonly score: number }[]; // fields that are nearly symmetries
  readonly lowPass?: { readonly mode: number; readonly of: number } | null; // highest Fourier mode kept of the snapshots
  readonly dropped?: readonly string[]; // members of the library that others express
  readonly certificate?: "flow" | "none";
  readonly certificateReason?: string | null; // a sentence: why there is none
  readonly truth: null | {
    readonly dimension: number | null;
    readonly principalAnglesDegrees: readonly number[];
    readonly grassmann: number;
  };
  /** Images: each generator beside the affine fields, under the weight of what the network sees. */
  readonly affine?: {
    readonly names: readonly string[];
    readonly fields: readonly { readonly cosines: readonly number[]; readonly share: number }[]; // in the order of `generators`
  };
  readonly report: string | null;
}

export interface GeneratorRecord {
  readonly slot: number; // library: the number of its formula
  readonly tangent: number; // relative tangent score on held-out data
  readonly floor: number | null; // flow score at s = 0; null without flow scores, as all that follow from them
  readonly control: number | null; // median flow score of fields that learned nothing, worst |s|
  readonly tangentControl: number | null; // their median tangent score
  readonly flow: readonly {
    readonly s: number;
    readonly score: number;
    readonly worst: number;
    readonly control: number;
  }[];
  readonly folded: number | null; // share of folded cells, worst s
  readonly outside: number | null; // share of points beyond the field's open ends
  /** By the certificate; `undecided`: a library's field that passes it in a run whose spectrum does not say where symmetries end. */
  readonly verdict: "accepted" | "approximate" | "rejected" | "undecided";
  readonly accepted: boolean;
  readonly reads: string | null;
  readonly latex: string | null;
  readonly sympy: string | null;
}

export interface FormulaRecord {
  readonly reads: string; // "t ∂x + ∂u"; a sentence where no member of the library fits, and `terms` is then empty
  readonly latex: string | null;
  readonly sympy: string | null; // Matrix of the components, in the order of the coordinates
  readonly residual: number; // of the fit, relative to the field
  readonly fits: boolean; // whether the library expresses the field
  readonly terms: readonly {
    readonly function: string; // "x*t"
    readonly component: string; // "u": the term is in ∂u
    readonly coefficient: number;
    readonly standardError: number | null; // in the coefficient's unit; null where it cannot be told
    readonly exact: string | null; // "2/3", where the coefficient is recognised
  }[];
}

export interface AlgebraRecord {
  readonly basis: readonly string[]; // what V1, V2, … read
  readonly brackets: readonly BracketRecord[];
  readonly closure: number; // largest share of a bracket outside the span
  readonly jacobi: number; // largest defect of Jacobi's identity, relative
  readonly centre: number; // dimension
  readonly derived: readonly number[]; // dimensions of the derived series, from the whole algebra
  readonly solvable: boolean;
  readonly nilpotent: boolean;
  readonly semisimple: boolean;
  readonly name?: string | null; // "so(3)", where it is a known one
  readonly of: "formulas";
}

/** [Vi, Vj], i < j, from 1. */
export interface BracketRecord {
  readonly i: number;
  readonly j: number;
  readonly coefficients: readonly number[]; // of V1, V2, …
  readonly outside?: number; // what lies beyond their span, relative to the bracket's parts
}

/** What the report draws besides the record. All arrays plain numbers, so that it serialises. */
export interface RunFigures {
  readonly equation: string;
  readonly preserves?: string; // what a symmetry does, after "it …": "carries every solution to a solution"
  readonly command: string; // the command line that makes this run again
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly thresholds: readonly (readonly [name: string, value: number])[];
  /** Natural log of the relative score, one row per generator, in the order of `generators`; null where nothing was trained. */
  readonly loss: { readonly step: readonly number[]; readonly slots: readonly (readonly number[])[] } | null;
  /** One held-out trajectory, physical units: u [nt, nx] rows by time; null where there is none to draw. */
  readonly solution: {
    readonly x: readonly number[];
    readonly t: readonly number[];
    readonly u: readonly (readonly number[])[];
  } | null;
  readonly mean?: Sheet; // images: their mean, which arrows are drawn over
  readonly generators: readonly GeneratorFigures[]; // same order as the record's
  readonly mathml?: readonly (string | null)[]; // of each formula: a <math> element, or its content
}

/** Pixels in bytes, rows from the top, grey or red, green and blue. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: readonly number[]; // [height, width, channels]
}

/** Images as a generator moves them: one a row, a column for each s. */
export interface Film {
  readonly stops: readonly number[];
  readonly rows: number;
  readonly sheet: Sheet; // all frames, a pixel apart
}

export interface GeneratorFigures {
  readonly slot: number;
  /** Arrows in physical coordinates, in the plane of two coordinates, the others fixed. */
  readonly slices: readonly {
    readonly across: readonly [string, string]; // e.g. ["x", "t"]
    readonly at: string; // e.g. "u = 0.00"; "" where there are only two coordinates
    readonly unit: readonly [a: number, b: number]; // physical length of one normalised unit along each
    readonly arrows: readonly (readonly [a: number, b: number, da: number, db: number])[]; // in normalised length, positions physical
  }[];
  /** The trajectory after the flow at s, resampled on the grid by row for display: same layout as `solution.u`; NaN where nothing lands. */
  readonly moved: { readonly s: number; readonly u: readonly (readonly number[])[] } | null;
  readonly film?: Film; // images
}
