/** `liefield sweep`: many runs of `learn`, planned, made one by one wherever they can be, and put together. */
import { access } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../engine/error.js";
import { sweepCsv } from "../report/csv.js";
import { renderSweep } from "../report/sweep.js";
import { rowOf, type SweepRecord, sweepRecordOf } from "../report/sweeprecord.js";
import type { Context } from "./command.js";
import { checkDestination, reason, writeInto } from "./destination.js";
import { GRID_LIMIT, gridOf, type Options, PATHS, shardRequest, shardsOf } from "./grid.js";
import { sweepExecSchema, sweepMergeSchema, sweepPlanSchema, validated } from "./options.js";
import { makeShard } from "./shard.js";
import { slurmScript } from "./slurm.js";
import { about, bytesOf } from "./source.js";
import { outcomeOf, rangesOf, readSweep, type Sweep, shardAt, writeSweep } from "./sweepfile.js";
import { command } from "./usage.js";
import { jsonLine, visible } from "./visible.js";

const directory = { type: "positional", required: false, description: "Directory of the sweep" } as const;

export const sweepPlan = command(
  "sweep plan",
  'Plans a sweep: GRID is a JSON file of options of learn by their names, and lists of those that vary, such as {"task": "kdv", "method": "library", "vary": {"seed": [1, 2, 3], "noise": [0, 0.05]}}. Every combination is a run.',
  {
    sweep: {
      grid: { type: "positional", required: false, description: "FILE.json; paths in it are taken from where it lies" },
    },
    results: {
      out: {
        type: "string",
        valueHint: "DIR",
        description: "Where the sweep lives; default runs/ and the file's name",
      },
      slurm: { type: "boolean", description: "Print a script for sbatch on stdout: an array, a task a run" },
      json: { type: "boolean", description: "Print what was planned on stdout as one JSON object" },
    },
  },
  runPlan,
);

export const sweepExec = command(
  "sweep exec",
  "Makes one run of a sweep. It may be killed and called again, and called twice at once: it goes on from what is there, a run that is done is left as it is, and a run appears whole or not at all.",
  {
    sweep: { dir: directory, index: { type: "string", valueHint: "I", description: "Which run, from 0" } },
    results: { json: { type: "boolean", description: "Print the run's record on stdout as one JSON object" } },
  },
  runExec,
);

export const sweepMerge = command(
  "sweep merge",
  "Puts the runs of a sweep together: table.json, table.csv and report.html. Where some are missing it names them as an array range and writes nothing.",
  {
    sweep: {
      dir: directory,
      partial: { type: "boolean", description: "Write the table of what is there all the same" },
    },
    results: { json: { type: "boolean", description: "Print the table on stdout as one JSON object" } },
  },
  runMerge,
);

async function runPlan(
  args: Record<string, unknown>,
  _: readonly string[],
  { io, work, version }: Context,
): Promise<void> {
  const { grid: file, json, slurm, out: named } = validated(sweepPlanSchema, args);
  if (slurm && json) throw new InputError("--slurm and --json both print on stdout; give one of them");
  const adapter = await work.adapter();
  const bytes = await bytesOf(adapter, file, GRID_LIMIT);
  const out = named ?? join("runs", basename(file).replace(/\.json$/, ""));
  const sweep = await about(file, (): Sweep => {
    const grid = gridOf(bytes, resolve(dirname(file)));
    const shards = shardsOf(grid);
    for (const shard of shards) shardRequest(shard); // a fault shows now, not on the machine that is to make the run
    return { directory: resolve(out), grid, shards };
  });
  await checkFiles(file, sweep);
  await checkDestination(out, "directory");
  const state = await writeSweep(sweep.directory, sweep.grid, adapter);
  const { length } = sweep.shards;
  const varied = Object.entries(sweep.grid.vary).map(([name, list]) => `${list.length} of ${name}`);
  io.stderr.write(
    `${length} ${length === 1 ? "run" : "runs"}${varied.length > 0 ? ` (${varied.join(" × ")})` : ""} ${state === "there" ? "are planned already" : "planned"} in ${visible(out)}\n` +
      `each: liefield sweep exec ${visible(out)} --index 0${length > 1 ? ` to ${length - 1}` : ""}; then: liefield sweep merge ${visible(out)}\n`,
  );
  if (slurm) io.stdout.write(slurmScript(sweep, program()));
  if (json)
    io.stdout.write(
      jsonLine({ schema: 1, version, out, runs: length, range: rangesOf(sweep.shards.map(({ index }) => index)) }),
    );
}

