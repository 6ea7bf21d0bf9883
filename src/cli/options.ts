/** Options of every command: one table of defaults, one schema a command, one line for each fault. */
import * as v from "valibot";
import { isFast } from "../data/check.js";
import { InputError } from "../engine/error.js";
import { catalogue } from "../equation/catalogue.js";
import { nearest } from "../expression/nearest.js";
import { imageDefaults, imageTasks } from "../task/imagetasks.js";

/** What can be simulated: the catalogue, and equations as text. */
export const simulated: readonly string[] = [...Object.keys(catalogue), "pde"];

/** What can be learned. */
export const tasks: readonly string[] = [...simulated, "function", "dynamics", ...imageTasks];

/** What can be classified. */
export const tasksOfImages: readonly string[] = imageTasks;

/** What can be fetched. */
export const fetched = ["mnist", "cifar10"] as const;

export const defaults = {
  seed: 1,
  generators: { slots: 4, images: imageDefaults.generators },
  trajectories: { neural: 16, library: 6 },
  degree: { pde: 2, function: 1, dynamics: 1, images: 1 },
  checkpoint: 10, // seconds
  method: "neural",
  variation: imageDefaults.variation.mnist,
  library: "monomials",
  criterion: "tangent",
  orthogonality: "projection",
  backend: "auto",
  kernels: "auto",
  workers: "auto",
  copies: 1,
  sigma: 0.1,
  transport: "preimage",
  measure: 64,
  audited: 4, // trajectories
  evaluation: {
    trajectories: "8,32",
    seeds: "1-5",
    methods: "none,preimage",
    generators: ["true", "learned"],
    test: 64,
    preset: "small",
    sigma: 0.2,
    copies: 16,
  },
  classify: { train: 5000, sigma: 0.1, network: "small", epochs: 20, seeds: "1,2,3" },
  /** Where a run goes when --out is not given. */
  out: (task: string, seed: number): string => `runs/${task}-${seed}`,
  file: (task: string, seed: number): string => `${task}-${seed}.npz`,
} as const;

export const choices = {
  method: ["neural", "library"],
  library: ["monomials", "fourier"],
  criterion: ["tangent", "flow", "tangent+flow"],
  orthogonality: ["projection", "penalty"],
  backend: ["auto", "webgpu", "wasm", "cpu"],
  kernels: ["auto", "simd", "relaxed", "oracle"],
  variation: ["plain", "rotated", "translated", "scaled"],
  transport: ["preimage", "scatter", "bilinear"],
  preset: ["small", "paper"],
  arms: ["none", "preimage", "scatter", "bilinear", "dirichlet"],
  sources: ["true", "learned", "formulas"],
  augmentations: ["none", "crop", "affine", "learned"],
  network: ["small", "resnet8", "resnet20"],
} as const;

/** Both ends allowed. */
export const ranges = {
  seed: [0, Number.MAX_SAFE_INTEGER],
  generators: [1, 16],
  trajectories: [2, 100_000], // one to learn from, one held out
  steps: [1, 1_000_000],
  workers: [0, 256],
  nx: [32, 16_384],
  outputs: [2, 100_000],
  degree: [0, 6],
  copies: [1, 100_000],
  rows: [1, 100_000],
  measure: [0, 1_000_000],
  test: [1, 10_000],
  epochs: [1, 100_000],
  width: [1, 4096],
  modes: [1, 4096],
  train: [64, 1_000_000],
  tested: [1, 1_000_000],
} as const;

