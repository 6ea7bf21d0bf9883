/** Generators to use on data: those of a field file, or formulas. */
import { chartOf } from "../data/chart.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import { controlLength } from "../engine/shape.js";
import { equationOf } from "../equation/catalogue.js";
import { coordinatesOf, type EquationSpec } from "../equation/equation.js";
import { text } from "../expression/print.js";
import type { FieldFile } from "../field/fieldfile.js";
import { fieldOf, type GeneratorSpec } from "../flow/generatorspec.js";

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
  const { verdicts, chart, splines, formulas: own } = field!;
  const chosen = generators ?? verdicts.flatMap((verdict, k) => (verdict === "accepted" ? [k + 1] : []));
  if (chosen.length === 0)
    throw new InputError(
      `none of the ${verdicts.length} generators is accepted (${verdicts.join(", ") || "there are none"}); learn again, or name some`,
    );
  for (const k of chosen)
    if (!(Number.isInteger(k) && k >= 1 && k <= verdicts.length) || chosen.filter((other) => other === k).length > 1)
      throw new InputError(`generators are ${chosen.join(", ")}; pass distinct numbers from 1 to ${verdicts.length}`);
  const { names } = chart;
  if (!splines) return { chart, splines, formulas: chosen.map((k) => own[k - 1]!.map(text)) };
  if (equation && coordinatesOf(equationOf(equation)).join() !== names.join())
    throw new InputError(
      `the generators act on ${names.join(", ")} but the equation on ${coordinatesOf(equationOf(equation)).join(", ")}; pass those of one equation`,
    );
  const size = controlLength(splines.shape);
  const control = new Float64Array(chosen.length * size);
  chosen.forEach((k, i) => {
    control.set(splines.control.subarray((k - 1) * size, k * size), i * size);
  });
  return { chart, splines: { shape: splines.shape, control }, formulas: [] };
}
