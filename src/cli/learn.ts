/** `liefield learn`: data, learning, certificate, report. */
import { join } from "node:path";
import { defineCommand } from "citty";
import { trajectoriesOf } from "../data/check.js";
import { DEFAULT_LIMIT, readNpz } from "../data/npz.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import type { RunRecord } from "../report/run.js";
import type { Context } from "./command.js";
import { checkDestination, reason, writeInto } from "./destination.js";
import { choices, defaults, learnSchema, ranges, tasks, validated } from "./options.js";
import { progressOn } from "./progress.js";
import { runTable } from "./table.js";

export const learn = defineCommand({
  meta: { name: "learn", description: "Learn the symmetries of a task, certify them on held-out data, write a report" },
  args: {
    task: { type: "positional", required: false, description: `What to learn: ${tasks.join(", ")}` },
    method: choice("method", "The learner"),
    criterion: choice("criterion", "What is minimised"),
    generators: number("generators", "Slots to learn in, at least one more than you expect"),
    trajectories: number("trajectories", "Simulated trajectories to learn from"),
    data: {
      type: "string",
      valueHint: "FILE.npz",
      description: "Trajectories to learn from instead: u [n, nt, nx], x [nx], t [nt]",
    },
    length: { type: "string", valueHint: "L", description: "Period in x, where FILE.npz has neither x nor L" },
    seed: number("seed", "Same seed, same run, on the same engine"),
    steps: { type: "string", valueHint: "N", description: "Training steps; default the learner's own" },
    orthogonality: choice("orthogonality", "How slots are kept apart"),
    backend: choice("backend", "What runs the network"),
    workers: {
      type: "string",
      valueHint: "W",
      description: `Threads, 1 for none besides the main one; default ${defaults.workers}, one a core`,
    },
    out: { type: "string", valueHint: "DIR", description: "Where run.json and report.html go; default runs/TASK-SEED" },
    json: { type: "boolean", description: "Print the result on stdout as one JSON object" },
  },
  run: async ({ args, rawArgs, data: context }) => void (await runLearn(args, rawArgs, context as Context)),
});

function choice(name: keyof typeof choices, what: string) {
  return {
    type: "string" as const,
    valueHint: choices[name].join("|"),
    description: `${what}; default ${defaults[name]}`,
  };
}

function number(name: "generators" | "trajectories" | "seed", what: string) {
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
    length,
    steps,
    trajectories,
    json,
    out: named,
    orthogonality,
    ...options
  } = validated(learnSchema, args);
  if (file !== undefined && trajectories !== undefined)
    throw new InputError("--trajectories is for simulated data; leave it out, or leave out --data");
  if (file === undefined && length !== undefined)
    throw new InputError("--length is for --data files without x or L; leave it out");
  const out = named ?? defaults.out(options.task, options.seed);
  await checkDestination(out, "directory");
  const adapter = await work.adapter();
  const data = file === undefined ? undefined : await load(file, length, adapter);
  const progress = progressOn(io.stderr);
  const hooks = { signal, progress: progress.show };
  let files: [string, string][];
  let record: RunRecord;
  try {
    const made = await work.learn(
      {
        ...options,
        trajectories: trajectories ?? defaults.trajectories,
        learner: { orthogonality },
        command: `liefield learn ${rawArgs.map(quoted).join(" ")}`,
        ...(steps === undefined ? {} : { steps }),
        ...(data === undefined ? {} : { data }),
      },
      adapter,
      hooks,
    );
    signal.throwIfAborted();
    record = { ...made.record, report: join(out, "report.html") };
    const report = await work.report(record, made.figures);
    signal.throwIfAborted();
    files = [
      ["run.json", `${JSON.stringify(record, null, 2)}\n`], // written last: where it lies the run is whole
      ["report.html", report],
    ];
  } finally {
    progress.stop();
  }
  await writeInto(out, files, adapter);
  io.stderr.write(`${runTable(record)}\nwritten to ${out}: ${files.map(([name]) => name).join(", ")}\n`);
  if (json) io.stdout.write(`${JSON.stringify(record)}\n`);
}

/** Trajectories from a file; every fault names the file. */
async function load(file: string, length: number | undefined, adapter: Adapter): Promise<Trajectories> {
  const bytes = await adapter.readFile(file, DEFAULT_LIMIT).catch((error) => {
    throw new InputError(`--data ${file} cannot be read: ${reason(error)}; check the path`);
  });
  try {
    return trajectoriesOf(readNpz(bytes), length);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`--data ${file}: ${error.message}`);
    throw error;
  }
}

const quoted = (argument: string): string => (/^[\w./=:+-]+$/.test(argument) ? argument : JSON.stringify(argument));
