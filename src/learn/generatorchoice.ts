/** Generators to use on data: those of a field file, or formulas. */
import { chartOf } from "../data/chart.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import { equationOf } from "../equation/catalogue.js";
import { coordinatesOf, type EquationSpec } from "../equation/equation.js";
import type { FieldFile } from "../field/fieldfile.js";
import { chosenSpec, fieldOf, type GeneratorSpec } from "../flow/generatorspec.js";

export interface Choice {
  /** What `readField` gave: its accepted generators are taken, or those named by `generators`. Either this or `formulas`. */
  readonly field?: Pick<FieldFile, "task" | "chart" | "verdicts" | "splines" | "formulas">;
  readonly generators?: readonly number[]; // of the field, from 1 in the order of its verdicts
  readonly formulas?: readonly (readonly string[])[]; // generators in physical coordinates, such as ["t", "0", "1"] for t ∂x + ∂u
}

/** Of what is chosen, to be followed on the data. Throws InputError for a choice that means nothing, or of another equation. */
export function generatorSpecOf(
  { field, formulas, generators }: Choice,
  data: Trajectories,
  equation: EquationSpec | null,
): GeneratorSpec {
  if ((field === undefined) === (formulas === undefined))
    throw new InputError(
      `generators come from a field or from formulas, but ${field ? "both" : "neither"} came; pass one`,
    );
  if (formulas) {
    if (formulas.length === 0) throw new InputError("no formula came; pass at least one generator");
    const chart = chartOf(data, equation ? equationOf(equation) : undefined);
    for (const components of formulas) fieldOf(components, chart.names);
    return { chart, splines: null, formulas };
  }
  const { chart, splines } = field!;
  const spec = chosenSpec(field!, generators);
  const { names } = chart;
  if (splines && equation && coordinatesOf(equationOf(equation)).join() !== names.join())
    throw new InputError(
      `the generators act on ${names.join(", ")} but the equation on ${coordinatesOf(equationOf(equation)).join(", ")}; pass those of one equation`,
    );
  return spec;
}