/** The words that start this program. */
const program = (): string[] => [
  process.execPath,
  ...("Deno" in globalThis ? ["run", "-A"] : []),
  fileURLToPath(new URL("./main.js", import.meta.url)),
];

/** Throws InputError for a file that the runs would not find. */
async function checkFiles(grid: string, { shards }: Sweep): Promise<void> {
  const named = new Map<unknown, string>(shards.flatMap(({ options }) => PATHS.map((name) => [options[name], name])));
  for (const [path, name] of named)
    if (typeof path === "string" && path !== "identity")
      await access(path).catch((error) => {
        throw new InputError(`${grid}: ${name}: ${path} cannot be read: ${reason(error)}; check the path`);
      });
}

async function runExec(args: Record<string, unknown>, _: readonly string[], context: Context): Promise<void> {
  const { io, work } = context;
  const { dir, index, json } = validated(sweepExecSchema, args);
  const sweep = await readSweep(dir, await work.adapter());
  const shard = shardAt(sweep, index);
  const { state, record, directory: made } = await makeShard(sweep, shard, context);
  io.stderr.write(
    state === "already"
      ? `run ${index} of ${sweep.shards.length} is done already: ${visible(made)}\n`
      : `run ${index} of ${sweep.shards.length} is done: ${visible(made)}\n`,
  );
  if (json) io.stdout.write(jsonLine(record));
}

async function runMerge(args: Record<string, unknown>, _: readonly string[], { io, work }: Context): Promise<void> {
  const { dir, json, partial } = validated(sweepMergeSchema, args);
  const record = await mergeSweep(dir, partial, { work });
  const { done, runs, failed, missing, warnings } = record;
  io.stderr.write(
    `${done} of ${runs} runs${failed > 0 ? `, ${failed} failed` : ""}${missing === "" ? "" : `, missing: ${missing}`}\n${warnings.map((each) => `warning: ${visible(each)}\n`).join("")}written to ${visible(dir)}: table.json, table.csv, report.html\n`,
  );
  if (json) io.stdout.write(jsonLine(record));
}

/** Writes the table of a sweep. Throws InputError that names what is missing, unless a part is enough. */
export async function mergeSweep(dir: string, partial: boolean, { work }: Pick<Context, "work">): Promise<SweepRecord> {
  const adapter = await work.adapter();
  const sweep = await readSweep(dir, adapter);
  const varied = Object.keys(sweep.grid.vary);
  const rows = [];
  for (const shard of sweep.shards) {
    const outcome = await outcomeOf(sweep, shard.index, adapter);
    const of = outcome === null ? null : "record" in outcome ? outcome.record : outcome.failed;
    rows.push(rowOf(shard.index, texts(shard.varied), of));
  }
  const missing = rangesOf(rows.flatMap(({ index, outcome }) => (outcome === "missing" ? [index] : [])));
  if (missing !== "" && !partial)
    throw new InputError(
      `runs are missing: ${missing}; make them with liefield sweep exec (sbatch --array=${missing}), or pass --partial for a table of the others`,
    );
  const record = sweepRecordOf(varied, rows, missing);
  await writeInto(dir, filesOf(record, basename(sweep.directory)), adapter);
  return record;
}

const filesOf = (record: SweepRecord, name: string): [string, string][] => [
  ["table.json", `${JSON.stringify(record, null, 2)}\n`],
  ["table.csv", sweepCsv(record)],
  ["report.html", renderSweep(record, name)],
];

const texts = (options: Options): Record<string, string> =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
