/** The equation in the field as it is typed: what it reads, which parameters it has, and where it cannot be read. */
import { equationOf } from "../../src/equation/catalogue.js";
import type { Equation, EquationSpec } from "../../src/equation/equation.js";
import { readJet } from "../../src/equation/jet.js";
import { reserved } from "../../src/expression/parse.js";

export interface Fault {
  readonly sentence: string; // what was expected, what to do
  readonly at: number | null; // the character of the text it is about
}

export type Reading = { readonly equation: Equation } | { readonly fault: Fault };

/** Names of a text that are neither unknowns and their derivatives nor coordinates nor functions: its parameters, in order. */
export function parametersIn(text: string): string[] {
  const components = [...text.matchAll(/(?:^|[;\n])\s*([A-Za-z][A-Za-z0-9]*)_t+\s*=/g)].map(([, name]) => name!);
  const sides = text.replace(/(?:^|[;\n])[^=;\n]*=/g, ";");
  const words = [...sides.matchAll(/(?<![\w.])[A-Za-z]\w*/g)].map(([word]) => word);
  return [...new Set(words)].filter(
    (word) =>
      !word.includes("_") &&
      !["x", "y", "t"].includes(word) &&
      !reserved.includes(word) &&
      !readJet(components, word) &&
      !new RegExp(`\\b${word}\\s*\\(`).test(sides), // an unknown function is a slip, to be pointed at
  );
}

export function readEquation(spec: EquationSpec): Reading {
  try {
    return { equation: equationOf(spec) };
  } catch (error) {
    return { fault: faultOf((error as Error).message, spec.text ?? "") };
  }
}

/** "… at character 17: …⟨here⟩…; what to do": the sentence without the excerpt, and the place. */
function faultOf(message: string, text: string): Fault {
  const found = /^([\s\S]*?) at character (\d+): [\s\S]*?⟨here⟩/.exec(message);
  if (!found) return { sentence: message, at: null };
  const at = Number(found[2]) - 1;
  const rest = message.slice(found[0].length);
  const after = `${text.slice(at, at + EXCERPT).replace(/\s+/g, " ")}${text.length > at + EXCERPT ? "…" : ""}`;
  const advice = rest.startsWith(after) ? rest.slice(after.length) : "";
  return { sentence: `${found[1]}${advice}`.replace(/; a parameter is given as --param \S+/, ""), at };
}

const EXCERPT = 24; // characters that such a message shows after the place
