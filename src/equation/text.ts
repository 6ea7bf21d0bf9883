/** Equations as text: "u_t = -u*u_x - u_xxx"; systems separated by ";" or line ends; second order in time as "u_tt = …". */
import { InputError } from "../engine/error.js";
import { constant, type Expression, variable } from "../expression/expression.js";
import { checkLength, fault, parse, reserved } from "../expression/parse.js";
import { buildEquation } from "./build.js";
import type { Equation } from "./equation.js";
import { jetName, readJet } from "./jet.js";

const MOST_ORDER = 4; // of space derivatives together
const coordinates = ["x", "y", "t"];
const DERIVATIVES = ["xxxx", "xxx", "xx", "x", "yy", "y"]; // offered for mistyped ones

/**
 * The equation of a text, one right-hand side per component in the order of the left-hand sides. Two space dimensions where y or a
 * derivative in y occurs. Parameters enter by value. Throws InputError that points at the character.
 */
export function equationFromText(
  name: string,
  text: string | readonly string[],
  parameters: Readonly<Record<string, number>> = {},
): Equation {
  const source = typeof text === "string" ? text : text.join("; ");
  checkLength(source);
  const sides = split(source);
  const components = sides.map((side) => side.component);
  const timeOrder = orderOf(source, sides);
  const values = valuesOf(parameters, components);
  const used = new Set<string>();
  let space: 1 | 2 = 1;

  const names = (word: string, at: number): Expression | undefined => {
    if (word === "y") space = 2;
    if (coordinates.includes(word)) return variable(word);
    const jet = readJet(components, word);
    if (jet) {
      if (jet.t >= timeOrder)
        throw fault(
          source,
          at,
          `${word} on the right`,
          `equations are solved for ${sideNames(sides)}: ${timeAdvice(timeOrder)}`,
        );
      if (jet.x + jet.y > MOST_ORDER)
        throw fault(source, at, `${word} is of order ${jet.x + jet.y} in space`, `at most ${MOST_ORDER} is possible`);
      if (jet.y > 0) space = 2;
      return variable(jetName(components, jet));
    }
    const value = values.get(word);
    if (value === undefined) return undefined;
    used.add(word);
    return constant(value);
  };
  const known = ["x", "t", ...components, ...values.keys()].join(", ");
  const foreign = (word: string): boolean =>
    word.includes("_") && !components.includes(word.slice(0, word.indexOf("_")));
  const advice = (word: string): string =>
    foreign(word)
      ? `derivatives are of ${components.join(", ")}, in x, y and t, as ${components[0]}_xx`
      : `the names are ${known} and derivatives as ${components[0]}_xx; a parameter is given as --param ${word}=0.1`;
  const derivatives = components.flatMap((c) => DERIVATIVES.map((orders) => `${c}_${orders}`));
  const near = (word: string): string[] =>
    foreign(word) ? [...values.keys()] : ["x", "t", ...components, ...values.keys(), ...derivatives];
  const right = sides.map(({ from, to }) => parse(source, { names, advice, known: near, from, to }));

  const idle = [...values.keys()].filter((parameter) => !used.has(parameter));
  if (idle.length > 0)
    throw new InputError(`the equation has no parameter ${idle.join(", ")}: ${source.trim()}; leave it out or use it`);
  const occurring = Object.fromEntries([...values].filter(([parameter]) => used.has(parameter)));
  return buildEquation({ name, components, space, timeOrder, parameters: occurring, right });
}

const timeAdvice = (order: 1 | 2): string =>
  order === 1 ? "put only x and y derivatives there" : "put at most one derivative in t there";

interface Side {
  readonly component: string;
  readonly order: number; // in t
  readonly at: number; // where the statement begins
  readonly from: number; // of the right-hand side
  readonly to: number;
}

const sideNames = (sides: readonly Side[]): string =>
  sides.map(({ component, order }) => `${component}_${"t".repeat(order)}`).join(", ");

/** Left-hand sides, and where right-hand sides lie in the text. */
function split(source: string): Side[] {
  const sides: Side[] = [];
  for (const { 0: statement, index } of source.matchAll(/[^;\n]+/g)) {
    if (statement.trim() === "") continue;
    const at = index + statement.length - statement.trimStart().length;
    const to = index + statement.length;
    const sign = source.indexOf("=", at);
    if (sign < 0 || sign >= to)
      throw fault(source, to, "expected = and a right-hand side", "write equations as u_t = u_xx");
    const second = source.indexOf("=", sign + 1);
    if (second >= 0 && second < to) throw fault(source, second, "a second = sign", "separate equations by ;");
    const left = source.slice(at, sign).trim();
    const found = /^([A-Za-z]\w*)_(t+)$/.exec(left);
    if (!found || found[2]!.length > 2)
      throw fault(source, at, "expected a left-hand side such as u_t or u_tt", "solve the equation for one of these");
    const component = found[1]!;
    checkComponent(source, at, component);
    if (sides.some((side) => side.component === component))
      throw fault(source, at, `a second equation for ${component}`, "give one each");
    sides.push({ component, order: found[2]!.length, at, from: sign + 1, to });
  }
  if (sides.length === 0) throw new InputError("the equation is empty; write one such as u_t = -u*u_x - u_xxx");
  return sides;
}

function checkComponent(source: string, at: number, component: string): void {
  if (coordinates.includes(component) || reserved.includes(component))
    throw fault(source, at, `${component} has a meaning of its own`, "call the unknown u, v or the like");
  if (component.includes("_"))
    throw fault(
      source,
      at,
      `an underscore in the unknown ${component}`,
      "it marks derivatives; call the unknown u, v or the like",
    );
}

/** The one order in t of all equations. */
function orderOf(source: string, sides: readonly Side[]): 1 | 2 {
  const first = sides[0]!;
  const other = sides.find(({ order }) => order !== first.order);
  if (other)
    throw fault(source, other.at, `${sideNames(sides)} are of different order in t`, "give all equations the same");
  return first.order === 2 ? 2 : 1;
}

/** Parameters by name, checked. */
function valuesOf(parameters: Readonly<Record<string, number>>, components: readonly string[]): Map<string, number> {
  const values = new Map(Object.entries(parameters));
  for (const [name, value] of values) {
    if (!/^[A-Za-z]\w*$/.test(name))
      throw new InputError(
        `a parameter is called ${JSON.stringify(name)}; names are a letter, then letters, digits and _`,
      );
    if (coordinates.includes(name) || reserved.includes(name) || readJet(components, name))
      throw new InputError(`the parameter ${name} has the name of something else in the equation; call it differently`);
    if (!Number.isFinite(value)) throw new InputError(`parameter ${name} must be a finite number, but is ${value}`);
  }
  return values;
}
