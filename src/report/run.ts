/** The result of a run as others rely on it: exactly what `--json` prints and `run.json` holds. */
export interface RunRecord {
  readonly schema: 1;
  readonly version: string;
  readonly task: string;
  readonly method: "neural" | "library";
  readonly criterion: "tangent" | "flow" | "tangent+flow";
  readonly seed: number;
  readonly engine: {
    readonly network: string;
    readonly kernels: string;
    readonly passedOver: readonly { readonly engine: string; readonly reason: string }[];
  };
  readonly seconds: { readonly data: number; readonly learn: number; readonly certify: number; readonly total: number };
  readonly count: number | null;
  readonly countIs: "exact" | "atLeast" | "undecided";
  readonly gap: number | null;
  readonly spectrum: readonly number[];
  readonly warnings: readonly string[];
  readonly generators: readonly GeneratorRecord[]; // ordered by validity
  readonly algebra: null | {
    readonly brackets: readonly { readonly i: number; readonly j: number; readonly coefficients: readonly number[] }[];
    readonly closure: number;
  };
  readonly truth: null | {
    readonly dimension: number | null;
    readonly principalAnglesDegrees: readonly number[];
    readonly grassmann: number;
  };
  readonly report: string | null;
}

export interface GeneratorRecord {
  readonly slot: number;
  readonly tangent: number; // relative tangent score on held-out data
  readonly floor: number; // flow score at s = 0
  readonly control: number; // median flow score of random fields, worst |s|
  readonly tangentControl: number; // median tangent score of random fields
  readonly flow: readonly {
    readonly s: number;
    readonly score: number;
    readonly worst: number;
    readonly control: number;
  }[];
  readonly folded: number; // share of folded cells, worst s
  readonly outside: number; // share of points beyond the field's open ends
  readonly verdict: "accepted" | "approximate" | "rejected";
  readonly accepted: boolean;
  readonly reads: string | null;
  readonly latex: string | null;
  readonly sympy: string | null;
}

/** What the report draws besides the record. All arrays plain numbers, so that it serialises. */
export interface RunFigures {
  readonly equation: string;
  readonly command: string; // the command line that makes this run again
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly thresholds: readonly (readonly [name: string, value: number])[];
  readonly loss: { readonly step: readonly number[]; readonly slots: readonly (readonly number[])[] }; // natural log of the relative score, one row per generator, in the order of `generators`
  /** One held-out trajectory, physical units: u [nt, nx] rows by time. */
  readonly solution: {
    readonly x: readonly number[];
    readonly t: readonly number[];
    readonly u: readonly (readonly number[])[];
  };
  readonly generators: readonly GeneratorFigures[]; // same order as the record's
}

export interface GeneratorFigures {
  readonly slot: number;
  /** Arrows in physical coordinates, in the plane of the two named coordinates at a fixed third. */
  readonly slices: readonly {
    readonly across: readonly [string, string]; // e.g. ["x", "t"]
    readonly at: string; // e.g. "u = 0.00"
    readonly unit: readonly [a: number, b: number]; // physical length of one normalised unit along each
    readonly arrows: readonly (readonly [a: number, b: number, da: number, db: number])[]; // in normalised length, positions physical
  }[];
  /** The trajectory after the flow at s, resampled on the grid by row for display: same layout as `solution.u`; NaN where nothing lands. */
  readonly moved: { readonly s: number; readonly u: readonly (readonly number[])[] };
}
