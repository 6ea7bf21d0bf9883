/** Arguments looked at before they are parsed: nothing unknown, nothing twice, no value missing or too much. */
import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { InputError } from "../engine/error.js";
import { nearest } from "../expression/nearest.js";

/** Options that may come more than once. */
const REPEATABLE: ReadonlySet<string> = new Set(["param", "member", "bounds", "generator"]);

/** Every value of an option that may come more than once, in order; call after `checkArguments`. */
export function valuesOf(raw: readonly string[], name: string): string[] {
  const { values } = parseArgs({
    args: [...raw],
    options: { [name]: { type: "string", multiple: true } },
    allowPositionals: true,
    strict: false,
  });
  return ((values[name] ?? []) as (string | boolean)[]).map(String);
}

/** Throws InputError for the first argument that the command does not take. `command` is what messages call it. */
export function checkArguments(raw: readonly string[], takes: ArgsDef, command: string): void {
  const named = Object.entries(takes).filter(([, def]) => def.type !== "positional");
  const places = Object.entries(takes).filter(([, def]) => def.type === "positional");
  const options = Object.fromEntries(
    named.map(([name, def]) => [name, { type: def.type === "boolean" ? ("boolean" as const) : ("string" as const) }]),
  );
  const { tokens } = parseArgs({ args: [...raw], options, allowPositionals: true, strict: false, tokens: true });
  const seen = new Set<string>();
  let positionals = 0;
  for (const token of tokens) {
    if (token.kind === "option-terminator") throw new InputError(`-- is not expected; see ${command} --help`);
    if (token.kind === "positional") {
      if (++positionals > places.length)
        throw new InputError(`${JSON.stringify(token.value)} is one argument too many; see ${command} --help`);
      continue;
    }
    const { name, rawName, value } = token;
    if (!Object.hasOwn(options, name))
      throw new InputError(
        unknown(
          rawName,
          named.map(([known]) => known),
          command,
        ),
      );
    if (seen.has(name) && !REPEATABLE.has(name)) throw new InputError(`--${name} came twice; give it once`);
    seen.add(name);
    if (options[name]!.type === "boolean") {
      if (value !== undefined) throw new InputError(`--${name} takes no value but ${JSON.stringify(value)} came`);
    } else if (value === undefined || value === "" || (value.startsWith("--") && !token.inlineValue))
      throw new InputError(`--${name} needs a value; see ${command} --help`);
  }
}

function unknown(came: string, known: readonly string[], command: string): string {
  const close = nearest(came.replace(/^-+/, ""), known);
  const offer = known.map((name) => `--${name}`).join(" ");
  return `unknown option ${came}${close ? `; did you mean --${close}?` : `; ${command} takes ${offer || "no options"}`}`;
}
