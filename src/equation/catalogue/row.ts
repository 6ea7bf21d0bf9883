/** A row of the catalogue: an equation as text, and the domain, solver and initial data of its experiments. */

/** Sums of sines, amplitude uniform in [−½, ½), integer frequency in [lowest, above), uniform phase. */
export interface SineSums {
  readonly kind?: "sines";
  readonly sines: number;
  readonly lowest: number;
  readonly above: number;
}

/** Random band-limited data: normal Fourier coefficients up to mode `modes` in each direction, standard deviation `amplitude`. */
export interface FourierData {
  readonly kind: "fourier";
  readonly modes: number;
  readonly amplitude: number; // of each component, and of its u_t where the equation is of second order in time
  readonly mean?: number; // of each component, not of its u_t; default 0
}

export type InitialData = SineSums | FourierData;

export interface CatalogueRow {
  readonly title: string; // as shown to people
  readonly text: string; // of the equation, parameters by name
  readonly parameters: Readonly<Record<string, number>>; // defaults
  readonly length: number; // period in x
  readonly nx: number;
  readonly lengthY?: number; // these two where there are two space dimensions
  readonly ny?: number;
  readonly time: number; // outputs are uniform in [0, time], both ends included
  readonly outputs: number;
  readonly used: number; // the last so many outputs are data
  /** `etdrk4`: the linear part exactly, the rest in steps of at most `step`; `coleHopf`: exact through the heat equation. */
  readonly solver: "etdrk4" | "coleHopf";
  readonly step: number; // unit of t
  readonly initial: InitialData;
}

/** Settings of Ko, Kim & Lee (2024), after Brandstetter, Welling & Worrall (2022), for waves on a long line. */
export const longLine = {
  length: 128,
  nx: 256,
  time: 100,
  outputs: 250,
  used: 140,
  solver: "etdrk4",
  step: 0.0125, // keeps the relative L2 error of KdV against its reference below 1e-6
  initial: { sines: 10, lowest: 1, above: 3 },
} as const satisfies Partial<CatalogueRow>;

/** The same authors' settings on a short one. */
export const shortLine = {
  length: 2 * Math.PI,
  nx: 256,
  time: 18,
  outputs: 180,
  used: 140,
  solver: "etdrk4",
  initial: { sines: 20, lowest: 1, above: 7 },
} as const satisfies Partial<CatalogueRow>;
