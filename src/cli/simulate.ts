/** `liefield simulate`: seeded trajectories in a file. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { defineCommand } from "citty";
import { arraysOf } from "../data/check.js";
import { writeNpz } from "../data/npz.js";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import { catalogueRow } from "../equation/catalogue.js";
import type { Context } from "./command.js";
import { checkDestination } from "./destination.js";
import { defaults, simulateSchema, tasks, validated } from "./options.js";
import { progressOn } from "./progress.js";

const own = (what: (row: ReturnType<typeof catalogueRow>) => number): string =>
  tasks.map((task) => `${what(catalogueRow(task))} for ${task}`).join(", ");

export const simulate = defineCommand({
  meta: { name: "simulate", description: "Simulate trajectories of a task and write them as .npz" },
  args: {
    task: { type: "positional", required: false, description: `What to simulate: ${tasks.join(", ")}` },
    trajectories: { type: "string", valueHint: "N", description: `How many; default ${defaults.trajectories}` },
    seed: { type: "string", valueHint: "S", description: `Same seed, same file; default ${defaults.seed}` },
    length: {
      type: "string",
      valueHint: "L",
      description: `Period in x, in the equation's unit; default ${own((r) => r.length)}`,
    },
    nx: {
      type: "string",
      valueHint: "N",
      description: `Points in x, even and 2^a 3^b 5^c; default ${own((r) => r.nx)}`,
    },
    time: {
      type: "string",
      valueHint: "T",
      description: `Last output, in the equation's unit of t; default ${own((r) => r.time)}`,
    },
    outputs: {
      type: "string",
      valueHint: "N",
      description: `Outputs in [0, T], all kept; default the last ${own((r) => r.used)}`,
    },
    workers: {
      type: "string",
      valueHint: "W",
      description: `Threads, 1 for none besides the main one; default ${defaults.workers}, one a core`,
    },
    out: { type: "string", valueHint: "FILE.npz", description: "Where they go; default TASK-SEED.npz" },
    json: { type: "boolean", description: "Print what was written on stdout as one JSON object" },
  },
  run: async ({ args, data: context }) => void (await runSimulate(args, context as Context)),
});

async function runSimulate(args: Record<string, unknown>, { io, work, signal, version }: Context): Promise<void> {
  const { json, out, length, nx, time, outputs, ...options } = validated(simulateSchema, args);
  const file = out ?? defaults.file(options.task, options.seed);
  if (!file.endsWith(".npz")) throw new InputError(`--out ${file} must end in .npz; name it ${file}.npz`);
  await checkDestination(file, "file");
  const adapter = await work.adapter();
  const begun = adapter.now();
  const progress = progressOn(io.stderr);
  let data: Trajectories;
  try {
    const request = {
      ...options,
      trajectories: options.trajectories ?? defaults.trajectories,
      ...(length === undefined ? {} : { length }),
      ...(nx === undefined ? {} : { nx }),
      ...(time === undefined ? {} : { time }),
      ...(outputs === undefined ? {} : { outputs }),
    };
    data = await work.simulate(request, adapter, { signal, progress: progress.show });
    signal.throwIfAborted();
  } finally {
    progress.stop();
  }
  const bytes = writeNpz(arraysOf(data));
  await mkdir(dirname(file), { recursive: true });
  await adapter.writeAtomic(file, bytes);
  const { n, nt, nx: points, length: period, t } = data;
  const seconds = adapter.now() - begun;
  io.stderr.write(
    `${n} trajectories of ${options.task}, seed ${options.seed}: u [${n}, ${nt}, ${points}], x in [0, ${period}), ` +
      `t from ${t[0]!.toPrecision(4)} to ${t[nt - 1]!.toPrecision(4)}; ${seconds.toFixed(1)} s\nwritten to ${file}\n`,
  );
  const record = {
    schema: 1,
    version,
    task: options.task,
    seed: options.seed,
    n,
    nt,
    nx: points,
    length: period,
    out: file,
  };
  if (json) io.stdout.write(`${JSON.stringify({ ...record, seconds })}\n`);
}