const task = (of: readonly string[]) =>
  v.pipe(
    v.optional(v.string(), ""),
    v.check(
      (name) => of.includes(name),
      ({ input }) => {
        const close = nearest(input, of);
        const came = input === "" ? "a task is expected but none came" : `there is no task ${JSON.stringify(input)}`;
        return `${came}${close ? `; did you mean ${close}?` : ""}${close ? " Tasks" : "; tasks"}: ${of.join(", ")}`;
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
  name === "seed" ? `; the default is ${defaults.seed}` : "; leave it out for the default";

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

const places = v.pipe(
  whole("nx"),
  v.check(isFast, ({ input }) => {
    let next = input as number;
    while (!isFast(next)) next++;
    return `--nx must be even and 2^a·3^b·5^c (for Fourier transforms) but is ${input}; take ${next}`;
  }),
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

const share = (name: string, most: number) =>
  v.pipe(
    v.string(),
    v.check(
      (text) => text.trim() !== "" && Number(text) >= 0 && Number(text) <= most,
      ({ input }) => `--${name} must be a number from 0 to ${most} but is ${JSON.stringify(input)}`,
    ),
    v.transform(Number),
  );

const LONGEST = 4096; // characters of a text

export const text = (name: string) =>
  v.pipe(
    v.string(),
    v.check(
      (value) => value.trim() !== "" && value.length <= LONGEST,
      ({ input }) =>
        `--${name} must be a text of 1 to ${LONGEST} characters but has ${(input as string).trim().length}`,
    ),
  );

const domain = {
  equation: v.optional(text("equation")),
  length: v.optional(positive("length")),
  nx: v.optional(places),
  time: v.optional(positive("time")),
  outputs: v.optional(whole("outputs")),
};

const common = {
  seed: v.optional(whole("seed"), String(defaults.seed)),
  trajectories: v.optional(whole("trajectories")),
  workers: v.optional(workers, defaults.workers),
  kernels: v.optional(oneOf("kernels", choices.kernels), defaults.kernels),
  out: v.optional(path("out")),
  json: v.optional(v.boolean(), false),
};

export const learnSchema = v.object({
  ...common,
  ...domain,
  task: task(tasks),
  method: v.optional(oneOf("method", choices.method)),
  criterion: v.optional(oneOf("criterion", choices.criterion), defaults.criterion),
  generators: v.optional(whole("generators")),
  orthogonality: v.optional(oneOf("orthogonality", choices.orthogonality), defaults.orthogonality),
  steps: v.optional(whole("steps")),
  resume: v.optional(v.boolean(), false),
  checkpoint: v.optional(positive("checkpoint")),
  backend: v.optional(oneOf("backend", choices.backend), defaults.backend),
  data: v.optional(path("data")),
  snapshots: v.optional(v.boolean(), false),
  noise: v.optional(share("noise", 10)),
  library: v.optional(oneOf("library", choices.library)),
  degree: v.optional(whole("degree")),
  function: v.optional(text("function")),
  dynamics: v.optional(text("dynamics")),
  variation: v.optional(oneOf("variation", choices.variation)),
  features: v.optional(path("features")),
});

export const simulateSchema = v.object({ ...common, ...domain, task: task(simulated) });

export const readSchema = v.object({
  dir: v.optional(
    v.pipe(v.string(), v.nonEmpty("the directory of a run is expected but none came; pass one, such as runs/kdv-1")),
    "",
  ),
  json: v.optional(v.boolean(), false),
});

export const dataSchema = v.object({
  name: v.pipe(
    v.optional(v.string(), ""),
    v.check(
      (name) => (fetched as readonly string[]).includes(name),
      ({ input }) => {
        const close = nearest(input, fetched);
        const came =
          input === "" ? "a data set is expected but none came" : `there is no data set ${JSON.stringify(input)}`;
        return `${came}${close ? `; did you mean ${close}?` : ""}${close ? " Data" : "; data"} sets: ${fetched.join(", ")}`;
      },
    ),
    v.transform((name) => name as (typeof fetched)[number]),
  ),
  json: v.optional(v.boolean(), false),
});

/** Numbers between commas. */
const numbers = (name: string, what: string, accept: (value: number) => boolean) =>
  v.pipe(
    v.string(),
    v.check(
      (given) => given.split(",").every((part) => part.trim() !== "" && accept(Number(part))),
      ({ input }) => `--${name} must be ${what} but is ${JSON.stringify(input)}`,
    ),
    v.transform((given) => given.split(",").map(Number)),
  );

const generators = v.optional(
  v.union([v.literal("formulas"), numbers("generators", 'such as 1,3, or "formulas"', (k) => k >= 1)]),
);

export const augmentSchema = v.object({
  dir: readSchema.entries.dir,
  data: v.optional(
    v.pipe(v.string(), v.nonEmpty("trajectories are expected after the run but none came; pass a FILE.npz")),
    "",
  ),
  out: v.optional(path("out")),
  copies: v.optional(whole("copies"), String(defaults.copies)),
  sigma: v.optional(
    numbers("sigma", "one number from 0 or one for each generator, such as 0.1 or 0.1,0.1,0.05", (s) => s >= 0),
    String(defaults.sigma),
  ),
  generators,
  true: v.optional(v.boolean(), false),
  method: v.optional(oneOf("method", choices.transport), defaults.transport),
  rows: v.optional(whole("rows")),
  measure: v.optional(whole("measure"), String(defaults.measure)),
  equation: v.optional(text("equation")),
  seed: v.optional(whole("seed"), String(defaults.seed)),
  workers: v.optional(workers, defaults.workers),
  kernels: v.optional(oneOf("kernels", choices.kernels), defaults.kernels),
  json: v.optional(v.boolean(), false),
});

const sweepDirectory = v.optional(
  v.pipe(v.string(), v.nonEmpty("the directory of a sweep is expected but none came; pass one that sweep plan wrote")),
  "",
);

export const sweepPlanSchema = v.object({
  grid: v.optional(v.pipe(v.string(), v.nonEmpty("a grid is expected but none came; pass a FILE.json")), ""),
  out: v.optional(path("out")),
  slurm: v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
});

export const sweepExecSchema = v.object({
  dir: sweepDirectory,
  index: v.pipe(
    v.optional(v.string(), ""),
    v.check(
      (text) => /^\d{1,9}$/.test(text),
      ({ input }) =>
        `--index must be a whole number from 0${input === "" ? "; pass the number of the run" : ` but is ${JSON.stringify(input)}`}`,
    ),
    v.transform(Number),
  ),
  json: v.optional(v.boolean(), false),
});

export const sweepMergeSchema = v.object({
  dir: sweepDirectory,
  partial: v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
});

/** Names between commas, each of a list. */
const names = <const T extends readonly string[]>(name: string, allowed: T) =>
  v.pipe(
    v.string(),
    v.transform((given) => given.split(",").map((part) => part.trim())),
    v.array(oneOf(name, allowed)),
  );

const LONGEST_RANGE = 10_000; // numbers that one range may mean

/** Whole numbers and ranges of them between commas: 1-3,7 is 1, 2, 3, 7. */
const wholes = (name: string) =>
  v.pipe(
    v.string(),
    v.check(
      (given) =>
        given.split(",").every((part) => {
          const [, first, last = first] = /^\s*(\d{1,15})(?:-(\d{1,15}))?\s*$/.exec(part) ?? [];
          return first !== undefined && Number(last) >= Number(first) && Number(last) - Number(first) < LONGEST_RANGE;
        }),
      ({ input }) =>
        `--${name} must be whole numbers or ranges of them, such as 8,32 or 1-5, but is ${JSON.stringify(input)}`,
    ),
    v.transform((given) =>
      given.split(",").flatMap((part) => {
        const [first, last = first] = part.split("-").map(Number) as [number, number?];
        return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
      }),
    ),
  );

const training = {
  preset: v.optional(oneOf("preset", choices.preset), defaults.evaluation.preset),
  epochs: v.optional(whole("epochs")),
  width: v.optional(whole("width")),
  modes: v.optional(whole("modes")),
  sigma: v.optional(positive("sigma"), String(defaults.evaluation.sigma)),
  copies: v.optional(whole("copies"), String(defaults.evaluation.copies)),
  backend: v.optional(oneOf("backend", choices.backend), defaults.backend),
};

export const trainSchema = v.object({
  ...training,
  data: v.optional(
    v.pipe(v.string(), v.nonEmpty("trajectories are expected but none came; pass a FILE.npz, as simulate writes them")),
    "",
  ),
  field: v.optional(path("field")),
  generators,
  method: v.optional(oneOf("method", choices.transport), defaults.transport),
  seed: common.seed,
  workers: common.workers,
  kernels: common.kernels,
  out: common.out,
  resume: v.optional(v.boolean(), false),
  json: common.json,
});

export const evaluateSchema = v.object({
  ...common,
  ...domain,
  ...training,
  task: task(simulated),
  trajectories: v.optional(wholes("trajectories"), defaults.evaluation.trajectories),
  seeds: v.optional(wholes("seeds"), defaults.evaluation.seeds),
  methods: v.optional(names("methods", choices.arms), defaults.evaluation.methods),
  generators: v.optional(names("generators", choices.sources)),
  field: v.optional(path("field")),
  steps: v.optional(whole("steps")),
  test: v.optional(whole("test"), String(defaults.evaluation.test)),
  resume: v.optional(v.boolean(), false),
});

const someTrajectories = v.pipe(
  v.string(),
  v.check(
    (given) => /^\d+$/.test(given) && Number(given) >= 1,
    ({ input }) => `--trajectories must be a whole number from 1 but is ${JSON.stringify(input)}`,
  ),
  v.transform(Number),
);

export const auditSchema = v.object({
  operator: v.optional(
    v.pipe(v.string(), v.nonEmpty("the file of an operator is expected but none came; pass one that train wrote")),
    "",
  ),
  data: v.optional(
    v.pipe(v.string(), v.nonEmpty("trajectories are expected after the operator but none came; pass a FILE.npz")),
    "",
  ),
  trajectories: v.optional(someTrajectories, String(defaults.audited)),
  field: v.optional(path("field")),
  generators,
  sigma: v.optional(positive("sigma"), String(defaults.sigma)),
  backend: v.optional(oneOf("backend", choices.backend), defaults.backend),
  kernels: v.optional(oneOf("kernels", choices.kernels), defaults.kernels),
  json: v.optional(v.boolean(), false),
});

const { classify } = defaults;

export const classifySchema = v.object({
  task: task(tasksOfImages),
  data: v.optional(path("data")),
  train: v.optional(whole("train")),
  tested: v.optional(whole("tested")),
  variation: v.optional(oneOf("variation", choices.variation)),
  augmentations: v.optional(
    v.pipe(
      v.string(),
      v.transform((given) => given.split(",").map((part) => part.trim())),
      v.array(oneOf("augmentations", choices.augmentations)),
    ),
  ),
  field: v.optional(path("field")),
  generators: v.optional(numbers("generators", "such as 1,3", (k) => k >= 1)),
  sigma: v.optional(
    numbers("sigma", "one number from 0 or one for each generator, such as 0.1 or 0.1,0.05", (s) => s >= 0),
  ),
  network: v.optional(oneOf("network", choices.network)),
  epochs: v.optional(whole("epochs"), String(classify.epochs)),
  seeds: v.optional(
    numbers("seeds", "whole numbers from 0, such as 1,2,3", (k) => Number.isSafeInteger(k) && k >= 0),
    classify.seeds,
  ),
  backend: v.optional(oneOf("backend", choices.backend), defaults.backend),
  kernels: v.optional(oneOf("kernels", choices.kernels), defaults.kernels),
  out: v.optional(path("out")),
  json: v.optional(v.boolean(), false),
});

export const doctorSchema = v.object({ json: v.optional(v.boolean(), false) });

/** The entries that are not undefined. */
export const present = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T as undefined extends T[K] ? never : K]: T[K];
  } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** A complete record, or an InputError in one line about the first fault. */
export function validated<S extends v.GenericSchema>(schema: S, given: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (result.success) return result.output;
  throw new InputError(result.issues[0].message);
}
