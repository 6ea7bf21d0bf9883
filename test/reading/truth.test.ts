import { describe, expect, test } from "@jest/globals";
import { Matrix, SVD } from "ml-matrix";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { catalogue, equationOf } from "../../src/equation/catalogue.js";
import { coordinatesOf, type Equation } from "../../src/equation/equation.js";
import { Prolongation } from "../../src/equation/prolongation.js";
import { type Expression, evaluate, expand, variables, zero } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { compile } from "../../src/expression/program.js";
import { type Library, monomialLibrary } from "../../src/field/library.js";
import { type FieldClass, knownGenerators } from "../../src/reading/truth.js";
import { sizeOf } from "../expression/size.js";

const EXTRA: Readonly<Record<string, readonly string[]>> = {
  nkdv: ["exp(t/50)", "exp(-t/50)"],
  ckdv: ["1/sqrt(t + 1)"],
};
const FULL = {
  heat: 8,
  burgers: 5,
  "potential-burgers": 6,
  kdv: 4,
  ks: 3,
  nkdv: 4,
  ckdv: 4,
  "wave-2d": 20,
  "schrodinger-2d": 8,
  "reaction-diffusion-2d": 5,
};
const PERIODIC = { burgers: 3, kdv: 3, ks: 3, nkdv: 3, ckdv: 2 };

const known = (equation: Equation, within: FieldClass): Expression[][] =>
  knownGenerators(equation.name, equation.parameters, within)!.map((generator) => {
    const coordinates = coordinatesOf(equation);
    expect(coordinates).toEqual(expect.arrayContaining(Object.keys(generator)));
    return coordinates.map((name) => generator[name] ?? zero);
  });

/** A random jet: numbers in [−1, 1], t over a range that tells exp(t/50) from a polynomial where it occurs, and with t + 1 positive elsewhere. */
function jet(equation: Equation, names: readonly string[], places: number, seed: number): Map<string, Float64Array> {
  const { uniform } = stream(seed, "jets");
  const longest = equation.name === "nkdv" ? 150 : 0.9;
  return new Map(
    names.map((name) => [
      name,
      Float64Array.from({ length: places }, () => (2 * uniform() - 1) * (name === "t" ? longest : 1)),
    ]),
  );
}

/** Largest |condition| over random jets, relative to all that is added up in it. */
function defect(equation: Equation, generator: readonly Expression[]): number {
  let worst = 0;
  for (const condition of new Prolongation(equation).condition(generator)) {
    const values = jet(equation, variables(condition), 5, 7);
    for (let place = 0; place < 5; place++) {
      const at = (name: string): number => values.get(name)![place]!;
      const value = Math.abs(evaluate(condition, at));
      if (value > 0) worst = Math.max(worst, value / sizeOf(condition, at));
    }
  }
  return worst;
}

/** Singular values of the columns, each brought to norm 1; `columns` gives several expressions, evaluated at the same random places. */
function singularValues(equation: Equation, columns: readonly (readonly Expression[])[]): number[] {
  const names = [...variables(...columns.flat()), "unused"];
  const places = columns.length + 20;
  const inputs = [...jet(equation, names, places, 8).values()];
  const values = columns.map((parts) => {
    const into = parts.map(() => new Float64Array(places));
    oracleKernels.evaluate(compile(parts, names), inputs, into);
    return into.flatMap((part) => [...part]);
  });
  const unit = values.map((column) => {
    const norm = Math.hypot(...column) || 1;
    return column.map((value) => value / norm);
  });
  return new SVD(new Matrix(unit), { autoTranspose: true }).diagonal;
}

/** Of all combinations of a library's members, how many dimensions the conditions at random jets leave. */
function dimension(equation: Equation, { functions, coordinates }: Library): number {
  const prolongation = new Prolongation(equation);
  const members = coordinates.flatMap((_, c) =>
    functions.map(
      (f) => prolongation.condition(coordinates.map((_, a) => (a === c ? f : zero))).map((e) => expand(e)), // so that a symmetry leaves 0, not rounding
    ),
  );
  const singular = singularValues(equation, members);
  expect(singular.some((s) => s > 1e-13 && s < 1e-9)).toBe(false); // a gap: the rank is no matter of taste
  return singular.filter((s) => s < 1e-11).length;
}

describe.each(Object.entries(FULL))("the known generators of %s", (name, count) => {
  const equation = equationOf({ name, parameters: {} });
  const generators = known(equation, "full");

  test(`are ${count}, and each satisfies the determining equations to rounding`, () => {
    expect(generators).toHaveLength(count);
    for (const generator of generators) expect(defect(equation, generator)).toBeLessThan(1e-13);
  });

  test("are linearly independent, and the library holds no others", () => {
    expect(Math.min(...singularValues(equation, generators))).toBeGreaterThan(1e-3);
    const extra = (EXTRA[name] ?? []).map((text) => parse(text));
    expect(dimension(equation, monomialLibrary(coordinatesOf(equation), 2, extra))).toBe(count);
  });

  test("hold with other values of the parameters", () => {
    const parameters = Object.fromEntries(Object.entries(equation.parameters).map(([key, value]) => [key, 3 * value]));
    const other = equationOf({ name, parameters });
    for (const generator of known(other, "full")) expect(defect(other, generator)).toBeLessThan(1e-13);
  });
});

describe.each(Object.entries(PERIODIC))("the periodic generators of %s", (name, count) => {
  const equation = equationOf({ name, parameters: {} });
  const generators = known(equation, "periodic");

  test(`are ${count}, satisfy the determining equations, and do not hold x`, () => {
    expect(generators).toHaveLength(count);
    for (const generator of generators) expect(defect(equation, generator)).toBeLessThan(1e-13);
    expect(variables(...generators.flat())).not.toContain("x");
  });

  test("lie in the span of all known ones", () => {
    const all = known(equation, "full");
    expect(singularValues(equation, [...all, ...generators]).filter((s) => s < 1e-12)).toHaveLength(count);
  });
});

test.each([
  ["kdv", ["x", "3*t", "2*u"]],
  ["kdv", ["1.01*t", "0", "1"]],
  ["heat", ["0.02*t", "0", "-1.01*x*u"]],
  ["nkdv", ["0", "exp(-t/51)", "0"]],
  ["ckdv", ["2*sqrt(t + 1)", "0", "-1/sqrt(t + 1)"]],
  ["schrodinger-2d", ["2*t", "0", "0", "x*v", "-x*u"]],
])("of %s the generator %j is none", (name, texts) => {
  const generator = texts.map((text) => parse(text));
  expect(defect(equationOf({ name, parameters: {} }), generator)).toBeGreaterThan(1e-5);
});

test("no finite list is on file for what has none, nor for equations of users", () => {
  expect(knownGenerators("transport", { c: 1 }, "full")).toBeNull();
  for (const name of ["transport", "heat", "potential-burgers", "wave-2d"])
    expect(knownGenerators(name, {}, "periodic")).toBeNull();
  for (const name of ["pde", "constructor", "__proto__"]) expect(knownGenerators(name, {}, "full")).toBeNull();
});

test("every equation of the catalogue but transport has its list", () => {
  expect(Object.keys(catalogue).filter((name) => !Object.hasOwn(FULL, name))).toEqual(["transport"]);
});
