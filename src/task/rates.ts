/** Dynamics as text: "x' = p; p' = -x", one rate per coordinate, in the order of their statements; t may occur in them. */
import { InputError } from "../engine/error.js";
import { constant, type Expression, variable } from "../expression/expression.js";
import { checkLength, fault, parse } from "../expression/parse.js";
import { checkNames, Parameters } from "./pointtask.js";

export const TIME = "t";

export interface Rates {
  readonly states: readonly string[];
  readonly rates: readonly Expression[]; // of t and the states
}

/** Throws InputError that points at the character. */
export function readRates(text: string, values?: Readonly<Record<string, number>>): Rates {
  checkLength(text);
  const parameters = new Parameters(values);
  const sides = split(text);
  const states = sides.map(({ state }) => state);
  checkNames([TIME, ...states]);
  const names = (name: string): Expression | undefined => {
    if (name === TIME || states.includes(name)) return variable(name);
    const value = parameters.value(name);
    return value === undefined ? undefined : constant(value);
  };
  const known = [TIME, ...states, ...parameters.names].join(", ");
  const advice = (name: string): string =>
    `the names are ${known}; give ${name} a rate ${name}' = …, or a value as --param ${name}=0.1`;
  const rates = sides.map(({ from, to }) =>
    parse(text, { names, advice, known: () => [TIME, ...states, ...parameters.names], from, to }),
  );
  parameters.check(text, [TIME, ...states]);
  return { states, rates };
}

interface Side {
  readonly state: string;
  readonly from: number; // of the right-hand side
  readonly to: number;
}

function split(text: string): Side[] {
  const sides: Side[] = [];
  for (const { 0: statement, index } of text.matchAll(/[^;\n]+/g)) {
    if (statement.trim() === "") continue;
    const at = index + statement.length - statement.trimStart().length;
    const to = index + statement.length;
    const found = /^\s*([A-Za-z]\w*)\s*('+)\s*=/.exec(statement);
    if (!found) throw fault(text, at, "expected a rate such as x' = p", "separate rates by ;");
    const [whole, state, primes] = found as unknown as [string, string, string];
    if (primes.length > 1)
      throw fault(text, at, `${state}${primes} is of higher order`, `write ${state}' = p; p' = … instead`);
    if (state === TIME) throw fault(text, at, "t is the time and has no rate", "call the coordinate differently");
    if (sides.some((side) => side.state === state))
      throw fault(text, at, `a second rate for ${state}`, "give one each");
    const from = index + whole.length;
    const second = text.indexOf("=", from);
    if (second >= 0 && second < to) throw fault(text, second, "a second = sign", "separate rates by ;");
    sides.push({ state, from, to });
  }
  if (sides.length === 0) throw new InputError(`the dynamics are empty; write rates such as "x' = p; p' = -x"`);
  return sides;
}
