import type { EquationSpec } from "../equation.js";
import { equationFromText } from "../text.js";
import type { CatalogueRow } from "./row.js";

const line = {
  length: 16 * Math.PI, // so that sin(x) and the like are periodic
  nx: 256,
  time: 4,
  outputs: 100,
  used: 80,
  solver: "etdrk4",
  step: 0.0125,
  initial: { kind: "fourier", modes: 8, amplitude: 0.25, mean: 1 }, // positive: densities and roots stay defined
} as const satisfies Partial<CatalogueRow>;

const plane = {
  length: 4 * Math.PI,
  lengthY: 4 * Math.PI,
  nx: 64,
  ny: 64,
  time: 2,
  outputs: 24,
  used: 24,
  solver: "etdrk4",
  step: 0.0125,
  initial: { kind: "fourier", modes: 4, amplitude: 0.25, mean: 1 },
} as const satisfies Partial<CatalogueRow>;

/** The row of an equation that is in no catalogue: settings that suit unit coefficients. */
export function rowFromText({ name, text = "", parameters }: EquationSpec): CatalogueRow {
  const equation = equationFromText(name, text, parameters);
  return { ...(equation.space === 1 ? line : plane), title: equation.text, text, parameters };
}
