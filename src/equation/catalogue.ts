/** The built-in equations: one row each, with the domain, solver settings and initial data of the experiments. */
import { InputError } from "../engine/error.js";
import { constant, type Expression, negate, product, scale, sum, variable } from "../expression/expression.js";
import { text } from "../expression/print.js";
import { buildEquation } from "./build.js";
import type { Equation, EquationSpec } from "./equation.js";

// To be replaced by texts as soon as they parse.
const [u, ux, uxx, uxxx, uxxxx] = ["u", "u_x", "u_xx", "u_xxx", "u_xxxx"].map(variable) as unknown as [
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
];
const scalar = (name: string, right: Expression, parameters: Record<string, number> = {}): Equation =>
  buildEquation({
    name,
    text: `u_t = ${text(right)}`,
    components: ["u"],
    space: 1,
    timeOrder: 1,
    parameters,
    right: [right],
    print: text,
  });
const heat = (nu: number): Equation => scalar("heat", scale(nu, uxx), { nu });
const burgers = (nu: number): Equation => scalar("burgers", sum(negate(product(u, ux)), scale(nu, uxx)), { nu });
const kdv = scalar("kdv", sum(negate(product(u, ux)), negate(uxxx)));
const ks = scalar("ks", sum(negate(product(u, ux)), negate(uxx), negate(uxxxx), constant(0)));

/** Sums of sines, amplitude uniform in [−½, ½), integer frequency in [lowest, above), uniform phase. */
export interface SineSums {
  readonly sines: number;
  readonly lowest: number;
  readonly above: number;
}

export interface CatalogueRow {
  readonly title: string; // as shown to people
  readonly parameters: Readonly<Record<string, number>>; // defaults
  equation(parameters: Readonly<Record<string, number>>): Equation;
  readonly length: number; // period in x
  readonly nx: number;
  readonly time: number; // outputs are uniform in [0, time], both ends included
  readonly outputs: number;
  readonly used: number; // the last so many outputs are data
  /** `etdrk4` by the equation's linear part and flux, in steps of at most `step`; `coleHopf` exact through the heat equation. */
  readonly solver: "etdrk4" | "coleHopf";
  readonly step: number; // unit of t; keeps the relative L2 error against the references below 1e-6
  readonly initial: SineSums;
}

// Settings of Ko, Kim & Lee (2024), after Brandstetter, Welling & Worrall (2022).
export const catalogue: Readonly<Record<string, CatalogueRow>> = {
  heat: {
    title: "Heat",
    parameters: { nu: 0.01 },
    equation: ({ nu }) => heat(nu!),
    length: 2 * Math.PI,
    nx: 256,
    time: 18,
    outputs: 180,
    used: 140,
    solver: "etdrk4",
    step: 1, // any: the integrator is exact without a nonlinear part
    initial: { sines: 20, lowest: 1, above: 7 },
  },
  burgers: {
    title: "Burgers",
    parameters: { nu: 0.01 },
    equation: ({ nu }) => burgers(nu!),
    length: 2 * Math.PI,
    nx: 256,
    time: 18,
    outputs: 180,
    used: 140,
    solver: "coleHopf",
    step: 0.0125,
    initial: { sines: 20, lowest: 1, above: 7 },
  },
  kdv: {
    title: "Korteweg–de Vries",
    parameters: {},
    equation: () => kdv,
    length: 128,
    nx: 256,
    time: 100,
    outputs: 250,
    used: 140,
    solver: "etdrk4",
    step: 0.0125,
    initial: { sines: 10, lowest: 1, above: 3 },
  },
  ks: {
    title: "Kuramoto–Sivashinsky",
    parameters: {},
    equation: () => ks,
    length: 64,
    nx: 256,
    time: 100,
    outputs: 500,
    used: 140,
    solver: "etdrk4",
    step: 0.0125,
    initial: { sines: 10, lowest: 1, above: 3 },
  },
};

/** The row of that name. Throws InputError that lists the names. */
export function catalogueRow(name: string): CatalogueRow {
  if (!Object.hasOwn(catalogue, name))
    throw new InputError(
      `no equation is named ${JSON.stringify(name)}; the built-in ones are ${Object.keys(catalogue).join(", ")}`,
    );
  return catalogue[name]!;
}

/** The equation that a specification names, parameters not given taken from its row. Throws InputError. */
export function equationOf(spec: EquationSpec): Equation {
  const row = catalogueRow(spec.name);
  for (const [name, value] of Object.entries(spec.parameters)) {
    if (!Object.hasOwn(row.parameters, name))
      throw new InputError(
        `${spec.name} has no parameter ${JSON.stringify(name)}; it takes ${Object.keys(row.parameters).join(", ") || "none"}`,
      );
    if (!Number.isFinite(value)) throw new InputError(`parameter ${name} must be a finite number, but is ${value}`);
  }
  return row.equation({ ...row.parameters, ...spec.parameters });
}

/** Times of all outputs of a row, [outputs]; the data are the last `used`. */
export function outputTimes(row: CatalogueRow): Float64Array {
  return Float64Array.from({ length: row.outputs }, (_, i) => (row.time * i) / (row.outputs - 1));
}
