/** Generators as what travels between threads: control points, or formulas as text. */
import type { Chart } from "../data/chart.js";
import { InputError } from "../engine/error.js";
import type { FlowKernels, SplineKernels, SplineShape, TapeKernels } from "../engine/kernels.js";
import { controlLength } from "../engine/shape.js";
import { type Expression, variable } from "../expression/expression.js";
import { parse } from "../expression/parse.js";
import { text } from "../expression/print.js";
import type { FieldFile } from "../field/fieldfile.js";
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

/** What of a field file its generators are made from. */
export type Stored = Pick<FieldFile, "chart" | "verdicts" | "splines" | "formulas">;

/** Generators of a field file by number, from 1 in the order of its verdicts; default those accepted. Throws InputError for others, and for none. */
export function chosenSpec({ verdicts, chart, splines, formulas }: Stored, numbers?: readonly number[]): GeneratorSpec {
  const chosen = numbers ?? verdicts.flatMap((verdict, k) => (verdict === "accepted" ? [k + 1] : []));
  if (chosen.length === 0)
    throw new InputError(
      `none of the ${verdicts.length} generators is accepted (${verdicts.join(", ") || "there are none"}); learn again, or name some`,
    );
  for (const k of chosen)
    if (!(Number.isInteger(k) && k >= 1 && k <= verdicts.length) || chosen.filter((other) => other === k).length > 1)
      throw new InputError(`generators are ${chosen.join(", ")}; pass distinct numbers from 1 to ${verdicts.length}`);
  if (!splines) return { chart, splines, formulas: chosen.map((k) => formulas[k - 1]!.map(text)) };
  const size = controlLength(splines.shape);
  const control = new Float64Array(chosen.length * size);
  chosen.forEach((k, i) => {
    control.set(splines.control.subarray((k - 1) * size, k * size), i * size);
  });
  return { chart, splines: { shape: splines.shape, control }, formulas: [] };
}
