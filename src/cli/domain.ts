/** Options of equations and of the domain they are simulated in, for every command that takes them. */
import type { ArgsDef } from "citty";
import { choices, defaults } from "./options.js";

export const equationOptions = {
  equation: {
    type: "string",
    valueHint: "TEXT",
    description:
      'Task pde: the equation, such as "u_t = -6*u*u_x - u_xxx"; several separated by ";", second order in time as "u_tt = …", two dimensions with y',
  },
  param: {
    type: "string",
    valueHint: "NAME=NUMBER",
    description: "A parameter of the text or equation; may come several times",
  },
} as const satisfies ArgsDef;

export const domainOptions = {
  length: { type: "string", valueHint: "L", description: "Period in x, and in y; default the equation's own" },
  nx: {
    type: "string",
    valueHint: "N",
    description: "Points in x, and in y, even and 2^a·3^b·5^c; default the equation's own",
  },
  time: { type: "string", valueHint: "T", description: "Last output; default the equation's own" },
  outputs: {
    type: "string",
    valueHint: "N",
    description: "Outputs in [0, T], all kept; default the equation's own, less what it takes to settle",
  },
} as const satisfies ArgsDef;

export const taskOption = (what: string, of: readonly string[]) =>
  ({ type: "positional", required: false, description: `${what}: ${of.join(", ")}` }) as const;

export const workersOption = {
  type: "string",
  valueHint: "W",
  description: `Threads, 1 for none besides the main one; default ${defaults.workers}, one a core`,
} as const;

export const kernelsOption = {
  type: "string",
  valueHint: choices.kernels.join("|"),
  description: `What runs the numerics; default ${defaults.kernels}; relaxed is faster, its last bits differ between machines`,
} as const;
