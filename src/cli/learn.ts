/** `liefield learn`: data, learning, certificate, report. */
import { join } from "node:path";
import { wholeArrays } from "../data/arrayfile.js";
import { drawnTrajectories } from "../data/drawn.js";
import { imagesOf } from "../data/imageset.js";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import type { Adapter } from "../engine/adapter.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation } from "../equation/equation.js";
import type { LearnOptions } from "../learn.js";
import type { RunRecord } from "../report/run.js";
import { dynamicsSamples } from "../task/dynamics.js";
import { functionSamples } from "../task/function.js";
import { imageTasks } from "../task/imagetasks.js";
import { specOf } from "../task/pde.js";
import type { Context } from "./command.js";
import { checkDestination, writeInto } from "./destination.js";
import { domainOptions, equationOptions, kernelsOption, taskOption, workersOption } from "./domain.js";
import { keptRun } from "./keptrun.js";
import { choices, defaults, learnSchema, present, ranges, simulated, tasks, validated } from "./options.js";
import { progressOn } from "./progress.js";
import { boundsOf, membersOf, parametersOf } from "./repeated.js";
import { about, bytesOf, storedIn } from "./source.js";
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
        valueHint: "FILE",
        description:
          "Equations: u [n, nt, (component,) nx(, ny)], t, x or L, y (and u_t where it is of second order); function: points [n, dim], values [n]; dynamics: points, rates [n, dim], t; images: images [n, height, width(, channels)], labels [n]; as .npz, HDF5 (also pde_NT-NX in a group train), or u.npy with u.t.npy, u.x.npy beside it, however long",
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

async function runLearn(args: Record<string, unknown>, rawArgs: readonly string[], context: Context): Promise<void> {
  const { io } = context;
  const request = requestOf(args, rawArgs);
  const { out: named, json, task, seed } = request.options;
  const out = named ?? defaults.out(task, seed);
  const record = await learnInto(request, { directory: out, called: out }, context);
  io.stderr.write(`written to ${visible(out)}: ${filesOf(record.field).join(", ")}\n`);
  if (json) io.stdout.write(jsonLine(record.record));
}

export interface LearnRequest {
  readonly options: ReturnType<typeof validated<typeof learnSchema>>;
  readonly method: "neural" | "library";
  readonly parameters: Readonly<Record<string, number>>;
  readonly members: readonly string[];
  readonly bounds: ReturnType<typeof boundsOf>;
  readonly equation: Equation | null;
  readonly rawArgs: readonly string[]; // as given, for the report's "run it again"
}

/** What a command line asks of `learn`, looked at before any file is: throws InputError. */
export function requestOf(args: Record<string, unknown>, rawArgs: readonly string[]): LearnRequest {
  const options = validated(learnSchema, args);
  const { task, data, features, ...texts } = options;
  const method = options.method ?? defaults.method;
  const parameters = parametersOf(valuesOf(rawArgs, "param"));
  const members = membersOf(valuesOf(rawArgs, "member"));
  const bounds = boundsOf(valuesOf(rawArgs, "bounds"));
  checkTogether({ ...args, task, method });
  const equation = simulated.includes(task) ? equationOf(specOf({ ...present({ ...texts, task }), parameters })) : null;
  return { options, method, parameters, members, bounds, equation, rawArgs };
}

/** Where a run is written, and the name that its directory will have when it is whole. */
export interface Place {
  readonly directory: string;
  readonly called: string;
  readonly again?: string; // how an interrupted run is gone on with
}

/** Learns and writes the run's files: the table goes to stderr, and what became of the field comes back with the record. */
export async function learnInto(
  { options: given, method, parameters, members, bounds, equation, rawArgs }: LearnRequest,
  { directory: out, called, again: goOn }: Place,
  { io, work, signal }: Context,
): Promise<{ readonly record: RunRecord; readonly field: Uint8Array | string }> {
  const { data: file, json: _, out: __, orthogonality, resume, checkpoint, features, ...options } = given;
  const generators = options.generators ?? defaults.generators[imageTasks.includes(options.task) ? "images" : "slots"];
  await checkDestination(out, "directory");
  const adapter = await work.adapter();
  const data = file === undefined ? {} : await load(options, file, equation, adapter);
  if (data.data?.drawnFrom !== undefined)
    io.stderr.write(
      `${data.data.n} of ${data.data.drawnFrom} trajectories are held in memory, evenly spread; all were looked through\n`,
    );
  const kept = await keptRun(out, resume, adapter, io.stderr, goOn);
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
    record = { ...made.record, report: join(called, "report.html") };
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
  io.stderr.write(`${runTable(record)}\n`);
  return { record, field };
}

const filesOf = (field: Uint8Array | string): string[] => [
  "run.json",
  "report.html",
  ...(typeof field === "string" ? [] : ["field.safetensors"]),
];

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
  const named = `--data ${file}`;
  const stored = await storedIn(adapter, file, named);
  try {
    return await about(named, async () => {
      if (imageTasks.includes(task)) return { images: imagesOf(await wholeArrays(stored)) };
      if (task === "function") return { samples: functionSamples(await wholeArrays(stored)) };
      if (task === "dynamics") return { samples: dynamicsSamples(await wholeArrays(stored)) };
      const { timeOrder } = equation ?? {};
      const minimum = snapshots ? SNAPSHOTS : undefined;
      return { data: await drawnTrajectories(stored.arrays, present({ length, minimum, timeOrder })) };
    });
  } finally {
    await stored.close();
  }
}

/** A network's file, or what stands for one. */
async function featuresOf(named: string, adapter: Adapter): Promise<Uint8Array | "identity"> {
  if (named === "identity") return named;
  const fault = (why: string): string => `--features ${named} cannot be read: ${why}; check the path`;
  return bytesOf(adapter, named, SAFETENSORS_LIMIT, fault);
}

/** The least that a file of snapshots must hold. */
const SNAPSHOTS = { n: 2, nt: 1, nx: 32 } as const;

/** A word of a command line as a shell takes it. */
export function quoted(word: string): string {
  if (/^[\w./=:+,-]+$/.test(word)) return word;
  return /[$`"\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
