/** `liefield evaluate`: operators trained with and without augmentation, over several seeds, in one table. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../engine/error.js";
import { equationOf } from "../equation/catalogue.js";
import { coordinatesOf } from "../equation/equation.js";
import type { EvaluateOptions, Evaluation } from "../evaluate.js";
import { knownGenerators } from "../reading/truth.js";
import { renderEvaluation } from "../report/evaluation.js";
import { specOf } from "../task/pde.js";
import { storeIn } from "./cellfiles.js";
import type { Context } from "./command.js";
import { checkDestination } from "./destination.js";
import { domainOptions, equationOptions, kernelsOption, taskOption, workersOption } from "./domain.js";
import { sourceOf } from "./evaluationsource.js";
import { evaluationTable } from "./evaluationtable.js";
import { Interrupted } from "./interrupted.js";
import { sweep } from "./keptrun.js";
import { quoted } from "./learn.js";
import { operatorOptions } from "./operatoroptions.js";
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
      ...operatorOptions,
      epochs: { type: "string", valueHint: "N", description: "Instead of --steps; default of the preset paper 40" },
      steps: {
        type: "string",
        valueHint: "N",
        description: "Of every training, whatever its number of trajectories; default of the preset small 3000",
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
