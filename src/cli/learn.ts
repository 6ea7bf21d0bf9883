/** `liefield learn`: data, learning, certificate, report. */
import { join } from "node:path";
import { trajectoriesOf } from "../data/check.js";
import { imagesOf } from "../data/imageset.js";
import { DEFAULT_LIMIT, readNpz } from "../data/npz.js";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation } from "../equation/equation.js";
import type { LearnOptions } from "../learn.js";
import type { RunRecord } from "../report/run.js";
import { dynamicsSamples } from "../task/dynamics.js";
import { functionSamples } from "../task/function.js";
import { imageTasks } from "../task/imagetasks.js";
import { specOf } from "../task/pde.js";
import type { Context } from "./command.js";
import { checkDestination, reason, writeInto } from "./destination.js";
import { domainOptions, equationOptions, kernelsOption, taskOption, workersOption } from "./domain.js";
import { keptRun } from "./keptrun.js";
import { choices, defaults, learnSchema, present, ranges, simulated, tasks, validated } from "./options.js";
import { progressOn } from "./progress.js";
import { boundsOf, membersOf, parametersOf } from "./repeated.js";
import { valuesOf } from "./strict.js";
import { runTable } from "./table.js";
import { checkTogether } from "./together.js";
import { command } from "./usage.js";
import { jsonLine, visible } from "./visible.js";

export const learn = command(
  "learn",
  "Learns the symmetries of a task, certifies them on data that learning never saw, and writes a report.",
  {
    task: { task: taskOption("What to learn", tasks) },
    "as text": {
      ...equationOptions,
      function: {
        type: "string",
        valueHint: "TEXT",
        description: 'Task function: what stays unchanged, such as "x^2 + y^2 - z^2"',
      },
      dynamics: { type: "string", valueHint: "TEXT", description: `Task dynamics: rates such as "x' = p; p' = -x"` },
      bounds: {
        type: "string",
        valueHint: "[NAME=]LO:HI",
        description:
          "Where function or dynamics are looked at, for all coordinates or one; may come several times; default -1:1",
      },
    },
    "from a file": {
      data: {
        type: "string",
        valueHint: "FILE.npz",
        description:
          "Equations: u [n, nt, (component,) nx(, ny)], t, x or L, y (and u_t where it is of second order); function: points [n, dim], values [n]; dynamics: points, rates [n, dim], t; images: images [n, height, width(, channels)], labels [n]",
      },
      snapshots: {
        type: "boolean",
        description: "The data are noisy or independent snapshots: nothing is differenced in time, no flow is scored",
      },
    },
    images: {
      variation: {
        type: "string",
        valueHint: choices.variation.join("|"),
        description: `Each image is moved at random so; default ${defaults.variation} for mnist, else plain`,
      },
      features: {
        type: "string",
        valueHint: "FILE|identity",
        description:
          "What sees the images: a classifier's file, or the pixels themselves; default a classifier trained on the spot",
      },
    },
    "simulated data": {
      trajectories: {
        type: "string",
        valueHint: "N",
        description: `To learn from, ${ranges.trajectories[0]} to ${ranges.trajectories[1]}; a quarter as many more are held out; default ${defaults.trajectories.neural}, library ${defaults.trajectories.library}`,
      },
      ...domainOptions,
      noise: {
        type: "string",
        valueHint: "R",
        description: "White noise to add, in deviations of each component; implies --snapshots",
      },
    },
    learner: {
      method: choice("method", "Slots of a network, or all fields of a library at once"),
      seed: number("seed", "Same seed, same run, on the same engine"),
    },
    "library of formulas": {
      library: choice(
        "library",
        "With --method library: monomials in all coordinates, or for fields periodic in x, in t and u times cos and sin of the lowest waves in x",
      ),
      degree: {
        type: "string",
        valueHint: "D",
        description: `With --method library: degree of its monomials, ${ranges.degree.join(" to ")}; default ${defaults.degree.pde}, function, dynamics and images ${defaults.degree.function}`,
      },
      member: {
        type: "string",
        valueHint: "TEXT",
        description: 'A function that multiplies the monomials, such as "exp(t/50)"; may come several times',
      },
    },
    "neural learner": {
      criterion: choice("criterion", "What is minimised"),
      generators: {
        type: "string",
        valueHint: "N",
        description: `Slots to learn in, at least one more than you expect, ${ranges.generators.join(" to ")}; default ${defaults.generators.slots}; of images, fields to show; default ${defaults.generators.images}`,
      },
      steps: { type: "string", valueHint: "N", description: "Training steps; default the learner's own" },
      orthogonality: choice("orthogonality", "How slots are kept apart"),
      backend: choice("backend", "What runs the network"),
    },
    "running and results": {
      workers: workersOption,
      kernels: kernelsOption,
      out: {
        type: "string",
        valueHint: "DIR",
        description: "Where run.json, report.html and field.safetensors go; default runs/TASK-SEED",
      },
      resume: {
        type: "boolean",
        description: "Go on from the checkpoint that an interrupted run of the same options left in --out",
      },
      checkpoint: {
        type: "string",
        valueHint: "SECONDS",
        description: `Between checkpoints of the neural learner; default ${defaults.checkpoint}`,
      },
      json: { type: "boolean", description: "Print the result on stdout as one JSON object" },
    },
  },
  runLearn,
);

