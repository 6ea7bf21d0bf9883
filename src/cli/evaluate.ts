/** `liefield evaluate`: operators trained with and without augmentation, over several seeds, in one table. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { equationOf } from "../equation/catalogue.js";
import { coordinatesOf, type EquationSpec } from "../equation/equation.js";
import type { CellStore, EvaluateOptions, Evaluation, Source } from "../evaluate.js";
import { text } from "../expression/print.js";
import { decodeFieldFile } from "../field/fieldfile.js";
import { knownGenerators } from "../reading/truth.js";
import { renderEvaluation } from "../report/evaluation.js";
import { specOf } from "../task/pde.js";
import type { Context } from "./command.js";
import { checkDestination, reason } from "./destination.js";
import { domainOptions, equationOptions, kernelsOption, taskOption, workersOption } from "./domain.js";
import { evaluationTable } from "./evaluationtable.js";
import { Interrupted } from "./interrupted.js";
import { sweep } from "./keptrun.js";
import { quoted } from "./learn.js";
import { choices, defaults, evaluateSchema, present, simulated, validated } from "./options.js";
import { progressOn } from "./progress.js";
import { parametersOf } from "./repeated.js";
import { valuesOf } from "./strict.js";
import { command } from "./usage.js";
import { jsonLine, visible } from "./visible.js";

const own = defaults.evaluation;

export const evaluate = command(
  "evaluate",
  "Trains neural operators on few trajectories, with and without augmentation along symmetries, rolls them out over trajectories that nothing was learned from, and compares them seed by seed. Every finished cell of the table is a file in --out, so that a long table can be interrupted and go on.",
  {
    task: { task: taskOption("The equation", simulated) },
    "as text": equationOptions,
    domain: domainOptions,
    "what is compared": {
      trajectories: {
        type: "string",
        valueHint: "LIST",
        description: `To train on, a table for each number; default ${own.trajectories}`,
      },
      seeds: {
        type: "string",
        valueHint: "LIST",
        description: `Each draws trajectories, weights and windows of its own; default ${own.seeds}`,
      },
      methods: {
        type: "string",
        valueHint: "LIST",
        description: `Of ${choices.arms.slice(0, -1).join(", ")}: no augmentation, solve for where each place came from, scatter as the paper does (also: dirichlet), or by linear weights; default ${own.methods}`,
      },
      generators: {
        type: "string",
        valueHint: "LIST",
        description: `Of ${choices.sources.join(", ")}: the known ones that are periodic in x, those the neural learner finds in the same trajectories, or what these read as; default ${own.generators.join(",")}, where the first are on file`,
      },
      field: {
        type: "string",
        valueHint: "FILE",
        description:
          "A field.safetensors of a run, in place of learning here: see that it was not learned from the test trajectories, seed 1000003",
      },
      test: { type: "string", valueHint: "N", description: `Trajectories that are rolled out; default ${own.test}` },
    },
    augmentation: {
      sigma: {
        type: "string",
        valueHint: "S",
        description: `How far: uniform in ±S of the data's extents along each direction of the generators' span; default ${own.sigma}`,
      },
      copies: {
        type: "string",
        valueHint: "N",
        description: `Moved copies of each trajectory; half of all windows are cut from them; default ${own.copies}`,
      },
    },
    operator: {
      preset: {
        type: "string",
        valueHint: choices.preset.join("|"),
        description: `Sizes of the operator and of its training: minutes on two cores, or the paper's; default ${own.preset}`,
      },
      steps: {
        type: "string",
        valueHint: "N",
        description: "Of every training, whatever its number of trajectories; default of the preset small 3000",
      },
      epochs: { type: "string", valueHint: "N", description: "Instead of --steps; default of the preset paper 40" },
      width: { type: "string", valueHint: "N", description: "Channels, instead of the preset's" },
      modes: { type: "string", valueHint: "N", description: "Fourier modes, instead of the preset's" },
      backend: {
        type: "string",
        valueHint: choices.backend.join("|"),
        description: `What runs the networks; default ${defaults.backend}`,
      },
    },
    "running and results": {
      workers: workersOption,
      kernels: kernelsOption,
      out: {
        type: "string",
        valueHint: "DIR",
        description: "Where the cells, table.json and report.html go; default runs/evaluate-TASK",
      },
      resume: {
        type: "boolean",
        description: "Go on with the table in --out; more seeds, sizes and methods may be asked for",
      },
      json: { type: "boolean", description: "Print the table on stdout as one JSON object" },
    },
  },
  runEvaluate,
);

async function runEvaluate(
  args: Record<string, unknown>,
  rawArgs: readonly string[],
  { io, work, signal }: Context,
): Promise<void> {
  const options = validated(evaluateSchema, args);
  const { task, json, resume, out: named, field, seed: _, generators: sources, methods, ...rest } = options;
  if (options.epochs !== undefined && options.steps !== undefined)
    throw new InputError("--epochs and --steps came together; give one of them");
  const { epochs, width, modes, ...settled } = rest;
  const parameters = parametersOf(valuesOf(rawArgs, "param"));
  const spec = specOf({ ...present({ equation: options.equation }), task, seed: 0, parameters });
  const equation = equationOf(spec);
  const out = named ?? `runs/evaluate-${task}`;
  await checkDestination(out, "directory");
  const adapter = await work.adapter();
  const moves = methods.some((method) => method !== "none");
  const wanted =
    sources ?? (knownGenerators(spec.name, equation.parameters, "periodic") ? own.generators : ["learned"]);
  if (field !== undefined && !(moves && wanted.includes("learned")))
    throw new InputError("--field came, but nothing is moved along learned generators; leave it out, or compare them");
  const generators = await Promise.all(
    (moves ? wanted : []).map((name) => sourceOf(name, spec, coordinatesOf(equation), field, adapter)),
  );
  await sweep(out);
  const before = (await readdir(out).catch((): string[] => [])).filter((name) =>
    /^(?:cell-.*|plan)\.json$/.test(name),
  ).length;
  if (before > 0 && !resume)
    throw new InputError(`${out} holds a table already; add --resume to go on with it, or name another --out`);
  const asked: EvaluateOptions = {
    ...present(settled),
    ...{ task, parameters, generators },
    methods: [...new Set(methods.map((method) => (method === "dirichlet" ? "scatter" : method)))],
    settings: present({ epochs, width, modes }),
  };
  const command = `liefield evaluate ${rawArgs.map(quoted).join(" ")}`;
  const progress = progressOn(io.stderr);
  let made = 0;
  let last: Evaluation | null = null;
  const store = storeIn(out, adapter);
  const write = async (evaluation: Evaluation): Promise<void> => {
    await store.write("report.html", renderEvaluation(evaluation, command));
    await store.write("table.json", `${JSON.stringify(evaluation, null, 2)}\n`);
  };
  try {
    const evaluation = await work.evaluate(asked, adapter, {
      ...{ signal, store },
      progress: (event) => progress.show({ stage: "evaluate", ...event }),
      async cell(_cell, evaluation) {
        made++;
        last = evaluation;
        await write(evaluation);
      },
    });
    signal.throwIfAborted();
    await write(evaluation);
    progress.stop();
    io.stderr.write(`${evaluationTable(evaluation)}\nwritten to ${visible(out)}: table.json, report.html\n`);
    if (json) io.stdout.write(jsonLine({ ...evaluation, report: join(out, "report.html") }));
  } catch (error) {
    progress.stop();
    if (!signal.aborted) throw error;
    const so = last as Evaluation | null;
    throw new Interrupted(
      made === 0 || so === null
        ? "interrupted before the first cell was done; the same command with --resume begins"
        : `interrupted after cell ${so.cells.done} of ${so.cells.of}; the same command with --resume goes on from there`,
    );
  }
}

/** Files of a directory that is made when something is written. */
function storeIn(directory: string, adapter: Adapter): CellStore {
  return {
    async read(name) {
      const there = (await readdir(directory).catch((): string[] => [])).includes(name);
      return there ? adapter.readFile(join(directory, name), SAFETENSORS_LIMIT) : null;
    },
    async write(name, bytes) {
      await mkdir(directory, { recursive: true });
      await adapter.writeAtomic(join(directory, name), bytes);
    },
    remove: (name) => rm(join(directory, name), { force: true }),
  };
}

async function sourceOf(
  name: (typeof choices.sources)[number],
  spec: EquationSpec,
  coordinates: readonly string[],
  file: string | undefined,
  adapter: Adapter,
): Promise<Source> {
  if (name === "formulas") return { name, learned: "formulas" };
  if (name === "learned") {
    if (file === undefined) return { name, learned: "slots" };
    const bytes = await adapter.readFile(file, SAFETENSORS_LIMIT).catch((error) => {
      throw new InputError(
        `--field ${file} cannot be read: ${reason(error)}; name a field.safetensors that learn wrote`,
      );
    });
    return { name, field: decodeFieldFile(bytes) };
  }
  const found = knownGenerators(spec.name, equationOf(spec).parameters, "periodic");
  if (!found) throw new InputError(`the symmetries of ${spec.name} are not on file; leave true out of --generators`);
  return {
    name,
    formulas: found.map((each) => coordinates.map((along) => (each[along] ? text(each[along]) : "0"))),
  };
}
