/** Options of every command: one table of defaults, one schema a command, one line for each fault. */
import * as v from "valibot";
import { InputError } from "../engine/error.js";
import { nearest } from "./nearest.js";

/** What can be learned and simulated. */
export const tasks = ["kdv"] as const;

export const defaults = {
  seed: 1,
  generators: 4,
  trajectories: 16,
  method: "neural",
  criterion: "tangent",
  orthogonality: "projection",
  backend: "auto",
  workers: "auto",
  /** Where a run goes when --out is not given. */
  out: (task: string, seed: number): string => `runs/${task}-${seed}`,
  file: (task: string, seed: number): string => `${task}-${seed}.npz`,
} as const;

export const choices = {
  method: ["neural"],
  criterion: ["tangent", "flow"],
  orthogonality: ["projection", "penalty"],
  backend: ["auto", "webgpu", "wasm", "cpu"],
} as const;

/** Both ends allowed. */
export const ranges = {
  seed: [0, Number.MAX_SAFE_INTEGER],
  generators: [1, 16],
  trajectories: [2, 100_000], // one to learn from, one held out
  steps: [1, 1_000_000],
  workers: [0, 256],
  nx: [32, 16_384],
  outputs: [20, 100_000],
} as const;

const task = v.pipe(
  v.optional(v.string(), ""),
  v.check(
    (name) => (tasks as readonly string[]).includes(name),
    ({ input }) => {
      const close = nearest(input, tasks);
      const came = input === "" ? "a task is expected but none came" : `there is no task ${JSON.stringify(input)}`;
      return `${came}${close ? `; did you mean ${close}?` : ""}${close ? " Tasks" : "; tasks"}: ${tasks.join(", ")}`;
    },
  ),
);

const whole = (name: keyof typeof ranges) => {
  const [least, most] = ranges[name];
  return v.pipe(
    v.string(),
    v.check(
      (text) => /^[+-]?\d+$/.test(text) && Number(text) >= least && Number(text) <= most,
      ({ input }) =>
        `--${name} must be a whole number from ${least} to ${most} but is ${JSON.stringify(input)}${example(name)}`,
    ),
    v.transform(Number),
  );
};

const example = (name: string): string =>
  Object.hasOwn(defaults, name) ? `; the default is ${defaults[name as "seed"]}` : "; leave it out for the default";

const positive = (name: string) =>
  v.pipe(
    v.string(),
    v.check(
      (text) => text.trim() !== "" && Number(text) > 0 && Number(text) < Infinity,
      ({ input }) =>
        `--${name} must be a positive number but is ${JSON.stringify(input)}; leave it out for the default`,
    ),
    v.transform(Number),
  );

const oneOf = <const T extends readonly string[]>(name: string, allowed: T) =>
  v.picklist(allowed, ({ input }) => {
    const close = nearest(String(input).replaceAll('"', ""), allowed);
    return `--${name} must be ${allowed.join(", ").replace(/, ([^,]*)$/, " or $1")} but is ${JSON.stringify(String(input).replaceAll('"', ""))}${close ? `; did you mean ${close}?` : ""}`;
  });

const workers = v.pipe(
  v.string(),
  v.check(
    (text) => text === "auto" || (/^\d+$/.test(text) && Number(text) <= ranges.workers[1]),
    ({ input }) =>
      `--workers must be auto or a whole number from 0 to ${ranges.workers[1]} but is ${JSON.stringify(input)}`,
  ),
  v.transform((text): number | "auto" => (text === "auto" ? text : Number(text))),
);

const path = (name: string) => v.pipe(v.string(), v.nonEmpty(`--${name} needs a path but an empty one came`));

const common = {
  task,
  seed: v.optional(whole("seed"), String(defaults.seed)),
  trajectories: v.optional(whole("trajectories")),
  workers: v.optional(workers, defaults.workers),
  out: v.optional(path("out")),
  json: v.optional(v.boolean(), false),
};

export const learnSchema = v.object({
  ...common,
  method: v.optional(oneOf("method", choices.method), defaults.method),
  criterion: v.optional(oneOf("criterion", choices.criterion), defaults.criterion),
  generators: v.optional(whole("generators"), String(defaults.generators)),
  orthogonality: v.optional(oneOf("orthogonality", choices.orthogonality), defaults.orthogonality),
  steps: v.optional(whole("steps")),
  backend: v.optional(oneOf("backend", choices.backend), defaults.backend),
  data: v.optional(path("data")),
  length: v.optional(positive("length")),
});

export const simulateSchema = v.object({
  ...common,
  length: v.optional(positive("length")),
  nx: v.optional(whole("nx")),
  time: v.optional(positive("time")),
  outputs: v.optional(whole("outputs")),
});

export const doctorSchema = v.object({ json: v.optional(v.boolean(), false) });

/** A complete record, or an InputError in one line about the first fault. */
export function validated<S extends v.GenericSchema>(schema: S, given: Record<string, unknown>): v.InferOutput<S> {
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (result.success) return result.output;
  throw new InputError(result.issues[0].message);
}
