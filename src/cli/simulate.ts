/** `liefield simulate`: seeded trajectories in a file. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";
import { equationOf } from "../equation/catalogue.js";
import { specOf } from "../task/pde.js";
import type { Context } from "./command.js";
import { checkDestination } from "./destination.js";
import { domainOptions, equationOptions, kernelsOption, taskOption, workersOption } from "./domain.js";
import { defaults, present, simulated, simulateSchema, validated } from "./options.js";
import { progressOn } from "./progress.js";
import { parametersOf } from "./repeated.js";
import { valuesOf } from "./strict.js";
import { checkTogether } from "./together.js";
import { trajectoryFile } from "./trajectoryfile.js";
import { command } from "./usage.js";
import { jsonLine, visible } from "./visible.js";

export const simulate = command(
  "simulate",
  "Simulates trajectories of an equation and writes them as they are made: u [n, nt, (component,) nx(, ny)], x, t, L as .npz, or FILE.npy with FILE.x.npy and so on beside it.",
  {
    task: { task: taskOption("What to simulate", simulated) },
    "as text": equationOptions,
    domain: domainOptions,
    data: {
      trajectories: {
        type: "string",
        valueHint: "N",
        description: `How many; default ${defaults.trajectories.neural}`,
      },
      seed: { type: "string", valueHint: "S", description: `Same seed, same file; default ${defaults.seed}` },
    },
    "running and results": {
      workers: workersOption,
      kernels: kernelsOption,
      out: { type: "string", valueHint: "FILE", description: "Where they go, .npz or .npy; default TASK-SEED.npz" },
      json: { type: "boolean", description: "Print what was written on stdout as one JSON object" },
    },
  },
  runSimulate,
);

async function runSimulate(
  args: Record<string, unknown>,
  rawArgs: readonly string[],
  { io, work, signal, version }: Context,
): Promise<void> {
  const { json, out, ...options } = validated(simulateSchema, args);
  const { task, seed } = options;
  const parameters = parametersOf(valuesOf(rawArgs, "param"));
  checkTogether({ ...args, task, method: "neural" });
  const equation = equationOf(specOf({ ...present(options), parameters }));
  const file = out ?? defaults.file(task, seed);
  if (!/\.np[yz]$/.test(file)) throw new InputError(`--out ${file} must end in .npz or .npy; name it ${file}.npz`);
  await checkDestination(file, "file");
  const adapter = await work.adapter();
  const { openWrite } = adapter;
  if (!openWrite) throw new InputError(`${adapter.runtime} writes no files piece by piece; use Node or Deno`);
  const begun = adapter.now();
  const progress = progressOn(io.stderr);
  await mkdir(dirname(file), { recursive: true });
  const sink = await openWrite(file);
  let data: Trajectories; // without its numbers
  try {
    const request = {
      ...present(options),
      trajectories: options.trajectories ?? defaults.trajectories.neural,
      parameters,
    };
    const into = trajectoryFile(file, sink, equation.timeOrder);
    const rest = await work.simulate(request, adapter, { signal, progress: progress.show, take: into.take });
    signal.throwIfAborted();
    if (rest.n > 0) await into.take(rest);
    data = await into.finish(adapter);
    await sink.commit();
  } catch (error) {
    await sink.discard();
    throw error;
  } finally {
    progress.stop();
  }
  const { n, nt, nx, ny, t, length, lengthY } = data;
  const seconds = adapter.now() - begun;
  const components = equation.components.length;
  const shape = [n, nt, ...(components > 1 ? [components] : []), nx, ...(ny === undefined ? [] : [ny])];
  const arrays = equation.timeOrder === 2 ? "u and u_t" : "u";
  const short = (value: number): string => String(Number(value.toPrecision(4)));
  io.stderr.write(
    `${n} trajectories of ${task}, seed ${seed}: ${arrays} [${shape.join(", ")}], x in [0, ${short(length)}), ` +
      `${lengthY === undefined ? "" : `y in [0, ${short(lengthY)}), `}t from ${short(t[0]!)} to ${short(t[nt - 1]!)}; ` +
      `${seconds.toFixed(1)} s\nwritten to ${visible(file)}\n`,
  );
  const { text, timeOrder } = equation;
  const plane = ny === undefined ? {} : { ny, lengthY };
  const record = { schema: 1, version, task, equation: text, seed, n, nt, components, timeOrder, nx, length, ...plane };
  if (json) io.stdout.write(jsonLine({ ...record, out: file, seconds }));
}
