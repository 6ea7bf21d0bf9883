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
import { unitValues } from "./span.js";

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

const SUREST = 0.02; // least error of a field on its own: smaller terms say nothing
const LOOSEST = 0.06; // most
const ERRORS = 3; // by which a formula may be off its field: at most a cosine of 0.98

/** How far the leading fields of a spectrum are off, as shares of their length: half of what lies between halves of the data. */
export function disagreement(
  kernels: Kernels,
  halves: readonly Spectrum[],
  measure: Measure,
  count: number,
): Float64Array {
  const valuesOf = (spectrum: Spectrum, k: number): Float64Array => {
    const M = spectrum.scores.length;
    const components = componentsOf(spectrum.library, spectrum.coefficients.subarray(k * M, (k + 1) * M));
    const values = unitValues(kernels, components, spectrum.library.coordinates, measure);
    const length = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
    return values.map((v) => v / length);
  };
  return Float64Array.from({ length: count }, (_, k) => {
    const [a, b] = halves.map((half) => valuesOf(half, Math.min(k, half.scores.length - 1))) as [
      Float64Array,
      Float64Array,
    ];
    const cosine = Math.abs(a.reduce((sum, v, i) => sum + v * b[i]!, 0));
    const apart = Math.sqrt(Math.max(0, 2 - 2 * cosine)) / 2;
    return Math.min(LOOSEST, Math.max(SUREST, apart));
  });
}

/** Field k of a spectrum by itself, with an error. */
export function readOne(kernels: Kernels, spectrum: Spectrum, measure: Measure, k: number, error: number): Formula {
  const M = spectrum.scores.length;
  const own = spectrum.coefficients.subarray(k * M, (k + 1) * M);
  const fit = fitCoefficients(kernels, spectrum.library, measure, own, error);
  return formulasOf(sparseBasis(fit), ERRORS * LOOSEST)[0]!;
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
