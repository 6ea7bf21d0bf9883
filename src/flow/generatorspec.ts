/** Generators as what travels between threads: control points, or formulas as text. */
import type { Chart } from "../data/chart.js";
import { InputError } from "../engine/error.js";
import type { FlowKernels, SplineKernels, SplineShape, TapeKernels } from "../engine/kernels.js";
import { type Expression, variable } from "../expression/expression.js";
import { parse } from "../expression/parse.js";
import { formulaGenerators, type Generators, splineGenerators } from "./generators.js";

export interface GeneratorSpec {
  readonly chart: Chart; // of the coordinates; the splines are in its normalised ones
  /** Control points [generators, knots…, dim]; null where the generators are the formulas. */
  readonly splines: { readonly shape: SplineShape; readonly control: Float64Array } | null;
  readonly formulas: readonly (readonly string[])[]; // in physical coordinates, a component for each
}

/** Throws InputError for a formula that cannot be read. */
export const generatorsFrom = (
  { chart, splines, formulas }: GeneratorSpec,
  kernels: SplineKernels & FlowKernels & TapeKernels,
): Generators =>
  splines
    ? splineGenerators(kernels, splines.shape, splines.control, chart)
    : formulaGenerators(
        kernels,
        formulas.map((components) => fieldOf(components, chart.names)),
        chart,
      );

/** Components of a field, one for each of the coordinates, as expressions of them. Throws InputError. */
export function fieldOf(components: readonly string[], coordinates: readonly string[]): readonly Expression[] {
  if (components.length !== coordinates.length)
    throw new InputError(
      `the generator "${components.join(", ")}" has ${components.length} components but the coordinates are ${coordinates.join(", ")}; give one component for each, such as "t, 0, 1"`,
    );
  return components.map((component) =>
    parse(component, { names: (name) => (coordinates.includes(name) ? variable(name) : undefined) }),
  );
}
