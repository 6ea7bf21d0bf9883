/** Rows of a spectrum as formulas, and formulas as fields to certify. */
import type { Kernels } from "../engine/kernels.js";
import { type Expression, scale, sum } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import type { Library } from "../field/library.js";
import type { Spectrum } from "../learning/spectrum.js";
import { fitCoefficients, spectrumAccuracy } from "../reading/fit.js";
import { type Formula, formulasOf } from "../reading/formula.js";
import type { Measure } from "../reading/measure.js";
import { sparseBasis } from "../reading/sparse.js";
import type { Traced } from "../validity/trace.js";

export interface ReadSpan {
  readonly library: Library; // of the formulas' coefficients
  readonly formulas: readonly Formula[];
}

/** The first `count` fields of a spectrum as a sparse basis of formulas. */
export function readFirst(kernels: Kernels, spectrum: Spectrum, measure: Measure, count: number): ReadSpan {
  if (count === 0) return { library: spectrum.library, formulas: [] };
  const fit = fitCoefficients(
    kernels,
    spectrum.library,
    measure,
    spectrum.coefficients.subarray(0, count * spectrum.scores.length),
    spectrumAccuracy(spectrum, count),
  );
  return { library: fit.library, formulas: formulasOf(sparseBasis(fit)) };
}

/** `count` random combinations of a spectrum's fields, each of norm 1: coefficients [count, members]. */
export function randomFields({ coefficients, scores }: Spectrum, count: number, draw: () => number): Float64Array {
  const M = scores.length;
  const out = new Float64Array(count * M);
  for (let j = 0; j < count; j++) {
    const shares = Float64Array.from({ length: M }, draw);
    const norm = Math.sqrt(shares.reduce((total, c) => total + c * c, 0));
    for (let k = 0; k < M; k++)
      for (let m = 0; m < M; m++) out[j * M + m]! += (shares[k]! / norm) * coefficients[k * M + m]!;
  }
  return out;
}

/** A field's components from coefficients over a library. */
export function componentsOf({ functions, coordinates }: Library, coefficients: Float64Array): Expression[] {
  return coordinates.map((_, c) => sum(...functions.map((f, i) => scale(coefficients[c * functions.length + i]!, f))));
}

/** Components over a library as a certificate takes them. */
export const traced = (components: readonly Expression[], { coordinates, periodic }: Library): Traced => ({
  kind: "formula",
  program: compile(components, coordinates),
  periodic,
});

/** Coefficients of formulas, row by row. */
export function rowsOf(formulas: readonly Formula[]): Float64Array {
  const width = formulas[0]?.coefficients.length ?? 0;
  const out = new Float64Array(formulas.length * width);
  formulas.forEach((f, i) => void out.set(f.coefficients, i * width));
  return out;
}