function choice(name: keyof typeof choices & keyof typeof defaults, what: string) {
  return {
    type: "string" as const,
    valueHint: choices[name].join("|"),
    description: `${what}; default ${defaults[name]}`,
  };
}

function number(name: "seed", what: string) {
  const [least, most] = ranges[name];
  const range = most < Number.MAX_SAFE_INTEGER ? `${least} to ${most}` : `${least} or more`;
  return { type: "string" as const, valueHint: "N", description: `${what}, ${range}; default ${defaults[name]}` };
}

async function runLearn(
  args: Record<string, unknown>,
  rawArgs: readonly string[],
  { io, work, signal }: Context,
): Promise<void> {
  const {
    data: file,
    json,
    out: named,
    orthogonality,
    resume,
    checkpoint,
    features,
    ...options
  } = validated(learnSchema, args);
  const { task } = options;
  const ofImages = imageTasks.includes(task);
  const method = options.method ?? (ofImages ? "library" : defaults.method);
  const generators = options.generators ?? defaults.generators[ofImages ? "images" : "slots"];
  const parameters = parametersOf(valuesOf(rawArgs, "param"));
  const members = membersOf(valuesOf(rawArgs, "member"));
  const bounds = boundsOf(valuesOf(rawArgs, "bounds"));
  checkTogether({ ...args, task, method });
  const equation = simulated.includes(task) ? equationOf(specOf({ ...present(options), parameters })) : null;
  const out = named ?? defaults.out(options.task, options.seed);
  await checkDestination(out, "directory");
  const adapter = await work.adapter();
  const data = file === undefined ? {} : await load(options, file, equation, adapter);
  const kept = await keptRun(out, resume, adapter, io.stderr);
  const seen = features === undefined ? {} : { features: await featuresOf(features, adapter) };
  const progress = progressOn(io.stderr);
  const hooks = {
    signal,
    progress: progress.show,
    checkpoint: { save: kept.save, every: checkpoint ?? defaults.checkpoint },
  };
  let files: [string, Uint8Array | string][];
  let record: RunRecord;
  let field: Uint8Array | string;
  try {
    const { length, ...rest } = options;
    const asked = present({
      ...rest,
      method,
      generators,
      ...seen,
      bounds,
      length: file === undefined ? length : undefined,
    });
    const again = `liefield learn ${rawArgs.map(quoted).join(" ")}`;
    const all = { ...asked, ...data, ...kept.from, parameters, members, learner: { orthogonality }, command: again };
    const made = await work.learn(all, adapter, hooks);
    signal.throwIfAborted();
    record = { ...made.record, report: join(out, "report.html") };
    field = made.field;
    const report = await work.report(record, made.figures);
    signal.throwIfAborted();
    files = [
      ["run.json", `${JSON.stringify(record, null, 2)}\n`], // written last: where it lies the run is whole
      ["report.html", report],
      ...(typeof field === "string" ? [] : [["field.safetensors", field] as [string, Uint8Array]]),
    ];
  } catch (error) {
    progress.stop();
    throw await kept.stopped(error, signal.aborted);
  } finally {
    progress.stop();
  }
  await writeInto(out, files, adapter);
  await kept.whole();
  if (typeof field === "string") io.stderr.write(`no field.safetensors: ${field}\n`);
  io.stderr.write(`${runTable(record)}\nwritten to ${visible(out)}: ${files.map(([name]) => name).join(", ")}\n`);
  if (json) io.stdout.write(jsonLine(record));
}

/** Data from a file; every fault names the file. */
async function load(
  {
    task,
    length,
    snapshots,
  }: { readonly task: string; readonly length?: number | undefined; readonly snapshots: boolean },
  file: string,
  equation: Equation | null,
  adapter: Adapter,
): Promise<Pick<LearnOptions, "data" | "samples" | "images">> {
  const bytes = await adapter.readFile(file, DEFAULT_LIMIT).catch((error) => {
    throw new InputError(`--data ${file} cannot be read: ${reason(error)}; check the path`);
  });
  try {
    const arrays = readNpz(bytes);
    if (imageTasks.includes(task)) return { images: imagesOf(arrays) };
    if (task === "function") return { samples: functionSamples(arrays) };
    if (task === "dynamics") return { samples: dynamicsSamples(arrays) };
    return { data: trajectoriesOf(arrays, length, snapshots ? SNAPSHOTS : undefined, equation?.timeOrder) };
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`--data ${file}: ${error.message}`);
    throw error;
  }
}

/** A network's file, or what stands for one. */
async function featuresOf(named: string, adapter: Adapter): Promise<Uint8Array | "identity"> {
  if (named === "identity") return named;
  return adapter.readFile(named, SAFETENSORS_LIMIT).catch((error) => {
    throw new InputError(`--features ${named} cannot be read: ${reason(error)}; check the path`);
  });
}

/** The least that a file of snapshots must hold. */
const SNAPSHOTS = { n: 2, nt: 1, nx: 32 } as const;

/** A word of a command line as a shell takes it. */
export function quoted(word: string): string {
  if (/^[\w./=:+,-]+$/.test(word)) return word;
  return /[$`"\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
