/** The built-in equations, one row each in `catalogue/`; and the equation of a specification, built in or as text. */
import { InputError } from "../engine/error.js";
import { burgers } from "./catalogue/burgers.js";
import { ckdv } from "./catalogue/ckdv.js";
import { heat } from "./catalogue/heat.js";
import { kdv } from "./catalogue/kdv.js";
import { ks } from "./catalogue/ks.js";
import { nkdv } from "./catalogue/nkdv.js";
import { potentialBurgers } from "./catalogue/potential-burgers.js";
import { reactionDiffusion2d } from "./catalogue/reaction-diffusion-2d.js";
import type { CatalogueRow } from "./catalogue/row.js";
import { schrodinger2d } from "./catalogue/schrodinger-2d.js";
import { rowFromText } from "./catalogue/text.js";
import { transport } from "./catalogue/transport.js";
import { wave2d } from "./catalogue/wave-2d.js";
import type { Equation, EquationSpec } from "./equation.js";
import { equationFromText } from "./text.js";

export type { CatalogueRow, FourierData, InitialData, SineSums } from "./catalogue/row.js";

export const catalogue: Readonly<Record<string, CatalogueRow>> = {
  transport,
  heat,
  burgers,
  "potential-burgers": potentialBurgers,
  kdv,
  ks,
  nkdv,
  ckdv,
  "wave-2d": wave2d,
  "schrodinger-2d": schrodinger2d,
  "reaction-diffusion-2d": reactionDiffusion2d,
};

/** The row of that name. Throws InputError that lists the names. */
export function catalogueRow(name: string): CatalogueRow {
  if (!Object.hasOwn(catalogue, name))
    throw new InputError(
      `no equation is named ${JSON.stringify(name)}; the built-in ones are ${Object.keys(catalogue).join(", ")}`,
    );
  return catalogue[name]!;
}

/** The row of a specification: the catalogue's, or for a text one with settings that suit unit coefficients. Throws InputError. */
export function rowOf(spec: EquationSpec): CatalogueRow {
  return spec.text === undefined ? catalogueRow(spec.name) : rowFromText(spec);
}

const MOST_KEPT = 64; // equations; jobs ask for the same few again and again
const kept = new Map<string, Equation>();

/**
 * The equation that a specification names, parameters not given taken from its row, or the one its text spells. The same object for the
 * same specification while it is among the last few. Throws InputError.
 */
export function equationOf(spec: EquationSpec): Equation {
  const key = JSON.stringify([spec.name, spec.text, Object.entries(spec.parameters).sort()]);
  const known = kept.get(key);
  if (known) return known;
  const equation = build(spec);
  if (kept.size === MOST_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(key, equation);
  return equation;
}

function build({ name, text, parameters }: EquationSpec): Equation {
  if (text !== undefined) {
    if (Object.hasOwn(catalogue, name))
      throw new InputError(`${name} is a built-in equation; call one given as text differently, or leave its text out`);
    return equationFromText(name, text, parameters);
  }
  const row = catalogueRow(name);
  for (const [parameter, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(row.parameters, parameter))
      throw new InputError(
        `${name} has no parameter ${JSON.stringify(parameter)}; it takes ${Object.keys(row.parameters).join(", ") || "none"}`,
      );
    if (!Number.isFinite(value))
      throw new InputError(`parameter ${parameter} must be a finite number, but is ${value}`);
  }
  return equationFromText(name, row.text, { ...row.parameters, ...parameters });
}

/** Times of all outputs of a row, [outputs]; the data are the last `used`. */
export function outputTimes(row: CatalogueRow): Float64Array {
  return Float64Array.from({ length: row.outputs }, (_, i) => (row.time * i) / (row.outputs - 1));
}
