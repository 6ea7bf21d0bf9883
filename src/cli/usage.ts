/** A command's options by what they are for, and its help. */
import type { ArgsDef, CommandDef } from "citty";
import type { Context } from "./command.js";
import { WIDTH, wrap } from "./paragraph.js";

/** Options under the title that they have in the help. */
export type Groups = Readonly<Record<string, ArgsDef>>;

export interface Command extends CommandDef {
  readonly name: string;
  readonly description: string;
  readonly groups: Groups;
  readonly args: ArgsDef;
}

type Run = (args: Record<string, unknown>, rawArgs: readonly string[], context: Context) => Promise<void>;

/** A command of grouped options. */
export function command(name: string, description: string, groups: Groups, run: Run): Command {
  return {
    name,
    description,
    groups,
    meta: { name, description },
    args: Object.assign({}, ...Object.values(groups)),
    run: async ({ args, rawArgs, data }) => void (await run(args, rawArgs, data as Context)),
  };
}

const LEFT = 24; // columns of an option and its value; a longer one has a line of its own

/** The help of a command, at most 100 columns wide, with bold titles. */
export function usage({ name, description, groups, args }: Command): string {
  const places = Object.entries(args).flatMap(([place, { type }]) =>
    type === "positional" ? [place.toUpperCase()] : [],
  );
  const parts = Object.entries(groups).map(([title, options]) =>
    section(
      title,
      Object.entries(options).map(([option, def]) => {
        const hint = "valueHint" in def && def.valueHint ? ` ${def.valueHint}` : "";
        return [def.type === "positional" ? option.toUpperCase() : `--${option}${hint}`, def.description ?? ""];
      }),
    ),
  );
  const line = ["liefield", name, ...places, "[OPTIONS]"].join(" ");
  return [`${bold("USAGE")} ${line}`, wrap(description).join("\n"), ...parts].join("\n\n");
}

/** The help of the program, likewise. */
export const overview = (description: string, commands: readonly Command[]): string =>
  [
    `${bold("USAGE")} liefield COMMAND [OPTIONS]`,
    wrap(description).join("\n"),
    section(
      "commands",
      commands.map((each) => [each.name, each.description]),
    ),
    "liefield COMMAND --help says more about one.",
  ].join("\n\n");

function section(title: string, rows: readonly (readonly [left: string, right: string])[]): string {
  const left = Math.min(LEFT, Math.max(...rows.map(([text]) => text.length)));
  const indent = " ".repeat(left + 4);
  const lines = rows.flatMap(([text, right]) => {
    const [first = "", ...rest] = wrap(right, WIDTH - indent.length);
    const others = rest.map((each) => `${indent}${each}`);
    if (text.length > left) return [`  ${text}`, `${indent}${first}`, ...others];
    return [`  ${text.padEnd(left)}  ${first}`, ...others];
  });
  return [bold(title.toUpperCase()), "", ...lines].join("\n");
}

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
